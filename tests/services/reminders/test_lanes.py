"""Who keeps whom waiting: lanes, what is given back, and what is read to find what is over; on a real database."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.reminders.delivery import LEASE, MAX_DIRECT, MAX_IN_LANE
from app.models import ReminderState, TargetKind
from app.services.reminders.leases import CLAIM, NEXT_WAKE, claim_values, wake_values
from app.uow import UnitOfWorkFactory
from tests.fixtures.reminders.making import CHANNEL_ID
from tests.fixtures.reminders.services import Reminders


async def test_of_one_lane_only_some_are_taken_and_the_others_stay_as_they_are(reminders: Reminders) -> None:
    busy = [await reminders.make(reminders.in_(minutes=5)) for _ in range(MAX_IN_LANE + 8)]
    quiet = await reminders.make(reminders.in_(minutes=5), channel_id=6)
    reminders.move(minutes=5)
    first = await reminders.claim()
    assert [delivery.step.reminder_id for delivery in first] == [one.id for one in busy[:MAX_IN_LANE]] + [quiet.id]
    assert {delivery.lane for delivery in first} == {CHANNEL_ID, 6}
    left = await reminders.row(busy[-1])
    assert (left.attempts, left.wake_at) == (0, left.next_at)
    lanes = {CHANNEL_ID: MAX_IN_LANE, 6: 1}
    assert await reminders.claim(under_way=lanes) == []
    assert await reminders.delivery.find_next_wake() == left.wake_at
    # What nobody can be told yet is no reason to look again.
    assert await reminders.delivery.find_next_wake(lanes) == reminders.now + LEASE
    # One that is quick is given more in one go, so that others have their turn in between.
    assert await reminders.claim(under_way={CHANNEL_ID: MAX_IN_LANE // 2 + 1}) == []
    more = await reminders.claim(under_way={CHANNEL_ID: MAX_IN_LANE // 2})
    assert [delivery.step.reminder_id for delivery in more] == [one.id for one in busy[MAX_IN_LANE:]][:5]
    assert {delivery.attempt for delivery in more} == {1}


async def test_direct_messages_to_one_person_are_one_lane(reminders: Reminders) -> None:
    for columns in (
        {"direct": True},
        {"direct": True, "channel_id": 99},
        {"direct": True, "target_kind": TargetKind.MEMBER, "target_id": 11},
        {"direct": True, "target_kind": TargetKind.MEMBER, "target_id": 12},
        {"direct": True, "created_by": None},
        {"target_kind": TargetKind.MEMBER, "target_id": 11},
    ):
        await reminders.change(await reminders.make(reminders.in_(minutes=5)), **columns)
    reminders.move(minutes=5)
    assert [delivery.lane for delivery in await reminders.claim()] == [-11, -11, -11, -12, CHANNEL_ID, CHANNEL_ID]


async def test_of_direct_messages_together_only_some_are_taken(reminders: Reminders) -> None:
    async with reminders.uow() as work:
        await work._session.execute(text(DIRECT), {"at": reminders.now, "count": MAX_DIRECT + 10})
    quiet = await reminders.make(reminders.in_(seconds=1))
    reminders.move(seconds=1)
    first = await reminders.claim(limit=500)
    assert [delivery.lane < 0 for delivery in first] == [True] * MAX_DIRECT + [False]
    assert first[-1].step.reminder_id == quiet.id
    lanes = {delivery.lane: 1 for delivery in first}
    assert await reminders.claim(under_way=lanes) == []
    few = dict(list(lanes.items())[: MAX_DIRECT // 2])
    more = await reminders.claim(under_way=few)
    assert [delivery.lane for delivery in more] == [-number for number in range(MAX_DIRECT + 1, MAX_DIRECT + 11)]


async def test_what_is_given_back_counts_as_never_tried(reminders: Reminders) -> None:
    made, paused = await reminders.make(reminders.hourly()), await reminders.make(reminders.hourly())
    reminders.move(hours=3)
    deliveries = await reminders.claim()
    await reminders.pause(paused)
    await reminders.delivery.give_back([delivery.step for delivery in deliveries])
    assert (await reminders.row(paused)).wake_at is None
    reminders.move(hours=1)
    (again,) = await reminders.claim()
    # What has come due meanwhile is part of it, since nobody has seen the message yet.
    assert (again.step.reminder_id, again.attempt, again.missed) == (made.id, 1, 3)


async def test_what_was_deleted_is_kept_for_as_long_as_it_can_be_brought_back(reminders: Reminders) -> None:
    for hours in (30, 25, 20):
        made = await reminders.make(reminders.in_(hours=1))
        await reminders.change(made, deleted_at=reminders.now - timedelta(hours=hours), deleted_by=11)
    kept = await reminders.make(reminders.in_(hours=1))
    before = reminders.now - timedelta(days=1)
    assert await reminders.retention.forget_deleted(before=before, limit=1) == 1
    assert await reminders.retention.forget_deleted(before=before) == 1
    assert await reminders.retention.forget_deleted(before=before) == 0
    assert (await reminders.row(kept)).state is ReminderState.WAITING


async def test_what_is_over_is_found_a_part_of_the_table_at_a_time(reminders: Reminders) -> None:
    for _ in range(5):
        await reminders.change(await reminders.make(reminders.in_(minutes=5)), next_at=None, last_sent_at=reminders.now)
    waiting = await reminders.make(reminders.in_(hours=1))
    gone: list[int] = []
    after: int | None = 0
    while after is not None:
        many, after = await reminders.retention.forget_finished(
            before=reminders.now + timedelta(seconds=1), after=after, look_at=2
        )
        gone.append(many)
    assert gone == [2, 2, 1, 0]
    assert (await reminders.row(waiting)).state is ReminderState.WAITING


DIRECT = """
    INSERT INTO reminders (guild_id, name, phrase, channel_id, created_by, direct, starts_at, next_at, wake_at)
    SELECT 1, 'x', 'x', 5, n, true, :at, :at, :at FROM generate_series(1, :count) n
