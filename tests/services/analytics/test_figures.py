"""What is counted about the use of commands."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from app.core.actor import Actor
from app.core.analytics.errors import StatisticsNotAllowed
from app.core.analytics.figures import People
from app.core.analytics.policy import AnalyticsPolicy
from app.core.analytics.spans import day_of, midnight
from app.core.interactions import Outcome
from app.core.operators import NotAnOperator
from app.core.settings.snapshot import SettingsSnapshot
from app.models import AuditLog
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

GUILD, ELSEWHERE = 1, 2
ZONE = "America/New_York"
STAFF = Actor(GUILD, 10, is_staff=True)
OPERATOR = Actor(GUILD, 10, is_operator=True)


def policy(**chosen: Any) -> AnalyticsPolicy:
    return AnalyticsPolicy.of(SettingsSnapshot(GUILD, {"general.timezone": ZONE, **chosen}))


class Log:
    """Rows of interactions, and what is counted of them."""

    def __init__(self, uow: UnitOfWorkFactory, clock: ManualClock) -> None:
        self.uow = uow
        self.clock = clock
        self.rows = list[dict[str, Any]]()

    def add(self, name: str, user_id: int, at: datetime | timedelta = timedelta(), /, **columns: Any) -> None:
        """Remember an interaction, by when it was or how long ago."""
        created_at = self.clock() - timedelta(seconds=1) - at if isinstance(at, timedelta) else at
        facts = {
            "guild_id": GUILD, "user_id": user_id, "command_name": name, "command_type": "slash", "outcome": Outcome.OK,
            "created_at": created_at, "duration_ms": 100, "first_response_ms": 50, "fingerprint": None,
            "reference": None, "release": "1.0", "error_message": None, "count": 1,
        }  # fmt: skip
        facts |= columns
        facts.setdefault("success", facts["outcome"] is None or facts["outcome"] == Outcome.OK)
        self.rows.append(facts)

    async def write(self) -> None:
        """Write what was remembered."""
        async with self.uow() as work:
            await work._session.execute(insert(AuditLog), sorted(self.rows, key=lambda row: row["created_at"]))
        self.rows = []

    async def call(self, service: str, method: str, *args: Any, **options: Any) -> Any:
        """Call a service of statistics."""
        async with self.uow() as work:
            return await getattr(getattr(work.analytics, service), method)(*args, **options)


@pytest.fixture
def log(uow: UnitOfWorkFactory, clock: ManualClock) -> Log:
    return Log(uow, clock)


async def test_figures_are_those_that_can_be_counted_by_hand(log: Log, clock: ManualClock) -> None:
    day = timedelta(days=1)
    log.add("faq search", 11)
    log.add("faq search", 11, day, duration_ms=400, first_response_ms=1200)
    log.add("faq search", 12, 2 * day, outcome=Outcome.REFUSED, duration_ms=100)
    log.add("faq search", 12, 9 * day)
    log.add("faq search", 13, 10 * day)
    log.add("faq search", 13, 10 * day, command_type="autocomplete", count=10)
    log.add("tickets:claim", 14, command_type="button", first_response_ms=None, duration_ms=None)
    error = {"outcome": Outcome.BUG, "fingerprint": "f00", "error_message": "KeyError in app.x:y"}
    log.add("ticket open", 11, 3 * day, **error, reference="R2", release="1.1")
    log.add("ticket open", 11, 40 * day, **error, reference="R1", release="1.0")
    log.add("reminder add", 12, 40 * day, **{**error, "fingerprint": "other"})
    # Of the predecessor.
    old = {"outcome": None, "duration_ms": None, "first_response_ms": None, "release": None, "command_type": "app"}
    log.add("old", 15, day, **old, success=True)
    log.add("old", 15, day, **old, success=False)
    log.add("gone", 0, day, command_type="lost", count=7)
    log.add("faq search", 99, guild_id=ELSEWHERE)
    log.add("ticket open", 99, guild_id=ELSEWHERE, **error, reference="R3", release="1.2")
    await log.write()

    figures = await log.call("figures", "of", STAFF, policy(), days=7)
    used = {one.name: one for one in figures.commands}
    assert list(used) == ["faq search", "old", "ticket open", "tickets:claim"]
    assert used["faq search"].use.outcomes == {Outcome.OK: 2, Outcome.REFUSED: 1}
    assert (used["faq search"].before, used["old"].before) == (2, 0)
    assert used["faq search"].use.durations.percentile(0.5) == pytest.approx(100, rel=0.05)
    assert used["faq search"].use.durations.percentile(0.95) == pytest.approx(400, rel=0.05)
    assert (used["faq search"].use.answered, used["faq search"].use.within_second) == (3, 2)
    assert used["old"].use.outcomes == {Outcome.OK: 1, Outcome.BUG: 1}
    assert not used["old"].use.durations.total
    assert [one.is_command for one in used.values()] == [True, True, True, False]
    assert figures.people == People(active=4, before=2, new=3, returning=1)
    assert [one.count for one in figures.days] == [0, 0, 0, 1, 1, 3, 2]
    assert [one.failed for one in figures.days] == [0, 0, 0, 1, 0, 1, 0]
    assert [one.people for one in figures.days] == [0, 0, 0, 1, 1, 2, 2]
    assert figures.lost == 7
    assert figures.since is None
    (group,) = figures.errors
    assert (group.fingerprint, group.what, group.count, group.guilds) == ("f00", "KeyError in app.x:y", 1, 1)
    assert (group.commands, group.first_release, group.last_release) == (("ticket open",), "1.0", "1.1")
    assert (group.first_at, group.last_at) == tuple(clock() - timedelta(days=n, seconds=1) for n in (40, 3))
    assert group.last_reference == "R2"
    since = (await log.call("figures", "of", STAFF, policy(), days=90)).since
    assert since == midnight(day_of(clock() - 40 * day - timedelta(seconds=1), ZoneInfo(ZONE)), ZoneInfo(ZONE))

    everywhere = await log.call("figures", "of", OPERATOR, policy(), days=7, everywhere=True)
    assert everywhere.total.count == figures.total.count + 2
    assert [(one.guilds, one.count, one.last_release) for one in everywhere.errors] == [(2, 2, "1.2")]

    one = await log.call("figures", "command", STAFF, policy(), "ticket open", days=7)
    assert (one.use.use.failed, one.use.before, [error.count for error in one.errors]) == (1, 0, [1])
    assert [day.count for day in one.days] == [0, 0, 0, 1, 0, 0, 0]
    assert await log.call("figures", "command", STAFF, policy(), "nonsense", days=7) is None
    mine = await log.call("figures", "mine", Actor(GUILD, 11), policy(), days=7)
    assert [(one.name, one.use.count) for one in mine.commands] == [("faq search", 2), ("ticket open", 1)]
    assert mine.since is None


async def test_a_command_is_one_whatever_its_kind_was_called_and_has_its_own_errors(log: Log) -> None:
    day = timedelta(days=1)
    error = {"outcome": Outcome.BUG, "fingerprint": "f00", "error_message": "KeyError in app.x:y"}
    for name, times in (("faq search", 2), ("ticket open", 3)):
        for number in range(times):
            log.add(name, 11, number * day, **error, reference=f"{name} {number}")
    old = {"outcome": None, "duration_ms": None, "first_response_ms": None, "release": None, "success": True}
    for kind in ("text", "app_command", ""):
        log.add("faq search", 12, 2 * day, **old, command_type=kind)
        log.add("gone", 12, 2 * day, **old, command_type=kind)
        log.add("faq search", 12, 9 * day, **old, command_type=kind)
    log.add("faq search", 12, 20 * day)
    for kind in ("button", "form"):
        log.add("other", 13, command_type=kind)
    await log.write()

    figures = await log.call("figures", "of", STAFF, policy(), days=7)
    counts = {(one.name, one.is_command): (one.use.count, one.before) for one in figures.commands}
    assert len(figures.commands) == 5
    assert counts == {
        ("faq search", True): (5, 3), ("ticket open", True): (3, 0), ("gone", True): (3, 0), ("other", False): (1, 0)
    }  # fmt: skip
    for name, count in (("faq search", 5), ("gone", 3), ("other", 2)):
        one = await log.call("figures", "command", STAFF, policy(), name, days=7)
        assert one.use.use.count == count == sum(day.count for day in one.days)
    one = await log.call("figures", "command", STAFF, policy(), "faq search", days=7)
    assert [(error.count, error.commands, error.last_reference) for error in one.errors] == [
        (2, ("faq search",), "faq search 0")
    ]


async def test_staff_see_their_server_and_operators_all(log: Log) -> None:
    with pytest.raises(StatisticsNotAllowed):
        await log.call("figures", "of", Actor(GUILD, 11), policy(), days=7)
    with pytest.raises(NotAnOperator):
        await log.call("figures", "of", STAFF, policy(), days=7, everywhere=True)
    with pytest.raises(NotAnOperator):
        await log.call("figures", "command", STAFF, policy(), "ticket open", days=7, everywhere=True)
    with pytest.raises(StatisticsNotAllowed):
        await log.call("figures", "command", Actor(GUILD, 11), policy(), "ticket open", days=7)
