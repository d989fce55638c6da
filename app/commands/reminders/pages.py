"""Turning the pages of a list, opening one of it, and mending what could not be delivered."""

import discord

from app.commands.reminders.places import here
from app.commands.reminders.request import Asking
from app.core.reminders.errors import ReminderNotFound
from app.services.reminders.rows import number_of
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.reminders import lists as ui
from app.ui.reminders.details import details, read_mark
from app.ui.reminders.list_filter import ListFilter


class ReminderPages(Asking, discord.Cog):
    """What is pressed under a list."""

    @responds_to(ui.PAGE)
    async def turn_page(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another page in the same place."""
        async with answering(interaction, update=True):
            await (await self._list(interaction, ListFilter.read(argument))).replace(interaction)

    @responds_to(ui.OPEN)
    async def open(self, interaction: discord.Interaction, argument: str) -> None:
        """Show everything about one, in the place of the list."""
        async with answering(interaction, update=True):
            shown, asked = ListFilter.read(argument), await self._asked(interaction)
            values: list[str] = present(interaction.data).get("values", [])
            number = number_of(values[0]) if values else None
            if number is None:
                raise ReminderNotFound
            async with self._bot.uow() as work:
                reminder = await work.reminders.making.get(asked.actor, number)
            await details(reminder, asked.snapshot, back=shown).replace(interaction)

    @responds_to(ui.PROBLEMS)
    async def problems(self, interaction: discord.Interaction, argument: str) -> None:
        """Show what needs attention."""
        del argument
        async with answering(interaction, update=True):
            asked = await self._asked(interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.staff.list_problems(asked.actor)
            await ui.problems(found, asked.snapshot).replace(interaction)

    @responds_to(ui.RETRY)
    async def retry(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it go on as it is."""
        await self._repair(interaction, argument, is_here=False)

    @responds_to(ui.HERE)
    async def send_here(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it go on in this channel."""
        await self._repair(interaction, argument, is_here=True)

    async def _repair(self, interaction: discord.Interaction, argument: str, *, is_here: bool) -> None:
        about, from_details, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            channel_id = here(interaction) if is_here else None
            async with self._bot.uow() as work:
                repaired = await work.reminders.staff.repair(asked.actor, pressed.reminder_id, channel_id=channel_id)
                found = [] if from_details else await work.reminders.staff.list_problems(asked.actor)
            if from_details:
                note, in_direct = ui.repaired(repaired), pressed.in_direct
                reply = details(repaired, asked.snapshot, back=back, note=note, in_direct=in_direct)
            else:
                reply = ui.problems(found, asked.snapshot, note=ui.repaired(repaired))
            await reply.replace(interaction)
