"""The job adds up the days that are over, with what waits to be written down, and deletes what is kept no longer."""

from sqlalchemy import func, select

from app.bot import Bot
from app.core.actor import Actor
from app.core.analytics.policy import AnalyticsPolicy
from app.models import AuditLog
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.jobs import settle_statistics
from tests.fixtures.town import Town


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
    clock.move(days=2)
    await settle_statistics(bot, "sums")
    async with bot.uow.reading() as work:
        before = await work.analytics.figures.of(staff, policy, days=30)
    assert (before.total.count, before.people.active) == (3, 1)
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
