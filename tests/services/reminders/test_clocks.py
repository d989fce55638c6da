"""When a government changes its clocks, what was promised by the clock on the wall follows, and nothing else moves."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.scheduling.schedule import Schedule
from app.models import Reminder
from app.services.reminders.clocks import BATCH
from tests.fixtures.reminders.services import Reminders, sent
from tests.fixtures.zones import HARBOUR, PERMANENT, SEASONS, Governments

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def local(hour: int, day: int = 2) -> datetime:
    return datetime.combine(date(2026, 12, day), time(hour))


def daily(hours: str = "9") -> Schedule:
    return Schedule.series(f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0", HARBOUR, local(9))


async def follow(reminders: Reminders, zone: str = HARBOUR) -> int:
    last, moved = await reminders.clocks.follow(zone, 0, reminders.now)
    assert (last, await reminders.clocks.follow(zone, last, reminders.now)) in {(0, (0, 0)), (last, (0, 0))}
    return moved


@pytest.fixture(autouse=True)
def _decided(governments: Governments, reminders: Reminders) -> None:
    governments.decide(SEASONS)
    reminders.now = NOW


async def test_what_comes_by_the_clock_on_the_wall_follows_it_and_instants_stay(
    reminders: Reminders, governments: Governments
) -> None:
    series = await reminders.make(daily())
    once = await reminders.make(Schedule.once_at(local(9, 20), HARBOUR))
    instant = await reminders.make(Schedule.once(NOW + 48 * HOUR, HARBOUR))
    elapsed = await reminders.make(Schedule.elapsed(HOUR, NOW + 99 * HOUR, HARBOUR))
    elsewhere = await reminders.make(Schedule.series("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "Europe/Brussels", local(9, 9)))
    before = [one.next_at for one in (series, once, instant, elapsed, elsewhere)]
    assert before[:2] == [datetime(2026, 12, 2, 17, tzinfo=UTC), datetime(2026, 12, 20, 17, tzinfo=UTC)]
    assert await follow(reminders) == 0

    governments.decide(PERMANENT)
    assert await reminders.clocks.zones() == [HARBOUR, "Europe/Brussels"]
    assert await follow(reminders) == 2
    after = [(await reminders.row(one)).next_at for one in (series, once, instant, elapsed, elsewhere)]
    assert after == [before[0] - HOUR, before[1] - HOUR, *before[2:]]
    assert (await reminders.row(once)).starts_at == before[1] - HOUR
    assert (await reminders.row(series)).wake_at == before[0] - HOUR
    assert await follow(reminders) == 0

    reminders.now = before[0] - HOUR
    assert (await reminders.deliver()).step.at == before[0] - HOUR
    assert (await reminders.row(series)).next_at == before[0] + 23 * HOUR


async def test_the_same_occurrence_comes_also_where_another_one_is_at_its_old_moment(
    reminders: Reminders, governments: Governments
) -> None:
    twice = await reminders.make(daily("9,10"))
    governments.decide(PERMANENT)
    assert await follow(reminders) == 1
    assert (await reminders.row(twice)).next_at == datetime(2026, 12, 2, 16, tzinfo=UTC)


async def test_rows_from_before_that_do_not_say_what_clocks_should_show_get_the_nearest_time(
    reminders: Reminders, governments: Governments
) -> None:
    series = await reminders.make(daily())
    async with reminders.uow() as work:
        await work._session.execute(update(Reminder).values(planned_local=None, zone_rules=None))
    governments.decide(PERMANENT)
    assert await follow(reminders) == 1
    row = await reminders.row(series)
    assert (row.next_at, row.planned_local) == (datetime(2026, 12, 2, 16, tzinfo=UTC), local(9))


async def test_an_hour_that_clocks_skipped_and_skip_no_more_is_not_lost(
    reminders: Reminders, governments: Governments
) -> None:
    reminders.now = datetime(2027, 3, 14, 1, tzinfo=UTC)
    rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"
    series = await reminders.make(Schedule.series(rule, HARBOUR, datetime.combine(date(2027, 3, 14), time(2, 30))))
    assert series.next_at == datetime(2027, 3, 14, 10, tzinfo=UTC)
    governments.decide(PERMANENT)
    await follow(reminders)
    assert (await reminders.row(series)).next_at == datetime(2027, 3, 14, 9, 30, tzinfo=UTC)


async def test_what_is_due_or_was_warned_of_comes_once(reminders: Reminders, governments: Governments) -> None:
    made = await reminders.make(daily(), warn=2 * HOUR)
    assert made.next_at is not None
    reminders.now = made.next_at - 2 * HOUR
    await reminders.deliver()
    governments.decide(PERMANENT)
    await follow(reminders)
    row = await reminders.row(made)
    assert row.next_at == row.warned_for == row.wake_at == made.next_at - HOUR
    reminders.now = made.next_at
    (delivery,) = await reminders.begin()
    governments.decide(SEASONS)
    assert await follow(reminders) == 0
    await reminders.settle(sent(delivery))
    assert (await reminders.row(made)).next_at == made.next_at + 24 * HOUR


async def test_a_large_table_is_read_by_the_index_and_in_batches(
    own_reminders: Reminders, own_engine: AsyncEngine, governments: Governments
) -> None:
    own_reminders.now = NOW
    series = await own_reminders.make(daily())
    rows = f"""
        INSERT INTO reminders (guild_id, name, channel_id, timezone, local_start, rrule, next_at, zone_rules)
        SELECT n % 99, 'tea', 1, CASE WHEN n <= {BATCH} THEN timezone ELSE 'Zone/' || n % 7 END, local_start, rrule,
               next_at, zone_rules
        FROM reminders, generate_series(1, 20000) n
    """
    async with own_engine.begin() as connection:
        await connection.execute(text(rows))
    governments.decide(PERMANENT)
    last, moved = await own_reminders.clocks.follow(HARBOUR, 0, NOW)
    assert (last, moved) == (series.id + BATCH - 1, BATCH)
    assert await own_reminders.clocks.follow(HARBOUR, last, NOW) == (series.id + BATCH, 1)
    assert len(await own_reminders.clocks.zones()) == 8
    async with own_engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE reminders")
        asked = f"""
            EXPLAIN SELECT id FROM reminders WHERE local_start IS NOT NULL AND state <> 'done' AND deleted_at IS NULL
            AND timezone = '{HARBOUR}' AND (zone_rules IS NULL OR zone_rules <> 'x') ORDER BY id LIMIT {BATCH}
        """
        plan = "\n".join((await connection.exec_driver_sql(asked)).scalars())
    assert "ix_reminders_planned_by_clock" in plan


async def test_one_row_that_makes_no_schedule_keeps_no_other_from_following(
    reminders: Reminders, governments: Governments
) -> None:
    broken, series = await reminders.make(daily()), await reminders.make(daily())
    await reminders.change(broken, rrule="FREQ=NEVER")
    governments.decide(PERMANENT)
    assert await follow(reminders) == 1
    assert (await reminders.row(series)).next_at == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert (await reminders.row(broken)).next_at == datetime(2026, 12, 2, 17, tzinfo=UTC)
