"""Introducing the bot to a server that it has just joined: one message, where it may write, and nobody is pinged."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

import discord

from app.bot import Bot
from app.commands.setup.request import SetupCog
from app.core.messages import speaking
from app.effects import posts
from app.effects.sending import ERRORS, send
from app.ui.kit.language import language_of_server
from app.ui.kit.mentions import readable
from app.ui.setup.pages import greeting

log = logging.getLogger(__name__)

RECENT = timedelta(days=1)
"""How long after joining the bot still introduces itself, if it was not running then."""


class Greeting(SetupCog, discord.Cog):
    """Introduces the bot, once for each time that it joins a server."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        # Discord names all servers at once at the start, and others wait for a connection to the database as well.
        self._turn = asyncio.Lock()

    @discord.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say hello. Discord tells so of every server at the start as well, and after an outage."""
        await self._greet(guild)

    @discord.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Say hello to those that were joined while the bot was not running."""
        await self._greet(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        joined_at = guild.me.joined_at if guild.me is not None else None
        if joined_at is None or joined_at < self._bot.clock() - RECENT:
            return
        channel = next(_places(guild), None)
        if channel is None:
            log.info("nowhere to introduce the bot", extra={"guild": guild.id})
            return
        async with self._turn, self._bot.uow() as work:
            is_first = await work.setup.greet(guild.id, joined_at, channel.id)
            work.after_commit(lambda: self._bot.settings.invalidate(guild.id))
        if not is_first:
            return
        with speaking(language_of_server(self._bot, guild.id)):
            hello = greeting(readable(self._bot.pending_application_commands)("setup"))
        try:
            await send(self._bot, channel.id, posts.body_of(hello), once=f"hello{guild.id:x}")
        except ERRORS as error:
            # Nothing depends on it, and `/setup` is in the list of commands.
            log.info("the bot was not introduced", extra={"guild": guild.id, "error": str(error)})


def _places(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """Yield where the bot may introduce itself: where Discord tells moderators news, where it greets, then anywhere."""
    preferred = (guild.public_updates_channel, guild.system_channel)
    for channel in dict.fromkeys([*preferred, *guild.text_channels]):
        if channel is None or channel.is_news() or channel.is_nsfw():
            continue
        mine = channel.permissions_for(guild.me)
        if mine.view_channel and mine.send_messages:
            yield channel
