"""Who is in a ticket: handing it on, adding and removing people and roles, calling a role for help."""

from collections.abc import Callable
from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog, which
from app.core.errors import InvalidInput, UserError
from app.core.messages import t
from app.effects.tickets import channels, sending
from app.models import SupportTicket
from app.ui.kit.context import actor_of_member, present
from app.ui.kit.patience import answering
from app.ui.tickets import work as ui

MAX_NUMBER = 12
Whom = discord.Member | discord.User | discord.Role
WHOM = discord.SlashCommandOptionType.mentionable


def numbered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `number`, for a ticket that is not that of the channel."""
    return discord.option(
        "number",
        str,
        description="The number of the ticket (default: the one of this channel)",
        required=False,
        max_length=MAX_NUMBER,
    )(command)


class PeopleCommands(TicketCog):
    """Who is in a ticket."""

    @groups.ticket.command(name="transfer", description="Give this ticket to somebody else of its staff (staff only)")
    @discord.option("to", discord.Member, description="Who takes care of it from now on")
    @numbered
    async def transfer(self, ctx: discord.ApplicationContext, to: discord.Member, number: str | None = None) -> None:
        async with answering(ctx.interaction, private=False):
            async with self._work(ctx.interaction) as (context, work):
                taker = actor_of_member(to, context.actor.guild_id, context.snapshot)
                ticket = await work.tickets.work.transfer(context.actor, which(ctx.interaction, number), taker)
            if ticket.is_thread:
                await self._tried(channels.admit(self._bot, ticket, user_id=to.id, reason=_reason(ctx, ticket)))
            await ui.transferred(ticket).send(ctx.interaction)

    @groups.ticket.command(
        name="add", description="Let a person or a role see this ticket and write in it (staff only)"
    )
    @discord.option("who", WHOM, description="A person, or everybody with a role")
    @numbered
    async def add(self, ctx: discord.ApplicationContext, who: Whom, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            whom = _ids(ctx.interaction, who)
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.add(context.actor, which(ctx.interaction, number), **whom)
            problem = await self._let_in(ctx, ticket, who)
            await ui.added(ticket, who.mention, problem).send(ctx.interaction)

    @groups.ticket.command(name="remove", description="Take a person or a role out of this ticket (staff only)")
    @discord.option("who", WHOM, description="A person, or a role that was added")
    @numbered
    async def remove(self, ctx: discord.ApplicationContext, who: Whom, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            whom = _ids(ctx.interaction, who)
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.remove(context.actor, which(ctx.interaction, number), **whom)
            is_role = isinstance(who, discord.Role)
            problem = None
            if not (is_role and who.id in {*ticket.team_role_ids, ticket.escalated_to}) and who.id != ticket.user_id:
                problem = await self._tried(channels.dismiss(self._bot, ticket, **whom, reason=_reason(ctx, ticket)))
            reply = ui.removed(ticket, who.mention, problem, one_by_one=is_role and ticket.is_thread)
            await reply.send(ctx.interaction)

    @groups.ticket.command(name="escalate", description="Call another role into this ticket (staff only)")
    @discord.option("role", discord.Role, description="Who is asked for help")
    @numbered
    async def escalate(self, ctx: discord.ApplicationContext, role: discord.Role, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            _ids(ctx.interaction, role)
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.escalate(context.actor, which(ctx.interaction, number), role.id)
            problem = None
            if not ticket.is_thread:
                admitted = channels.admit(self._bot, ticket, role_id=role.id, reason=_reason(ctx, ticket))
                problem = await self._tried(admitted)
            words = ui.call(role.id, context.actor.user_id)
            called = sending.call(self._bot, ticket, words, nonce=str(ctx.interaction.id), roles=[role.id])
            problem = await self._tried(called) or problem
            await ui.escalated(ticket, problem).send(ctx.interaction)

    async def _let_in(self, ctx: discord.ApplicationContext, ticket: SupportTicket, who: Whom) -> UserError | None:
        """Let them into the channel; into a thread a whole role by one mention."""
        if isinstance(who, discord.Role) and ticket.is_thread:
            called = sending.call(self._bot, ticket, ui.joins(who.id), nonce=str(ctx.interaction.id), roles=[who.id])
            return await self._tried(called)
        reason = _reason(ctx, ticket)
        return await self._tried(channels.admit(self._bot, ticket, **_ids(ctx.interaction, who), reason=reason))


def _reason(ctx: discord.ApplicationContext, ticket: SupportTicket) -> str:
    name = present(ctx.interaction.user).name
    return t("Ticket #{number}, by {person}", number=ticket.number, person=name)


def _ids(interaction: discord.Interaction, who: Whom) -> dict[str, int]:
    """Return whose id it is. Raises InvalidInput for whom nobody has to let in."""
    if isinstance(who, discord.Role):
        if who.id == interaction.guild_id:
            raise InvalidInput("Everybody cannot be let into a ticket. Choose another role.")
        return {"role_id": who.id}
    if who.bot:
        raise InvalidInput("Bots cannot be let into a ticket. Choose a person or a role.")
    return {"user_id": who.id}
