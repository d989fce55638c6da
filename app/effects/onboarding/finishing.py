"""What follows when a member is done, after it was written down: nothing here can take it back."""

import logging
from datetime import datetime

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import BotError
from app.core.onboarding.grants import Grant, read_grants
from app.core.onboarding.limits import FIRST_PAUSE
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import granting, welcoming
from app.effects.onboarding.granting import Carried
from app.effects.sending import ERRORS
from app.models import Onboarding
from app.services.onboarding.grants import next_try

log = logging.getLogger(__name__)


async def finish(
    bot: Bot, actor: Actor, held_until: datetime | None, row: Onboarding | None = None
) -> list[Grant] | None:
    """Carry out what a member gets, and return what became of it; None if they are not in the server any more.

    What cannot be done now is done by the job.

    Only whoever has the row until `held_until` does so: for others, the job is at it, another press was first, or there
    is nothing to be done. `row` is theirs, if it is known.
    """
    if row is None:
        async with bot.uow.reading() as work:
            mine = await work.onboarding.flow.mine(actor)
        if mine is None:
            return []
        row = mine.row
    if held_until is None:
        return read_grants(row.grants)
    if bot.get_guild(actor.guild_id) is None:
        # Direct messages come to another process than what happens in the server.
        async with bot.uow() as work:
            await work.onboarding.due.give_back({(actor.guild_id, actor.user_id): held_until})
        return read_grants(row.grants)
    policy = OnboardingPolicy.of(await bot.settings.get(actor.guild_id))
    try:
        carried, again = await carry_out(bot, row, policy)
        async with bot.uow() as work:
            await work.onboarding.due.settle(row, held_until, again)
    except (*ERRORS, BotError) as error:
        log.info("left to the job", extra={"guild": actor.guild_id, "user": actor.user_id, "error": str(error)})
        again = held_until
        carried = Carried(tuple(read_grants(row.grants)), row)
    if again is not None:
        bot.jobs.wake("onboarding", again)
    if carried.row is None:
        return None
    return list(carried.grants)


async def carry_out(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> tuple[Carried, datetime | None]:
    """Give and take what is open about a member who is done, and say what is to be said; return when to go on."""
    carried = await granting.carry_out(bot, row, policy)
    if carried.row is None:
        async with bot.uow() as work:
            await work.onboarding.joins.leave([(row.guild_id, row.user_id)])
        return carried, None
    is_said = await welcoming.tell_all(bot, row, policy)
    now = bot.clock()
    moments = [at for at in (None if is_said else now + FIRST_PAUSE, next_try(carried.row, now)) if at is not None]
    return carried, min(moments, default=None)
