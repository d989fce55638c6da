"""Telling the staff of a server what they should know, in their log."""

import logging

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.nonces import nonce
from app.effects.sending import say

log = logging.getLogger(__name__)


async def tell_staff(bot: Bot, guild_id: int, policy: OnboardingPolicy, text: str, *, once: tuple[object, ...]) -> bool:
    """Write into the staff log without pinging anybody, and tell whether it is there. Raises Unavailable.

    A server without a staff log, or with one where the bot cannot write, is told nothing; the operator's log has it.
    """
    facts = {"guild": guild_id, "what": " ".join(map(str, once))}
    if policy.log_channel_id is None:
        log.warning("staff have no log to be told in", extra=facts)
        return False
    try:
        await say(bot, policy.log_channel_id, text, nonce=nonce(*once))
    except Unavailable:
        raise
    except UserError as error:
        log.warning("staff could not be told", extra={**facts, "error": str(error)})
        return False
    return True
