"""The /reminder commands."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp
import discord

from app.commands.reminders.options import ANY_PLACE, LONGEST_TIME, Wishes, to_change, to_make, wishing
from app.commands.reminders.origin import check_origin
from app.commands.reminders.reading import shift_of
from app.commands.reminders.request import Asking
from app.core.errors import InvalidInput
from app.models import ReminderState
from app.services.reminders.making import ALL
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.limits import MAX_CHOICE, MAX_CHOICES
from app.ui.kit.patience import answering
from app.ui.kit.reply import SILENT, Reply
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.forms import edit_form
from app.ui.reminders.ids import EditFormId
from app.ui.reminders.lines import suggestion
from app.ui.reminders.list_filter import MAX_WORDS, ListFilter
from app.ui.reminders.lists import problems

STATES = [state.value for state in ReminderState]
CHANNEL = discord.SlashCommandOptionType.channel
MOST_UNASKED = 25
"""From how many reminders on moving them asks first."""
PAUSE_ENDS = "`until` takes one moment to come, such as `monday 9am`."


@suggesting
async def suggest_reminders(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest reminders by their words and numbers."""
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(present(ctx.interaction.guild_id))
    actor = actor_of(ctx.interaction, snapshot)
    async with bot.uow() as work:
        found = await work.reminders.making.list_matching(actor, str(ctx.value or ""))
    return [suggestion(one, actor, bot.clock()) for one in found]


