"""What every command about personal data begins with: who asks, and about which servers."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from app.bot import Bot
from app.core.privacy.report import Erasure, Found
from app.ui.kit.autocomplete import offered, suggesting
from app.ui.kit.context import present
from app.ui.privacy import places

MAX_SERVER = 100


class PrivacyCog:
    """What the commands and buttons about personal data share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def _name_of(self, guild_id: int) -> str | None:
        guild = self._bot.get_guild(guild_id)
        return guild.name if guild is not None else None

    def _place(self, interaction: discord.Interaction, guild_id: int, *, is_theirs: bool) -> str:
        """Name a server; to somebody who has nothing there, and is not there, only by the id that they gave."""
        is_known = is_theirs or guild_id == interaction.guild_id
        return places.named(guild_id, self._name_of if is_known else _nameless)

    async def _server_meant(self, interaction: discord.Interaction, typed: str | None) -> int:
        """Return which server is meant, or all. Raises InvalidInput."""
        theirs: Sequence[int] = ()
        if typed is not None:
            async with self._bot.uow.reading() as work:
                theirs = await work.personal_data.guilds_of(present(interaction.user).id)
        return places.read(typed, theirs, self._name_of, here=interaction.guild_id)

    async def _found(self, user_id: int, guild_id: int) -> tuple[Mapping[int, Found], Erasure]:
        """Return what is stored about somebody in a server, or in all, and what of it would go later than the rest."""
        async with self._bot.uow.reading() as work:
            guild_ids = await work.personal_data.places(guild_id)
            found = await work.personal_data.export(user_id, guild_ids)
            return found, await work.personal_data.waiting(user_id, guild_ids)


def _nameless(_: int) -> None:
    return None


@suggesting
async def suggest_servers(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the servers in which anything is stored about whoever asks."""
    bot: Any = ctx.bot
    async with bot.uow.reading() as work:
        theirs = await work.personal_data.guilds_of(present(ctx.interaction.user).id)

    def name_of(guild_id: int) -> str | None:
        guild = bot.get_guild(guild_id)
        return guild.name if guild is not None else None

    return offered(places.suggestions(str(ctx.value or ""), theirs, name_of, here=ctx.interaction.guild_id))
