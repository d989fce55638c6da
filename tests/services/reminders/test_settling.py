"""Writing down what became of many messages in one statement, where nobody changed their rows; on a real database."""

from datetime import timedelta
from typing import Any

import pytest

from app.core.reminders.delivery import Result
from app.models import Reminder, ReminderState
from app.services.reminders.due import Delivery
from tests.fixtures.reminders.making import ALICE, STAFF
from tests.fixtures.reminders.services import Reminders, sent

RESULTS = [Result.SENT, Result.TO_AUTHOR, Result.SKIPPED, Result.OFF, Result.FAILED]
MANNERS: list[dict[str, Any]] = [{}, {"repeat_every": timedelta(minutes=10), "repeat_most": 2}]


def columns(reminder: Reminder) -> dict[str, Any]:
    """A row, to compare: but for what tells it from others."""
    return {name: value for name, value in vars(reminder).items() if name not in {"id", "_sa_instance_state"}}


async def pair(reminders: Reminders, *, recurs: bool, **more: Any) -> list[Delivery]:
    """Two that are the same in everything, as they go out."""
    for _ in range(2):
        await reminders.make(reminders.hourly() if recurs else reminders.in_(hours=1), **more)
    reminders.move(hours=1)
    return await reminders.begin()


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("recurs", [False, True])
@pytest.mark.parametrize("manner", MANNERS)
async def test_it_writes_what_is_written_one_by_one(
    reminders: Reminders, result: Result, recurs: bool, manner: dict[str, Any]
) -> None:
    started = await pair(reminders, recurs=recurs, **manner)
    arrives = result in {Result.SENT, Result.TO_AUTHOR}
    one, other = (
        delivery.became(result, message_id=7 if arrives else None, channel_id=5 if arrives else None, problem="Why.")
        for delivery in started
    )
    quick = await reminders.delivery.settle_started([one])
    slow = await reminders.delivery.settle([other])
    rows = [await reminders.making.get(STAFF, outcome.step.reminder_id) for outcome in (one, other)]
    assert columns(rows[0]) == columns(rows[1])
    assert (quick.next_wake, quick.left, len(quick.aside)) == (slow.next_wake, [], len(slow.aside))


@pytest.mark.parametrize("how", ["edit", "pause", "delete", "renew"])
async def test_what_was_changed_since_sending_began_is_left_as_it_is(reminders: Reminders, how: str) -> None:
    made, delivery = await reminders.under_way()
    if how == "edit":
        await reminders.edit(made, text="other words")
    elif how == "pause":
        await reminders.control.pause(ALICE, made.id)
    elif how == "delete":
        await reminders.control.delete(ALICE, [made.id])
    else:
        reminders.move(seconds=10)
        await reminders.delivery.renew([delivery.step])
    before = columns(await reminders.row(made))
    outcome = sent(delivery)
    settled = await reminders.delivery.settle_started([outcome])
    assert (settled.left, settled.next_wake) == ([outcome], None)
    assert columns(await reminders.row(made)) == before
    await reminders.delivery.settle(settled.left)
    after = await reminders.row(made)
    assert after.next_at == made.next_at + timedelta(hours=1)
    assert after.state is (ReminderState.PAUSED if how == "pause" else ReminderState.WAITING)


async def test_what_is_written_a_second_time_or_twice_at_once_is_left(reminders: Reminders) -> None:
    _, delivery = await reminders.under_way()
    outcome = sent(delivery)
    assert (await reminders.delivery.settle_started([outcome, outcome])).left == [outcome, outcome]
    assert (await reminders.delivery.settle_started([outcome])).left == []
    assert (await reminders.delivery.settle_started([outcome])).left == [outcome]


async def test_what_is_made_ready_changes_nothing(reminders: Reminders) -> None:
    made, _ = await reminders.under_way()
    before = columns(await reminders.row(made))
    await reminders.delivery.prepare()
    assert columns(await reminders.row(made)) == before
