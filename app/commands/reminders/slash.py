"""The /reminder commands."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp
import discord

from app.commands.reminders.options import (
    MAX_TIME_LENGTH,
    ReminderOptions,
    create_options,
    edit_options,
    with_options,
)
from app.commands.reminders.reading import shift_of
from app.commands.reminders.request import ReminderCog, RequestContext
from app.core.errors import InvalidInput
from app.core.messages import msg, speaking, t
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import WallTime
from app.core.typed_words import is_all
from app.models import ReminderState
from app.services.reminders.making import ALL
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting, understood
from app.ui.kit.composing import composed
from app.ui.kit.context import actor_of, present
from app.ui.kit.language import language_of_server
from app.ui.kit.limits import MAX_CHOICE, MAX_CHOICES
from app.ui.kit.patience import answering
from app.ui.kit.reply import SILENT, Reply
from app.ui.kit.staff import for_staff, offered_as
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.forms import ANY_PLACE, form_for
from app.ui.reminders.ids import EditFormId
from app.ui.reminders.lines import reminder_meant, suggestion
from app.ui.reminders.list_filter import MAX_WORDS, ListFilter
from app.ui.reminders.lists import problems

Option = Callable[[Callable[..., Any]], Callable[..., Any]]

STATES = [state.value for state in ReminderState]
CHANNEL = discord.SlashCommandOptionType.channel
MAX_UNCONFIRMED = 25
"""How many reminders are moved without asking first."""
PAUSE_ENDS = msg("`until` takes one time in the future, such as `monday 9am`.")


@suggesting
async def suggest_reminders(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest reminders by their words and numbers."""
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(present(ctx.interaction.guild_id))
    actor = actor_of(ctx.interaction, snapshot)
    async with bot.uow.reading() as work:
        found = await work.reminders.making.list_matching(actor, reminder_meant(str(ctx.value or "")))
    return offered(suggestion(one, actor, bot.clock()) for one in found)


