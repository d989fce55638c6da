"""Where a ticket goes that is in the wrong place: to another kind, or into another ticket."""

import discord

from app.commands.tickets import groups
from app.commands.tickets.people import numbered
from app.commands.tickets.request import TicketCog, which
from app.commands.tickets.types import find, suggest_types
from app.core.messages import speaking, t
from app.core.tickets.errors import MemberJoins
from app.effects.tickets import channels, moving
from app.effects.tickets.sending import call, say
from app.models import SupportTicket
from app.services.tickets.access import Which
from app.ui.kit.autocomplete import MAX_CHOICE
from app.ui.kit.context import present
from app.ui.kit.language import language_of_server
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.tickets import moving as ui
from app.ui.tickets.work_ids import MergeId


class Merging(TicketCog):
    """Merges two tickets."""

    async def _merge(self, interaction: discord.Interaction, one: Which, into: Which, *, let_in: bool) -> None:
        async with self._work(interaction) as (context, work):
            merged, kept = await work.tickets.moving.merge(context.actor, context.policy, one, into, let_in=let_in)
        problem = await self._tried(self._join(merged, kept))
        await ui.merged(merged, kept, problem).send(interaction)

    async def _join(self, merged: SupportTicket, kept: SupportTicket) -> None:
        if kept.channel_id is None:
            return
        if merged.user_id != kept.user_id:
            await channels.admit(self._bot, kept, user_id=merged.user_id, reason=t("Merged"))
        with speaking(language_of_server(self._bot, kept.guild_id)):
            words = ui.joined(merged, kept)
        await say(self._bot, kept.channel_id, words, nonce=f"merge{merged.id}", users=[merged.user_id])


class MovingCommands(Merging):
    """What brings a ticket where it belongs."""

    @groups.ticket.command(
        name="move", description="Make this ticket one of another kind, for the team of that kind (staff only)"
    )
    @discord.option(
        "to",
        str,
        description="The kind of ticket that it is",
        autocomplete=suggest_types,
        max_length=MAX_CHOICE,
    )
    @numbered
    async def move(self, ctx: discord.ApplicationContext, to: str, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                kind = find(context.policy, to)
                moved = await work.tickets.moving.move(context.actor, which(ctx.interaction, number), kind)
            ticket, by = moved.ticket, present(ctx.interaction.user)
            reason = t("Ticket #{number}, by {person}", number=ticket.number, person=by.name)
            problem = await self._tried(moving.follow(self._bot, moved, kind, reason=reason))
            roles = moved.came if kind.ping_team or ticket.is_thread else ()
            with speaking(language_of_server(self._bot, ticket.guild_id)):
                words = ui.arrives(kind, roles, by.id)
            called = call(self._bot, ticket, words, nonce=str(ctx.interaction.id), roles=roles)
            problem = await self._tried(called) or problem
            await ui.moved(ticket, problem).send(ctx.interaction)

    @groups.ticket.command(name="merge", description="Close this ticket as a double of another one (staff only)")
    @discord.option("into", str, description="The number of the ticket that goes on", max_length=10)
    @discord.option("number", str, description="The double (default: this one)", required=False, max_length=10)
    async def merge(self, ctx: discord.ApplicationContext, into: str, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            try:
                one, other = which(ctx.interaction, number), which(ctx.interaction, into)
                await self._merge(ctx.interaction, one, other, let_in=False)
            except MemberJoins as why:
                await ui.would_join(why).send(ctx.interaction)


class MergeButton(Merging, discord.Cog):
    """The button under the question whether to merge tickets of different members."""

    @responds_to(MergeId)
    async def merge_pressed(self, interaction: discord.Interaction, pressed: MergeId) -> None:
        async with answering(interaction):
            one, other = Which(row_id=pressed.ticket_id), Which(row_id=pressed.into_id)
            await self._merge(interaction, one, other, let_in=True)
