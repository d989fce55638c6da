"""Members who are done: what they get, and who is told."""

from datetime import datetime

from app.bot import Bot
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import finishing
from app.jobs.onboarding import versions
from app.models import Onboarding


async def handle(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Give and take what is still to be given and taken, and say what is still to be said."""
    of_rules = await versions.look_after(bot, row, policy)
    _, again = await finishing.carry_out(bot, row, policy)
    return min((at for at in (of_rules, again) if at is not None), default=None)
