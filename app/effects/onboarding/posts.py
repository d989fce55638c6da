"""Posting, renewing and deleting the messages of onboarding that stay."""

from typing import Any

from app.bot import Bot
from app.core.onboarding.posts import Post
from app.effects import posts
from app.effects.posts import body_of

__all__ = ["body_of", "delete", "post", "renew"]


async def post(bot: Bot, what: Post, body: dict[str, Any], *, once: str) -> int:
    """Post a message and return its id; a second time within minutes for the same `once` it is the same one.

    Raises UserError.
    """
    return await posts.post(bot, what.channel_id, body, once=once)


async def renew(bot: Bot, what: Post, body: dict[str, Any]) -> bool:
    """Edit a message in place; tell whether it is still there. Raises UserError."""
    return await posts.renew(bot, what.channel_id, what.message_id, body)


async def delete(bot: Bot, what: Post) -> None:
    """Delete the message of a post, if it is there. Raises UserError."""
    await posts.delete(bot, what.channel_id, what.message_id)
