"""Editing a reminder in a form, the buttons under its confirmation, and the command in the menu of a message."""

from contextlib import suppress
from dataclasses import replace

import discord

from app.commands.reminders import filled_in
from app.commands.reminders.options import ReminderOptions
from app.commands.reminders.request import ReminderCog, RequestContext, says_whose
from app.core.errors import InvalidInput
from app.core.messages import t
from app.core.reminders.errors import ReminderNotFound
from app.core.scheduling.schedule import Schedule
from app.models import Reminder
from app.services.reminders.draft import Changes
from app.ui.kit import zones as zones_ui
from app.ui.kit.composing import composed
from app.ui.kit.context import actor_of
from app.ui.kit.forms import FilledIn
from app.ui.kit.links import link_to
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import offered_as
from app.ui.reminders import forms as form_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.ids import (
    AboutFormId,
    CancelId,
    ChangeFormId,
    ChangeId,
    EditFormId,
    EditId,
    ExtrasFormId,
    ZoneId,
)


class ReminderForms(ReminderCog, discord.Cog):
    """Forms, and what becomes of them."""

    @responds_to(EditId)
    @says_whose
    async def edit(self, interaction: discord.Interaction, pressed: EditId) -> None:
        form = EditFormId(reminder_id=pressed.reminder_id, place=pressed.place, is_details=pressed.is_details)
        await self._open(interaction, form, pressed.guild_id)

    @responds_to(ChangeId)
    async def change(self, interaction: discord.Interaction, pressed: ChangeId) -> None:
        await self._open(interaction, ChangeFormId(reminder_id=pressed.reminder_id))

    @responds_to(EditFormId)
    async def edited(self, interaction: discord.Interaction, form: EditFormId) -> None:
        await self._edited(interaction, form)

    @responds_to(ExtrasFormId)
    async def edited_extras(self, interaction: discord.Interaction, form: ExtrasFormId) -> None:
        await self._edited(interaction, form)

    async def _edited(self, interaction: discord.Interaction, form: EditFormId | ExtrasFormId) -> None:
        async with answering(interaction, update=form.is_details):
            reminder, context = await self._fill_in(interaction, form, form.guild_id)
            shown = await composed(details, reminder, context.snapshot, place=form.place, note=t("Changed."))
            await (shown.replace(interaction) if form.is_details else shown.send(interaction))

    @responds_to(ChangeFormId)
    async def changed(self, interaction: discord.Interaction, form: ChangeFormId) -> None:
        async with answering(interaction, update=True):
            reminder, _ = await self._fill_in(interaction, form)
            reply = await composed(ui.created, reminder, ui.UsedZone(reminder.timezone, is_own=True))
            await reply.replace(interaction)

    @responds_to(CancelId)
    async def cancel(self, interaction: discord.Interaction, pressed: CancelId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                reminder, gone = await work.reminders.control.cancel(context.actor, pressed.reminder_id)
            reply = ui.deleted(gone) if gone is not None else await composed(ui.cannot_cancel, reminder)
            await reply.replace(interaction)

    @responds_to(ZoneId)
    async def choose_zone(self, interaction: discord.Interaction, pressed: ZoneId, zone: str) -> None:
        async with answering(interaction, update=True):
            context = await self._context(interaction)
            used = ui.UsedZone(zone, is_own=True)
            refused: str | None = None
            reminder: Reminder | None = None
            async with self._bot.uow() as work:
                await work.member_zones.set(context.actor, zone)
                work.after_commit(lambda: self._bot.member_zones.invalidate(context.actor.user_id))
                with suppress(ReminderNotFound):
                    reminder = await work.reminders.making.get(context.actor, pressed.reminder_id)
            if reminder is None:
                # It is deleted, and the time zone is theirs all the same.
                await zones_ui.known(zone, self._bot.clock()).replace(interaction)
                return
            if reminder.timezone != zone and reminder.phrase is not None:
                try:
                    schedule = await self._read_again(interaction, context, used, reminder)
                    changes = Changes(phrase=reminder.phrase, schedule=schedule)
                    async with self._bot.uow() as work:
                        reminder = await work.reminders.making.edit(context.actor, context.policy, reminder.id, changes)
                except InvalidInput as error:
                    # Their time zone is saved all the same: only this one time does not work in it.
                    refused, used = str(error), ui.UsedZone(reminder.timezone, is_own=False)
            await (await composed(ui.created, reminder, used, refused=refused)).replace(interaction)

    async def _read_again(
        self, interaction: discord.Interaction, context: RequestContext, zone: ui.UsedZone, reminder: Reminder
    ) -> Schedule:
        reading = self._reading(interaction, context, zone, now=reminder.created_at)
        schedule = await reading.schedule(reminder.phrase or "")
        if not schedule.recurs:
            return schedule
        until = reminder.local_until or reminder.until or schedule.end
        count = reminder.most_times or schedule.count
        return await reading.ending(schedule, until=until, count=count)

    # About a message

    @discord.message_command(name="Remind me about this")
    @offered_as(ui.offer)
    async def about(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        actor_of(ctx.interaction)
        to = AboutFormId(channel_id=message.channel.id, message_id=message.id)
        await ctx.interaction.response.send_modal(form_ui.about_form(to, form_ui.about(message)))

    @responds_to(AboutFormId)
    async def remind_about(self, interaction: discord.Interaction, form: AboutFormId) -> None:
        async with answering(interaction):
            given = FilledIn.read(interaction)
            with self._bot.kept_forms.keeping(interaction, lambda: form_ui.about_form(form, given)):
                link = link_to(interaction.guild_id, form.channel_id, form.message_id)
                when, what = given.typed(form_ui.WHEN), given.typed(form_ui.WHAT)
                context = await self._context(interaction)
                # The form cannot ask for a direct message, which is all that the server may leave to members.
                direct = None if context.policy.lets_post(context.actor) else True
                options = ReminderOptions(when=when, what=what, message=link, direct=direct)
                reply = await self._make(interaction, options)
            await reply.send(interaction)

    async def _fill_in(
        self, interaction: discord.Interaction, form: form_ui.EditForm, guild_id: int | None = None
    ) -> tuple[Reminder, RequestContext]:
        given, in_direct = FilledIn.read(interaction), interaction.guild_id is None
        with self._bot.kept_forms.keeping(interaction, lambda: form_ui.form_again(form, given, in_direct=in_direct)):
            async with self._looking(interaction, guild_id) as (context, work):
                reminder = await work.reminders.making.get(context.actor, form.reminder_id)
            is_extras = isinstance(form, ExtrasFormId)
            options = (filled_in.extras if is_extras else filled_in.edited)(interaction, given, reminder)
            reading = self._reading(interaction, context, await self._zone(context))
            changes = await reading.changes(options, reminder)
            if is_extras:
                changes = replace(changes, drops_role=filled_in.drops_role(given, reminder))
            async with self._bot.uow() as work:
                return await work.reminders.making.edit(context.actor, context.policy, reminder.id, changes), context
