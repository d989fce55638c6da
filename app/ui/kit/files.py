"""Files that somebody gives to a command, or that stand under a message of the bot."""

import aiohttp
import discord

from app.core.errors import InvalidInput

MEGABYTE = 1024**2


async def content_of(file: discord.Attachment, max_bytes: int) -> bytes:
    """Return what is in a file. Raises InvalidInput if it is too large, or cannot be read any more."""
    if file.size > max_bytes:
        if max_bytes > MEGABYTE:
            raise InvalidInput("That file is too large: at most {count} MB.", count=max_bytes // MEGABYTE)
        raise InvalidInput("That file is too large: at most {count} KB.", count=max_bytes // 1024)
    try:
        return await file.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise InvalidInput("Your file could not be read any more. Please give it again.") from error
