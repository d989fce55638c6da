"""Members who are done: what they get, and who is told."""

from datetime import datetime

from app.bot import Bot
from app.core.onboarding.limits import FIRST_PAUSE
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import granting, welcoming
from app.jobs.onboarding import versions
from app.models import Onboarding
from app.services.onboarding.grants import next_try


async def handle(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Give and take what is still to be given and taken, and say what is still to be said."""
    of_rules = await versions.look_after(bot, row, policy)
    carried = await granting.carry_out(bot, row, policy)
    if carried.row is None:
        async with bot.uow() as work:
            await work.onboarding.joins.leave([(row.guild_id, row.user_id)])
        return None
    is_said = await welcoming.tell_all(bot, row, policy)
    again = None if is_said else bot.clock() + FIRST_PAUSE
    moments = [at for at in (of_rules, again, next_try(carried.row, bot.clock())) if at is not None]
    return min(moments) if moments else None
