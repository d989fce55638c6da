"""The end of a ticket: its transcript is written down, posted, and only then its channel is deleted.

Each step is committed before the next one begins, and can be repeated: whoever takes over after the death of a process
begins again, finds what is done, and posts nothing twice.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

import discord

from app.bot import Bot
from app.core.errors import UserError
from app.core.messages import t
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.journal import joined
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.record import BEGINNING, Record
from app.core.tickets.recording import filled
from app.core.tickets.searchable import searchable_text
from app.core.tickets.searching import searched
from app.core.tickets.views import member_view, staff_view
from app.effects.sending import is_closed_door
from app.effects.tickets import channels, posting
from app.effects.tickets.reading import contents, conversation
from app.effects.tickets.recording import described, opened_again_at
from app.effects.tickets.sending import say
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.transcripts import Kept
from app.ui.kit.failures import NO_CHANNEL
from app.ui.kit.reply import Reply
from app.ui.tickets import ending
from app.ui.tickets.transcript.splitting import MIN_LIMIT

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
TRIES_BEFORE_SAYING = 3
TRIES_TO_TELL_MEMBER = 3
"""After which a ticket ends without a direct message. `/ticket list` offers the transcript all the same."""
AT_ONCE = asyncio.Semaphore(2)
"""Transcripts hold all their files in memory while they are posted."""


@record
class _Ending:
    bot: Bot
    ticket: SupportTicket
    policy: TicketPolicy
    snapshot: SettingsSnapshot

    @property
    def once(self) -> str:
        """Return what no other message about it has as its nonce."""
        return f"{self.ticket.id}.{self.ticket.reopened}"


async def handle(bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot) -> datetime | None:
    """Take a ticket that was closed to its end."""
    it = _Ending(bot, ticket, policy, snapshot)
    try:
        async with AT_ONCE:
            return await _finish(it)
    except UserError as error:
        return await _later(it, error)


async def _finish(it: _Ending) -> datetime | None:
    bot, ticket = it.bot, it.ticket
    async with bot.uow() as work:
        kept = await work.tickets.transcripts.kept(ticket)
    if kept is None or kept.ticket.status is not TicketStatus.CLOSING:
        return None
    told_member = kept.has_told_member() or not it.policy.sends_transcript
    is_posted = ticket.transcript_message_id is not None or it.policy.log_channel is None
    if kept.record is None or not (told_member and is_posted):
        record, files = await _written_down(it, kept)
        if not is_posted:
            await _post_for_staff(it, record, files)
        if not told_member:
            await _tell_member(it, record, files)
    if ticket.channel_id is not None:
        reason = t("Ticket #{number} was closed", number=ticket.number)
        await (channels.put_to_rest if ticket.is_thread else channels.remove)(bot, ticket.channel_id, reason=reason)
    async with bot.uow() as work:
        await work.tickets.transcripts.finish(ticket)
    return (ticket.closed_at or bot.clock()) + it.policy.reopen_within


async def _written_down(it: _Ending, kept: Kept) -> tuple[Record, Mapping[int, bytes | str]]:
    """Read what was said, and commit it. What a step before had written down is still there if the channel is not."""
    bot, ticket = it.bot, it.ticket
    record = await asyncio.to_thread(Record.from_json, kept.record)
    files: Mapping[int, bytes | str] = {}
    found = await conversation(bot, ticket.channel_id) if ticket.channel_id is not None else None
    if found is not None:
        since = BEGINNING if ticket.is_thread else opened_again_at(kept.events)
        if not found.is_whole:
            since = max(since, min(one.at for one in found.messages.values()))
        record = await asyncio.to_thread(
            joined, record, found.messages.values(), found.people.values(), since=since, at=bot.clock()
        )
    record = described(bot, record, kept)
    if found is not None:
        files = await contents(record.files(), found.addresses)
        record = filled(record, {key: why for key, why in files.items() if isinstance(why, str)})
    as_json, said = await asyncio.to_thread(
        lambda: (record.to_json(), searched(searchable_text(record), ticket.description))
    )
    async with bot.uow() as work:
        await work.tickets.transcripts.save(ticket, as_json, said)
    return record, files


async def _post_for_staff(it: _Ending, record: Record, files: Mapping[int, bytes | str]) -> None:
    bot, ticket, channel_id = it.bot, it.ticket, it.policy.log_channel
    if channel_id is None:
        return
    view = staff_view(filled(record, files))
    limit = posting.upload_limit(bot, ticket.guild_id)
    while True:
        written, left_out = await asyncio.to_thread(posting.written, view, it.policy.timezone, limit)
        reply = ending.summary(ticket, it.snapshot, left_out=left_out)
        try:
            message_id = await posting.post(
                bot, channel_id, reply, written, limit=limit, once=f"s{it.once}.{limit // 1024:x}"
            )
        except posting.FilesTooLarge:
            limit = _smaller(limit)
        except UserError as error:
            if isinstance(error.__cause__, discord.HTTPException) and error.__cause__.code == NO_CHANNEL:
                raise UserError(ending.no_log_channel()) from error
            raise
        else:
            break
    async with bot.uow() as work:
        await work.tickets.transcripts.posted(ticket, channel_id, message_id)


async def _tell_member(it: _Ending, record: Record, files: Mapping[int, bytes | str]) -> None:
    bot, ticket = it.bot, it.ticket
    guild = bot.get_guild(ticket.guild_id)
    reply = ending.farewell(
        ticket,
        it.snapshot,
        server=guild.name if guild is not None else "",
        asks_rating=it.policy.asks_rating,
        may_reopen=ticket.merged_into is None and it.policy.reopen_within > timedelta(0),
    )
    message_id = None
    try:
        message_id = await _send_to_member(it, reply, member_view(filled(record, files)))
    except posting.DoorClosed:
        log.info("a member takes no direct messages", extra={"ticket": ticket.id})
        if it.policy.log_channel is not None:
            await say(bot, it.policy.log_channel, ending.not_told(ticket), nonce=f"d{it.once}")
    except UserError:
        if ticket.transcript_tries < TRIES_TO_TELL_MEMBER:
            raise
        log.warning("a member could not be told that their ticket is closed", extra={"ticket": ticket.id})
    async with bot.uow() as work:
        await work.tickets.transcripts.told(ticket, message_id)


async def _send_to_member(it: _Ending, reply: Reply, view: Record) -> int:
    channel_id = await posting.direct_channel(it.bot, it.ticket.user_id)
    limit = posting.upload_limit(it.bot)
    while True:
        written, _ = await asyncio.to_thread(posting.written, view, it.policy.timezone, limit)
        try:
            return await posting.post(
                it.bot, channel_id, reply, written, limit=limit, once=f"m{it.once}.{limit // 1024:x}"
            )
        except posting.FilesTooLarge:
            limit = _smaller(limit)
        except UserError as error:
            if is_closed_door(error.__cause__):
                raise posting.DoorClosed from error
            raise


def _smaller(limit: int) -> int:
    if limit <= MIN_LIMIT:
        raise UserError("Discord takes no files here, not even small ones.")
    return max(limit // 2, MIN_LIMIT)


async def _later(it: _Ending, error: UserError) -> datetime:
    """Count what failed, say so in the channel once it has failed some times, and return when to try again."""
    bot, ticket = it.bot, it.ticket
    async with bot.uow() as work:
        tries = await work.tickets.transcripts.failed(ticket)
    log.warning(
        "the end of a ticket failed", extra={"ticket": ticket.id, "tries": tries, "error": error.message.english}
    )
    if tries == TRIES_BEFORE_SAYING and ticket.channel_id is not None:
        channel_id = it.policy.log_channel if ticket.transcript_message_id is None else None
        try:
            await say(bot, ticket.channel_id, ending.not_posted(error, channel_id), nonce=f"f{it.once}")
        except UserError:
            log.info("nobody could be told of it", extra={"ticket": ticket.id})
    return bot.clock() + min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
