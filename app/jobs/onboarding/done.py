"""Members who are done: what they get, and who is told."""

from datetime import datetime

from app.bot import Bot
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import granting
from app.jobs.onboarding import versions
from app.models import Onboarding
from app.services.onboarding.grants import next_try


async def handle(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Give and take what is still to be given and taken."""
    of_rules = await versions.look_after(bot, row, policy)
    carried = await granting.carry_out(bot, row, policy)
    if carried.row is None:
        async with bot.uow() as work:
            await work.onboarding.joins.leave([(row.guild_id, row.user_id)])
        return None
    moments = [at for at in (of_rules, next_try(carried.row, bot.clock())) if at is not None]
    return min(moments) if moments else None
