"""What the buttons, selects and forms of reminders do, and the command in the menu of a message."""

from datetime import datetime, timedelta

import discord

from app.bot import Bot
from app.core import settings as registry
from app.core import when
from app.core.errors import InvalidInput
from app.core.reminder_policy import ReminderPolicy
from app.core.settings import SettingsSnapshot
from app.models import Reminder
from app.models.reminder_draft import Changes, Draft
from app.models.reminder_plan import schedule_of
from app.ui import reminder_input as read
from app.ui import reminder_message as message_ui
from app.ui import reminders as ui
from app.ui.context import actor_of, present, role_ids, row_id
from app.ui.forms import answers_of
from app.ui.patience import answering
from app.ui.reminder_input import Pressed
from app.ui.reply import SILENT, Reply
from app.ui.routes import responds_to


class ReminderButtons(discord.Cog):
    """Everything that is pressed. What a button is about is in its id, so that it works after any restart."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    # Under a delivered reminder

    @responds_to(message_ui.SNOOZE)
    async def snooze(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again in so many minutes."""
        async with answering(interaction):
            pressed, policy, zone = await self._pressed(interaction, argument)
            minutes = row_id(pressed.rest)
            if not 1 <= minutes <= 366 * 24 * 60:
                raise InvalidInput("That does not lead anywhere. Please run the command again.")
            until = self._bot.clock() + timedelta(minutes=minutes)
            await self._snooze(interaction, pressed, policy, until, zone)

    @responds_to(message_ui.TOMORROW)
    async def tomorrow(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again in the morning."""
        async with answering(interaction):
            pressed, policy, zone = await self._pressed(interaction, argument)
            until = read.tomorrow_morning(self._bot.clock(), zone)
            await self._snooze(interaction, pressed, policy, until, zone)

    @responds_to(message_ui.SNOOZE_OWN)
    async def ask_until(self, interaction: discord.Interaction, argument: str) -> None:
        """Ask until when."""
        pressed, _, _ = await self._pressed(interaction, argument)
        async with self._bot.uow() as work:
            await work.reminder_answers.get(pressed.actor, pressed.reminder_id, roles=_roles(interaction))
        await interaction.response.send_modal(ui.snooze_form(argument))

    @responds_to(ui.SNOOZED_OWN)
    async def snooze_own(self, interaction: discord.Interaction, argument: str) -> None:
        """Say it again when they said."""
        async with answering(interaction):
            pressed, policy, zone = await self._pressed(interaction, argument)
            now = self._bot.clock()
            phrase = answers_of(interaction).get(ui.WHEN, "")
            schedule = when.read(phrase, now=now, zone=zone, locale=interaction.locale)
            until = schedule.next_after(now)
            if schedule.recurs or until is None:
                raise InvalidInput("A snooze takes one moment to come, such as `in 45m` or `tomorrow 9am`.")
            await self._snooze(interaction, pressed, policy, until, zone)

    @responds_to(message_ui.DONE)
    async def done(self, interaction: discord.Interaction, argument: str) -> None:
        """Take note, and show everybody that it is done."""
        async with answering(interaction):
            pressed, _, _ = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder = await work.reminder_answers.acknowledge(
                    pressed.actor, pressed.reminder_id, roles=_roles(interaction)
                )
            if interaction.response.is_done():
                await Reply("Done.").send(interaction)
            else:
                shown = present(interaction.message).content
                content, view = message_ui.done(reminder, shown, pressed.actor.user_id, in_direct=pressed.in_direct)
                await interaction.response.edit_message(content=content, view=view, allowed_mentions=SILENT)

    @responds_to(message_ui.SKIP)
    async def skip(self, interaction: discord.Interaction, argument: str) -> None:
        """Leave out the next one."""
        async with answering(interaction):
            pressed, _, _ = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder, _ = await work.reminder_control.skip(pressed.actor, pressed.reminder_id)
            await ui.changed(reminder, "Skipped once.").send(interaction)

    @responds_to(message_ui.JOIN)
    async def join(self, interaction: discord.Interaction, argument: str) -> None:
        """Be pinged as well, or no more."""
        async with answering(interaction):
            pressed, _, _ = await self._pressed(interaction, argument)
            async with self._bot.uow() as work:
                reminder, joins = await work.reminder_answers.join(
                    pressed.actor, pressed.reminder_id, channel_id=present(interaction.channel_id)
                )
            await ui.joined(reminder, joins=joins).send(interaction)

    # Changing one

    @responds_to(message_ui.EDIT)
    async def edit(self, interaction: discord.Interaction, argument: str) -> None:
        """Open the form."""
        pressed, _, _ = await self._pressed(interaction, argument)
        async with self._bot.uow() as work:
            reminder = await work.reminders.get(pressed.actor, pressed.reminder_id)
        await interaction.response.send_modal(ui.edit_form(reminder, argument))

    @responds_to(ui.CHANGE)
    async def change(self, interaction: discord.Interaction, argument: str) -> None:
        """Open the form from the confirmation."""
        await self.edit(interaction, argument)

    @responds_to(ui.EDITED)
    async def edited(self, interaction: discord.Interaction, argument: str) -> None:
        """Change it, and show when it comes now."""
        async with answering(interaction):
            pressed, policy, zone = await self._pressed(interaction, argument)
            filled_in = answers_of(interaction)
            phrase, now = filled_in.get(ui.WHEN, "").strip(), self._bot.clock()
            async with self._bot.uow() as work:
                reminder = await work.reminders.get(pressed.actor, pressed.reminder_id)
                keep = not phrase or phrase == (reminder.phrase or "")
                schedule = None if keep else read.schedule_from(interaction, phrase, now=now, zone=zone, policy=policy)
                reminder = await work.reminders.edit(
                    pressed.actor,
                    policy,
                    pressed.reminder_id,
                    Changes(
                        text=filled_in.get(ui.WHAT, ""),
                        phrase=phrase,
                        schedule=schedule,
                        may_ping_everyone=interaction.guild_id is not None and read.may_ping_everyone(interaction),
                    ),
                )
            await self._shown(reminder).send(interaction)

    @responds_to(ui.CANCEL)
    async def cancel(self, interaction: discord.Interaction, argument: str) -> None:
        """Take back what was just made."""
        await self._drop(interaction, argument)

    @responds_to(ui.ZONE)
    async def choose_zone(self, interaction: discord.Interaction, argument: str) -> None:
        """Remember what the clock shows, and read the time again by it."""
        snapshot, policy = await self._choices(interaction)
        actor = actor_of(interaction, snapshot)
        values: list[str] = present(interaction.data).get("values", [])
        zone = str(registry.TIMEZONE.read(values[0] if values else ""))
        async with self._bot.uow() as work:
            await work.member_zones.set(actor, zone)
        async with self._bot.uow() as work:
            reminder = await work.reminders.get(actor, row_id(argument))
            if reminder.timezone != zone and reminder.phrase is not None:
                schedule = when.read(
                    reminder.phrase,
                    now=reminder.created_at,
                    zone=zone,
                    locale=interaction.locale,
                    shortest=policy.shortest,
                )
                if schedule.recurs:
                    schedule = schedule.ending(
                        until=reminder.until or schedule.until, count=reminder.most_times or schedule.count
                    )
                reminder = await work.reminders.edit(
                    actor,
                    policy,
                    reminder.id,
                    Changes(phrase=reminder.phrase, schedule=schedule),
                )
        await self._shown(reminder).replace(interaction)

    # What needs attention

    @responds_to(ui.RETRY)
    async def retry(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it go on as it is."""
        await self._repair(interaction, argument, channel_id=None)

    @responds_to(ui.HERE)
    async def send_here(self, interaction: discord.Interaction, argument: str) -> None:
        """Let it go on in this channel."""
        await self._repair(interaction, argument, channel_id=read.here(interaction))

    @responds_to(ui.DROP)
    async def drop(self, interaction: discord.Interaction, argument: str) -> None:
        """Delete it."""
        await self._drop(interaction, argument)

    # About a message

    @discord.message_command(name="Remind me about this")
    async def about(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        """Ask when, with the message as what to say."""
        actor_of(ctx.interaction)
        await ctx.interaction.response.send_modal(ui.about_form(message))

    @responds_to(ui.ABOUT)
    async def remind_about(self, interaction: discord.Interaction, argument: str) -> None:
        """Make a reminder that leads back to the message."""
        async with answering(interaction):
            channel, _, message = argument.partition(":")
            if not (channel.isdigit() and message.isdigit() and int(channel) < 2**63 and int(message) < 2**63):
                raise InvalidInput("That does not lead anywhere. Please run the command again.")
            snapshot, policy = await self._choices(interaction)
            actor, filled_in, now = actor_of(interaction, snapshot), answers_of(interaction), self._bot.clock()
            target = read.target_of(interaction, None)
            async with self._bot.uow() as work:
                known = await work.member_zones.find(actor.user_id)
                zone = known or snapshot[registry.TIMEZONE]
                phrase = filled_in.get(ui.WHEN, "")
                reminder = await work.reminders.create(
                    actor,
                    policy,
                    Draft(
                        text=filled_in.get(ui.WHAT, ""),
                        phrase=phrase,
                        schedule=read.schedule_from(interaction, phrase, now=now, zone=zone, policy=policy),
                        channel_id=read.channel_for(interaction, None, policy),
                        target_kind=target.kind,
                        target_id=target.id,
                        may_ping_everyone=read.may_ping_everyone(interaction),
                        origin_channel_id=int(channel),
                        origin_message_id=int(message),
                    ),
                )
            await self._shown(reminder, ask_zone=known is None).send(interaction)

    async def _snooze(
        self, interaction: discord.Interaction, pressed: Pressed, policy: ReminderPolicy, until: datetime, zone: str
    ) -> None:
        async with self._bot.uow() as work:
            snooze = await work.reminder_answers.snooze(
                pressed.actor,
                policy,
                pressed.reminder_id,
                until=until,
                zone=zone,
                roles=_roles(interaction),
                in_direct=pressed.in_direct,
            )
        await ui.snoozed(snooze).send(interaction)

    async def _repair(self, interaction: discord.Interaction, argument: str, *, channel_id: int | None) -> None:
        snapshot, _ = await self._choices(interaction)
        async with self._bot.uow() as work:
            actor = actor_of(interaction, snapshot)
            await work.reminder_staff.repair(actor, row_id(argument), channel_id=channel_id)
            found = await work.reminder_staff.list_problems(actor)
        await ui.problems(found, snapshot).replace(interaction)

    async def _drop(self, interaction: discord.Interaction, argument: str) -> None:
        snapshot, _ = await self._choices(interaction)
        async with self._bot.uow() as work:
            gone = await work.reminder_control.delete(actor_of(interaction, snapshot), [row_id(argument)])
        await ui.deleted(gone.reminders[0]).replace(interaction)

    def _shown(self, reminder: Reminder, *, ask_zone: bool = False) -> Reply:
        now = self._bot.clock()
        schedule = schedule_of(reminder)
        coming = schedule.upcoming(now, ui.PREVIEW) if schedule is not None else []
        return ui.created(reminder, coming, ask_zone=now if ask_zone else None)

    async def _choices(self, interaction: discord.Interaction) -> tuple[SettingsSnapshot, ReminderPolicy]:
        snapshot = await self._bot.settings.get(actor_of(interaction).guild_id)
        return snapshot, ReminderPolicy.of(snapshot)

    async def _pressed(self, interaction: discord.Interaction, argument: str) -> tuple[Pressed, ReminderPolicy, str]:
        """Read a button: whose it is and which reminder, what the server allows, and the person's time zone."""
        snapshot = await self._bot.settings.get(read.guild_of(interaction, argument))
        pressed = read.pressed(interaction, argument, snapshot)
        async with self._bot.uow() as work:
            known = await work.member_zones.find(pressed.actor.user_id)
        return pressed, ReminderPolicy.of(snapshot), known or snapshot[registry.TIMEZONE]


def _roles(interaction: discord.Interaction) -> frozenset[int]:
    return role_ids(present(interaction.user))


def setup(bot: Bot) -> None:
    """Add the command and what is pressed."""
    bot.add_feature(ReminderButtons(bot))
