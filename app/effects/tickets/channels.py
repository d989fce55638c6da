"""Making, finding and removing the channel or thread in which a ticket is talked about."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.messages import t
from app.core.tickets.types import TicketType
from app.effects.sending import ERRORS
from app.models import SupportTicket
from app.ui.kit.context import staff_roles
from app.ui.kit.failures import INVALID, NO_CHANNEL, TIMED_OUT, Refused, missing
from app.ui.tickets import failures
from app.ui.tickets.naming import channel_name, neutral_name, topic, topic_mark

log = logging.getLogger(__name__)

TALK = discord.Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    attach_files=True,
    embed_links=True,
    add_reactions=True,
)
"""What people may do in a ticket's channel."""
OWN = TALK | discord.Permissions(manage_channels=True, manage_messages=True, pin_messages=True)
"""What the bot needs there, as far as it has it in the server."""
NEEDED = {
    "channel": discord.Permissions(
        view_channel=True,
        manage_channels=True,
        manage_roles=True,
        send_messages=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    ),
    "thread": discord.Permissions(
        view_channel=True,
        create_private_threads=True,
        send_messages_in_threads=True,
        manage_threads=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    ),
}
LONGEST_ARCHIVE = 10080
"""Minutes; the longest time after which Discord archives a thread by itself."""
RETRY = timedelta(seconds=30)
ROLE, MEMBER = 0, 1


def check_permissions(bot: Bot, guild_id: int, kind: str) -> None:
    """Raise Refused that names what the bot's roles lack in the server to make a ticket's `channel` or `thread`."""
    guild = bot.get_guild(guild_id)
    if guild is None or guild.me is None:
        return
    if guild.me.timed_out:
        raise Refused(TIMED_OUT)
    have, wanted = guild.me.guild_permissions, NEEDED[kind]
    if have.administrator:
        return
    lacking = [name for name, is_needed in wanted if is_needed and not getattr(have, name)]
    if lacking:
        raise missing([name.replace("_", " ").title() for name in lacking])


async def make(bot: Bot, ticket: SupportTicket, kind: TicketType | None) -> int:
    """Make the channel or thread of a ticket that is being opened, and return its id.

    Raises UserError with one sentence. A name that Discord refuses gives way to a neutral one, a category that is full
    to none.
    """
    check_permissions(bot, ticket.guild_id, "thread" if ticket.is_thread else "channel")
    parent = kind.parent_id if kind is not None else None
    if ticket.is_thread and parent is None:
        raise Refused("Nobody has said in which channel such tickets are. A manager can with `/tickets type edit`.")
    name = channel_name(ticket)
    while True:
        try:
            made = await (
                _thread(bot, ticket, parent, name) if ticket.is_thread else _channel(bot, ticket, parent, name)
            )
        except ERRORS as error:
            if name != neutral_name(ticket) and is_about(error, "name"):
                name = neutral_name(ticket)
            elif parent is not None and not ticket.is_thread and is_about(error, "parent_id"):
                log.warning("a ticket's category is full or gone", extra={"guild": ticket.guild_id, "category": parent})
                parent = None
            else:
                raise failures.in_one_sentence(error) from error
        else:
            return made


async def find(bot: Bot, ticket: SupportTicket, kind: TicketType | None) -> int | None:
    """Return the channel that was made for a ticket and never written down, if there is one. Raises UserError."""
    if ticket.channel_id is not None:
        return ticket.channel_id
    try:
        if ticket.is_thread:
            found: Any = (await bot.http.get_active_threads(ticket.guild_id))["threads"]
            parent, names = str(kind.parent_id if kind else 0), {channel_name(ticket), neutral_name(ticket)}
            mine = [one for one in found if one["owner_id"] == str(bot.user.id if bot.user else 0)]
            made = [one for one in mine if one["parent_id"] == parent and one["name"] in names]
        else:
            found = await bot.http.get_all_guild_channels(ticket.guild_id)
            made = [one for one in found if (one.get("topic") or "").endswith(topic_mark(ticket))]
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error
    return int(made[0]["id"]) if made else None


async def remove(bot: Bot, channel_id: int, *, reason: str) -> None:
    """Delete a channel or thread; one that is gone is fine. Raises UserError."""
    try:
        await bot.http.delete_channel(channel_id, reason=reason)
    except ERRORS as error:
        if not (isinstance(error, discord.HTTPException) and error.code == NO_CHANNEL):
            raise failures.in_one_sentence(error) from error


async def put_to_rest(bot: Bot, channel_id: int, *, reason: str) -> None:
    """Lock and archive a thread; one that is gone is fine. Raises UserError."""
    try:
        await bot.http.edit_channel(channel_id, reason=reason, archived=True, locked=True)
    except ERRORS as error:
        if not (isinstance(error, discord.HTTPException) and error.code == NO_CHANNEL):
            raise failures.in_one_sentence(error) from error


