"""Sums of the days that are over: each interaction is in one, whatever the clock of its server does."""

import asyncio
import itertools
import random
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from app.core.actor import Actor
from app.core.analytics.durations import Durations
from app.core.analytics.errors import StillAddingUp
from app.core.analytics.figures import People, UsageFigures, UsagePart
from app.core.analytics.spans import days_from, months_from
from app.core.interactions import Outcome
from app.core.settings import general
from app.core.settings.kinds import Setting
from app.models import AuditLog
from app.models.audit_log import Grain
from app.services.analytics import figures
from app.services.analytics.rows import NO_USE
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.services.analytics.test_figures import ELSEWHERE, GUILD, OPERATOR, STAFF, Log, policy

A = AuditLog
DAY = timedelta(days=1)
SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$
"""
PERIODS = (7, 30, 90, 365)


@pytest.fixture
def log(uow: UnitOfWorkFactory, clock: ManualClock) -> Log:
    return Log(uow, clock)


async def add_up(log: Log) -> None:
    """Make all sums there can be."""
    while await log.call("sums", "add_up"):
        pass
    while await log.call("sums", "add_up_everywhere"):
        pass


async def choose(log: Log, setting: Setting[Any], value: Any, guild_id: int = GUILD) -> None:
    """Let a server choose something."""
    async with log.uow() as work:
        await work.settings.change(Actor(guild_id, 1, is_manager=True), setting, value)


async def rows(log: Log, *what: Any) -> list[Any]:
    """Return sums."""
    async with log.uow() as work:
        ordered = select(*what).where(A.grain.is_not(None)).order_by(A.guild_id, A.created_at, A.until, A.command_name)
        found = await work._session.execute(ordered)
        return [tuple(row) for row in found]


async def all_figures(log: Log, zone: str) -> list[UsageFigures]:
    """Return the figures of all periods."""
    chosen = policy(**{"general.timezone": zone})
    here = [await log.call("figures", "of", STAFF, chosen, days=days) for days in PERIODS]
    return here + [await log.call("figures", "of", OPERATOR, chosen, days=days, everywhere=True) for days in PERIODS]


def without(figures: UsageFigures, parts: Collection[UsagePart]) -> UsageFigures:
    """Return figures in which some parts are empty."""
    if UsagePart.DURATIONS in parts:
        uses = (replace(one, use=replace(one.use, durations=Durations())) for one in figures.commands)
        figures = replace(figures, commands=tuple(uses))
    if UsagePart.PEOPLE in parts:
        figures = replace(figures, people=People(), days=tuple(replace(day, people=0) for day in figures.days))
    return replace(figures, errors=()) if UsagePart.ERRORS in parts else figures


def fill(log: Log, *, days: int, many: int, seed: int) -> None:
    """Remember interactions of some time by chance."""
    luck = random.Random(seed)
    outcomes = [Outcome.OK] * 8 + [Outcome.REFUSED, Outcome.BUG, Outcome.TIMED_OUT, None]
    for _ in range(many):
        outcome = luck.choice(outcomes)
        kind = luck.choice(["slash", "slash", "button", "autocomplete", "lost", "application_command"])
        log.add(
            luck.choice(["", *(f"command {number}" for number in range(1, 7))]),
            luck.randint(0, 12),
            timedelta(seconds=luck.randint(0, days * 86400)),
            command_type=kind,
            guild_id=luck.choice([GUILD, GUILD, ELSEWHERE, 0]),
            outcome=outcome,
            success=outcome in {None, Outcome.OK} and luck.random() < 0.9,
            duration_ms=luck.choice([None, luck.randint(0, 5000)]),
            first_response_ms=luck.choice([None, luck.randint(0, 3000)]),
            fingerprint="f00" if outcome is Outcome.BUG else None,
            count=10 if kind == "autocomplete" else 1,
        )


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Apia"])
async def test_figures_are_the_same_from_sums(log: Log, clock: ManualClock, zone: str) -> None:
    clock.now = datetime(2026, 11, 30, 14, 20, tzinfo=UTC)
    await choose(log, general.TIMEZONE, zone)
    fill(log, days=800, many=4000, seed=5)
    await log.write()
    counted = await all_figures(log, zone)
    assert all(one.total.count and one.people.returning and one.lost for one in counted)
    name = counted[1].commands[0].name
    chosen = policy(**{"general.timezone": zone})
    of_command = await log.call("figures", "command", STAFF, chosen, name, days=365)

    await add_up(log)
    assert {grain for (grain,) in await rows(log, A.grain)} == set(Grain)
    assert await all_figures(log, zone) == counted
    assert await log.call("figures", "command", STAFF, chosen, name, days=365) == of_command
    for parts in ((), (UsagePart.DURATIONS,), (UsagePart.PEOPLE,), (UsagePart.ERRORS,)):
        some = await log.call("figures", "of", STAFF, chosen, days=30, parts=parts)
        assert some == without(counted[1], set(UsagePart) - set(parts))
    # And once more from another day on, with what happened meanwhile.
    clock.move(days=3, hours=2)
    fill(log, days=3, many=100, seed=7)
    await log.write()
    later = await all_figures(log, zone)
    await add_up(log)
    assert await all_figures(log, zone) == later
    before = await rows(log, *A.__table__.c)
    await add_up(log)
    assert await rows(log, *A.__table__.c) == before


async def test_two_processes_at_once_make_each_sum_once(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    log = Log(own_uow, clock)
    fill(log, days=60, many=500, seed=8)
    await log.write()
    counted = await all_figures(log, "UTC")
    await asyncio.gather(*(add_up(log) for _ in range(4)))
    await add_up(log)
    assert await all_figures(log, "UTC") == counted
    many = await rows(log, A.grain, A.guild_id, A.created_at, A.command_name, A.command_type, A.outcome)
    assert len(many) == len(set(many))


async def test_a_day_with_very_much_may_take_longer_than_what_somebody_waits_for(
    own_uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    log = Log(own_uow, clock)
    fill(log, days=5, many=50, seed=9)
    await log.write()
    async with own_uow() as work:
        await work._session.execute(text(SLOWLY))
        await work._session.execute(text("CREATE TRIGGER slowly BEFORE INSERT ON audit_logs EXECUTE FUNCTION slowly()"))
    for method in ("add_up", "add_up_everywhere"):
        async with own_uow() as work:
            await work._session.execute(text("SET LOCAL statement_timeout = '300ms'"))
            assert await getattr(work.analytics.sums, method)()


async def test_a_change_of_the_time_zone_leaves_nothing_out_and_counts_nothing_twice(
    log: Log, clock: ManualClock
) -> None:
    clock.now = datetime(2026, 3, 20, 14, 20, tzinfo=UTC)
    zones = ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "Europe/Brussels", "UTC"]
    many = 0
    for number in range(20):
        if number % 2 == 0:
            await choose(log, general.TIMEZONE, zones[number // 2 % 5])
        fill(log, days=1, many=30, seed=number)
        many += sum(row["count"] for row in log.rows if row["guild_id"] == GUILD)
        await log.write()
        await add_up(log)
        clock.move(days=1)
    clock.move(days=1)
    await add_up(log)
    days = [row for row in await rows(log, A.created_at, A.until, A.grain, A.guild_id) if row[2:] == (Grain.DAY, GUILD)]
    spans = sorted({row[:2] for row in days})
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    found = await rows(log, A.count, A.grain, A.guild_id, A.command_name)
    assert sum(row[0] for row in found if row[1:3] == (Grain.DAY, GUILD) and row[3]) == many
    chosen = policy(**{"general.timezone": "UTC"})
    found_here = await log.call("figures", "of", STAFF, chosen, days=30)
    async with log.uow() as work:
        counting = select(func.sum(A.count)).where(
            A.grain.is_(None), A.guild_id == GUILD, A.command_type.not_in(NO_USE)
        )
        used = await work._session.scalar(counting)
    assert found_here.total.count == used == sum(day.count for day in found_here.days)


async def test_interactions_that_are_written_late_are_counted(log: Log, clock: ManualClock) -> None:
    clock.now = datetime(2026, 11, 30, 14, 20, tzinfo=UTC)
    fill(log, days=40, many=500, seed=9)
    await log.write()
    await add_up(log)
    # The database was away over midnight for the process that has these, and not for the one that made the sums.
    for number in range(10):
        log.add("late", 11 + number, timedelta(hours=12 + number))
    log.add("too late", 11, 3 * DAY)
    assert (
        await log.call("sums", "reopen", {GUILD: clock() - timedelta(hours=22), ELSEWHERE: clock() - 3 * DAY}) is None
    )
    await log.write()
    counted = await all_figures(log, "UTC")
    assert [one.use.count for one in counted[0].commands if one.name == "late"] == [10]
    await add_up(log)
    assert await all_figures(log, "UTC") == counted


async def test_each_process_makes_the_sums_of_its_own_servers(log: Log) -> None:
    for guild_id in (1 << 22, 2 << 22, 3 << 22, 0):
        log.add("faq search", 11, 2 * DAY, guild_id=guild_id)
    await log.write()
    assert await log.call("sums", "add_up", (2, [1]))
    assert not await log.call("sums", "add_up", (2, [1]))
    assert {guild for (guild,) in await rows(log, A.guild_id)} == {1 << 22, 3 << 22}
    assert await log.call("sums", "add_up", (2, [0]))
    assert {guild for (guild,) in await rows(log, A.guild_id)} == {0, 1 << 22, 2 << 22, 3 << 22}


@pytest.mark.parametrize("zone", ["America/New_York", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"])
def test_days_follow_each_other_whatever_the_clocks_do(zone: str) -> None:
    info, since, until = ZoneInfo(zone), datetime(2023, 1, 5, 3, tzinfo=UTC), datetime(2024, 12, 31, 3, tzinfo=UTC)
    days = list(days_from(since, info, after=since, until=until))
    assert days[0].start == since
    assert all(one.end == other.start and other.number == one.number + 1 for one, other in itertools.pairwise(days))
    lengths = {round((day.end - day.start) / timedelta(hours=1)) for day in days[1:]}
    assert lengths <= {23, 24, 25}
    assert len(days) > 700
    months = list(months_from(since, info, until=until))
    assert len(months) == 23
    assert all(one.end == other.start for one, other in itertools.pairwise(months))


async def test_figures_say_so_while_much_of_before_is_not_added_up(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_LIVE", 100)
    fill(log, days=40, many=500, seed=10)
    await log.write()
    with pytest.raises(StillAddingUp):
        await all_figures(log, "UTC")
    await add_up(log)
    assert (await all_figures(log, "UTC"))[0].total.count
