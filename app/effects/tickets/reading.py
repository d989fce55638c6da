"""Reading all that was said in a ticket's channel, and the bytes of its files, while they can still be read."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
from discord.http import Route

from app.bot import Bot
from app.core.tickets.components import Attachment, Unkept
from app.core.tickets.limits import MAX_KEPT_BYTES, MAX_KEPT_FILE, MAX_KEPT_FILES, MAX_MESSAGES
from app.core.tickets.reading import links, people_of, read_messages
from app.core.tickets.record import Message, Person
from app.effects.sending import ERRORS
from app.ui.kit.failures import NO_CHANNEL
from app.ui.tickets import failures

log = logging.getLogger(__name__)

PAGE = 100
"""Discord gives no more messages at once."""
CDN = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord keeps what people upload. Files are read from nowhere else, whatever a message says."""
CHUNK = 64 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
NOT_FOUND = {403, 404, 410}


@dataclass
class Conversation:
    """What Discord has of a channel now."""

    messages: dict[int, Message] = field(default_factory=dict[int, Message])
    people: dict[int, Person] = field(default_factory=dict[int, Person])
    addresses: dict[int, str] = field(default_factory=dict[int, str])
    """Where uploaded files can be read now, by their ids. They are signed, and run out."""
    is_whole: bool = True


async def conversation(bot: Bot, channel_id: int) -> Conversation | None:
    """Read all messages of a channel, the newest first; None if the channel is gone. Raises UserError."""
    found, before = Conversation(), None
    while len(found.messages) < MAX_MESSAGES:
        try:
            page: Any = await bot.http.logs_from(channel_id, PAGE, before=before)
        except ERRORS as error:
            if isinstance(error, discord.HTTPException) and error.code == NO_CHANNEL:
                return None
            raise failures.in_one_sentence(error) from error
        found.messages |= read_messages(page)
        # Whoever was met first was met last: what newer messages say of people holds.
        found.people = people_of(reversed(page)) | found.people
        for raw in page:
            found.addresses |= links(raw)
        if len(page) < PAGE:
            return found
        before = min(int(raw["id"]) for raw in page)
    found.is_whole = False
    return found


async def contents(files: Iterable[Attachment], addresses: Mapping[int, str]) -> dict[int, bytes | str]:
    """Read the bytes of files, within the limits of a transcript; of the others say why they were not kept."""
    kept: dict[int, bytes | str] = {}
    left, count = MAX_KEPT_BYTES, 0
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        for file in files:
            if not file.id or file.id in kept or file.content is not None:
                continue
            address = addresses.get(file.id)
            if address is None or not is_trusted(address):
                kept[file.id] = Unkept.GONE.value
            elif file.size > MAX_KEPT_FILE:
                kept[file.id] = Unkept.TOO_LARGE.value
            elif file.size > left or count >= MAX_KEPT_FILES:
                kept[file.id] = Unkept.FULL.value
            else:
                held = kept[file.id] = await _bytes(session, address, min(left, MAX_KEPT_FILE))
                if isinstance(held, bytes):
                    left, count = left - len(held), count + 1
    return kept


def is_trusted(address: str) -> bool:
    """Tell whether an address is one of Discord's own for files, so that no message makes the bot ask elsewhere."""
    try:
        parts, api = urlsplit(address), urlsplit(Route.API_BASE_URL)
    except ValueError:
        return False
    if api.hostname != "discord.com" and (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    return parts.scheme == "https" and parts.netloc in CDN


async def _bytes(session: aiohttp.ClientSession, address: str, most: int) -> bytes | str:
    found = bytearray()
    try:
        async with session.get(address, allow_redirects=False) as response:
            if response.status != 200:
                return (Unkept.GONE if response.status in NOT_FOUND else Unkept.FAILED).value
            async for chunk in response.content.iter_chunked(CHUNK):
                found += chunk
                if len(found) > most:
                    return Unkept.TOO_LARGE.value
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("a file of a ticket could not be read", extra={"error": type(error).__name__})
        return Unkept.FAILED.value
    return bytes(found)