async def admit(
    bot: Bot, ticket: SupportTicket, *, user_id: int | None = None, role_id: int | None = None, reason: str
) -> None:
    """Let a person, or everybody with a role, into a ticket's channel. Raises UserError."""
    if ticket.channel_id is None:
        return
    try:
        if not ticket.is_thread:
            target, kind = (role_id, ROLE) if role_id is not None else (user_id, MEMBER)
            allowed: Any = {"id": target, "allow": str(TALK.value), "deny": "0", "kind": kind}
            await bot.http.edit_channel_permissions(
                ticket.channel_id, allowed["id"], allowed["allow"], allowed["deny"], allowed["kind"], reason=reason
            )
        elif user_id is not None:
            await bot.http.add_user_to_thread(ticket.channel_id, user_id)
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error


async def dismiss(
    bot: Bot, ticket: SupportTicket, *, user_id: int | None = None, role_id: int | None = None, reason: str
) -> None:
    """Take that back; who has left is fine. Raises UserError."""
    if ticket.channel_id is None:
        return
    try:
        if not ticket.is_thread:
            target: Any = role_id if role_id is not None else user_id
            await bot.http.delete_channel_permissions(ticket.channel_id, target, reason=reason)
        elif user_id is not None:
            await bot.http.remove_user_from_thread(ticket.channel_id, user_id)
    except ERRORS as error:
        if not (isinstance(error, discord.HTTPException) and error.status == 404):
            raise failures.in_one_sentence(error) from error


async def _channel(bot: Bot, ticket: SupportTicket, parent: int | None, name: str) -> int:
    made: Any = await bot.http.create_channel(
        ticket.guild_id,
        discord.ChannelType.text.value,
        reason=_reason(ticket),
        name=name,
        topic=topic(ticket),
        parent_id=parent,
        permission_overwrites=await _overwrites(bot, ticket),
    )
    return int(made["id"])


async def _thread(bot: Bot, ticket: SupportTicket, parent: int | None, name: str) -> int:
    if ticket.channel_id is not None:
        # Opened again: it is the same one.
        await bot.http.edit_channel(ticket.channel_id, reason=_reason(ticket), archived=False, locked=False)
        return ticket.channel_id
    made: Any = await bot.http.start_thread_without_message(
        parent or 0,
        name=name,
        auto_archive_duration=LONGEST_ARCHIVE,
        type=discord.ChannelType.private_thread.value,
        invitable=False,
        rate_limit_per_user=0,
        reason=_reason(ticket),
    )
    return int(made["id"])


async def working_roles(bot: Bot, ticket: SupportTicket) -> Sequence[int]:
    """Return the roles whose holders work on a ticket: those of its team, else those of all staff of the server."""
    guild = bot.get_guild(ticket.guild_id)
    if ticket.team_role_ids or guild is None:
        return ticket.team_role_ids
    return staff_roles(guild, await bot.settings.get(ticket.guild_id))


async def _overwrites(bot: Bot, ticket: SupportTicket) -> list[dict[str, Any]]:
    own = _own(bot, ticket)
    working = await working_roles(bot, ticket)
    roles = (*working, *ticket.added_role_ids, *filter(None, [ticket.escalated_to]))
    everyone = {
        "id": ticket.guild_id,
        "type": ROLE,
        "allow": "0",
        "deny": str(discord.Permissions(view_channel=True).value),
    }
    me = bot.user.id if bot.user is not None else 0
    people = dict.fromkeys((ticket.user_id, *ticket.added_user_ids))
    return [
        everyone,
        {"id": me, "type": MEMBER, "allow": str(own), "deny": "0"},
        *overwrites_of_roles(bot, ticket, roles),
        *({"id": person, "type": MEMBER, "allow": str(TALK.value & own), "deny": "0"} for person in people),
    ]


def overwrites_of_roles(bot: Bot, ticket: SupportTicket, role_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return what lets these roles talk in a ticket's channel, as far as they exist."""
    guild, allow = bot.get_guild(ticket.guild_id), str(TALK.value & _own(bot, ticket))
    known = {role.id for role in guild.roles} if guild is not None else None
    roles = [role for role in dict.fromkeys(role_ids) if known is None or role in known]
    return [{"id": role, "type": ROLE, "allow": allow, "deny": "0"} for role in roles]


def _own(bot: Bot, ticket: SupportTicket) -> int:
    """Return what the bot may do there: nobody can give away what they do not have."""
    guild = bot.get_guild(ticket.guild_id)
    return OWN.value if guild is None or guild.me is None else OWN.value & guild.me.guild_permissions.value


def _reason(ticket: SupportTicket) -> str:
    return t("Ticket #{number}", number=ticket.number)


def is_about(error: Exception, field: str) -> bool:
    """Tell whether Discord refused one field of a request. It says which in words only, after the name of the field."""
    if not isinstance(error, discord.HTTPException) or error.code != INVALID:
        return False
    return any(line.strip().startswith(f"In {field}") for line in error.text.splitlines())
