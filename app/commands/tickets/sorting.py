"""What staff say about a ticket: how urgent it is, what it is about, for whom it waits, until when it is put off."""

from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.people import numbered
from app.commands.tickets.request import TicketCog, which
from app.core import formats, when
from app.core.tickets.types import Priority
from app.models.support_ticket import Turn
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.limits import MAX_CHOICE, MAX_CHOICES
from app.ui.kit.patience import answering
from app.ui.tickets import work as ui

PRIORITIES = [discord.OptionChoice(one.name.lower(), int(one)) for one in Priority]
TURNS = [discord.OptionChoice(one.value, one.value) for one in Turn]
MAX_TYPED_LABELS = 330


@suggesting
async def suggest_labels(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Go on with the labels that were typed by those in use."""
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(actor_of(ctx.interaction).guild_id)
    *before, last = str(ctx.value or "").split(",")
    async with bot.uow() as work:
        used = await work.tickets.replies.labels(actor_of(ctx.interaction, snapshot), limit=200)
    typed = [one.strip().lower() for one in before]
    fitting = [label for label in used if last.strip().lower() in label and label not in typed]
    lines = [formats.codes([*(one for one in typed if one), label]) for label in fitting]
    return [discord.OptionChoice(line) for line in lines if len(line) <= MAX_CHOICE][:MAX_CHOICES]


class SortingCommands(TicketCog):
    """What staff say about a ticket."""

    @groups.ticket.command(name="priority", description="Say how urgent this ticket is (staff only)")
    @discord.option("priority", int, description="How urgent it is", choices=PRIORITIES)
    @numbered
    async def priority(self, ctx: discord.ApplicationContext, priority: int, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                asked = which(ctx.interaction, number)
                ticket = await work.tickets.work.set_priority(context.actor, asked, Priority(priority))
            await ui.prioritised(ticket).send(ctx.interaction)

    @groups.ticket.command(name="labels", description="Say what this ticket is about, in a few words (staff only)")
    @discord.option(
        "labels",
        str,
        description="All its labels, separated by commas (leave out to remove them)",
        required=False,
        max_length=MAX_TYPED_LABELS,
        autocomplete=suggest_labels,
    )
    @numbered
    async def labels(self, ctx: discord.ApplicationContext, labels: str = "", number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                asked = which(ctx.interaction, number)
                ticket = await work.tickets.work.set_labels(context.actor, asked, labels.split(","))
            await ui.labelled_as(ticket).send(ctx.interaction)

    @groups.ticket.command(name="turn", description="Say for whom this ticket waits (staff only)")
    @discord.option("waits_for", str, description="Who owes the next answer", choices=TURNS)
    @numbered
    async def turn(self, ctx: discord.ApplicationContext, waits_for: str, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                asked = which(ctx.interaction, number)
                ticket = await work.tickets.work.set_turn(context.actor, context.policy, asked, Turn(waits_for))
            await ui.turned(ticket).send(ctx.interaction)

    @groups.ticket.command(name="snooze", description="Put this ticket off until a time or an answer (staff only)")
    @discord.option(
        "until",
        str,
        description="When it comes back, such as: tomorrow 9am, in 3 days (default: when the member writes)",
        required=False,
        max_length=when.MAX_PHRASE,
    )
    @numbered
    async def snooze(
        self, ctx: discord.ApplicationContext, until: str | None = None, number: str | None = None
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            moment = await self._moment(ctx.interaction, context, until) if until is not None else None
            async with self._bot.uow() as work:
                ticket = await work.tickets.work.snooze(context.actor, which(ctx.interaction, number), moment)
            await ui.snoozed(ticket).send(ctx.interaction)

    @groups.ticket.command(name="wake", description="Take this ticket up again that was put off (staff only)")
    @numbered
    async def wake(self, ctx: discord.ApplicationContext, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.wake(context.actor, which(ctx.interaction, number))
            await ui.woken(ticket).send(ctx.interaction)

    @groups.ticket.command(name="lock", description="Let only staff close this ticket (staff only)")
    @numbered
    async def lock(self, ctx: discord.ApplicationContext, number: str | None = None) -> None:
        await self._lock(ctx, number, locked=True)

    @groups.ticket.command(name="unlock", description="Let its member close this ticket again (staff only)")
    @numbered
    async def unlock(self, ctx: discord.ApplicationContext, number: str | None = None) -> None:
        await self._lock(ctx, number, locked=False)

    async def _lock(self, ctx: discord.ApplicationContext, number: str | None, *, locked: bool) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                asked = which(ctx.interaction, number)
                ticket = await work.tickets.work.set_locked(context.actor, asked, locked=locked)
            await ui.locked(ticket).send(ctx.interaction)
