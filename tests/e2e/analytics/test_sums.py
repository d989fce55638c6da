"""The job adds up the days that are over, with what waits to be written down, and deletes what is kept no longer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.bot import Bot
from app.core.actor import Actor
from app.core.analytics.policy import AnalyticsPolicy
from app.core.analytics.recording import InteractionRecord
from app.core.interactions import InteractionKind, Outcome
from app.models import AuditLog
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.jobs import settle_statistics
from tests.fixtures.town import Town


def happened(bot: Bot, town: Town, hours: float, user_id: int, /, **more: Any) -> InteractionRecord:
    """Return what somebody did so many hours ago."""
    record = InteractionRecord(
        at=bot.clock() - timedelta(hours=hours), guild_id=town.guild.id, channel_id=1, user_id=user_id, name="help",
        kind=InteractionKind.SLASH, outcome=Outcome.OK, duration_ms=5, first_response_ms=3, error=None,
        fingerprint=None, reference=None, locale="de", shard=0, release="1",
    )  # fmt: skip
    return replace(record, **more)


async def test_days_are_added_up_and_old_interactions_deleted(
    bot: Bot, alice: Person, town: Town, clock: ManualClock
) -> None:
    async def count(*where: object) -> int:
        async with bot.uow.reading() as work:
            chosen = select(func.count()).select_from(AuditLog).where(*where)  # pyright: ignore[reportArgumentType] -- conditions
            return await work._session.scalar(chosen) or 0

    events = (AuditLog.grain.is_(None), AuditLog.command_name == "reminder list")
    policy = AnalyticsPolicy.of(await bot.settings.get(town.guild.id))
    staff = Actor(town.guild.id, 1, is_staff=True)
    for _ in range(3):
        await alice.slash("reminder list")
    bot.interactions.offer(happened(bot, town, 0, alice.id, outcome=Outcome.BUG, fingerprint="f00"))
    clock.move(days=2)
    await settle_statistics(bot, "sums")
    async with bot.uow.reading() as work:
        before = await work.analytics.figures.of(staff, policy, days=30)
    assert (before.total.count, before.people.active) == (4, 1)
    assert await count(AuditLog.grain == "day", AuditLog.command_name == "reminder list", AuditLog.count == 3) == 1
    await settle_statistics(bot, "sums")
    assert await count(AuditLog.grain == "bot_day", AuditLog.command_name == "reminder list") == 1
    await settle_statistics(bot, "forgetting")
    assert await count(*events) == 3

    clock.move(days=100)
    await settle_statistics(bot, "forgetting")
    assert await count(*events) == 0
    async with bot.uow.reading() as work:
        after = await work.analytics.figures.of(staff, policy, days=365)
    assert (after.total.outcomes, after.people.active) == (before.total.outcomes, 1)
    assert [error.fingerprint for error in after.errors] == ["f00"]

    clock.move(days=800)
    await settle_statistics(bot, "forgetting")
    assert await count(AuditLog.fingerprint.is_not(None)) == 0
    assert await count(AuditLog.grain.is_not(None), AuditLog.command_type != "seen") == 0
    assert await count(AuditLog.command_type == "seen", func.cardinality(AuditLog.people_ids) > 0) == 0
    assert await count(AuditLog.command_type == "seen") > 0, "until when there are sums is still known"


async def test_what_is_written_only_after_its_day_was_added_up_counts(bot: Bot, town: Town, clock: ManualClock) -> None:
    clock.now = clock.now.replace(hour=14)
    policy = AnalyticsPolicy.of(await bot.settings.get(town.guild.id))
    staff = Actor(town.guild.id, 1, is_staff=True)
    for hours in (100, 50, 20, 1):
        bot.interactions.offer(happened(bot, town, hours, 11))
    for _ in range(4):
        await settle_statistics(bot, "sums")
    bot.interactions.offer(happened(bot, town, 16, 12))
    await bot.interactions.drain()
    for _ in range(2):
        async with bot.uow.reading() as work:
            figures = await work.analytics.figures.of(staff, policy, days=7)
        assert (figures.total.count, figures.people.active) == (5, 2)
        await settle_statistics(bot, "sums")