@suggesting
async def suggest_to_delete(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest reminders, but who types `all` means all: the Enter key takes whatever is suggested first."""
    found = await suggest_reminders(ctx)
    if str(ctx.value or "").strip().casefold() != ALL:
        return found
    return [discord.OptionChoice("All of yours", ALL), *found][:MAX_CHOICES]


class Reminders(Asking, discord.Cog):
    """What members and staff do with reminders, typed."""

    group = discord.SlashCommandGroup("reminder", "Be reminded, or remind others, at the right time")

    @group.command(name="create", description="Be reminded of something, once or again and again")
    @wishing(*to_make())
    async def create(self, ctx: discord.ApplicationContext, wishes: Wishes) -> None:
        """Make a reminder and show when it will come."""
        async with answering(ctx.interaction):
            if wishes.message is not None:
                await check_origin(self._bot, ctx.interaction, wishes.message)
            await (await self._make(ctx.interaction, wishes)).send(ctx.interaction)

    @group.command(name="list", description="See your reminders, or as staff everybody's")
    @discord.option("everybody", bool, description="Those of everybody (staff only)", required=False)
    @discord.option("member", discord.User, description="Those of one member (staff only)", required=False)
    @discord.option("words", str, description="Only those that say this", required=False, max_length=MAX_WORDS)
    @discord.option(
        "channel", CHANNEL, description="Only those for this channel", channel_types=ANY_PLACE, required=False
    )
    @discord.option("state", str, description="Only those in this state", required=False, choices=STATES)
    async def list(
        self,
        ctx: discord.ApplicationContext,
        everybody: bool = False,
        member: discord.User | None = None,
        words: str | None = None,
        channel: discord.abc.Snowflake | None = None,
        state: str | None = None,
    ) -> None:
        """Show them, the next one due first."""
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
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=MAX_CHOICE)
    async def show(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        """Show it, with what can be done with it."""
        async with answering(ctx.interaction):
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find(asked.actor, reminder)
            await details(found, asked.snapshot).send(ctx.interaction)

    @group.command(name="edit", description="Change a reminder: what you name at once, or all of it in a form")
    @wishing(*to_change())
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=MAX_CHOICE)
    async def edit(self, ctx: discord.ApplicationContext, reminder: str, wishes: Wishes) -> None:
        """Change it at once, or open the form, which has to be the first response."""
        if wishes.are_none:
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find(asked.actor, reminder)
            await ctx.interaction.response.send_modal(edit_form(found, EditFormId(reminder_id=found.id)))
            return
        async with answering(ctx.interaction):
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find(asked.actor, reminder)
            reading = self._reading(ctx.interaction, asked, await self._clock(asked))
            changes = await reading.changes(wishes, found)
            async with self._bot.uow() as work:
                found = await work.reminders.making.edit(asked.actor, asked.policy, found.id, changes)
            await details(found, asked.snapshot, note="Changed.").send(ctx.interaction)

    @group.command(name="delete", description="Delete reminders")
    @discord.option(
        "reminder",
        str,
        description="Which one, several numbers as in 3, 5, 8, or all of yours",
        autocomplete=suggest_to_delete,
        max_length=300,
    )
    async def delete(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        """Remove them; for a day they can be brought back."""
        async with answering(ctx.interaction):
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find_many(asked.actor, reminder)
                gone = await work.reminders.control.delete(asked.actor, [one.id for one in found])
            await ui.deleted(gone).send(ctx.interaction)

    @group.command(name="pause", description="Send a reminder no more until it is resumed; staff: all of a channel")
    @discord.option("reminder", str, description="Which one", required=False, autocomplete=suggest_reminders)
    @discord.option(
        "channel", CHANNEL, description="All of this channel (staff only)", channel_types=ANY_PLACE, required=False
    )
    @discord.option(
        "until", str, description="When it goes on by itself, as in monday 9am", required=False, max_length=LONGEST_TIME
    )
    async def pause(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.abc.Snowflake | None = None,
        until: str | None = None,
    ) -> None:
        """Pause one, or a channel."""
        await self._hold(ctx.interaction, reminder, channel, pause=True, until=until)

    @group.command(name="resume", description="Let a reminder go on; staff: all of a channel")
    @discord.option("reminder", str, description="Which one", required=False, autocomplete=suggest_reminders)
    @discord.option(
        "channel", CHANNEL, description="All of this channel (staff only)", channel_types=ANY_PLACE, required=False
    )
    async def resume(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.abc.Snowflake | None = None,
    ) -> None:
        """Resume one, or a channel."""
        await self._hold(ctx.interaction, reminder, channel, pause=False)

    @group.command(name="skip", description="Leave out the next time of a reminder that repeats, or one day")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=MAX_CHOICE)
    @discord.option(
        "on",
        str,
        description="The day to leave out, as in 24 dec; otherwise the next time",
        required=False,
        max_length=100,
    )
    async def skip(self, ctx: discord.ApplicationContext, reminder: str, on: str | None = None) -> None:
        """Leave one out."""
        async with answering(ctx.interaction):
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find(asked.actor, reminder)
                skipped = await work.reminders.control.skip(asked.actor, found.id) if on is None else None
            if skipped is not None:
                reply = ui.skipped(*skipped)
            else:
                clock = ui.Clock(found.timezone, is_own=False)
                day = await self._reading(ctx.interaction, asked, clock).day(on or "")
                async with self._bot.uow() as work:
                    reply = ui.left_out(await work.reminders.control.leave_out(asked.actor, found.id, day), day)
            await reply.send(ctx.interaction)

    @group.command(name="transfer", description="Give a reminder to another member")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=MAX_CHOICE)
    @discord.option("member", discord.Member, description="Who gets it")
    async def transfer(self, ctx: discord.ApplicationContext, reminder: str, member: discord.Member) -> None:
        """Give it away."""
        async with answering(ctx.interaction):
            if not isinstance(member, discord.Member) or member.bot:
                raise InvalidInput("Choose a member of this server who is no bot.")
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.making.find(asked.actor, reminder)
                changed = await work.reminders.making.transfer(asked.actor, asked.policy, found.id, member_id=member.id)
            await ui.changed(changed, f"It belongs to {member.mention} now.").send(ctx.interaction)
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                # It is theirs all the same, and in their list, if their messages are closed or Discord is not well.
                await member.send(ui.given(changed, asked.actor.user_id), allowed_mentions=SILENT)

    @group.command(name="problems", description="See which reminders could not be delivered, and mend them")
    async def problems(self, ctx: discord.ApplicationContext) -> None:
        """Show what needs attention."""
        async with answering(ctx.interaction):
            asked = await self._asked(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminders.staff.list_problems(asked.actor)
            await problems(found, asked.snapshot).send(ctx.interaction)

    @group.command(name="shift", description="Move everybody's reminders to earlier or later (staff only)")
    @discord.option("by", str, description="How far, as in 30m, -1h or 2d", max_length=50)
    @discord.option(
        "channel", CHANNEL, description="Only those for this channel", channel_types=ANY_PLACE, required=False
    )
    async def shift(
        self, ctx: discord.ApplicationContext, by: str, channel: discord.abc.Snowflake | None = None
    ) -> None:
        """Move them all; many only after a question."""
        async with answering(ctx.interaction):
            asked, span, channel_id = await self._asked(ctx.interaction), shift_of(by), channel.id if channel else None
            async with self._bot.uow() as work:
                first, total = await work.reminders.staff.list_shiftable(asked.actor, channel_id=channel_id)
                if total > MOST_UNASKED:
                    reply = ui.ask_to_shift(first, total, span, self._bot.clock(), channel_id=channel_id)
                else:
                    moved, left = await work.reminders.staff.shift(asked.actor, span, channel_id=channel_id)
                    reply = ui.moved_all(moved, left, span, self._bot.clock(), channel_id=channel_id)
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
            asked = await self._asked(interaction)
            end: datetime | None = None
            if until is not None:
                reading = self._reading(interaction, asked, await self._clock(asked))
                end = await reading.moment(until, PAUSE_ENDS)
            async with self._bot.uow() as work:
                if channel is not None and pause:
                    count = await work.reminders.staff.pause_channel(asked.actor, channel.id, until=end)
                    reply = ui.paused_channel(count, channel.id, end)
                elif channel is not None:
                    count = await work.reminders.staff.resume_channel(asked.actor, channel.id)
                    reply = Reply(f"They go on in <#{channel.id}>: {count}.")
                else:
                    found = await work.reminders.making.find(asked.actor, reminder or "")
                    if pause:
                        reply = ui.paused(await work.reminders.control.pause(asked.actor, found.id, until=end))
                    else:
                        reply = ui.changed(await work.reminders.control.resume(asked.actor, found.id), "It goes on.")
            await reply.send(interaction)
