"""Turning the pages of a list, opening one of its reminders, and fixing what could not be delivered."""

import discord

from app.commands.reminders.places import here
from app.commands.reminders.request import ReminderCog
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.reminders import lists as ui
from app.ui.reminders.details import details
from app.ui.reminders.ids import (
    Extra,
    ExtrasFormId,
    MoreOfId,
    OfReminder,
    OpenId,
    PageId,
    ProblemsId,
    RetryId,
    SendHereId,
)


class ReminderPages(ReminderCog, discord.Cog):
    """What is pressed under a list."""

    @responds_to(PageId)
    async def turn_page(self, interaction: discord.Interaction, pressed: PageId) -> None:
        async with answering(interaction, update=True):
            await (await self._list(interaction, pressed.shown)).replace(interaction)

    @responds_to(OpenId)
    async def open(self, interaction: discord.Interaction, pressed: OpenId, reminder_id: int) -> None:
        async with answering(interaction, update=True):
            async with self._looking(interaction) as (context, work):
                reminder = await work.reminders.making.get(context.actor, reminder_id)
            await (await composed(details, reminder, context.snapshot, place=pressed.shown)).replace(interaction)

    @responds_to(ProblemsId)
    async def problems(self, interaction: discord.Interaction, _: ProblemsId) -> None:
        async with answering(interaction, update=True):
            async with self._looking(interaction) as (context, work):
                found = await work.reminders.staff.list_problems(context.actor)
            is_staff, now = context.actor.is_staff, self._bot.clock()
            reply = ui.problems(found, context.snapshot, now, is_staff=is_staff)
            await reply.replace(interaction)

    @responds_to(RetryId)
    async def retry(self, interaction: discord.Interaction, pressed: RetryId) -> None:
        await self._repair(interaction, pressed, is_here=False)

    @responds_to(SendHereId)
    async def send_here(self, interaction: discord.Interaction, pressed: SendHereId) -> None:
        await self._repair(interaction, RetryId(reminder_id=pressed.reminder_id), is_here=True)

    @responds_to(MoreOfId)
    async def more_of(self, interaction: discord.Interaction, pressed: MoreOfId, extra: Extra) -> None:
        match extra:
            case Extra.HERE:
                await self._repair(interaction, pressed, is_here=True)
            case Extra.SKIP:
                await self._skip_here(interaction, pressed, pressed.next_at)
            case Extra.EXTRAS:
                form = ExtrasFormId(reminder_id=pressed.reminder_id, place=pressed.place, is_details=True)
                await self._open(interaction, form, pressed.guild_id)

    async def _repair(self, interaction: discord.Interaction, pressed: OfReminder, *, is_here: bool) -> None:
        async with answering(interaction, update=True):
            context = await self._context(interaction, pressed.guild_id)
            channel_id = here(interaction) if is_here else None
            async with self._bot.uow() as work:
                repaired = await work.reminders.staff.repair(
                    context.actor, context.policy, pressed.reminder_id, channel_id=channel_id
                )
                found = [] if pressed.is_details else await work.reminders.staff.list_problems(context.actor)
            note = ui.repaired(repaired)
            if pressed.is_details:
                reply = await composed(details, repaired, context.snapshot, place=pressed.place, note=note)
            else:
                is_staff, now = context.actor.is_staff, self._bot.clock()
                reply = ui.problems(found, context.snapshot, now, is_staff=is_staff, note=note)
            await reply.replace(interaction)
