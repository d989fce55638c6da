"""What every command and button of reminders begins with: who asks, in which server and in which time zone."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import discord

from app.bot import Bot
from app.commands.reminders.options import ReminderOptions
from app.commands.reminders.origin import check_origin
from app.commands.reminders.reading import Reading
from app.core.actor import Actor
from app.core.records import record
from app.core.reminders.errors import ReminderNotFound
from app.core.reminders.policy import ReminderPolicy
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.composing import composed
from app.ui.kit.context import present
from app.ui.kit.ids import ComponentId
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.forms import EditForm, form_for
from app.ui.reminders.ids import EditId, OfReminder, SkipId
from app.ui.reminders.list_filter import ListFilter
from app.ui.reminders.lists import overview
from app.ui.reminders.message import not_theirs
from app.uow import UnitOfWork, asked


@record
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> ReminderPolicy:
        """What the server allows."""
        return ReminderPolicy.of(self.snapshot)


Id = TypeVar("Id", bound=ComponentId)
Handler = Callable[[Any, discord.Interaction, Id], Awaitable[None]]


def says_whose(handler: Handler[Id]) -> Handler[Id]:
    """Tell who presses a button under a reminder of others whose it is, and not that there is none.

    Only where it was delivered before their eyes: elsewhere they have no business to know.
    """

    @wraps(handler)
    async def answered(self: Any, interaction: discord.Interaction, pressed: Id) -> None:
        try:
            await handler(self, interaction, pressed)
        except ReminderNotFound:
            async with answering(interaction):
                await self.say_whose(interaction, pressed)
            raise

    return answered


Asked = AbstractAsyncContextManager[tuple[RequestContext, UnitOfWork]]


class ReminderCog:
    """What the cogs of reminders share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction, guild_id: int | None = None) -> RequestContext:
        """Read who asks. `guild_id` is the server that a button names in a direct message, where nobody is staff.

        Raises NotInServer for a direct message that names none.
        """
        return RequestContext(*await self._bot.asked_by(interaction, guild_id))

    def _work(self, interaction: discord.Interaction, guild_id: int | None = None) -> Asked:
        """Read who asks, and open a transaction."""
        return asked(self._context(interaction, guild_id), self._bot.uow())

    def _looking(self, interaction: discord.Interaction, guild_id: int | None = None) -> Asked:
        """Read who asks, and open a unit of work that changes nothing."""
        return asked(self._context(interaction, guild_id), self._bot.uow.reading())

    async def say_whose(self, interaction: discord.Interaction, pressed: Any) -> None:
        """Raise NotAllowed with whose it is, ReminderNotFound if it was not delivered in this channel."""
        if interaction.guild_id is None:
            return
        async with self._looking(interaction) as (context, work):
            found = await work.reminders.answers.get_delivered(
                context.actor, pressed.reminder_id, channel_id=present(interaction.channel_id)
            )
        raise not_theirs(found, changes=isinstance(pressed, (EditId, SkipId)))

    async def _zone(self, context: RequestContext) -> ui.UsedZone:
        """Return the time zone in which to read what this person types: theirs if they set one, else the server's."""
        own = await self._bot.member_zones.get(context.actor.user_id)
        return ui.UsedZone(own or context.snapshot[general.TIMEZONE], is_own=own is not None)

    def _reading(
        self,
        interaction: discord.Interaction,
        context: RequestContext,
        zone: ui.UsedZone,
        *,
        now: datetime | None = None,
    ) -> Reading:
        return Reading(interaction, context.policy, now=now or self._bot.clock(), zone=zone.name)

    async def _open(self, interaction: discord.Interaction, form: EditForm, guild_id: int | None = None) -> None:
        """Open a form about a reminder, filled in with what is so."""
        # The form has to be the first response, within three seconds: one query and nothing else.
        async with self._looking(interaction, guild_id) as (context, work):
            reminder = await work.reminders.making.get(context.actor, form.reminder_id)
        await interaction.response.send_modal(form_for(reminder, form, in_direct=interaction.guild_id is None))

    async def _skip_here(self, interaction: discord.Interaction, pressed: OfReminder, shown: datetime | None) -> None:
        """Skip the time that was `shown` as the next one, and show that in the details."""
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                reminder, at = await work.reminders.control.skip(context.actor, pressed.reminder_id, shown=shown)
            note, place = ui.skipped_once(at), pressed.place
            reply = await composed(details, reminder, context.snapshot, place=place, note=note, undo=at)
            await reply.replace(interaction)

    async def _make(self, interaction: discord.Interaction, options: ReminderOptions) -> Reply:
        """Create a reminder and confirm it; with somebody's first one, ask what time it is for them."""
        if options.message is not None:
            await check_origin(self._bot, interaction, options.message)
        context = await self._context(interaction)
        zone = await self._zone(context)
        reading = self._reading(interaction, context, zone)
        draft = await reading.draft(options)
        zone = replace(zone, named=reading.remarks.offset, about=reading.remarks.about)
        async with self._bot.uow() as work:
            if not zone.is_own and not await work.reminders.making.has_any(context.actor):
                zone = replace(zone, ask_at=self._bot.clock())
            reminder = await work.reminders.making.create(context.actor, context.policy, draft)
        return await composed(ui.created, reminder, zone, moved=reminder.direct and not options.direct)

    async def _list(self, interaction: discord.Interaction, shown: ListFilter) -> Reply:
        async with self._looking(interaction) as (context, work):
            found = await work.reminders.making.list_page(
                context.actor,
                everybody=shown.everybody,
                member_id=shown.member_id,
                channel_id=shown.channel_id,
                state=shown.state,
                typed=shown.words,
                page=shown.page,
                page_size=context.snapshot[general.PAGE_SIZE],
            )
        author_id, now = context.actor.user_id, self._bot.clock()
        return overview(found, context.snapshot, shown, now, author_id=author_id)
