"""What the buttons under a delivered reminder do. What a button is about is in its id: it works after any restart."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import discord

from app.commands.reminders.reading import Reading, tomorrow_morning
from app.commands.reminders.request import Asking
from app.core.errors import InvalidInput
from app.ui.kit.context import present, role_ids, row_id
from app.ui.kit.forms import answers_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.reminders import message as message_ui
from app.ui.reminders import replies as ui
from app.ui.reminders.forms import SNOOZED_OWN, WHEN, snooze_form

LONGEST_SNOOZE = 366 * 24 * 60


class DeliveredReminders(Asking, discord.Cog):
    """The buttons that everybody sees, in the channel or in a direct message."""

    @responds_to(message_ui.SNOOZE)
    async def snooze(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again in so many minutes."""

        async def later(reading: Reading, rest: str) -> datetime:
            minutes = row_id(rest)
            if not 1 <= minutes <= LONGEST_SNOOZE:
                raise InvalidInput("That does not lead anywhere. Please run the command again.")
            return reading.now + timedelta(minutes=minutes)

        await self._snooze(interaction, argument, later)

    @responds_to(message_ui.TOMORROW)
    async def tomorrow(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again in the morning."""

        async def morning(reading: Reading, _: str) -> datetime:
            return tomorrow_morning(reading.now, reading.zone)

        await self._snooze(interaction, argument, morning)

    @responds_to(message_ui.SNOOZE_OWN)
    async def ask_until(self, interaction: discord.Interaction, argument: str) -> None:
        """Ask until when."""
        pressed, asked = await self._pressed(interaction, argument)
        async with self._bot.uow() as work:
            await work.reminders.answers.get(asked.actor, pressed.reminder_id, roles=_roles(interaction))
        await interaction.response.send_modal(snooze_form(argument))

    @responds_to(SNOOZED_OWN)
    async def snooze_own(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again when they said."""
        phrase = answers_of(interaction).get(WHEN, "")
        refusal = "A snooze takes one moment to come, such as `in 45m` or `tomorrow 9am`."
        await self._snooze(interaction, argument, lambda reading, _: reading.moment(phrase, refusal))

    @responds_to(message_ui.DONE)
    async def done(self, interaction: discord.Interaction, argument: str) -> None:
        """Take note, and show everybody that it is done."""
        async with answering(interaction, update=True):
            message = present(interaction.message)
            pressed, asked = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder = await work.reminders.answers.acknowledge(
                    asked.actor, pressed.reminder_id, roles=_roles(interaction), message_id=message.id
                )
            content, view = message_ui.done(reminder, message.content, asked.actor.user_id, in_direct=pressed.in_direct)
            items: list[Any] = list(view.children)
            await Reply(content, items=items).replace(interaction, keep_embeds=True)

    @responds_to(message_ui.SKIP)
    async def skip(self, interaction: discord.Interaction, argument: str) -> None:
        """Leave out the next one."""
        async with answering(interaction):
            pressed, asked = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder, at = await work.reminders.control.skip(asked.actor, pressed.reminder_id)
            await ui.skipped(reminder, at, in_direct=pressed.in_direct).send(interaction)

    @responds_to(message_ui.JOIN)
    async def join(self, interaction: discord.Interaction, argument: str) -> None:
        """Be pinged as well, or no more."""
        async with answering(interaction):
            pressed, asked = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder, joins = await work.reminders.answers.join(
                    asked.actor, pressed.reminder_id, channel_id=present(interaction.channel_id)
                )
            await ui.joined(reminder, joins=joins).send(interaction)

    async def _snooze(
        self, interaction: discord.Interaction, argument: str, until: Callable[[Reading, str], Awaitable[datetime]]
    ) -> None:
        async with answering(interaction):
            pressed, asked = await self._pressed(interaction, argument)
            clock = await self._clock(asked)
            at = await until(self._reading(interaction, asked, clock), pressed.rest)
            async with self._bot.uow() as work:
                snooze = await work.reminders.answers.snooze(
                    asked.actor,
                    asked.policy,
                    pressed.reminder_id,
                    until=at,
                    zone=clock.zone,
                    roles=_roles(interaction),
                    in_direct=pressed.in_direct,
                    message_id=interaction.message.id if interaction.message is not None else None,
                )
            await ui.snoozed(snooze).send(interaction)


def _roles(interaction: discord.Interaction) -> frozenset[int]:
    return role_ids(present(interaction.user))
