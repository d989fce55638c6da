"""Changing a reminder by a form, the buttons under its confirmation, and the command in the menu of a message."""

from dataclasses import dataclass, replace

import discord

from app.commands.reminders.options import Wishes
from app.commands.reminders.places import may_ping_everyone
from app.commands.reminders.pressed import Pressed
from app.commands.reminders.request import Asked, Asking
from app.core.errors import InvalidInput
from app.core.scheduling.schedule import Schedule
from app.core.settings import general
from app.models import Reminder
from app.services.reminders.draft import Changes
from app.ui.kit.context import actor_of, present, row_id
from app.ui.kit.forms import answers_of
from app.ui.kit.links import link_to
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.reminders import forms as form_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details, read_mark
from app.ui.reminders.message import EDIT


@dataclass(frozen=True)
class FilledIn:
    """A reminder that was changed by a form."""

    reminder: Reminder
    asked: Asked
    pressed: Pressed


class ReminderForms(Asking, discord.Cog):
    """Forms, and what becomes of them."""

    @responds_to(EDIT)
    async def edit(self, interaction: discord.Interaction, argument: str) -> None:
        """Open the form, from a delivered reminder or from the details of one."""
        await self._open(interaction, argument, form_ui.EDITED)

    @responds_to(ui.CHANGE)
    async def change(self, interaction: discord.Interaction, argument: str) -> None:
        """Open the form from the confirmation."""
        await self._open(interaction, argument, form_ui.CHANGED)

    @responds_to(form_ui.EDITED)
    async def edited(self, interaction: discord.Interaction, argument: str) -> None:
        """Change it, and show what it is now: in the place of the details, if it was opened from there."""
        about, from_details, back = read_mark(argument)
        async with answering(interaction, update=from_details):
            done = await self._fill_in(interaction, about)
            in_direct = done.pressed.in_direct
            shown = details(done.reminder, done.asked.snapshot, back=back, note="Changed.", in_direct=in_direct)
            await (shown.replace(interaction) if from_details else shown.send(interaction))

    @responds_to(form_ui.CHANGED)
    async def changed(self, interaction: discord.Interaction, argument: str) -> None:
        """Change it, and confirm it anew in the place of the confirmation."""
        async with answering(interaction, update=True):
            done = await self._fill_in(interaction, argument)
            clock = ui.Clock(done.reminder.timezone, is_own=True)
            await ui.created(done.reminder, clock).replace(interaction)

    @responds_to(ui.CANCEL)
    async def cancel(self, interaction: discord.Interaction, argument: str) -> None:
        """Take back what was just made."""
        async with answering(interaction, update=True):
            asked = await self._asked(interaction)
            async with self._bot.uow() as work:
                gone = await work.reminders.control.delete(asked.actor, [row_id(argument)])
            await ui.deleted(gone).replace(interaction)

    @responds_to(ui.ZONE)
    async def choose_zone(self, interaction: discord.Interaction, argument: str) -> None:
        """Remember what the clock shows, and read the time again by it."""
        async with answering(interaction, update=True):
            asked = await self._asked(interaction)
            values: list[str] = present(interaction.data).get("values", [])
            clock = ui.Clock(str(general.TIMEZONE.read(values[0] if values else "")), is_own=True)
            refused: str | None = None
            async with self._bot.uow() as work:
                await work.member_zones.set(asked.actor, clock.zone)
                work.after_commit(lambda: self._bot.member_zones.invalidate(asked.actor.user_id))
                reminder = await work.reminders.making.get(asked.actor, row_id(argument))
            if reminder.timezone != clock.zone and reminder.phrase is not None:
                try:
                    schedule = await self._read_again(interaction, asked, clock, reminder)
                    changes = Changes(phrase=reminder.phrase, schedule=schedule)
                    async with self._bot.uow() as work:
                        reminder = await work.reminders.making.edit(asked.actor, asked.policy, reminder.id, changes)
                except InvalidInput as error:
                    # Their clock is remembered all the same: what is wrong is this one time.
                    refused, clock = str(error), replace(clock, zone=reminder.timezone, is_own=False)
            await ui.created(reminder, clock, refused=refused).replace(interaction)

    async def _read_again(
        self, interaction: discord.Interaction, asked: Asked, clock: ui.Clock, reminder: Reminder
    ) -> Schedule:
        reading = self._reading(interaction, asked, clock, now=reminder.created_at)
        schedule = await reading.schedule(reminder.phrase or "")
        if not schedule.recurs:
            return schedule
        until, count = reminder.until or schedule.until, reminder.most_times or schedule.count
        return schedule.ending(until=until, count=count)

    # About a message

    @discord.message_command(name="Remind me about this")
    async def about(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        """Ask when, with the message as what to say."""
        actor_of(ctx.interaction)
        await ctx.interaction.response.send_modal(form_ui.about_form(message))

    @responds_to(form_ui.ABOUT)
    async def remind_about(self, interaction: discord.Interaction, argument: str) -> None:
        """Make a reminder that leads back to the message."""
        async with answering(interaction):
            filled_in = answers_of(interaction)
            channel_id, _, message_id = argument.partition(":")
            link = link_to(interaction.guild_id, channel_id, message_id)
            when, what = filled_in.get(form_ui.WHEN, ""), filled_in.get(form_ui.WHAT, "")
            reply = await self._make(interaction, Wishes(when=when, what=what, message=link))
            await reply.send(interaction)

    async def _open(self, interaction: discord.Interaction, argument: str, route: str) -> None:
        # The form has to be the first response, within three seconds: one query and nothing else.
        about, _, _ = read_mark(argument)
        pressed, asked = await self._pressed(interaction, about)
        async with self._bot.uow() as work:
            reminder = await work.reminders.making.get(asked.actor, pressed.reminder_id)
        await interaction.response.send_modal(form_ui.edit_form(reminder, argument, route=route))

    async def _fill_in(self, interaction: discord.Interaction, argument: str) -> FilledIn:
        pressed, asked = await self._pressed(interaction, argument)
        filled_in = answers_of(interaction)
        phrase = filled_in.get(form_ui.WHEN, "").strip()
        async with self._bot.uow() as work:
            reminder = await work.reminders.making.get(asked.actor, pressed.reminder_id)
        schedule = None
        if phrase and phrase != (reminder.phrase or ""):
            schedule = await self._reading(interaction, asked, await self._clock(asked)).schedule(phrase)
        async with self._bot.uow() as work:
            reminder = await work.reminders.making.edit(
                asked.actor,
                asked.policy,
                reminder.id,
                Changes(
                    text=filled_in.get(form_ui.WHAT, ""),
                    phrase=phrase,
                    schedule=schedule,
                    may_ping_everyone=may_ping_everyone(interaction),
                ),
            )
        return FilledIn(reminder, asked, pressed)
