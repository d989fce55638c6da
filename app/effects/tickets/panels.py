"""Posting, renewing and deleting the messages that members open tickets from."""

from dataclasses import replace
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import UserError
from app.core.messages import msg, speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel
from app.effects import posts
from app.models import SettingsHistory
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


async def add(bot: Bot, actor: Actor, panel: Panel) -> tuple[Panel, SettingsHistory]:
    """Set up another panel and post it. Raises UserError, and then there is none."""
    async with bot.uow() as work:
        made, done = await work.tickets.setup.add_panel(actor, panel)
        work.after_commit(lambda: bot.settings.invalidate(actor.guild_id))
    return await post_first(bot, actor, made, done), done


async def post_first(bot: Bot, actor: Actor, panel: Panel, done: SettingsHistory) -> Panel:
    """Post a panel that was just set up by a change. Raises UserError, and then it is removed again."""
    try:
        return await complete(bot, panel, done)
    except UserError:
        # Nothing is left half-made.
        async with bot.uow() as work:
            await work.tickets.setup.remove_panel(actor, panel.key)
            work.after_commit(lambda: bot.settings.invalidate(actor.guild_id))
        raise


async def complete(bot: Bot, panel: Panel, done: SettingsHistory) -> Panel:
    """Show a panel as it is after a change; if its message is gone, post it and write down where. Raises UserError."""
    snapshot = await bot.settings.get(done.guild_id)
    if await renew(bot, panel, snapshot):
        return panel
    message_id = await post(bot, panel, snapshot, nonce=f"panel{done.id}")
    try:
        async with bot.uow() as work:
            posted = await work.tickets.setup.posted(panel, done, message_id)
            work.after_commit(lambda: bot.settings.invalidate(done.guild_id))
    except UserError:
        # It was changed or removed while this was posted, and nobody would know of the message.
        await delete(bot, replace(panel, message_id=message_id))
        raise
    return posted


def _body(bot: Bot, panel: Panel, snapshot: SettingsSnapshot) -> dict[str, Any]:
    with speaking(language_of_server(bot, snapshot.guild_id)):
        return posts.body_of(panel_message(panel, TicketPolicy.of(snapshot), snapshot))


def _in_one_sentence(error: Exception) -> UserError:
    if isinstance(error, discord.HTTPException) and error.code == INVALID and "emoji" in error.text.lower():
        return Refused(BAD_EMOJI)
    return failures.in_one_sentence(error)
