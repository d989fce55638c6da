"""Making what people typed safe to show."""

import discord

ELLIPSIS = "…"


def shortened(text: str, longest: int) -> str:
    """Return the text, cut with an ellipsis if it has more than `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + ELLIPSIS


def plain(text: str, longest: int = 300) -> str:
    """Return text of a person so that it neither formats nor looks like a ping, shortened."""
    return discord.utils.escape_mentions(discord.utils.escape_markdown(shortened(text, longest)))