"""

MANY = """
    INSERT INTO reminders (guild_id, name, channel_id, next_at, wake_at, starts_at, deleted_at, deleted_by)
    SELECT 1, 'x', n % 40, at, CASE WHEN n % 10 > 0 THEN at END, at,
        CASE WHEN n % 10 = 0 THEN at - interval '1 year' END, CASE WHEN n % 10 = 0 THEN 1 END
    FROM (SELECT n, now() + n * interval '1 minute' AS at FROM generate_series(1, 20000) n) AS waiting
"""


async def explained(connection: AsyncConnection, query: Any, values: dict[str, Any]) -> str:
    """How PostgreSQL would carry out a statement that is built once."""
    compiled = query.compile(connection.engine.sync_engine)
    given = compiled.construct_params(values)
    asked = tuple(given[name] for name in compiled.positiontup)
    return "\n".join(line[0] for line in await connection.exec_driver_sql(f"EXPLAIN {compiled}", asked))


async def test_nothing_reads_the_whole_table(own_engine: AsyncEngine, reminders: Reminders) -> None:
    async with own_engine.connect() as connection:
        await connection.execute(text(MANY))
        await connection.execute(text("ANALYZE reminders"))
        lanes = {1: MAX_IN_LANE, 2: 3}
        for under_way in ({}, lanes):
            values = claim_values(reminders.now, 200, under_way)
            for query, given in ((CLAIM, values), (NEXT_WAKE, wake_values(under_way))):
                plan = await explained(connection, query, given)
                assert "Seq Scan on reminders" not in plan, plan
                assert "ix_reminders_wake_at" in plan, plan
        queries = [
            "SELECT min(wake_at) FROM reminders WHERE wake_at IS NOT NULL AND channel_id <> ALL('{1,2,3}'::bigint[])",
            "SELECT id FROM reminders WHERE deleted_at < now() ORDER BY deleted_at LIMIT 1000 FOR UPDATE",
            "SELECT id FROM reminders WHERE id > 500 ORDER BY id LIMIT 1000",
        ]
        whose_turn = [
            "SELECT min(wake_at) FROM reminders WHERE wake_at IS NOT NULL",
            "SELECT id FROM reminders WHERE wake_at IS NOT NULL AND wake_at <= now() ORDER BY wake_at LIMIT 50",
        ]
        for query in queries + whose_turn:
            plan = "\n".join(line[0] for line in await connection.exec_driver_sql(f"EXPLAIN {query}"))
            assert "Seq Scan on reminders" not in plan, plan
            assert "Index" in plan
            assert query in queries or ("ix_reminders_wake_at" in plan and "Sort" not in plan), plan


async def test_no_more_is_forgotten_than_the_limit_however_it_is_planned(
    reminders: Reminders, uow: UnitOfWorkFactory
) -> None:
    for hours in (30, 25, 20):
        made = await reminders.make(reminders.in_(hours=1))
        await reminders.change(made, deleted_at=reminders.now - timedelta(hours=hours), deleted_by=11)
    async with uow() as work:
        for way in ("hashjoin", "mergejoin", "hashagg", "material", "memoize", "sort"):
            await work._session.execute(text(f"SET LOCAL enable_{way} = off"))
        assert await work.reminders.retention.forget_deleted(before=reminders.now, limit=1) == 1
