"""Carrying a ticket that is being opened to where it has a channel with a header: by who asked, or by the job.

Whoever asked is answered between the two: the ticket is open once its channel is written down.
"""

import logging
from collections.abc import Sequence
from functools import partial

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.errors import ChangedMeanwhile
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import TicketType
from app.effects.tickets import channels, expecting, form_files, header
from app.models import SupportTicket
from app.services.tickets.places import missing_roles
from app.ui.kit.reply import Attachment

log = logging.getLogger(__name__)


async def carry_out(bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot) -> None:
    """Do both for a ticket whose opening was broken off; a channel that was made and not written down is used.

    Raises what `make_channel` raises, and ChangedMeanwhile when somebody else has done it.
    """
    ticket = await without_gone_roles(bot, ticket)
    channel_id = await make_channel(bot, ticket, snapshot, look_first=True)
    opened, is_ours = await write_down(bot, ticket, channel_id)
    if not is_ours:
        raise ChangedMeanwhile
    await give_header(bot, opened, snapshot)


async def make_channel(bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot, *, look_first: bool = False) -> int:
    """Make the channel of a ticket and return its id.

    With `look_first`, a channel that was made before and not written down is used. What Discord refuses for good takes
    the ticket back; otherwise it stays, and the job tries again. Raises UserError with one sentence.
    """
    kind = TicketPolicy.of(snapshot).types.get(ticket.type or "")
    channel_id: int | None = None
    try:
        if look_first:
            channel_id = await channels.find(bot, ticket, kind)
        if channel_id is None or ticket.channel_id is not None:
            channel_id = await channels.make(bot, ticket, kind)
    except Unavailable:
        raise
    except UserError as error:
        async with bot.uow() as work:
            await work.tickets.opening.take_back(ticket)
        log.warning("a ticket could not be opened", extra={"ticket": ticket.id, "error": error.message.english})
        raise
    return channel_id


async def write_down(bot: Bot, ticket: SupportTicket, channel_id: int) -> tuple[SupportTicket, bool]:
    """Write down the channel of a ticket, which opens it; return it as it is then, and whether this has opened it.

    Where somebody else has, with a channel of their own, this one is removed.
    """
    try:
        opened = await bot.uow.at_once(lambda work: work.tickets.opening.complete(ticket, channel_id))
    except ChangedMeanwhile:
        async with bot.uow.reading() as work:
            found = await work.tickets.places.renewed(ticket)
        if channel_id not in {ticket.channel_id, found.channel_id}:
            await _remove(bot, ticket, channel_id)
        return found, False
    bot.heard_channels.add(channel_id)
    # What is written there in the next moment is heard before the job has come to look at it.
    bot.dispatch("ticket_opened", opened)
    return opened, True


async def _remove(bot: Bot, ticket: SupportTicket, channel_id: int) -> None:
    """Remove a channel that belongs to nothing. Where that cannot be it stays, for people to see."""
    try:
        await channels.remove(bot, channel_id, reason=t("The ticket has another channel already."))
    except UserError as error:
        facts = {"ticket": ticket.id, "channel": channel_id, "error": error.message.english}
        log.warning("a channel that no ticket has could not be removed", extra=facts)


async def give_header(
    bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot, *, files: Sequence[Attachment] | None = None
) -> None:
    """Do what `head` does; what stands in the way is logged, and the job tries again."""
    try:
        await head(bot, ticket, snapshot, TicketPolicy.of(snapshot).types.get(ticket.type or ""), files=files)
    except UserError as error:
        log.warning("a ticket has no header yet", extra={"ticket": ticket.id, "error": error.message.english})


async def without_gone_roles(bot: Bot, ticket: SupportTicket) -> SupportTicket:
    """Take roles from it that its type still names and the server has no more, so that its staff see it."""
    guild = bot.get_guild(ticket.guild_id)
    gone = missing_roles([ticket], {role.id for role in guild.roles}) if guild is not None else set[int]()
    if not gone:
        return ticket
    async with bot.uow() as work:
        await work.tickets.places.roles_gone(ticket.guild_id, gone)
        return await work.tickets.places.renewed(ticket)


async def head(
    bot: Bot,
    ticket: SupportTicket,
    snapshot: SettingsSnapshot,
    kind: TicketType | None,
    *,
    files: Sequence[Attachment] | None = None,
) -> None:
    """Post the first header of a ticket, with the files of its form, and remember it. Raises UserError.

    Without `files` they are fetched again. What cannot be posted of them is said, so that nothing is lost in silence.
    """
    if ticket.channel_id is None:
        return
    lost = 0
    if files is None:
        files, lost = await form_files.fetched(bot, ticket) if ticket.reopened == 0 else ((), 0)
    wait = await expecting.usual_wait(bot, ticket.guild_id, ticket.type)
    pings = kind is None or kind.ping_team
    post = partial(header.post, bot, ticket, ticket.channel_id, snapshot, ping_team=pings, wait=wait)
    try:
        message_id = await post(files=files, lost=lost)
    except Unavailable:
        raise
    except UserError as error:
        if not files:
            raise
        log.warning("files of a form were refused", extra={"ticket": ticket.id, "error": error.message.english})
        message_id = await post(lost=lost + len(files))
    await bot.uow.at_once(lambda work: work.tickets.opening.headed(ticket, message_id))
