"""How long interactions and sums are kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.analytics.settings import KEEP_EVENTS, KEEP_FIGURES
from app.core.interactions import Outcome
from app.models import AuditLog
from app.services.analytics import retention
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.services.analytics.test_figures import ELSEWHERE, GUILD, STAFF, Log, policy
from tests.services.analytics.test_sums import DAY, add_up, choose

A = AuditLog


@pytest.fixture
def log(uow: UnitOfWorkFactory, clock: ManualClock) -> Log:
    clock.now = datetime(2026, 11, 30, 14, 20, tzinfo=UTC)
    return Log(uow, clock)


async def forget(log: Log) -> None:
    """Delete everything that is kept no longer."""
    reached = dict[int, datetime]()
    kept = await log.call("retention", "kept")
    while (more := await log.call("retention", "forget_events", kept, reached)) is not None:
        reached |= more
    while await log.call("retention", "forget_figures", kept, everywhere=True):
        pass


async def count(log: Log, *where: Any) -> int:
    async with log.uow() as work:
        found = await work._session.scalar(select(func.count()).select_from(A).where(*where))
        return found or 0


async def test_interactions_go_when_their_server_keeps_them_no_longer_and_figures_stay(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 7)
    error = {"outcome": Outcome.BUG, "fingerprint": "f00", "reference": "R", "channel_id": 5, "locale": "de"}
    for number in range(40):
        log.add("faq search", 11 + number % 3, number * 4 * DAY)
        log.add("ticket open", 11, number * 4 * DAY, **error)
        # The bot has left this server, which chose nothing.
        log.add("faq search", 11, number * 4 * DAY, guild_id=ELSEWHERE)
    log.add("010", 0, 500 * DAY, command_type="schema", outcome=None, guild_id=0)
    await log.write()
    changes = await count(log, A.command_type == "schema")
    await choose(log, KEEP_EVENTS, 20 * 86400)
    await forget(log)
    assert await count(log, A.command_type != "schema") == 120, "nothing goes that is not summed"

    await add_up(log)
    before = await log.call("figures", "of", STAFF, policy(**{"general.timezone": "UTC"}), days=90)
    await forget(log)
    events, old = A.grain.is_(None), A.created_at < log.clock() - 20 * DAY
    assert await count(log, events, A.guild_id == GUILD, A.fingerprint.is_(None)) == 5
    assert await count(log, events, A.guild_id == ELSEWHERE) == 23
    assert await count(log, A.command_type == "schema") == changes
    # What errors there were stays, and not who met them.
    assert await count(log, A.fingerprint.is_not(None)) == 40
    assert await count(log, A.fingerprint.is_not(None), old, A.user_id == 0, A.channel_id.is_(None)) == 35
    assert await count(log, A.fingerprint.is_not(None), A.user_id != 0) == 5
    after = await log.call("figures", "of", STAFF, policy(**{"general.timezone": "UTC"}), days=90)
    assert after == before
    await add_up(log)
    assert await log.call("figures", "of", STAFF, policy(**{"general.timezone": "UTC"}), days=90) == before

    await choose(log, KEEP_FIGURES, 30 * 86400)
    await forget(log)
    sums = (A.grain.is_not(None), A.guild_id == GUILD, A.command_type != "seen")
    assert await count(log, *sums, A.until <= log.clock() - 30 * DAY) == 0
    assert await count(log, *sums) > 0
    assert await count(log, A.fingerprint.is_not(None), A.grain.is_(None)) == 8
    assert await count(log, A.grain.is_not(None), A.guild_id == ELSEWHERE) > 60


async def test_a_server_without_anything_new_is_not_summed_again_once_its_figures_are_gone(
    log: Log, clock: ManualClock
) -> None:
    for number in range(3):
        log.add("faq search", 11, number * DAY)
    await log.write()
    await add_up(log)
    clock.move(days=800)
    await add_up(log)
    await forget(log)
    await add_up(log)
    assert await count(log, A.command_type.not_in(("seen", "schema"))) == 0
    log.add("faq search", 11, DAY)
    await log.write()
    await add_up(log)
    figures = await log.call("figures", "of", STAFF, policy(**{"general.timezone": "UTC"}), days=7)
    assert (figures.total.count, figures.people.new) == (1, 1)