@suggesting
async def suggest_to_delete(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest reminders; for `all`, all of them first, because the Enter key takes the first suggestion."""
    found = await suggest_reminders(ctx)
    if not is_all(str(ctx.value or "")):
        return found
    return [*offered([all_of_them()]), *found][:MAX_CHOICES]


def all_of_them() -> Suggestion:
    """Suggest all reminders of the person who asks."""
    return Suggestion(t("All your reminders"), ALL)


def reminder_option(*, required: bool = True) -> Option:
    """Declare the option that names one reminder. Above all other options of the command, because it wraps it."""
    declare = discord.option(
        "reminder",
        str,
        description="The reminder: its number or words",
        required=required,
        autocomplete=suggest_reminders,
        max_length=MAX_CHOICE,
    )
    return lambda command: understood("reminder", reminder_meant)(declare(command))


def channel_option(description: str) -> Option:
    """Declare an option that names a channel, and may be left out."""
    return discord.option("channel", CHANNEL, description=description, channel_types=ANY_PLACE, required=False)


class Reminders(ReminderCog, discord.Cog):
    """The commands that members and staff type."""

    group = discord.SlashCommandGroup("reminder", "Get reminded, or remind others, at the right time")

    @group.command(name="create", description="Create a reminder that comes once or repeats")
    @offered_as(ui.offer)
    @with_options(*create_options())
    async def create(self, ctx: discord.ApplicationContext, options: ReminderOptions) -> None:
        async with answering(ctx.interaction):
            await (await self._make(ctx.interaction, options)).send(ctx.interaction)

    @group.command(name="list", description="List your reminders")
    @discord.option("everybody", bool, description="Everyone's reminders (staff only)", required=False)
    @discord.option("member", discord.User, description="One member's reminders (staff only)", required=False)
    @discord.option(
        "words", str, description="Only reminders that contain these words", required=False, max_length=MAX_WORDS
    )
    @channel_option("Only reminders for this channel")
    @discord.option("state", str, description="Only reminders in this state", required=False, choices=STATES)
    async def list(
        self,
        ctx: discord.ApplicationContext,
        everybody: bool = False,
        member: discord.User | None = None,
        words: str | None = None,
        channel: discord.abc.Snowflake | None = None,
        state: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            shown = ListFilter(
                everybody=everybody,
                member_id=member.id if member is not None else None,
                words=(words or "").strip()[:MAX_WORDS],
                channel_id=channel.id if channel is not None else None,
                state=ReminderState(state) if state in STATES else None,
            )
            await (await self._list(ctx.interaction, shown)).send(ctx.interaction)

    @group.command(name="show", description="See everything about a reminder")
    @reminder_option()
    async def show(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        async with answering(ctx.interaction):
            async with self._looking(ctx.interaction) as (context, work):
                found = await work.reminders.making.find(context.actor, reminder)
            await (await composed(details, found, context.snapshot)).send(ctx.interaction)

    @group.command(name="edit", description="Change a reminder; with no new values, a form opens")
    @with_options(*edit_options())
    @reminder_option()
    async def edit(self, ctx: discord.ApplicationContext, reminder: str, options: ReminderOptions) -> None:
        """Change it at once, or open the form, which has to be the first response."""
        if options.are_empty:
            async with self._looking(ctx.interaction) as (context, work):
                found = await work.reminders.making.find(context.actor, reminder)
            await ctx.interaction.response.send_modal(form_for(found, EditFormId(reminder_id=found.id)))
            return
        async with answering(ctx.interaction):
            async with self._looking(ctx.interaction) as (context, work):
                found = await work.reminders.making.find(context.actor, reminder)
            reading = self._reading(ctx.interaction, context, await self._zone(context))
            changes = await reading.changes(options, found)
            async with self._bot.uow() as work:
                found = await work.reminders.making.edit(context.actor, context.policy, found.id, changes)
            await (await composed(details, found, context.snapshot, note=t("Changed."))).send(ctx.interaction)

    @group.command(name="delete", description="Delete reminders")
    @understood("reminder", lambda typed: meant(reminder_meant(typed), lambda: [all_of_them()]))
    @discord.option(
        "reminder",
        str,
        description="The reminder, several numbers such as 3, 5, 8, or the word all",
        autocomplete=suggest_to_delete,
        max_length=300,
    )
    async def delete(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                found = await work.reminders.making.find_many(context.actor, reminder)
                gone = await work.reminders.control.delete(context.actor, [one.id for one in found])
            await ui.deleted(gone).send(ctx.interaction)

    @group.command(name="pause", description="Pause a reminder until you resume it")
    @reminder_option(required=False)
    @channel_option("All reminders for this channel (staff only)")
    @discord.option(
        "until",
        str,
        description="When to resume automatically, such as monday 9am",
        required=False,
        max_length=MAX_TIME_LENGTH,
    )
    async def pause(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.abc.Snowflake | None = None,
        until: str | None = None,
    ) -> None:
        await self._hold(ctx.interaction, reminder, channel, pause=True, until=until)

    @group.command(name="resume", description="Resume a paused reminder")
    @reminder_option(required=False)
    @channel_option("All reminders for this channel (staff only)")
    async def resume(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.abc.Snowflake | None = None,
    ) -> None:
        await self._hold(ctx.interaction, reminder, channel, pause=False)

    @group.command(name="skip", description="Skip the next time of a repeating reminder, or one day")
    @reminder_option()
    @discord.option(
        "on",
        str,
        description="The day to skip, such as 24 dec (default: the next time)",
        required=False,
        max_length=100,
    )
    async def skip(self, ctx: discord.ApplicationContext, reminder: str, on: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                found = await work.reminders.making.find(context.actor, reminder)
                skipped = await work.reminders.control.skip(context.actor, found.id) if on is None else None
            if skipped is not None:
                reply = await composed(ui.skipped, *skipped)
            else:
                zone = ui.UsedZone(found.timezone, is_own=False)
                day = await self._reading(ctx.interaction, context, zone).day(on or "")
                async with self._bot.uow() as work:
                    found = await work.reminders.control.leave_out(context.actor, found.id, day)
                reply = await composed(ui.left_out, found, day)
            await reply.send(ctx.interaction)

    @group.command(name="transfer", description="Give a reminder to another member")
    @offered_as(ui.offer_transfer)
    @reminder_option()
    @discord.option("member", discord.Member, description="The new owner")
    async def transfer(self, ctx: discord.ApplicationContext, reminder: str, member: discord.Member) -> None:
        async with answering(ctx.interaction):
            if not isinstance(member, discord.Member) or member.bot:
                raise InvalidInput("Choose a member of this server who is not a bot.")
            async with self._work(ctx.interaction) as (context, work):
                found = await work.reminders.making.find(context.actor, reminder)
                changed = await work.reminders.making.transfer(
                    context.actor, context.policy, found.id, member_id=member.id
                )
            what = t("It now belongs to {member}.", member=member.mention)
            await (await composed(ui.changed, changed, what)).send(ctx.interaction)
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                # It is theirs and in their list, even if their direct messages are closed or Discord is unwell.
                with speaking(language_of_server(self._bot, changed.guild_id)):
                    told = await composed(ui.given, changed, context.actor.user_id)
                await member.send(told, allowed_mentions=SILENT)

    @group.command(name="problems", description="See which reminders could not be delivered, and fix them")
    async def problems(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            async with self._looking(ctx.interaction) as (context, work):
                found = await work.reminders.staff.list_problems(context.actor)
            is_staff, now = context.actor.is_staff, self._bot.clock()
            reply = problems(found, context.snapshot, now, is_staff=is_staff)
            await reply.send(ctx.interaction)

    @group.command(name="shift", description="Move everyone's reminders earlier or later (staff only)")
    @discord.option("by", str, description="How far, such as 30m, -1h or 2d", max_length=50)
    @channel_option("Only reminders for this channel")
    @for_staff
    async def shift(
        self, ctx: discord.ApplicationContext, by: str, channel: discord.abc.Snowflake | None = None
    ) -> None:
        async with answering(ctx.interaction):
            context, span, channel_id = (
                await self._context(ctx.interaction),
                shift_of(by),
                channel.id if channel else None,
            )
            async with self._bot.uow() as work:
                found, done = await work.reminders.staff.list_shiftable(context.actor, channel_id=channel_id), None
                if found.total <= MAX_UNCONFIRMED:
                    done = await work.reminders.staff.shift(context.actor, span, channel_id=channel_id)
            now = self._bot.clock()
            if done is not None:
                reply = ui.moved_all(done, span, now, channel_id=channel_id)
            else:
                reply = await composed(ui.ask_to_shift, found, span, now, channel_id=channel_id)
            await reply.send(ctx.interaction)

    async def _hold(
        self,
        interaction: discord.Interaction,
        reminder: str | None,
        channel: discord.abc.Snowflake | None,
        *,
        pause: bool,
        until: str | None = None,
    ) -> None:
        async with answering(interaction):
            if (reminder is None) == (channel is None):
                raise InvalidInput("Choose either a reminder or a channel.")
            context = await self._context(interaction)
            end: Schedule | None = None
            if until is not None:
                reading = self._reading(interaction, context, await self._zone(context))
                end = await reading.once(until, PAUSE_ENDS)
            at, by_clock = (end.instant, end.wall_time) if end is not None else (None, None)
            if channel is not None:
                reply = await self._hold_channel(context, channel.id, pause=pause, until=at, by_clock=by_clock)
            else:
                async with self._bot.uow() as work:
                    found = await work.reminders.making.find(context.actor, reminder or "")
                    if pause:
                        found = await work.reminders.control.pause(context.actor, found.id, until=at, by_clock=by_clock)
                    else:
                        found = await work.reminders.control.resume(context.actor, found.id)
                reply = await (composed(ui.paused, found) if pause else composed(ui.changed, found, t("Resumed.")))
            await reply.send(interaction)

    async def _hold_channel(
        self,
        context: RequestContext,
        channel_id: int,
        *,
        pause: bool,
        until: datetime | None,
        by_clock: WallTime | None,
    ) -> Reply:
        async with self._bot.uow() as work:
            if pause:
                count = await work.reminders.staff.pause_channel(
                    context.actor, channel_id, until=until, by_clock=by_clock
                )
                return ui.paused_channel(count, channel_id, until)
            return ui.resumed_channel(await work.reminders.staff.resume_channel(context.actor, channel_id), channel_id)
