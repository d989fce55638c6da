"""Writing to people that what they searched for is answered now."""

import enum
import logging
from typing import Any

import discord

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.messages import speaking
from app.effects.nonces import nonce
from app.effects.restraint import TOO_MANY_DIRECT, restraint_of
from app.effects.sending import BAD_REQUEST, is_closed_door, tell
from app.models.faq_entry import FaqEntry
from app.services.faq.telling import Telling
from app.ui.faq.telling import answer_is_there
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)


class Outcome(enum.Enum):
    """What became of it."""

    TOLD = enum.auto()
    CLOSED = enum.auto()
    """They take no direct messages of the bot, however often it tries."""
    REFUSED = enum.auto()
    """Discord does not take this answer, whoever it is for."""
    LATER = enum.auto()


async def tell_of_answer(bot: Bot, one: Telling, entry: FaqEntry) -> Outcome:
    """Write to one person, in the language in which they searched. May be repeated within minutes: they get it once."""
    restraint, now = restraint_of(bot), bot.clock()
    guild = bot.get_guild(one.guild_id)
    if guild is None or not restraint.may_write(now):
        return Outcome.LATER
    snapshot = await bot.settings.get(one.guild_id)
    with speaking(one.language or language_of_server(bot, one.guild_id)):
        reply = answer_is_there(entry, one, snapshot, server=guild.name)
    view = discord.ui.View(*reply.items, timeout=None, store=False)
    body: dict[str, Any] = {
        "embeds": [embed.to_dict() for embed in reply.embeds],
        "components": view.to_components(),
    }
    once = nonce("faq", one.guild_id, one.user_id, one.entry_id, one.log_id)
    try:
        await tell(bot, one.user_id, reply.content or "", nonce=once, **body)
    except Unavailable:
        return Outcome.LATER
    except UserError as error:
        restraint.note_direct(error.__cause__, now)
        facts = {"guild": one.guild_id, "user": one.user_id, "error": str(error)}
        log.info("somebody was not told of an answer", extra=facts)
        return _outcome(error.__cause__)
    return Outcome.TOLD


def _outcome(cause: BaseException | None) -> Outcome:
    if not isinstance(cause, discord.HTTPException) or cause.code in TOO_MANY_DIRECT:
        return Outcome.LATER
    if is_closed_door(cause):
        return Outcome.CLOSED
    return Outcome.REFUSED if cause.status == BAD_REQUEST else Outcome.LATER
