"""Posting messages with files, once each, within what Discord takes at that moment."""

from collections.abc import Iterable, Iterator, Sequence

import discord
from discord.http import Route

from app.bot import Bot
from app.core.messages import speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.limits import MAX_POSTED
from app.core.tickets.record import Record
from app.effects import sending
from app.effects.sending import ERRORS, is_closed_door, send
from app.models import SupportTicket
from app.ui.kit import wire
from app.ui.kit.language import language_of_server
from app.ui.kit.reply import Attachment, Reply
from app.ui.tickets import failures
from app.ui.tickets.ending import summary
from app.ui.tickets.transcript.making import html_transcript, text_transcript

TOO_LARGE = 40005
MAX_FILES = 10
"""Of a message (Discord)."""


class FilesTooLarge(Exception):
    """Discord does not take files of this size here."""


class DoorClosed(Exception):
    """They take no direct messages of the bot."""


def upload_limit(bot: Bot, guild_id: int | None = None) -> int:
    """Return how many bytes a file may have in a server, or in a direct message, as far as is known beforehand."""
    guild = bot.get_guild(guild_id) if guild_id is not None else None
    return min(guild.filesize_limit if guild is not None else MAX_POSTED, MAX_POSTED)


async def post(bot: Bot, channel_id: int, reply: Reply, files: Iterable[Attachment], *, limit: int, once: str) -> int:
    """Post a message with all these files, in further messages what does not fit; return the id of the first.

    Each is there once, however often this is repeated within minutes. Raises FilesTooLarge, after which nothing of it
    is left, and UserError.
    """
    posted: list[int] = []
    for place, bundle in enumerate(bundles(files, limit)):
        shown = reply if place == 0 else Reply()
        try:
            posted.append(await _send(bot, channel_id, shown, bundle, f"{once}.{place}"))
        except ERRORS as error:
            if is_too_large(error):
                await _take_back(bot, channel_id, posted)
                raise FilesTooLarge from error
            raise failures.in_one_sentence(error) from error
    return posted[0]


async def direct_channel(bot: Bot, user_id: int) -> int:
    """Return the channel of direct messages with somebody. Raises DoorClosed, UserError."""
    try:
        return await sending.direct_channel(bot, user_id)
    except ERRORS as error:
        if is_closed_door(error):
            raise DoorClosed from error
        raise failures.in_one_sentence(error) from error


def bundles(files: Iterable[Attachment], limit: int) -> Iterator[list[Attachment]]:
    """Put files into messages: ten at most, and together not more than one file may have. Yields one at least."""
    bundle: list[Attachment] = []
    yielded = False
    for file in files:
        if bundle and (len(bundle) == MAX_FILES or sum(len(one.content) for one in bundle) + len(file.content) > limit):
            yield bundle
            bundle, yielded = [], True
        bundle.append(file)
    if bundle or not yielded:
        yield bundle


def is_too_large(error: BaseException | None) -> bool:
    """Tell whether Discord refused the size of something."""
    return isinstance(error, discord.HTTPException) and (error.code == TOO_LARGE or error.status == 413)


def written(view: Record, zone: str, limit: int) -> tuple[list[Attachment], int]:
    """Write a transcript as pages and as text; return the files, and how many attachments are not in them.

    It takes processor time, so call it in a thread.
    """
    pages = html_transcript(view, zone=zone, limit=limit, most=MAX_FILES - 1)
    texts = text_transcript(view, zone=zone, limit=limit)
    files = [Attachment(one.name, one.content) for made in (pages, texts) for one in made.files()]
    return files, len(pages.left_out)


async def renew_summary(bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot) -> None:
    """Say above the transcript of a ticket what has changed since, such as its rating. Raises UserError."""
    if ticket.transcript_channel_id is None or ticket.transcript_message_id is None:
        return
    with speaking(language_of_server(bot, ticket.guild_id)):
        embed = summary(ticket, snapshot).embed
    assert embed is not None
    route = Route(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=ticket.transcript_channel_id,
        message_id=ticket.transcript_message_id,
    )
    try:
        await bot.http.request(route, json={"embeds": [embed.to_dict()]})
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error


async def _send(bot: Bot, channel_id: int, reply: Reply, files: Sequence[Attachment], once: str) -> int:
    body = wire.update(reply.content, reply.embed, reply.components)
    return await send(bot, channel_id, body, once=once, files=files)


async def _take_back(bot: Bot, channel_id: int, message_ids: Iterable[int]) -> None:
    for message_id in message_ids:
        try:
            await bot.http.delete_message(channel_id, message_id)
        except ERRORS as error:
            raise failures.in_one_sentence(error) from error
