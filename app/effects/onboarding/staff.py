"""Telling the staff of a server what they should know, in their log."""

import hashlib
import logging

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.onboarding.policy import OnboardingPolicy
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


def nonce(*parts: object) -> str:
    """Make what tells Discord that a message was sent before: the same for the same parts."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=12).hexdigest()
