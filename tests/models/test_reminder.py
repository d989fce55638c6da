"""What is a fact of a row is the same whether Python or PostgreSQL is asked."""

from itertools import product

from sqlalchemy import select

from app.models import Reminder, ReminderState, TargetKind
from app.uow import UnitOfWorkFactory

TARGETS = [(None, None), (TargetKind.MEMBER, 12), (TargetKind.ROLE, 30), (TargetKind.EVERYONE, 0)]


async def test_sql_and_python_agree_on_what_a_row_is(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        for direct, author, (kind, target), state in product((True, False), (11, None), TARGETS, ReminderState):
            work._session.add(
                Reminder(
                    guild_id=1, name="x", channel_id=5, created_by=author, direct=direct, state=state,
                    target_kind=kind, target_id=target,
                )
            )  # fmt: skip
        await work._session.flush()
        rows = (
            await work._session.execute(select(Reminder, Reminder.recipient, Reminder.lane, Reminder.is_unfinished))
        ).all()
    assert len(rows) == 2 * 2 * len(TARGETS) * len(ReminderState)
    assert {(lane, recipient) for _, recipient, lane, _ in rows} == {(5, None), (-11, 11), (-12, 12)}
    for reminder, *found in rows:
        assert found == [reminder.recipient, reminder.lane, reminder.is_unfinished]
