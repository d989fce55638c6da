"""When a government changes its clocks, what was promised by the clock on the wall follows, and nothing else moves."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import WallTime
from app.models import Reminder, ReminderState
from app.services.reminders.clocks import BATCH, Followed
from tests.fixtures.reminders.making import ALICE, STAFF
from tests.fixtures.reminders.services import Reminders, sent
from tests.fixtures.zones import HARBOUR, PERMANENT, SEASONS, Governments

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def local(hour: int, day: int = 2) -> datetime:
    return datetime.combine(date(2026, 12, day), time(hour))


def daily(hours: str = "9") -> Schedule:
    return Schedule.series(f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0", HARBOUR, local(9))


async def follow(reminders: Reminders, zone: str = HARBOUR) -> int:
    total = 0
    for what in Followed:
        last, moved = await reminders.clocks.follow(what, zone, 0, reminders.now)
        assert (last, await reminders.clocks.follow(what, zone, last, reminders.now)) in {(0, (0, 0)), (last, (0, 0))}
        total += moved
    return total


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
    assert await reminders.clocks.zones(Followed.TIMES) == [HARBOUR, "Europe/Brussels"]
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


async def test_ends_pauses_and_snoozes_follow_that_were_said_as_a_time_of_day(
    reminders: Reminders, governments: Governments
) -> None:
    series = await reminders.make(daily().ending(until=local(9, 5)))
    elapsed = await reminders.make(Schedule.elapsed(HOUR, NOW + HOUR, HARBOUR, until=local(18)))
    instant = await reminders.make(Schedule.elapsed(HOUR, NOW + HOUR, HARBOUR, until=NOW + 12 * HOUR))
    ends = [one.until for one in (series, elapsed, instant)]
    assert ends[:2] == [datetime(2026, 12, 5, 17, tzinfo=UTC), datetime(2026, 12, 3, 2, tzinfo=UTC)]
    # Paused by somebody in the harbour, whatever zone the reminder itself is in.
    paused = await reminders.make(Schedule.series("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "Europe/Brussels", local(9)))
    until, there = datetime(2026, 12, 3, 17, tzinfo=UTC), WallTime(local(9, 3), HARBOUR)
    await reminders.control.pause(ALICE, paused.id, until=until, by_clock=there)
    for_an_hour = await reminders.make(daily())
    await reminders.control.pause(ALICE, for_an_hour.id, until=NOW + HOUR)
    snoozed = await reminders.snooze(ALICE, series.id, until=until, zone=HARBOUR, local=local(9, 3))
    in_an_hour = await reminders.snooze(ALICE, elapsed.id, until=NOW + HOUR, zone=HARBOUR)
    again = await reminders.make(daily(), repeat_every=HOUR, repeat_most=3)
    await reminders.change(again, again_at=NOW + HOUR)

    governments.decide(PERMANENT)
    zones = [await reminders.clocks.zones(what) for what in Followed]
    assert zones == [[HARBOUR, "Europe/Brussels"], [HARBOUR], [HARBOUR]]
    await follow(reminders)
    rows = [await reminders.row(one) for one in (series, elapsed, instant, snoozed, in_an_hour)]
    assert [row.until for row in rows[:3]] == [ends[0] - HOUR, ends[1] - HOUR, ends[2]]
    assert [row.next_at for row in rows[1:]] == [NOW + HOUR, NOW + HOUR, until - HOUR, NOW + HOUR]
    # A length of time after a message, whatever the clocks show.
    assert (await reminders.row(again)).again_at == NOW + HOUR
    row = await reminders.row(paused)
    assert (row.resume_at, row.wake_at) == (until - HOUR, until - HOUR)
    assert (await reminders.row(for_an_hour)).resume_at == NOW + HOUR
    assert await follow(reminders) == 0

    await reminders.control.resume(ALICE, paused.id)
    row = await reminders.row(paused)
    assert (row.resume_at, row.resume_local, row.resume_zone, row.resume_rules) == (None, None, None, None)


async def test_the_last_time_of_a_series_is_not_lost_where_its_end_comes_later_too(
    reminders: Reminders, governments: Governments
) -> None:
    governments.decide(PERMANENT)
    series = await reminders.make(daily().ending(until=local(9)))
    waiting = await reminders.make(daily().ending(until=local(9)))
    assert series.next_at == series.until == datetime(2026, 12, 2, 16, tzinfo=UTC)
    governments.decide(SEASONS)
    await follow(reminders)
    row = await reminders.row(series)
    assert row.next_at == row.until == datetime(2026, 12, 2, 17, tzinfo=UTC)
    # Settled by new rules before anybody followed them.
    await reminders.change(waiting, local_until=local(9, 3), until=datetime(2026, 12, 3, 16, tzinfo=UTC))
    reminders.now = datetime(2026, 12, 2, 17, tzinfo=UTC)
    for delivery in await reminders.begin():
        governments.decide(PERMANENT)
        await reminders.settle(sent(delivery))
    assert (await reminders.row(series)).state is ReminderState.DONE
    row = await reminders.row(waiting)
    assert (row.next_at, row.until) == (datetime(2026, 12, 3, 16, tzinfo=UTC), datetime(2026, 12, 3, 16, tzinfo=UTC))


async def test_what_should_have_happened_already_by_the_new_clocks_happens_now(
    reminders: Reminders, governments: Governments
) -> None:
    nine = datetime(2026, 12, 2, 17, tzinfo=UTC)
    once = await reminders.make(Schedule.once_at(local(9), HARBOUR))
    held = await reminders.make(daily("9"))
    await reminders.control.pause(ALICE, held.id, until=nine, by_clock=WallTime(local(9), HARBOUR))
    hourly = await reminders.make(Schedule.elapsed(HOUR, nine, HARBOUR, until=local(9)))
    reminders.now = nine - HOUR / 2
    governments.decide(PERMANENT)
    await follow(reminders)
    # It comes half an hour late, a pause is over, and what would have come after its end does not come at all.
    assert [delivery.late for delivery in await reminders.begin()] == [HOUR / 2]
    row = await reminders.row(once)
    assert (row.next_at, row.attempts) == (nine - HOUR, 1)
    row = await reminders.row(held)
    assert (row.state, row.next_at) == (ReminderState.WAITING, nine + 23 * HOUR)
    assert (await reminders.row(hourly)).state is ReminderState.DONE


async def test_rows_of_an_older_release_follow_as_far_as_they_can_be_trusted(
    reminders: Reminders, governments: Governments
) -> None:
    midnight = datetime.combine(date(2026, 12, 20), time(23, 59, 59))
    whole_day, moment = [await reminders.make(daily().ending(until=midnight)) for _ in range(2)]
    edited = await reminders.make(daily().ending(until=midnight))
    until, noon = whole_day.until, datetime(2026, 12, 20, 20, tzinfo=UTC)
    await reminders.change(whole_day, local_until=None)
    await reminders.change(moment, local_until=None, until=noon)
    # It knows nothing of the new columns, and so leaves them as they were.
    await reminders.change(edited, until=noon)
    paused = await reminders.make(daily())
    await reminders.control.pause(ALICE, paused.id, until=noon, by_clock=WallTime(local(12, 20), HARBOUR))
    await reminders.change(paused, resume_at=noon + 48 * HOUR)
    reminders.now = datetime(2026, 12, 2, 17, tzinfo=UTC)
    await reminders.settle(*map(sent, await reminders.begin()))
    governments.decide(PERMANENT)
    await follow(reminders)
    rows = [await reminders.row(one) for one in (whole_day, moment, edited)]
    assert [row.until for row in rows] == [until - HOUR, noon, noon]
    assert (await reminders.row(paused)).resume_at == noon + 48 * HOUR


async def test_what_staff_move_goes_by_the_clock_as_before(reminders: Reminders, governments: Governments) -> None:
    once = await reminders.make(Schedule.once_at(local(9, 20), HARBOUR))
    series = await reminders.make(daily().ending(until=local(9, 20)))
    elapsed = await reminders.make(Schedule.elapsed(HOUR, NOW + HOUR, HARBOUR, until=local(9, 20)))
    at_ten = datetime(2026, 12, 20, 18, tzinfo=UTC)
    await reminders.staff.shift(STAFF, HOUR)
    governments.decide(PERMANENT)
    await follow(reminders)
    assert (await reminders.row(once)).next_at == at_ten - HOUR
    assert [(await reminders.row(one)).until for one in (series, elapsed)] == [at_ten - HOUR] * 2
    await reminders.staff.shift(STAFF, -HOUR, back_from=NOW)
    assert (await reminders.row(once)).local_start == local(9, 20)
    assert [(await reminders.row(one)).local_until for one in (series, elapsed)] == [local(9, 20)] * 2


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
    last, moved = await own_reminders.clocks.follow(Followed.TIMES, HARBOUR, 0, NOW)
    assert (last, moved) == (series.id + BATCH - 1, BATCH)
    assert await own_reminders.clocks.follow(Followed.TIMES, HARBOUR, last, NOW) == (series.id + BATCH, 1)
    assert len(await own_reminders.clocks.zones(Followed.TIMES)) == 8
    indexes = {
        "planned": "local_start IS NOT NULL AND state <> 'done' AND deleted_at IS NULL AND timezone",
        "ended": "local_start IS NULL AND local_until IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"
        " AND timezone",
        "resumed": "resume_local IS NOT NULL AND state = 'paused' AND deleted_at IS NULL AND resume_zone",
    }
    async with own_engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE reminders")
        for index, asked in indexes.items():
            rules = "resume_rules" if index == "resumed" else "zone_rules"
            query = f"{asked} = '{HARBOUR}' AND ({rules} IS NULL OR {rules} <> 'x') ORDER BY id LIMIT {BATCH}"
            plan = (await connection.exec_driver_sql(f"EXPLAIN SELECT id FROM reminders WHERE {query}")).scalars()
            assert f"ix_reminders_{index}_by_clock" in "\n".join(plan)


async def test_one_row_that_makes_no_schedule_keeps_no_other_from_following(
    reminders: Reminders, governments: Governments
) -> None:
    broken, series = await reminders.make(daily()), await reminders.make(daily())
    await reminders.change(broken, rrule="FREQ=NEVER")
    governments.decide(PERMANENT)
    assert await follow(reminders) == 1
    assert (await reminders.row(series)).next_at == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert (await reminders.row(broken)).next_at == datetime(2026, 12, 2, 17, tzinfo=UTC)
