"""What is pressed under the details of a reminder, and every Undo."""

from datetime import datetime, timedelta

import discord

from app.commands.reminders.request import ReminderCog
from app.core.messages import t
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.reminders import lists as lists_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.ids import (
    DeleteId,
    OfReminder,
    PauseId,
    PutBackId,
    RestoreId,
    ResumeId,
    Shift,
    ShiftBackId,
    ShiftId,
    SkipHereId,
    UnskipId,
)
from app.ui.reminders.lines import shown_day, stamp


class ReminderDetails(ReminderCog, discord.Cog):
    """Buttons that change one reminder, or take a change back."""

    @responds_to(PauseId)
    async def pause(self, interaction: discord.Interaction, pressed: PauseId) -> None:
        await self._control(interaction, pressed, pause=True)

    @responds_to(ResumeId)
    async def resume(self, interaction: discord.Interaction, pressed: ResumeId) -> None:
        await self._control(interaction, pressed, pause=False)

    @responds_to(SkipHereId)
    async def skip(self, interaction: discord.Interaction, pressed: SkipHereId) -> None:
        await self._skip_here(interaction, pressed, pressed.at)

    @responds_to(UnskipId)
    async def unskip(self, interaction: discord.Interaction, pressed: UnskipId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                reminder = await work.reminders.control.unskip(context.actor, pressed.reminder_id, pressed.at)
            note = t("It will be sent after all: {time}.", time=stamp(pressed.at))
            if pressed.is_details:
                reply = await composed(details, reminder, context.snapshot, place=pressed.place, note=note)
            else:
                reply = await composed(ui.changed, reminder, note)
            await reply.replace(interaction)

    @responds_to(PutBackId)
    async def put_back(self, interaction: discord.Interaction, pressed: PutBackId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                reminder = await work.reminders.control.put_back(context.actor, pressed.reminder_id, pressed.day)
            note = t("It will be sent on {day} after all.", day=shown_day(pressed.day))
            await (await composed(ui.changed, reminder, note)).replace(interaction)

    @responds_to(DeleteId)
    async def drop(self, interaction: discord.Interaction, pressed: DeleteId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                gone = await work.reminders.control.delete(context.actor, [pressed.reminder_id])
            back = None if pressed.is_details else lists_ui.back_to_problems()
            if pressed.back is not None:
                back = lists_ui.back_to(pressed.back)
            reply = ui.deleted(gone, place=pressed.place, is_details=pressed.is_details, back=back)
            await reply.replace(interaction)

    @responds_to(RestoreId)
    async def restore(self, interaction: discord.Interaction, pressed: RestoreId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                found = await work.reminders.control.restore(context.actor, context.policy, pressed.at)
            if pressed.is_details:
                note = ui.restored_once(found[0], self._bot.clock())
                reply = await composed(details, found[0], context.snapshot, place=pressed.place, note=note)
            else:
                reply = await composed(ui.restored, found, self._bot.clock(), back=lists_ui.back_to_problems())
            await reply.replace(interaction)

    @responds_to(ShiftId)
    async def shift(self, interaction: discord.Interaction, pressed: ShiftId) -> None:
        await self._shift(interaction, pressed, pressed.by, state=pressed.state)

    @responds_to(ShiftBackId)
    async def shift_back(self, interaction: discord.Interaction, pressed: ShiftBackId) -> None:
        last = (pressed.reminder_id, pressed.next_at)
        await self._shift(interaction, pressed, -pressed.by, back_from=pressed.at, last=last)

    async def _control(self, interaction: discord.Interaction, pressed: OfReminder, *, pause: bool) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                control = work.reminders.control.pause if pause else work.reminders.control.resume
                reminder = await control(context.actor, pressed.reminder_id)
            note = t("Paused.") if pause else t("Resumed.")
            reply = await composed(details, reminder, context.snapshot, place=pressed.place, note=note)
            await reply.replace(interaction)

    async def _shift(
        self,
        interaction: discord.Interaction,
        pressed: Shift,
        by: timedelta,
        *,
        state: int | None = None,
        back_from: datetime | None = None,
        last: tuple[int, datetime] | None = None,
    ) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.reminders.staff.shift(
                    context.actor, by, channel_id=pressed.channel_id, state=state, back_from=back_from, last=last
                )
            reply = ui.moved_all(done, by, self._bot.clock(), channel_id=pressed.channel_id)
            await reply.replace(interaction)
