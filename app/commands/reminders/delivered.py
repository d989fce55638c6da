"""What the buttons under a delivered reminder do."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord

from app.commands.reminders.reading import Reading, tomorrow_morning
from app.commands.reminders.request import ReminderCog, says_whose
from app.core.messages import msg
from app.core.scheduling.schedule import Schedule
from app.ui.kit.composing import composed
from app.ui.kit.context import present, role_ids
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.reminders import message as message_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.forms import WHEN, snooze_form
from app.ui.reminders.ids import (
    AskSnoozeId,
    Delivered,
    DoneId,
    JoinId,
    MoreId,
    SkipId,
    SnoozeFormId,
    SnoozeId,
    TomorrowId,
    UnsnoozeId,
)


class DeliveredReminders(ReminderCog, discord.Cog):
    """The buttons that everybody sees, in the channel or in a direct message."""

    @responds_to(SnoozeId)
    @says_whose
    async def snooze(self, interaction: discord.Interaction, pressed: SnoozeId) -> None:
        async def later(reading: Reading) -> Schedule:
            return Schedule.once(reading.now + timedelta(minutes=pressed.minutes), reading.zone)

        await self._snooze(interaction, pressed, later)

    @responds_to(TomorrowId)
    @says_whose
    async def tomorrow(self, interaction: discord.Interaction, pressed: TomorrowId) -> None:
        async def morning(reading: Reading) -> Schedule:
            return tomorrow_morning(reading.now, reading.zone)

        await self._snooze(interaction, pressed, morning)

    @responds_to(AskSnoozeId)
    @says_whose
    async def ask_until(self, interaction: discord.Interaction, pressed: AskSnoozeId) -> None:
        async with self._looking(interaction, pressed.guild_id) as (context, work):
            await work.reminders.answers.get(context.actor, pressed.reminder_id, roles=_roles(interaction))
        await interaction.response.send_modal(
            snooze_form(SnoozeFormId(reminder_id=pressed.reminder_id, guild_id=pressed.guild_id))
        )

    @responds_to(SnoozeFormId)
    @says_whose
    async def snooze_own(self, interaction: discord.Interaction, pressed: SnoozeFormId) -> None:
        given = FilledIn.read(interaction)
        refusal = msg("A snooze takes one time in the future, such as `in 45m` or `tomorrow 9am`.")
        with self._bot.kept_forms.keeping(interaction, lambda: snooze_form(pressed, given)):
            await self._snooze(interaction, pressed, lambda reading: reading.once(given.typed(WHEN), refusal))

    @responds_to(UnsnoozeId)
    async def unsnooze(self, interaction: discord.Interaction, pressed: UnsnoozeId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                now = await work.reminders.answers.unsnooze(
                    context.actor,
                    pressed.reminder_id,
                    until=pressed.until,
                    before=pressed.before,
                    again_at=pressed.again_at,
                )
            await ui.unsnoozed(now).replace(interaction)

    @responds_to(DoneId)
    @says_whose
    async def done(self, interaction: discord.Interaction, pressed: DoneId) -> None:
        async with answering(interaction, update=True):
            message = present(interaction.message)
            async with self._work(interaction, pressed.guild_id) as (context, work):
                done = await work.reminders.answers.acknowledge(
                    context.actor, pressed.reminder_id, roles=_roles(interaction), message_id=message.id
                )
            content, view = message_ui.done(
                done.reminder,
                message.content,
                context.actor.user_id,
                in_direct=interaction.guild_id is None,
                cancelled=done.cancelled,
            )
            items: list[Any] = list(view.children)
            await Reply(content, items=items).replace(interaction, keep_embeds=True)

    @responds_to(MoreId)
    async def more(self, interaction: discord.Interaction, pressed: MoreId) -> None:
        in_direct = interaction.guild_id is None
        async with answering(interaction):
            async with self._looking(interaction, pressed.guild_id) as (context, work):
                rights = await work.reminders.answers.look(
                    context.actor,
                    pressed.reminder_id,
                    roles=_roles(interaction),
                    channel_id=None if in_direct else interaction.channel_id,
                )
            await (await composed(message_ui.more, rights, context.actor.user_id, in_direct=in_direct)).send(
                interaction
            )

    @responds_to(SkipId)
    @says_whose
    async def skip(self, interaction: discord.Interaction, pressed: SkipId) -> None:
        async with answering(interaction):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                reminder, at = await work.reminders.control.skip(context.actor, pressed.reminder_id, shown=pressed.at)
            reply = await composed(ui.skipped, reminder, at, in_direct=interaction.guild_id is None)
            await reply.send(interaction)

    @responds_to(JoinId)
    async def join(self, interaction: discord.Interaction, pressed: JoinId) -> None:
        async with answering(interaction):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                reminder = await work.reminders.answers.join(
                    context.actor,
                    pressed.reminder_id,
                    channel_id=present(interaction.channel_id),
                    joins=pressed.joins,
                )
            await message_ui.joined(reminder, joins=pressed.joins).send(interaction)

    async def _snooze(
        self, interaction: discord.Interaction, pressed: Delivered, until: Callable[[Reading], Awaitable[Schedule]]
    ) -> None:
        async with answering(interaction):
            context = await self._context(interaction, pressed.guild_id)
            zone = await self._zone(context)
            once = await until(self._reading(interaction, context, zone))
            async with self._bot.uow() as work:
                snooze = await work.reminders.answers.snooze(
                    context.actor,
                    context.policy,
                    pressed.reminder_id,
                    until=once.instant,
                    zone=once.zone,
                    local=once.local_start,
                    roles=_roles(interaction),
                    in_direct=interaction.guild_id is None,
                    message_id=_delivered_id(interaction),
                )
            await ui.snoozed(snooze, in_direct=interaction.guild_id is None).send(interaction)


def _delivered_id(interaction: discord.Interaction) -> int | None:
    """Return the delivered message that was answered; None where the button is under something else."""
    message = interaction.message
    return message.id if message is not None and not message.flags.ephemeral else None


def _roles(interaction: discord.Interaction) -> frozenset[int]:
    return role_ids(present(interaction.user))
