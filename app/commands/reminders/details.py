"""What is pressed under the details of a reminder, and every Undo."""

from datetime import date, timedelta

import discord

from app.commands.reminders.request import Asking
from app.core.errors import InvalidInput
from app.services.reminders.staff import LONGEST_SHIFT
from app.ui.kit.context import row_id
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.reminders import details as details_ui
from app.ui.reminders import lists as lists_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details, read_mark
from app.ui.reminders.lines import stamp
from app.ui.reminders.list_filter import from_digits


class ReminderDetails(Asking, discord.Cog):
    """Buttons that change one reminder, or take a change back."""

    @responds_to(details_ui.HOLD)
    async def hold(self, interaction: discord.Interaction, argument: str) -> None:
        """Pause it."""
        await self._control(interaction, argument, pause=True)

    @responds_to(details_ui.GO_ON)
    async def go_on(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it go on."""
        await self._control(interaction, argument, pause=False)

    @responds_to(details_ui.SKIP_HERE)
    async def skip(self, interaction: discord.Interaction, argument: str) -> None:
        """Leave out the next time, and show the details with an Undo."""
        about, _, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            async with self._bot.uow() as work:
                reminder, at = await work.reminders.control.skip(asked.actor, pressed.reminder_id)
            note = f"Skipped once: it does not come {stamp(at)}."
            shown = details(reminder, asked.snapshot, back=back, note=note, undo=at, in_direct=pressed.in_direct)
            await shown.replace(interaction)

    @responds_to(ui.UNSKIP)
    async def unskip(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it come after all."""
        about, from_details, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            at = ui.from_micros(pressed.rest)
            async with self._bot.uow() as work:
                reminder = await work.reminders.control.unskip(asked.actor, pressed.reminder_id, at)
            note = f"It comes after all: {stamp(at)}."
            if from_details:
                reply = details(reminder, asked.snapshot, back=back, note=note, in_direct=pressed.in_direct)
            else:
                reply = ui.changed(reminder, note)
            await reply.replace(interaction)

    @responds_to(ui.PUT_BACK)
    async def put_back(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it come on a day again that was left out."""
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, argument)
            number = row_id(pressed.rest)
            if not 1 <= number <= date.max.toordinal():
                raise InvalidInput("That does not lead anywhere. Please run the command again.")
            day = date.fromordinal(number)
            async with self._bot.uow() as work:
                reminder = await work.reminders.control.put_back(asked.actor, pressed.reminder_id, day)
            await ui.changed(reminder, f"It comes on {ui.shown_day(day)} again.").replace(interaction)

    @responds_to(lists_ui.DROP)
    async def drop(self, interaction: discord.Interaction, argument: str) -> None:
        """Delete it, with an Undo: from the details, or from what needs attention."""
        about, from_details, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            async with self._bot.uow() as work:
                gone = await work.reminders.control.delete(asked.actor, [pressed.reminder_id])
            link = lists_ui.back_to(back) if from_details else lists_ui.back_to_problems()
            mark = details_ui.marked(back) if from_details else ""
            await ui.deleted(gone, guild_id=pressed.guild_if_direct, mark=mark, back=link).replace(interaction)

    @responds_to(ui.RESTORE)
    async def restore(self, interaction: discord.Interaction, argument: str) -> None:
        """Bring back what this person deleted at that moment."""
        about, from_details, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            at = ui.from_micros(pressed.about)
            async with self._bot.uow() as work:
                found = await work.reminders.control.restore(asked.actor, asked.policy, at)
            if from_details:
                note, in_direct = "It is back.", pressed.in_direct
                reply = details(found[0], asked.snapshot, back=back, note=note, in_direct=in_direct)
            else:
                reply = ui.restored(found, back=lists_ui.back_to_problems())
            await reply.replace(interaction)

    @responds_to(ui.SHIFT)
    async def shift(self, interaction: discord.Interaction, argument: str) -> None:
        """Move many reminders, now that it was confirmed."""
        await self._shift(interaction, argument, back=False)

    @responds_to(ui.SHIFT_BACK)
    async def shift_back(self, interaction: discord.Interaction, argument: str) -> None:
        """Move them back by as much."""
        await self._shift(interaction, argument, back=True)

    async def _control(self, interaction: discord.Interaction, argument: str, *, pause: bool) -> None:
        about, _, back = read_mark(argument)
        async with answering(interaction, update=True):
            pressed, asked = await self._pressed(interaction, about)
            async with self._bot.uow() as work:
                change = work.reminders.control.pause if pause else work.reminders.control.resume
                reminder = await change(asked.actor, pressed.reminder_id)
            note = "Paused." if pause else "It goes on."
            shown = details(reminder, asked.snapshot, back=back, note=note, in_direct=pressed.in_direct)
            await shown.replace(interaction)

    async def _shift(self, interaction: discord.Interaction, argument: str, *, back: bool) -> None:
        written, place, moment = [*argument.split(":"), "", ""][:3]
        seconds, channel_id = row_id(written.removeprefix("-")), from_digits(place)
        if not 0 < seconds <= LONGEST_SHIFT.total_seconds():
            raise InvalidInput("That does not lead anywhere. Please run the command again.")
        back_from = ui.from_micros(moment) if back else None
        span = timedelta(seconds=-seconds if written.startswith("-") else seconds)
        async with answering(interaction, update=True):
            asked = await self._asked(interaction)
            by = -span if back else span
            async with self._bot.uow() as work:
                moved, left = await work.reminders.staff.shift(
                    asked.actor, by, channel_id=channel_id, back_from=back_from
                )
            await ui.moved_all(moved, left, by, self._bot.clock(), channel_id=channel_id).replace(interaction)
