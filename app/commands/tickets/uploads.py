"""The files that come with a form."""

import asyncio
from collections.abc import Sequence

import discord

from app.core.errors import InvalidInput
from app.core.tickets import file_kinds
from app.effects.sending import ERRORS
from app.ui.kit.reply import Attachment
from app.ui.tickets.intake import Upload

MAX_FILE_BYTES = 10 * 1024 * 1024
"""What Discord takes of a bot everywhere; it may state more for a server."""
MAX_ALL_BYTES = 24 * 1024 * 1024


async def read(uploads: Sequence[Upload], interaction: discord.Interaction) -> list[Attachment]:
    """Copy files at once, because their links die, and see that they are what was asked for. Raises InvalidInput."""
    if not uploads:
        # Most forms have none, and a thread is something to wait for.
        return []
    limit = max(interaction.attachment_size_limit or 0, MAX_FILE_BYTES)
    files = [upload.file for upload in uploads]
    for one in files:
        if one.size > limit:
            raise InvalidInput(
                "The file {name} is too large: up to {count} MB each.", name=one.filename, count=limit // 1024**2
            )
    if sum(one.size for one in files) > MAX_ALL_BYTES:
        raise InvalidInput("Those files are too large together: up to {count} MB.", count=MAX_ALL_BYTES // 1024**2)
    try:
        contents = [await one.read() for one in files]
    except ERRORS as error:
        raise InvalidInput("Your files could not be read any more. Please choose them again.") from error
    await asyncio.to_thread(_check, uploads, contents)
    return [Attachment(one.filename, content) for one, content in zip(files, contents, strict=True)]


def _check(uploads: Sequence[Upload], contents: Sequence[bytes]) -> None:
    for (question, file), content in zip(uploads, contents, strict=True):
        if not file_kinds.fits(question.accepts, content):
            raise InvalidInput(
                "The file {name} is not what “{field}” takes. {takes}",
                name=file.filename,
                field=question.label,
                takes=file_kinds.IN_WORDS[question.accepts],
            )
