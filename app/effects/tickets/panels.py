"""Posting, renewing and deleting the messages that members open tickets from."""

from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.messages import msg, speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel
from app.effects.sending import ERRORS
from app.ui.kit.failures import INVALID, Refused
from app.ui.kit.language import language_of_server
from app.ui.tickets import failures
from app.ui.tickets.panel import panel_message

GONE = frozenset({10003, 10008})
"""Discord's codes for a channel and a message that are not there."""
BAD_EMOJI = msg("Discord does not take the emoji of one of these types. Choose another one with `/tickets type edit`.")


async def post(bot: Bot, panel: Panel, snapshot: SettingsSnapshot, *, nonce: str) -> int:
    """Post a panel and return the id of its message; a second time within minutes it is the same one.

    Raises UserError.
    """
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=panel.channel_id)
    try:
        made: Any = await bot.http.request(
            route, json={**_body(bot, panel, snapshot), "nonce": nonce, "enforce_nonce": True}
        )
    except ERRORS as error:
        raise _in_one_sentence(error) from error
    return int(made["id"])


async def renew(bot: Bot, panel: Panel, snapshot: SettingsSnapshot) -> bool:
    """Show a panel as it is now; tell whether its message is still there. Raises UserError."""
    if panel.message_id is None:
        return False
    try:
        await bot.http.request(_message(panel, "PATCH"), json=_body(bot, panel, snapshot))
    except ERRORS as error:
        if isinstance(error, discord.HTTPException) and error.code in GONE:
            return False
        raise _in_one_sentence(error) from error
    return True


async def delete(bot: Bot, panel: Panel) -> None:
    """Delete the message of a panel, if it is there. Raises UserError."""
    if panel.message_id is None:
        return
    try:
        await bot.http.request(_message(panel, "DELETE"))
    except ERRORS as error:
        if not isinstance(error, discord.HTTPException) or error.code not in GONE:
            raise _in_one_sentence(error) from error


def _message(panel: Panel, method: str) -> Route:
    return Route(
        method,
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=panel.channel_id,
        message_id=panel.message_id or 0,
    )


def _body(bot: Bot, panel: Panel, snapshot: SettingsSnapshot) -> dict[str, Any]:
    with speaking(language_of_server(bot, snapshot.guild_id)):
        shown = panel_message(panel, TicketPolicy.of(snapshot), snapshot)
    assert shown.embed is not None
    view = discord.ui.View(*shown.items, timeout=None, store=False)
    return {
        "embeds": [shown.embed.to_dict()],
        "components": view.to_components(),
        "allowed_mentions": {"parse": []},
    }


def _in_one_sentence(error: Exception) -> Exception:
    if isinstance(error, discord.HTTPException) and error.code == INVALID and "emoji" in error.text.lower():
        return Refused(BAD_EMOJI)
    return failures.in_one_sentence(error)
