"""What every command and button of reminders begins with: who asks, in which server, and by which clock."""

from dataclasses import dataclass, replace
from datetime import datetime

import discord

from app.bot import Bot
from app.commands.reminders.options import Wishes
from app.commands.reminders.reading import Reading
from app.core.actor import Actor
from app.core.reminders.policy import ReminderPolicy
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.context import actor_of, present
from app.ui.kit.ids import UnknownComponent
from app.ui.kit.reply import Reply
from app.ui.reminders import replies as ui
from app.ui.reminders.list_filter import ListFilter
from app.ui.reminders.lists import overview


@dataclass(frozen=True)
class Asked:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> ReminderPolicy:
        """What the server allows."""
        return ReminderPolicy.of(self.snapshot)


class Asking:
    """What the cogs of reminders share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _asked(self, interaction: discord.Interaction) -> Asked:
        """Read a command, or a button that works in a server only. Raises NotInServer."""
        snapshot = await self._bot.settings.get(actor_of(interaction).guild_id)
        return Asked(actor_of(interaction, snapshot), snapshot)

    async def _pressed(self, interaction: discord.Interaction, guild_id: int | None) -> Asked:
        """Read a button that may be in a direct message, where it names its server and nobody is staff.

        Raises UnknownComponent where it names none.
        """
        if interaction.guild_id is not None:
            return await self._asked(interaction)
        if guild_id is None:
            raise UnknownComponent
        return Asked(Actor(guild_id, present(interaction.user).id), await self._bot.settings.get(guild_id))

    async def _clock(self, asked: Asked) -> ui.Clock:
        """Return by which clock to read what this person types: theirs if they chose one, else the server's."""
        own = await self._bot.member_zones.get(asked.actor.user_id)
        return ui.Clock(own or asked.snapshot[general.TIMEZONE], is_own=own is not None)

    def _reading(
        self, interaction: discord.Interaction, asked: Asked, clock: ui.Clock, *, now: datetime | None = None
    ) -> Reading:
        return Reading(interaction, asked.policy, now=now or self._bot.clock(), zone=clock.zone)

    async def _make(self, interaction: discord.Interaction, wishes: Wishes) -> Reply:
        """Make a reminder and confirm it; with somebody's first one, ask what their clock shows."""
        asked = await self._asked(interaction)
        clock = await self._clock(asked)
        draft = await self._reading(interaction, asked, clock).draft(wishes)
        async with self._bot.uow() as work:
            if not clock.is_own and not await work.reminders.making.has_any(asked.actor):
                clock = replace(clock, ask_at=self._bot.clock())
            reminder = await work.reminders.making.create(asked.actor, asked.policy, draft)
        return ui.created(reminder, clock, moved=reminder.direct and not wishes.direct)

    async def _list(self, interaction: discord.Interaction, shown: ListFilter) -> Reply:
        asked = await self._asked(interaction)
        async with self._bot.uow() as work:
            found = await work.reminders.making.list_page(
                asked.actor,
                everybody=shown.everybody,
                member_id=shown.member_id,
                channel_id=shown.channel_id,
                state=shown.state,
                typed=shown.words,
                page=shown.page,
                page_size=asked.snapshot[general.PAGE_SIZE],
            )
        return overview(found, asked.snapshot, shown, self._bot.clock(), author_id=asked.actor.user_id)
