"""What happens to tickets by itself: reminders, warnings, ends.

A message goes out first, under a nonce that follows from the step and its moment, and is written down after: whoever
is killed between the two sends it again, and Discord drops the second.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import Unavailable, UserError
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.deadlines import CLOSINGS, Plan, Step, target_of
from app.core.tickets.policy import TicketPolicy
from app.effects.tickets import sending
from app.jobs.tickets import heading
from app.models import SupportTicket
from app.models.support_ticket import Turn
from app.services.tickets.access import is_staff_of
from app.services.tickets.messages import Heard
from app.services.tickets.timing import facts_of, plan_of
from app.ui.kit.context import ranked
from app.ui.tickets import timed as ui
from app.ui.tickets.timed import Said

log = logging.getLogger(__name__)

MAX_STEPS = 10
"""How many steps one look takes at most; after that it would be going in circles."""
AFTER_TURN = timedelta(seconds=10)
"""A message that is so much younger than the turn is none of those that made it, whatever the clocks say."""
BY_PEOPLE = frozenset({0, 19})
"""Discord's numbers for messages and answers."""
NEEDS_SILENCE = frozenset({Step.REMIND_STAFF, Step.REMIND_MEMBER, Step.WARN_IDLE, Step.CLOSE_IDLE})


async def handle(bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot) -> datetime | None:
    """Do what is due about an open ticket, and let its header say what is so."""
    for _ in range(MAX_STEPS):
        planned = plan_of(ticket, policy, bot.clock())
        if not planned.due:
            again = await heading.show(bot, ticket, policy, snapshot)
            return min((at for at in (planned.next_at, again) if at is not None), default=None)
        step = planned.due[0]
        if step in NEEDS_SILENCE and (heard := await _unheard(bot, ticket, snapshot)) is not None:
            # Somebody wrote while this process was away.
            async with bot.uow() as work:
                found = await work.tickets.messages.hear([heard], {ticket.guild_id: policy})
            if not found:
                return None
            ticket = found[0]
            continue
        if step in CLOSINGS:
            await _close(bot, ticket, step, policy)
            return None
        await _say(bot, ticket, step, planned, policy)
        async with bot.uow() as work:
            taken = await work.tickets.timing.take(ticket, step, policy)
        if taken is None:
            # Somebody changed it meanwhile, so that it is looked at again.
            return None
        ticket = taken
    raise RuntimeError("a ticket is never done")


async def handle_closed(
    bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot
) -> datetime | None:
    """Put a closed ticket into the archive once it cannot be opened again."""
    del snapshot
    async with bot.uow() as work:
        return await work.tickets.timing.archive(ticket, policy)


async def _close(bot: Bot, ticket: SupportTicket, step: Step, policy: TicketPolicy) -> None:
    why = {
        Step.CLOSE_LEFT: t("The member has left the server."),
        Step.CLOSE_REQUEST: t("Nobody objected to closing it."),
        Step.CLOSE_IDLE: t("Nothing was heard from the member."),
    }[step]
    async with bot.uow() as work:
        taken = await work.tickets.timing.take(ticket, step, policy)
        if taken is not None:
            await work.tickets.closing.close_by_bot(taken, policy, why)


async def _say(bot: Bot, ticket: SupportTicket, step: Step, planned: Plan, policy: TicketPolicy) -> None:
    """Send the message of a step, if it has one. Where nothing can be sent, nobody is told."""
    once = nonce(step.value, ticket.id, planned.moments[step].isoformat())
    try:
        if step is Step.TELL:
            await _tell(bot, ticket, once)
        elif (said := _said(bot, ticket, step, policy)) is not None and ticket.channel_id is not None:
            await sending.say(bot, ticket.channel_id, said.text, nonce=once, users=said.users, roles=said.roles)
    except Unavailable:
        raise
    except UserError as error:
        log.info("nobody could be told", extra={"ticket": ticket.id, "step": step.name, "error": str(error)})


def _said(bot: Bot, ticket: SupportTicket, step: Step, policy: TicketPolicy) -> Said | None:
    match step:
        case Step.WAKE:
            return ui.woken(ticket)
        case Step.REMIND_STAFF:
            return ui.remind_staff(ticket)
        case Step.REMIND_MEMBER:
            return ui.remind_member(ticket)
        case Step.WARN_TARGET:
            _, answer = target_of(facts_of(ticket))
            is_answer = ticket.turn is Turn.STAFF and answer is not None
            due = answer if is_answer else ticket.resolution_due_at
            return ui.warn_of_target(ticket, due) if due is not None else None
        case Step.WARN_IDLE:
            kind = policy.types.get(ticket.type or "")
            after = kind.close_after if kind is not None else 0
            return ui.warn_idle(ticket, bot.clock() + timedelta(seconds=after) if after else None)
        case _:
            return None


async def _tell(bot: Bot, ticket: SupportTicket, once: str) -> None:
    guild = bot.get_guild(ticket.guild_id)
    said = ui.tell(ticket, guild.name if guild is not None else None)
    try:
        await sending.tell(bot, ticket.user_id, said.text, nonce=once)
    except Unavailable:
        raise
    except UserError:
        here = ui.tell_here(ticket)
        if ticket.channel_id is not None:
            await sending.say(bot, ticket.channel_id, here.text, nonce=nonce(once, "here"), users=here.users)


def nonce(*parts: object) -> str:
    """Make what tells Discord that a message was sent before: the same for the same parts."""
    digest = hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=12)
    return digest.hexdigest()


async def _unheard(bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot) -> Heard | None:
    """Look whether the side that owes an answer has given one while no process listened."""
    if ticket.channel_id is None or ticket.turn_since is None:
        return None
    after = str(discord.utils.time_snowflake(ticket.turn_since + AFTER_TURN))
    route = Route("GET", "/channels/{channel_id}/messages", channel_id=ticket.channel_id)
    try:
        messages: list[dict[str, Any]] = await bot.http.request(route, params={"limit": "100", "after": after})
    except discord.HTTPException as error:
        if error.status in {403, 404}:
            return None
        raise
    by_people = [one for one in messages if one["type"] in BY_PEOPLE and "webhook_id" not in one]
    by_people = [one for one in by_people if not one["author"].get("bot")]
    if not by_people:
        return None
    last = max(by_people, key=lambda one: int(one["id"]))
    author, at = int(last["author"]["id"]), discord.utils.snowflake_time(int(last["id"]))
    is_opener = author == ticket.user_id
    is_staff = not is_opener and is_staff_of(await _actor(bot, ticket.guild_id, author, snapshot), ticket)
    if is_staff is (ticket.turn is Turn.STAFF):
        return Heard(ticket.id, ticket.guild_id, author, is_staff, is_opener, at)
    return None


async def _actor(bot: Bot, guild_id: int, user_id: int, snapshot: SettingsSnapshot) -> Actor:
    """Ask Discord for the roles of somebody."""
    guild = bot.get_guild(guild_id)
    try:
        found: Any = await bot.http.get_member(guild_id, user_id)
    except discord.HTTPException as error:
        if error.code in {10007, 10013}:  # unknown member, unknown user
            return Actor(guild_id, user_id)
        raise
    role_ids = frozenset(int(one) for one in found["roles"])
    permissions = discord.Permissions.none()
    for role in guild.roles if guild is not None else ():
        if role.id in role_ids or role.is_default():
            permissions |= role.permissions
    if guild is not None and guild.owner_id == user_id:
        permissions = discord.Permissions.all()
    return ranked(guild_id, user_id, permissions, role_ids, snapshot)
