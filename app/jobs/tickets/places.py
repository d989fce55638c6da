"""Noticing what becomes of the places and people of open tickets: by event, and by comparing at start and each hour.

That the bot does not know a channel is no proof that it is gone: only the event is, or two looks a minute apart.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.errors import BotError, Unavailable, UserError
from app.core.messages import speaking, t
from app.core.tickets.policy import TicketPolicy
from app.effects.sending import ERRORS
from app.effects.tickets import channels, sending
from app.effects.tickets.people import present_among
from app.models import SupportTicket
from app.services.tickets.due import Share
from app.services.tickets.places import missing_roles
from app.ui.kit.failures import NO_CHANNEL
from app.ui.kit.language import language_of_server
from app.ui.tickets import leaving

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(hours=1)
"""After which everything is compared again, whatever was noticed meanwhile."""
BETWEEN_LOOKS = timedelta(minutes=1)
"""The least between two looks for a channel that is not there."""
UNKNOWN_MEMBER = frozenset({10007, 10013})
AWAY = (*ERRORS, BotError, RuntimeError)
"""What passes by itself; the next comparison finds what was left undone."""


class Places:
    """Keeps open tickets in step with the channels, threads, members and roles of their servers."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._compared_at: datetime | None = None
        self._missed: dict[int, datetime] = {}
        """When the channel of a ticket was first looked for in vain, by the ticket's id."""
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self) -> None:
        """Hear of what happens from now on."""
        add = self._bot.add_listener
        add(self._on_ready, "on_ready")
        add(self._on_channel_delete, "on_guild_channel_delete")
        add(self._on_thread_delete, "on_raw_thread_delete")
        add(self._on_thread_update, "on_raw_thread_update")
        add(self._on_member_remove, "on_raw_member_remove")
        add(self._on_member_join, "on_member_join")
        add(self._on_role_delete, "on_guild_role_delete")

    async def look(self, share: Share) -> datetime | None:
        """Compare, if it is time to, and begin to mend what is wrong; return when to look for channels again."""
        now = self._bot.clock()
        again = min(self._missed.values(), default=None)
        again = again + BETWEEN_LOOKS if again is not None else None
        is_time = self._compared_at is None or now >= self._compared_at + LOOK_AGAIN
        if self._tasks or not (is_time or (again is not None and now >= again)):
            return again
        async with self._bot.uow() as work:
            tickets = await work.tickets.messages.conversations(share)
        self._compared_at = now
        self._begin(self._compare(tickets))
        return None

    async def drain(self) -> None:
        """Return once everything that was noticed is done."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def stop(self) -> None:
        """Leave what is not done: the next process notices it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Comparing

    async def _compare(self, tickets: Sequence[SupportTicket]) -> None:
        by_guild: dict[int, list[SupportTicket]] = {}
        for ticket in tickets:
            by_guild.setdefault(ticket.guild_id, []).append(ticket)
        missing: list[SupportTicket] = []
        for guild_id, found in by_guild.items():
            guild = self._bot.get_guild(guild_id)
            # In an outage Discord says nothing of a server, not even that it is empty.
            if guild is None or guild.unavailable:
                continue
            known = {role.id for role in guild.roles}
            if gone := missing_roles(found, known):
                await self._roles_gone(guild_id, gone)
            there = {channel.id for channel in guild.channels} | {thread.id for thread in guild.threads}
            missing += [ticket for ticket in found if ticket.channel_id not in there]
        still = {ticket.id for ticket in missing}
        self._missed = {row_id: at for row_id, at in self._missed.items() if row_id in still}
        for ticket in missing:
            await self._look_for(ticket)
        for guild_id, found in by_guild.items():
            guild = self._bot.get_guild(guild_id)
            if guild is not None and not guild.unavailable:
                await self._compare_openers(guild, [ticket for ticket in found if ticket.type is not None])

    async def _look_for(self, ticket: SupportTicket) -> None:
        """Ask Discord for a channel that is not known: it may be an archived thread, or hidden, or gone."""
        if ticket.channel_id is None:
            return
        try:
            found: Any = await self._bot.http.get_channel(ticket.channel_id)
        except discord.HTTPException as error:
            if error.code != NO_CHANNEL:
                self._missed.pop(ticket.id, None)
                log.info("a ticket's channel cannot be seen", extra={"ticket": ticket.id, "code": error.code})
                return
            now = self._bot.clock()
            if now - self._missed.setdefault(ticket.id, now) >= BETWEEN_LOOKS:
                del self._missed[ticket.id]
                await self._channels_gone(ticket.guild_id, [ticket.channel_id])
            else:
                # So that the job comes again.
                self._bot.jobs.wake("tickets", now + BETWEEN_LOOKS)
            return
        self._missed.pop(ticket.id, None)
        state = found.get("thread_metadata") or {}
        if state.get("archived") and not state.get("locked"):
            await self._unarchive(ticket.channel_id)

    async def _compare_openers(self, guild: discord.Guild, tickets: Sequence[SupportTicket]) -> None:
        here = await present_among(guild, (ticket.user_id for ticket in tickets))
        for ticket in tickets:
            if ticket.user_id in here and ticket.opener_left_at is not None:
                await self._came_back([ticket])
            elif ticket.user_id not in here and ticket.opener_left_at is None and await self._has_left(ticket):
                await self._left([ticket])

    async def _has_left(self, ticket: SupportTicket) -> bool:
        try:
            await self._bot.http.get_member(ticket.guild_id, ticket.user_id)
        except discord.HTTPException as error:
            return error.code in UNKNOWN_MEMBER
        return False

    # What follows

    async def _channels_gone(self, guild_id: int, channel_ids: Iterable[int]) -> None:
        policy = TicketPolicy.of(await self._bot.settings.get(guild_id))
        with speaking(language_of_server(self._bot, guild_id)):
            why = leaving.channel_gone()
        async with self._bot.uow() as work:
            for channel_id in channel_ids:
                for ticket in await work.tickets.places.in_channel(guild_id, channel_id):
                    log.warning("a ticket's channel was deleted", extra={"ticket": ticket.id, "guild": guild_id})
                    await work.tickets.places.channel_gone(ticket, policy.reopen_within)
                    if ticket.type is not None:
                        await work.tickets.closing.close_by_bot(ticket, policy, why)

    async def _left(self, tickets: Iterable[SupportTicket]) -> None:
        for ticket in tickets:
            policy = TicketPolicy.of(await self._bot.settings.get(ticket.guild_id))
            with speaking(language_of_server(self._bot, ticket.guild_id)):
                text = leaving.left(ticket, self._bot.clock() + policy.keep_left)
            # Said first and written down after, under a mark that is another one once they were back.
            once = f"left{ticket.id}.{int(ticket.updated_at.timestamp())}"
            try:
                await sending.say(self._bot, ticket.channel_id or 0, text, nonce=once)
            except Unavailable:
                raise
            except UserError as error:
                log.info("staff could not be told that a member left", extra={"ticket": ticket.id, "error": str(error)})
            async with self._bot.uow() as work:
                await work.tickets.places.opener_left(ticket)

    async def _came_back(self, tickets: Iterable[SupportTicket]) -> None:
        for ticket in tickets:
            with speaking(language_of_server(self._bot, ticket.guild_id)):
                reason = t("Came back")
            try:
                await channels.admit(self._bot, ticket, user_id=ticket.user_id, reason=reason)
            except Unavailable:
                raise
            except UserError as error:
                log.warning("a member who came back was not let in", extra={"ticket": ticket.id, "error": str(error)})
            async with self._bot.uow() as work:
                await work.tickets.places.opener_came_back(ticket)

    async def _roles_gone(self, guild_id: int, role_ids: Iterable[int]) -> None:
        gone = set(role_ids)
        async with self._bot.uow() as work:
            changed = await work.tickets.places.roles_gone(guild_id, gone)
        policy = TicketPolicy.of(await self._bot.settings.get(guild_id))
        types = [kind.key for kind in policy.types.values() if gone & set(kind.team_role_ids)]
        if changed or types:
            log.warning("roles of tickets are gone", extra={"guild": guild_id, "tickets": len(changed), "types": types})
        for ticket in changed:
            if not ticket.team_role_ids:
                await self._let_staff_in(ticket)

    async def _let_staff_in(self, ticket: SupportTicket) -> None:
        """Show a ticket that has lost its team to all staff of the server, whose it is from then on."""
        for role_id in await channels.working_roles(self._bot, ticket):
            try:
                await channels.admit(self._bot, ticket, role_id=role_id, reason=t("The role of its team is gone."))
            except UserError as error:
                log.warning("staff were not let in", extra={"ticket": ticket.id, "role": role_id, "error": str(error)})

    async def _unarchive(self, channel_id: int) -> None:
        try:
            await self._bot.http.edit_channel(channel_id, archived=False)
        except ERRORS as error:
            log.info("a ticket's thread stays archived", extra={"channel": channel_id, "error": str(error)})

    # Events

    async def _on_ready(self) -> None:
        # What happened between two sessions was told to nobody.
        self._compared_at = None
        self._bot.jobs.wake("tickets")

    async def _on_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        guild = channel.guild
        # Discord says nothing of the threads that went with it, and py-cord still lists them.
        threads = [thread for thread in guild.threads if thread.parent_id == channel.id]
        for thread in threads:
            guild._remove_thread(thread)  # noqa: SLF001 -- py-cord does so only for what Discord tells
        self._begin(self._channels_gone(guild.id, [channel.id, *(thread.id for thread in threads)]))

    async def _on_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        self._begin(self._channels_gone(event.guild_id, [event.thread_id]))

    async def _on_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        state: Any = event.data["thread_metadata"]
        if event.thread_id in self._bot.heard_channels and state["archived"] and not state.get("locked"):
            self._begin(self._archived(event.guild_id, event.thread_id))

    async def _archived(self, guild_id: int, thread_id: int) -> None:
        async with self._bot.uow() as work:
            is_open = await work.tickets.places.in_channel(guild_id, thread_id)
        if is_open:
            await self._unarchive(thread_id)

    async def _on_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        self._begin(self._of_member(event.guild_id, event.user.id, left=False))

    async def _on_member_join(self, member: discord.Member) -> None:
        self._begin(self._of_member(member.guild.id, member.id, left=True))

    async def _of_member(self, guild_id: int, user_id: int, *, left: bool) -> None:
        async with self._bot.uow() as work:
            tickets = await work.tickets.places.of_member(guild_id, user_id, left=left)
        await (self._came_back(tickets) if left else self._left(tickets))

    async def _on_role_delete(self, role: discord.Role) -> None:
        self._begin(self._roles_gone(role.guild.id, [role.id]))

    def _begin(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._do(what), name="places of tickets")
        # One that is broken off before it begins would leave it behind.
        task.add_done_callback(lambda _: what.close())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, what: Coroutine[Any, Any, None]) -> None:
        try:
            await what
        except AWAY as error:
            # Compared again in a minute, and then as often as it takes.
            self._compared_at = self._bot.clock() - LOOK_AGAIN + BETWEEN_LOOKS
            log.warning("what became of tickets was not written down yet", extra={"error": str(error)})
