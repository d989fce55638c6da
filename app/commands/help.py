"""The /help command, and what is pressed and chosen under its answers."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.help import pages
from app.ui.help.detail import detailed
from app.ui.help.entries import Asker, Entry, entries
from app.ui.help.ids import MAX_QUERY, CommandId, ListId, Shown, TopicId, topic_of
from app.ui.help.search import Index, search
from app.ui.help.words import topic_description, topic_title
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import present
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to

PLACES = {discord.InteractionContextType.guild, discord.InteractionContextType.bot_dm}


@suggesting
async def suggest_topics(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest topics, of which somebody can use something."""
    cog: Any = ctx.cog
    here = await cog.entries_for(ctx.interaction, waits=False)
    mine = [one for one in here if one.is_mine]
    typed = str(ctx.value or "")
    found = {one.topic for one in search(typed, mine, cog.index)} if typed.strip() else {one.topic for one in mine}
    return offered(one for one in _topics(mine) if one.value in found)


@suggesting
async def suggest_commands(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest commands that fit what is typed: first those that somebody can use."""
    cog: Any = ctx.cog
    here = await cog.entries_for(ctx.interaction, waits=False)
    typed = str(ctx.value or "")
    found = search(typed, here, cog.index) if typed.strip() else here
    return offered(map(_suggestion, sorted(found, key=lambda one: not one.is_mine)))


class Help(discord.Cog):
    """What there is to use."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.index = Index()

    @discord.slash_command(name="help", description="See what this bot can do for you", contexts=PLACES)
    @discord.option(
        "search",
        str,
        description="What you want to do, or the name of a command",
        required=False,
        autocomplete=suggest_commands,
        max_length=MAX_CHOICE,
    )
    @discord.option(
        "topic",
        str,
        description="Everything about one topic",
        required=False,
        autocomplete=suggest_topics,
        max_length=MAX_CHOICE,
    )
    async def help(self, ctx: discord.ApplicationContext, search: str | None = None, topic: str | None = None) -> None:
        async with answering(ctx.interaction):
            asker = await self._asker(ctx.interaction)
            await self._answer(asker, search or "", topic or "").send(ctx.interaction)

    @responds_to(ListId)
    async def turned(self, interaction: discord.Interaction, pressed: ListId) -> None:
        async with answering(interaction, update=True):
            await self._listed(await self._asker(interaction), pressed.shown).replace(interaction)

    @responds_to(TopicId)
    async def topic_chosen(self, interaction: discord.Interaction, chosen: TopicId, value: str) -> None:
        async with answering(interaction, update=True):
            shown = Shown(topic=topic_of(value), others=chosen.others)
            await self._listed(await self._asker(interaction), shown).replace(interaction)

    @responds_to(CommandId)
    async def command_chosen(self, interaction: discord.Interaction, chosen: CommandId, name: str) -> None:
        async with answering(interaction, update=True):
            asker = await self._asker(interaction)
            found = next((one for one in self._entries(asker) if one.key == name), None)
            # A command of an older release is there no more.
            reply = detailed(found, asker, chosen.shown) if found else self._listed(asker, chosen.shown)
            await reply.replace(interaction)

    async def entries_for(self, interaction: discord.Interaction, *, waits: bool = True) -> list[Entry]:
        """Return every command that there is for somebody; unless it `waits`, without asking Discord."""
        return self._entries(await self._asker(interaction, waits=waits))

    def _answer(self, asker: Asker, typed: str, topic: str) -> Reply:
        here = self._entries(asker)
        topics = {one.topic for one in here}
        chosen = meant(topic, lambda: _topics(here)) if topic.strip() else None
        if chosen is not None and chosen not in topics:
            # No topic: words to look for, with the others.
            typed, chosen = f"{topic} {typed}", None
        among = [one for one in here if chosen is None or one.topic == chosen]
        if not typed.strip():
            others = chosen is not None and not any(one.is_mine for one in among)
            return self._listed(asker, Shown(topic=chosen, others=others), here)
        name = meant(typed, lambda: map(_suggestion, among)).strip().removeprefix("/")
        if exact := next((one for one in among if one.name == name), None):
            return detailed(exact, asker, Shown(topic=exact.topic, others=not exact.is_mine))
        if chosen is None and name in topics:
            return self._answer(asker, "", name)
        return self._listed(asker, Shown(topic=chosen, query=" ".join(typed.split())[:MAX_QUERY]), here)

    def _listed(self, asker: Asker, shown: Shown, here: Sequence[Entry] | None = None) -> Reply:
        here = self._entries(asker) if here is None else here
        among = [one for one in here if shown.topic in {None, one.topic}]
        found = search(shown.query, among, self.index) if shown.query else []
        return pages.listed(here, asker, shown, found)

    def _entries(self, asker: Asker) -> list[Entry]:
        return entries(self._bot.pending_application_commands, asker)

    async def _asker(self, interaction: discord.Interaction, *, waits: bool = True) -> Asker:
        if interaction.guild_id is None:
            # Nobody is staff there, and no server has chosen anything.
            nobody = Actor(0, present(interaction.user).id)
            return Asker(nobody, SettingsSnapshot(0, {}), discord.Permissions.none(), in_server=False)
        actor, snapshot = await self._bot.asked_by(interaction)
        application_id = interaction.application_id
        access = self._bot.command_access
        rules = (
            await access.of(application_id, actor.guild_id) if waits else access.known(application_id, actor.guild_id)
        )
        channel = interaction.channel
        channels = (interaction.channel_id, channel.parent_id if isinstance(channel, discord.Thread) else None)
        return Asker(
            actor,
            snapshot,
            interaction.permissions,
            application_id,
            rules,
            channel_ids=[one for one in channels if one is not None],
        )


def _topics(here: Iterable[Entry]) -> list[Suggestion]:
    grouped = ((topic, list(of)) for topic, of in groupby(here, key=lambda one: one.topic))
    return [Suggestion(topic_title(topic, of), topic, topic_description(topic, of)) for topic, of in grouped]


def _suggestion(entry: Entry) -> Suggestion:
    return Suggestion(entry.title, entry.name, entry.description)


def setup(bot: Bot) -> None:
    """Add the command, and what is under its answers."""
    bot.add_feature(Help(bot))
