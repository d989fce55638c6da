"""Posting, renewing and deleting the messages that members open tickets from."""

from typing import Any

import discord

from app.bot import Bot
from app.core.errors import UserError
from app.core.messages import msg, speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel
from app.effects import posts
from app.ui.kit.failures import INVALID, Refused
from app.ui.kit.language import language_of_server
from app.ui.tickets import failures
from app.ui.tickets.panel import panel_message

BAD_EMOJI = msg("Discord does not take the emoji of one of these types. Choose another one with `/tickets type edit`.")


async def post(bot: Bot, panel: Panel, snapshot: SettingsSnapshot, *, nonce: str) -> int:
    """Post a panel and return the id of its message; a second time within minutes it is the same one.

    Raises UserError.
    """
    body = _body(bot, panel, snapshot)
    return await posts.post(bot, panel.channel_id, body, once=nonce, in_words=_in_one_sentence)


async def renew(bot: Bot, panel: Panel, snapshot: SettingsSnapshot) -> bool:
    """Show a panel as it is now; tell whether its message is still there. Raises UserError."""
    body = _body(bot, panel, snapshot)
    return await posts.renew(bot, panel.channel_id, panel.message_id, body, in_words=_in_one_sentence)


async def delete(bot: Bot, panel: Panel) -> None:
    """Delete the message of a panel, if it is there. Raises UserError."""
    await posts.delete(bot, panel.channel_id, panel.message_id, in_words=_in_one_sentence)


def _body(bot: Bot, panel: Panel, snapshot: SettingsSnapshot) -> dict[str, Any]:
    with speaking(language_of_server(bot, snapshot.guild_id)):
        return posts.body_of(panel_message(panel, TicketPolicy.of(snapshot), snapshot))


def _in_one_sentence(error: Exception) -> UserError:
    if isinstance(error, discord.HTTPException) and error.code == INVALID and "emoji" in error.text.lower():
        return Refused(BAD_EMOJI)
    return failures.in_one_sentence(error)
