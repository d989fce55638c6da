"""What members may do with reminders, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached, NotAllowed, UserError
from app.core.reminders.errors import ItIsOver, ReminderNotFound, RemindersOff
from app.core.scheduling.schedule import Schedule
from app.models import ReminderState, TargetKind
from app.services.reminders.draft import Changes
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE, STAFF, policy
from tests.fixtures.reminders.services import Reminders


async def count(reminders: Reminders, actor: Actor = STAFF) -> int:
    return (await reminders.making.list_page(actor, everybody=True, page_size=5)).total


async def test_only_its_owner_and_staff_of_the_server_find_it(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    for actor in (ALICE, STAFF):
        assert (await reminders.making.get(actor, made.id)).id == made.id
        assert [one.id for one in await reminders.making.list_matching(actor, "te")] == [made.id]
    for actor, number in ((BOB, made.id), (ELSEWHERE, made.id), (ALICE, made.id + 1000)):
        for refused in (
            reminders.making.get(actor, number),
            reminders.making.edit(actor, policy(), number, Changes(text="x")),
            reminders.control.delete(actor, [number]),
            reminders.control.pause(actor, number),
            reminders.control.resume(actor, number),
            reminders.control.skip(actor, number),
            reminders.control.unskip(actor, number, reminders.now),
            reminders.control.leave_out(actor, number, reminders.now.date()),
            reminders.control.put_back(actor, number, reminders.now.date()),
            reminders.making.find(actor, f"#{number}"),
            reminders.making.find_many(actor, f"{number}, {number + 1}"),
            reminders.making.transfer(actor, policy(for_others="everybody"), number, member_id=99),
            reminders.staff.repair(actor, policy(), number),
            reminders.answers.get(actor, number, roles=frozenset()),
            reminders.answers.acknowledge(actor, number, roles=frozenset()),
            reminders.snooze(actor, number),
        ):
            with pytest.raises(ReminderNotFound, match="You have no such reminder in this server"):
                await refused
    for actor in (BOB, ELSEWHERE):
        assert await reminders.making.list_matching(actor, "") == []


PAST = Schedule.once(datetime(2020, 1, 1, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(
    ("asked", "rules", "refusal"),
    [
        ({"schedule": PAST}, {}, InvalidInput),
        ({"text": " "}, {}, InvalidInput),
        ({"text": "x" * 2001}, {}, InvalidInput),
        ({"text": "zero\0byte"}, {}, InvalidInput),
        ({"text": "hey @everyone"}, {}, InvalidInput),
        ({"text": "hey @Here"}, {"everyone": True}, InvalidInput),
        ({"text": "hey @everyone", "may_ping_everyone": True}, {}, InvalidInput),
        ({"target_kind": TargetKind.EVERYONE, "target_id": 1, "may_ping_everyone": True}, {}, NotAllowed),
        ({"target_kind": TargetKind.EVERYONE, "target_id": 1}, {"everyone": True}, NotAllowed),
        ({"target_kind": TargetKind.MEMBER, "target_id": 12}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7, "may_ping": False}, {"for_others": "everybody"}, NotAllowed),
        ({"escalate_role_id": 7}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7, "direct": True}, {"for_others": "everybody"}, InvalidInput),
        ({"warn": timedelta(hours=2)}, {}, InvalidInput),
        ({"warn": timedelta(seconds=5)}, {}, InvalidInput),
        ({}, {"enabled": False}, RemindersOff),
    ],
)
async def test_what_does_not_fit_is_refused_in_one_sentence_and_not_stored(
    reminders: Reminders, asked, rules, refusal: type[UserError]
) -> None:
    values = {"schedule": reminders.in_(hours=1), **asked}
    with pytest.raises(refusal) as refused:
        await reminders.make(**values, rules=policy(**rules))
    assert "\n" not in str(refused.value)
    assert await count(reminders) == 0
    # The same without what was wrong is taken.
    await reminders.make(reminders.in_(hours=1))
    assert await count(reminders) == 1


async def test_whoever_may_ping_others_may(reminders: Reminders) -> None:
    role = {"schedule": reminders.in_(hours=1), "target_kind": TargetKind.ROLE, "target_id": 7}
    await reminders.make(**role, rules=policy(for_others="everybody"))
    await reminders.make(**role, actor=STAFF, rules=policy(for_others="staff"))
    with pytest.raises(NotAllowed):
        await reminders.make(**role, actor=STAFF, rules=policy(for_others="nobody"))
    everyone = {"target_kind": TargetKind.EVERYONE, "target_id": 1, "may_ping_everyone": True}
    made = await reminders.make(
        reminders.in_(hours=1), actor=STAFF, rules=policy(everyone=True), text="@everyone, dinner", **everyone
    )
    assert made.message == "@everyone, dinner"


async def test_a_series_may_not_be_faster_than_the_server_wants(reminders: Reminders) -> None:
    with pytest.raises(InvalidInput, match="repeating reminder is 2 hours"):
        await reminders.make(reminders.hourly(), rules=policy(shortest_interval=7200))
    await reminders.make(reminders.hourly(), rules=policy(shortest_interval=3600))
    with pytest.raises(InvalidInput, match="shorter than the time between"):
        await reminders.make(reminders.hourly(first=9), warn=timedelta(hours=2))


async def test_quotas_hold_even_for_many_at_once(own_reminders: Reminders) -> None:
    outcomes = await asyncio.gather(
        *(own_reminders.make(own_reminders.in_(hours=1), rules=policy(per_member=3)) for _ in range(8)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LimitReached"] * 5 + ["Reminder"] * 3
    with pytest.raises(LimitReached, match="This server has 3"):
        await own_reminders.make(own_reminders.in_(hours=1), actor=BOB, rules=policy(per_server=3))
    # Elsewhere counts apart.
    await own_reminders.make(own_reminders.in_(hours=1), actor=ELSEWHERE, rules=policy(per_member=1, per_server=1))


async def test_editing_keeps_the_time_or_replaces_it(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    words = await reminders.edit(made, text="coffee\nwith milk")
    assert (words.name, words.message, words.next_at) == ("coffee", "coffee\nwith milk", made.next_at)
    other = await reminders.edit(made, text="coffee", phrase="in 5h", schedule=reminders.in_(hours=5))
    assert (other.next_at, other.interval_seconds, other.phrase) == (reminders.now + timedelta(hours=5), None, "in 5h")
    assert other.wake_at == other.next_at
    with pytest.raises(InvalidInput):
        await reminders.edit(made, text="x", phrase="then", schedule=PAST)
    with pytest.raises(InvalidInput):
        await reminders.edit(made, text="@everyone")


async def test_pause_and_resume_leave_out_what_was_between(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    paused = await reminders.control.pause(ALICE, made.id)
    assert (paused.state, paused.wake_at) == (ReminderState.PAUSED, None)
    with pytest.raises(Conflict):
        await reminders.control.pause(ALICE, made.id)
    reminders.move(hours=5, minutes=30)
    resumed = await reminders.control.resume(ALICE, made.id)
    assert (resumed.state, resumed.next_at) == (ReminderState.WAITING, reminders.now + timedelta(minutes=30))
    with pytest.raises(Conflict):
        await reminders.control.resume(ALICE, made.id)


async def test_skipping_is_for_what_comes_again(reminders: Reminders) -> None:
    series, single = await reminders.make(reminders.hourly()), await reminders.make(reminders.in_(hours=1))
    skipped, at = await reminders.control.skip(ALICE, series.id)
    assert (skipped.next_at, at) == (series.next_at + timedelta(hours=1), series.next_at)
    with pytest.raises(Conflict, match="only once"):
        await reminders.control.skip(ALICE, single.id)
    last = await reminders.make(reminders.hourly().ending(count=1))
    with pytest.raises(Conflict, match="Only one"):
        await reminders.control.skip(ALICE, last.id)


async def test_giving_one_away_moves_what_it_pings_and_the_quota(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly(), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)
    free = policy(for_others="everybody", per_member=1)
    with pytest.raises(NotAllowed):
        await reminders.making.transfer(ALICE, policy(), made.id, member_id=BOB.user_id)
    with pytest.raises(Conflict):
        await reminders.making.transfer(ALICE, free, made.id, member_id=ALICE.user_id)
    given = await reminders.making.transfer(ALICE, free, made.id, member_id=BOB.user_id)
    assert (given.created_by, given.target_id) == (BOB.user_id, BOB.user_id)
    with pytest.raises(ReminderNotFound):
        await reminders.making.get(ALICE, made.id)
    second = await reminders.make(reminders.hourly())
    with pytest.raises(LimitReached):
        await reminders.making.transfer(ALICE, free, second.id, member_id=BOB.user_id)


async def test_what_is_over_cannot_be_changed_but_be_given_another_time(reminders: Reminders) -> None:
    made = await reminders.make(reminders.in_(hours=1))
    await reminders.change(made, state=ReminderState.DONE)
    for refused in (
        reminders.control.pause(ALICE, made.id),
        reminders.edit(made, text="x"),
    ):
        with pytest.raises(ItIsOver):
            await refused
    again = await reminders.edit(made, text="x", phrase="in 1h", schedule=reminders.in_(hours=1))
    assert again.state is ReminderState.WAITING


async def test_what_is_over_for_long_is_forgotten_unless_the_former_bot_made_it(reminders: Reminders) -> None:
    made = [await reminders.make(reminders.in_(hours=1)) for _ in range(3)]
    for one in made[:2]:
        await reminders.change(one, state=ReminderState.DONE, last_sent_at=reminders.now)
    await reminders.change(made[1], phrase=None)
    assert (await reminders.retention.forget_finished(before=reminders.now))[0] == 0
    later = reminders.now + timedelta(seconds=1)
    assert (await reminders.retention.forget_finished(before=later))[0] == 1
    with pytest.raises(ReminderNotFound):
        await reminders.making.get(ALICE, made[0].id)
    await reminders.making.get(ALICE, made[1].id)
    await reminders.making.get(ALICE, made[2].id)


async def test_a_server_says_who_makes_them_and_whether_they_repeat(reminders: Reminders) -> None:
    with pytest.raises(NotAllowed, match="Only staff"):
        await reminders.make(reminders.in_(hours=1), rules=policy(who="staff"))
    await reminders.make(reminders.in_(hours=1), actor=STAFF, rules=policy(who="staff"))
    with pytest.raises(InvalidInput, match="only once"):
        await reminders.make(reminders.hourly(), rules=policy(series=False))
    made = await reminders.make(reminders.in_(hours=1), rules=policy(series=False))
    with pytest.raises(InvalidInput, match="only once"):
        await reminders.edit(made, rules=policy(series=False), phrase="x", schedule=reminders.hourly())
    assert await count(reminders) == 2


async def test_everything_about_one_can_be_changed(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly(), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)
    free = policy(for_others="everybody")
    changes = Changes(
        channel_id=9,
        target_kind=TargetKind.ROLE,
        target_id=7,
        warn=timedelta(minutes=10),
        repeat_every=timedelta(minutes=5),
        escalate_role_id=8,
        catch_up=timedelta(hours=2),
    )
    with pytest.raises(NotAllowed, match="for yourself"):
        await reminders.edit(made, changes=changes)
    now = await reminders.edit(made, rules=free, changes=changes)
    assert (now.message, now.next_at, now.wake_at) == ("tea", made.next_at, made.next_at - timedelta(minutes=10))
    assert (now.channel_id, now.target_kind, now.target_id) == (9, TargetKind.ROLE, 7)
    assert (now.warn_seconds, now.repeat_seconds, now.repeat_most) == (600, 300, 3)
    assert (now.escalate_role_id, now.catch_up_seconds) == (8, 7200)
    none = timedelta()
    gone = await reminders.edit(made, rules=free, warn=none, repeat_every=none, catch_up=none)
    assert (gone.warn_seconds, gone.repeat_seconds, gone.repeat_most, gone.catch_up_seconds) == (None,) * 4
    assert (gone.escalate_role_id, gone.wake_at, gone.channel_id) == (None, made.next_at, 9)
    for refused in (
        Changes(warn=timedelta(hours=2)),
        Changes(warn=timedelta(seconds=5)),
        Changes(catch_up=timedelta(seconds=5)),
        Changes(catch_up=timedelta(days=31)),
        Changes(direct=True),
    ):
        with pytest.raises(InvalidInput):
            await reminders.edit(made, rules=free, changes=refused)


async def test_another_place_lets_one_go_on_that_was_set_aside(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly())
    await reminders.change(made, state=ReminderState.ATTENTION, problem="closed")
    reminders.move(hours=3, minutes=30)
    same = await reminders.edit(made, text="coffee")
    assert same.state is ReminderState.ATTENTION
    moved = await reminders.edit(made, channel_id=9)
    assert (moved.state, moved.problem) == (ReminderState.WAITING, None)
    assert moved.wake_at == reminders.now + timedelta(minutes=30)
