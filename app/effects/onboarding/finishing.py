"""What follows when a member is done, after it was written down: nothing here can take it back."""

import logging

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import BotError
from app.core.onboarding.grants import Grant, read_grants
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import granting, welcoming
from app.effects.sending import ERRORS

log = logging.getLogger(__name__)


async def finish(bot: Bot, actor: Actor) -> list[Grant]:
    """Carry out what a member gets, and return what became of it. What cannot be done now is done by the job."""
    async with bot.uow() as work:
        mine = await work.onboarding.flow.mine(actor)
    if mine is None:
        return []
    policy = OnboardingPolicy.of(await bot.settings.get(actor.guild_id))
    try:
        carried = await granting.carry_out(bot, mine.row, policy)
        await welcoming.tell_all(bot, mine.row, policy)
        return list(carried.grants)
    except (*ERRORS, BotError) as error:
        log.info("left to the job", extra={"guild": actor.guild_id, "user": actor.user_id, "error": str(error)})
        return read_grants(mine.row.grants)
