"""Bringing a ticket's channel to where its type says, for the team that works on it now."""

from typing import Any

import discord

from app.bot import Bot
from app.core.tickets.types import Place, TicketType
from app.effects.sending import ERRORS
from app.effects.tickets import channels
from app.services.tickets.moving import Moved
from app.ui.tickets import failures


async def follow(bot: Bot, moved: Moved, kind: TicketType, *, reason: str) -> None:
    """Let the roles that came see the channel and those that went not, and put it into its category. Raises UserError.

    What people set by hand in the channel stays. A category that is full or gone changes nothing else. A thread stays
    where it is: Discord cannot move one.
    """
    ticket = moved.ticket
    if ticket.channel_id is None or ticket.is_thread:
        return
    try:
        there: Any = await bot.http.get_channel(ticket.channel_id)
        allowed = channels.overwrites_of_roles(bot, ticket, moved.came)
        changing = {str(role) for role in (*moved.came, *moved.went)}
        stay = [one for one in there.get("permission_overwrites", ()) if one["id"] not in changing]
        wanted: dict[str, Any] = {"permission_overwrites": [*stay, *allowed]}
        if kind.place is Place.CHANNEL and kind.parent_id and there.get("parent_id") != str(kind.parent_id):
            wanted["parent_id"] = kind.parent_id
        try:
            await bot.http.edit_channel(ticket.channel_id, reason=reason, **wanted)
        except discord.HTTPException as error:
            if wanted.pop("parent_id", None) is None or not channels.is_about(error, "parent_id"):
                raise
            await bot.http.edit_channel(ticket.channel_id, reason=reason, **wanted)
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error
