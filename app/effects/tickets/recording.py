"""What a record says of a ticket besides its messages, and how people, roles and channels are called in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from app.bot import Bot
from app.core.tickets.components import Attachment
from app.core.tickets.events import EventKind
from app.core.tickets.record import BEGINNING, Facts, Named, Note, Person, Record, answers_from_json
from app.models import SupportTicket
from app.services.tickets.transcripts import Kept
from app.ui.tickets.words import priority_of

ROLES, CHANNELS = re.compile(r"<@&([0-9]{15,20})>"), re.compile(r"<#([0-9]{15,20})>")
BY_STAFF = frozenset(
    {
        EventKind.CLAIMED,
        EventKind.UNCLAIMED,
        EventKind.TRANSFERRED,
        EventKind.MOVED,
        EventKind.PRIORITY,
        EventKind.LABELS,
        EventKind.TURN,
        EventKind.SNOOZED,
        EventKind.WOKEN,
        EventKind.ESCALATED,
        EventKind.LOCKED,
        EventKind.UNLOCKED,
        EventKind.NOTE,
        EventKind.CLOSE_REQUESTED,
        EventKind.MERGED,
    }
)
"""What only staff do."""


def described(bot: Bot, record: Record, kept: Kept) -> Record:
    """Return a record with all that is known of its ticket, and of those who are named in it."""
    ticket, guild = kept.ticket, bot.get_guild(kept.ticket.guild_id)
    staff = _staff(record, kept)
    people = {key: replace(one, is_staff=one.is_staff or key in staff) for key, one in record.people.items()}
    if guild is not None:
        people = {key: replace(one, colour=_colour(one, guild)) for key, one in people.items()}
    if ticket.user_id not in people:
        people[ticket.user_id] = Person(ticket.user_id, ticket.username or "")
    uploaded = {file.id: file for message in record.messages.values() for file in message.files() if file.id}
    return replace(
        record,
        facts=_facts(ticket, guild, staff, uploaded),
        people=people,
        roles=_roles(record, guild),
        channels=_channels(record, guild),
        notes=tuple(_notes(kept.events)),
        lacks_content=not bot.reads_content,
    )


def opened_again_at(events: Iterable[Mapping[str, Any]]) -> datetime:
    """Return when a ticket was opened the last time after it had been closed; what was before is in another channel."""
    last = BEGINNING
    for event in events:
        if event.get("kind") == EventKind.REOPENED:
            last = datetime.fromisoformat(event["at"])
    return last


def _facts(
    ticket: SupportTicket, guild: discord.Guild | None, staff: set[int], uploaded: Mapping[int, Attachment]
) -> Facts:
    channel = guild.get_channel_or_thread(ticket.channel_id) if guild is not None and ticket.channel_id else None
    return Facts(
        number=ticket.number,
        guild_id=ticket.guild_id,
        guild_name=guild.name if guild is not None else "",
        channel_id=ticket.channel_id or 0,
        channel_name=channel.name if channel is not None else "",
        type_name=ticket.type_name or "",
        subject=ticket.description,
        opener_id=ticket.user_id,
        opened_by=ticket.opened_by,
        opened_at=ticket.created_at,
        closed_at=ticket.closed_at,
        closed_by=ticket.closed_by,
        close_reason=ticket.close_reason or "",
        staff_ids=tuple(sorted(staff)),
        answers=answers_from_json(ticket.answers, uploaded),
        priority=priority_of(ticket),
        labels=tuple(ticket.labels),
    )


def _colour(person: Person, guild: discord.Guild) -> int | None:
    """Return the colour in which Discord shows a name: that of the highest role that has one."""
    roles = [role for key in person.role_ids if (role := guild.get_role(key)) and role.colours.primary.value]
    return max(roles).colours.primary.value if roles else person.colour


def _staff(record: Record, kept: Kept) -> set[int]:
    """Return who of the staff worked on it. Whoever wrote there and is neither its member nor added is one of them."""
    ticket = kept.ticket
    named = {ticket.claimed_by, ticket.first_answered_by, ticket.opened_by}
    named |= {event.get("by") for event in kept.events if event.get("kind") in BY_STAFF}
    if not ticket.added_role_ids:
        named |= {
            message.author_id
            for message in record.messages.values()
            if (author := record.people.get(message.author_id)) is not None and not author.is_bot
        }
    added = {event.get("user") for event in kept.events if event.get("kind") == EventKind.ADDED}
    return {one for one in named if one} - {ticket.user_id, *ticket.added_user_ids} - added


def _notes(events: Iterable[Mapping[str, Any]]) -> Iterable[Note]:
    for event in events:
        if event.get("kind") == EventKind.NOTE:
            yield Note(datetime.fromisoformat(event["at"]), event.get("by") or 0, str(event.get("text", "")))


def _roles(record: Record, guild: discord.Guild | None) -> dict[int, Named]:
    found = dict(record.roles)
    for key in _mentioned(record, ROLES):
        role = guild.get_role(key) if guild is not None else None
        if role is not None:
            found[key] = Named(role.name, role.colours.primary.value or None)
    return found


def _channels(record: Record, guild: discord.Guild | None) -> dict[int, Named]:
    """Name channels as Discord does in a mention: only those that everybody sees."""
    found = dict(record.channels)
    for key in _mentioned(record, CHANNELS):
        channel = guild.get_channel(key) if guild is not None else None
        if channel is not None and channel.permissions_for(channel.guild.default_role).view_channel:
            found[key] = Named(channel.name)
    return found


def _mentioned(record: Record, pattern: re.Pattern[str]) -> set[int]:
    texts = (one.body.content for one in record.messages.values())
    return {int(found) for text in texts for found in pattern.findall(text)}
