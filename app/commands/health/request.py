"""What every command and button about the bot's health begins with: who asks, and whether they may."""

import discord

from app.bot import Bot
from app.core.errors import InvalidInput, NotAllowed, UserError
from app.core.health.trend import ShardNumber
from app.core.messages import Message
from app.core.records import record
from app.ui.kit.context import actor_of


class HealthNotShown(NotAllowed):
    """This person is no staff of the server and does not run the bot."""

    def __init__(self) -> None:
        super().__init__("Only staff can see how the bot is doing.")


@record
class Sight:
    """What somebody may see."""

    is_operator: bool
    shard: ShardNumber | None
    """The shard that figures are about; None for the whole bot."""


class HealthCog:
    """What the commands and buttons about the bot's health share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _is_operator(self, interaction: discord.Interaction) -> bool:
        """Tell whether this person runs the bot. Raises HealthNotShown if they are not even staff of the server."""
        if self._bot.is_operator(interaction):
            return True
        guild_id = actor_of(interaction).guild_id
        # Without the database, if that is enough: it may be what is broken.
        if actor_of(interaction, self._bot.settings.peek(guild_id)).is_staff:
            return False
        # Only who may be staff by a role has to wait for the settings.
        if not actor_of(interaction, await self._bot.settings.get(guild_id)).is_staff:
            raise HealthNotShown
        return False

    async def _schema(self) -> Message:
        """Return what the schema of the database is, or why that could not be found out."""
        try:
            return (await self._bot.migrator.status()).sentence
        except UserError as error:
            return error.message

    async def _sight(self, interaction: discord.Interaction, shard: int | None = None) -> Sight:
        """Tell what somebody sees: operators the whole bot or the shard they ask for, staff the one that serves them.

        Raises HealthNotShown, NotAnOperator for staff who ask for a shard, and InvalidInput for one that there is not.
        """
        is_operator = await self._is_operator(interaction)
        count = self._bot.shard_count or 1
        if shard is None:
            own = ShardNumber(self._bot.shard_of(actor_of(interaction).guild_id), count)
            return Sight(is_operator, None if is_operator else own)
        self._bot.require_operator(interaction)
        if shard >= count:
            raise InvalidInput("There is no such shard: they have the numbers from 0 to {last}.", last=count - 1)
        return Sight(is_operator, ShardNumber(shard, count))
