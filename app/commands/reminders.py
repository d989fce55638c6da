"""The /reminder commands."""

from typing import Any

import discord

from app.bot import Bot
from app.core import settings as registry
from app.core.errors import InvalidInput
from app.core.reminder_policy import ReminderPolicy
from app.core.reminder_refusals import ReminderNotFound
from app.core.settings import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.models.reminder_draft import Draft
from app.models.reminder_plan import schedule_of
from app.ui import reminder_input as read
from app.ui import reminders as ui
from app.ui.autocomplete import suggesting
from app.ui.context import actor_of, present, row_id
from app.ui.patience import answering
from app.ui.reply import Reply
from app.ui.routes import responds_to
from app.ui.text import shortened

STATES = [state.value for state in ReminderState]


@suggesting
async def suggest_reminders(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest reminders by their words and numbers."""
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(present(ctx.interaction.guild_id))
    async with bot.uow() as work:
        found = await work.reminders.list_matching(actor_of(ctx.interaction, snapshot), str(ctx.value or ""))
    return [discord.OptionChoice(shortened(f"#{one.id} {one.name}", 100), str(one.id)) for one in found]


class Reminders(discord.Cog):
    """What members and staff do with reminders, typed."""

    group = discord.SlashCommandGroup("reminder", "Be reminded, or remind others, at the right time")

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @group.command(name="create", description="Be reminded of something, once or again and again")
    @discord.option("when", str, description="As in: in 2h30m, tomorrow 9am, every weekday at 8", max_length=200)
    @discord.option("what", str, description="What to say then", max_length=2000)
    @discord.option("channel", discord.TextChannel, description="Where; otherwise here", required=False)
    @discord.option(
        "mention",
        discord.SlashCommandOptionType.mentionable,
        description="Whom to ping; otherwise you",
        required=False,
    )
    @discord.option("direct", bool, description="As a direct message instead of in a channel", required=False)
    @discord.option("early", str, description="A warning that long before, as in 1h", required=False, max_length=50)
    @discord.option("until", str, description="When a series ends, as in 31 dec", required=False, max_length=200)
    @discord.option("times", int, description="How often a series comes", required=False, min_value=1, max_value=10000)
    @discord.option(
        "insist",
        str,
        description="Repeat it that often until Done is pressed, as in 10m",
        required=False,
        max_length=50,
    )
    @discord.option("tries", int, description="How often to insist (3)", required=False, min_value=1, max_value=100)
    @discord.option("escalate", discord.Role, description="A role to ping with the last try", required=False)
    async def create(
        self,
        ctx: discord.ApplicationContext,
        when: str,
        what: str,
        channel: discord.TextChannel | None = None,
        mention: read.Mentionable | None = None,
        direct: bool = False,
        early: str | None = None,
        until: str | None = None,
        times: int | None = None,
        insist: str | None = None,
        tries: int | None = None,
        escalate: discord.Role | None = None,
    ) -> None:
        """Make a reminder and show when it will come."""
        interaction = ctx.interaction
        async with answering(interaction):
            snapshot, policy = await self._choices(interaction)
            target = read.target_of(interaction, mention)
            if escalate is not None and insist is None:
                raise InvalidInput("`escalate` goes with `insist`: the role is pinged with the last repetition.")
            role = read.target_of(interaction, escalate) if escalate is not None else None
            now = self._bot.clock()
            async with self._bot.uow() as work:
                known = await work.member_zones.find(actor_of(interaction).user_id)
                zone = known or snapshot[registry.TIMEZONE]
                reminder = await work.reminders.create(
                    actor_of(interaction, snapshot),
                    policy,
                    Draft(
                        text=what,
                        phrase=when,
                        schedule=read.schedule_from(
                            interaction, when, now=now, zone=zone, policy=policy, until=until, times=times
                        ),
                        channel_id=read.channel_for(interaction, channel, policy),
                        direct=direct,
                        target_kind=target.kind,
                        target_id=target.id,
                        may_ping=target.may_ping and (role is None or role.may_ping),
                        may_ping_everyone=read.may_ping_everyone(interaction),
                        warn=read.span_of(early, "early"),
                        repeat_every=read.span_of(insist, "insist"),
                        repeat_most=tries or 3,
                        escalate_role_id=role.id if role is not None else None,
                    ),
                )
            await self._confirm(interaction, reminder, ask_zone=known is None)

    @group.command(name="list", description="See your reminders, or as staff everybody's")
    @discord.option("everybody", bool, description="Those of everybody (staff only)", required=False)
    @discord.option("channel", discord.TextChannel, description="Only those for this channel", required=False)
    @discord.option("state", str, description="Only those in this state", required=False, choices=STATES)
    async def list(
        self,
        ctx: discord.ApplicationContext,
        everybody: bool = False,
        channel: discord.TextChannel | None = None,
        state: str | None = None,
    ) -> None:
        """Show them, the next one due first."""
        async with answering(ctx.interaction):
            reply = await self._page(ctx.interaction, 0, everybody, channel.id if channel else 0, state or "")
            await reply.send(ctx.interaction)

    @group.command(name="edit", description="Change when a reminder comes and what it says")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=100)
    async def edit(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        """Open the form; it has to be the first response."""
        found = await self._find(ctx.interaction, reminder)
        await ctx.interaction.response.send_modal(ui.edit_form(found, str(found.id)))

    @group.command(name="delete", description="Delete a reminder")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=100)
    async def delete(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        """Remove it."""
        async with answering(ctx.interaction):
            found = await self._find(ctx.interaction, reminder)
            async with self._bot.uow() as work:
                gone = await work.reminder_control.delete(await self._actor(ctx.interaction), [found.id])
            await ui.deleted(gone.reminders[0]).send(ctx.interaction)

    @group.command(name="pause", description="Send a reminder no more until it is resumed; staff: all of a channel")
    @discord.option("reminder", str, description="Which one", required=False, autocomplete=suggest_reminders)
    @discord.option("channel", discord.TextChannel, description="All of this channel (staff only)", required=False)
    async def pause(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Pause one, or a channel."""
        async with answering(ctx.interaction):
            actor = await self._actor(ctx.interaction)
            found = await self._one_or_channel(ctx.interaction, reminder, channel)
            async with self._bot.uow() as work:
                if found is None:
                    count = await work.reminder_staff.pause_channel(actor, present(channel).id)
                    reply = Reply(f"Paused for {present(channel).mention}: {count}.")
                else:
                    reply = ui.changed(await work.reminder_control.pause(actor, found.id), "Paused.")
            await reply.send(ctx.interaction)

    @group.command(name="resume", description="Let a reminder go on; staff: all of a channel")
    @discord.option("reminder", str, description="Which one", required=False, autocomplete=suggest_reminders)
    @discord.option("channel", discord.TextChannel, description="All of this channel (staff only)", required=False)
    async def resume(
        self,
        ctx: discord.ApplicationContext,
        reminder: str | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Resume one, or a channel."""
        async with answering(ctx.interaction):
            actor = await self._actor(ctx.interaction)
            found = await self._one_or_channel(ctx.interaction, reminder, channel)
            async with self._bot.uow() as work:
                if found is None:
                    count = await work.reminder_staff.resume_channel(actor, present(channel).id)
                    reply = Reply(f"They go on in {present(channel).mention}: {count}.")
                else:
                    reply = ui.changed(await work.reminder_control.resume(actor, found.id), "It goes on.")
            await reply.send(ctx.interaction)

    @group.command(name="skip", description="Leave out the next time of a reminder that repeats")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=100)
    async def skip(self, ctx: discord.ApplicationContext, reminder: str) -> None:
        """Leave one out."""
        async with answering(ctx.interaction):
            found = await self._find(ctx.interaction, reminder)
            async with self._bot.uow() as work:
                changed, _ = await work.reminder_control.skip(await self._actor(ctx.interaction), found.id)
            await ui.changed(changed, "Skipped once.").send(ctx.interaction)

    @group.command(name="transfer", description="Give a reminder to another member")
    @discord.option("reminder", str, description="Which one", autocomplete=suggest_reminders, max_length=100)
    @discord.option("member", discord.Member, description="Who gets it")
    async def transfer(self, ctx: discord.ApplicationContext, reminder: str, member: discord.Member) -> None:
        """Give it away."""
        async with answering(ctx.interaction):
            if not isinstance(member, discord.Member) or member.bot:
                raise InvalidInput("Choose a member of this server.")
            snapshot, policy = await self._choices(ctx.interaction)
            found = await self._find(ctx.interaction, reminder)
            async with self._bot.uow() as work:
                changed = await work.reminders.transfer(
                    actor_of(ctx.interaction, snapshot), policy, found.id, member_id=member.id
                )
            await ui.changed(changed, f"It belongs to {member.mention} now.").send(ctx.interaction)

    @group.command(name="problems", description="See which reminders could not be delivered, and mend them")
    async def problems(self, ctx: discord.ApplicationContext) -> None:
        """Show what needs attention."""
        async with answering(ctx.interaction):
            snapshot, _ = await self._choices(ctx.interaction)
            async with self._bot.uow() as work:
                found = await work.reminder_staff.list_problems(actor_of(ctx.interaction, snapshot))
            await ui.problems(found, snapshot).send(ctx.interaction)

    @group.command(name="shift", description="Move everybody's reminders to earlier or later (staff only)")
    @discord.option("by", str, description="How far, as in 30m, -1h or 2d", max_length=50)
    @discord.option("channel", discord.TextChannel, description="Only those for this channel", required=False)
    async def shift(self, ctx: discord.ApplicationContext, by: str, channel: discord.TextChannel | None = None) -> None:
        """Move them all."""
        async with answering(ctx.interaction):
            span = read.shift_of(by)
            async with self._bot.uow() as work:
                moved, left = await work.reminder_staff.shift(
                    await self._actor(ctx.interaction), span, channel_id=channel.id if channel else None
                )
            rest = f" {left} could not be moved as far and stay as they were." if left else ""
            await Reply(f"Moved: {moved}.{rest}").send(ctx.interaction)

    @responds_to(ui.PAGE)
    async def turn_page(self, interaction: discord.Interaction, argument: str) -> None:
        """Show another page in the same place."""
        page, everybody, channel, state, *_ = [*argument.split(":"), "", "", "", ""]
        if state and state not in STATES:
            raise InvalidInput("That does not lead anywhere. Please run the command again.")
        reply = await self._page(interaction, row_id(page), everybody == "1", int(channel or 0), state)
        await reply.replace(interaction)

    async def _page(
        self,
        interaction: discord.Interaction,
        page: int,
        everybody: bool,
        channel_id: int,
        state: str,
    ) -> Reply:
        snapshot, _ = await self._choices(interaction)
        async with self._bot.uow() as work:
            found = await work.reminders.list_page(
                actor_of(interaction, snapshot),
                everybody=everybody,
                channel_id=channel_id or None,
                state=ReminderState(state) if state else None,
                page=page,
                page_size=snapshot[registry.PAGE_SIZE],
            )
        return ui.overview(found, snapshot, everybody=everybody, channel_id=channel_id, state=state)

    async def _confirm(self, interaction: discord.Interaction, reminder: Reminder, *, ask_zone: bool) -> None:
        now = self._bot.clock()
        schedule = present(schedule_of(reminder))
        await ui.created(reminder, schedule.upcoming(now, ui.PREVIEW), ask_zone=now if ask_zone else None).send(
            interaction
        )

    async def _find(self, interaction: discord.Interaction, typed: str) -> Reminder:
        """Return the one reminder that was meant, by its number or its words. Raises ReminderNotFound."""
        actor = await self._actor(interaction)
        number = read.number_of(typed)
        if not typed.strip().strip("#"):
            raise ReminderNotFound
        async with self._bot.uow() as work:
            if number is not None:
                return await work.reminders.get(actor, number)
            found = await work.reminders.list_matching(actor, typed, limit=2)
        if len(found) > 1:
            raise InvalidInput("Several reminders say that. Choose one from the list that appears as you type.")
        if not found:
            raise ReminderNotFound
        return found[0]

    async def _one_or_channel(
        self, interaction: discord.Interaction, typed: str | None, channel: discord.TextChannel | None
    ) -> Reminder | None:
        if (typed is None) == (channel is None):
            raise InvalidInput("Choose either a reminder or a channel.")
        return await self._find(interaction, typed) if typed is not None else None

    async def _choices(self, interaction: discord.Interaction) -> tuple[SettingsSnapshot, ReminderPolicy]:
        snapshot = await self._bot.settings.get(actor_of(interaction).guild_id)
        return snapshot, ReminderPolicy.of(snapshot)

    async def _actor(self, interaction: discord.Interaction) -> Any:
        return actor_of(interaction, (await self._choices(interaction))[0])


def setup(bot: Bot) -> None:
    """Add the commands."""
    bot.add_feature(Reminders(bot))
