"""Why a request to Discord failed, in words for a log or a terminal. People get a sentence of the feature instead."""

import discord

NOT_THERE = frozenset({10004, 50001})
"""Unknown Guild, Missing Access. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


def in_words(error: BaseException) -> str:
    """Say what happened, without any page that came in place of an answer."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if not isinstance(error, discord.HTTPException):
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    status = f"{error.status} {error.response.reason}"
    # What has no code does not come from Discord itself.
    return f"{status}, {error.code}: {error.text}" if error.code else f"{status}, without a code of Discord's"
