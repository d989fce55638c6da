"""Reading the channels in which answers are suggested, for questions that nobody has answered."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import discord

from app.bot import Bot
from app.core.faq.unanswered import Written, unanswered
from app.effects.sending import ERRORS

log = logging.getLogger(__name__)

MAX_CHANNELS = 10
MAX_POSTS = 15
MAX_MESSAGES = 100
"""Of each channel, the newest; more would take another request."""
BY_PEOPLE = frozenset({0, 19})


async def find(
    bot: Bot, guild: discord.Guild, reader: discord.Member, channel_ids: Iterable[int], since: datetime
) -> tuple[Sequence[Written], bool]:
    """Return the questions that wait in those channels that somebody can read, and whether all were looked at."""
    places = [place for place in _places(guild, channel_ids) if _reads(place, reader) and _is_newer(place, since)]
    forums = [place for place in places if isinstance(place, discord.Thread)]
    channels = [place for place in places if not isinstance(place, discord.Thread)]
    newest = sorted(forums, key=lambda post: post.id, reverse=True)
    found: list[Written] = []
    for place in (*channels[:MAX_CHANNELS], *newest[:MAX_POSTS]):
        try:
            raw: Sequence[Any] = await bot.http.logs_from(place.id, MAX_MESSAGES)
        except ERRORS as error:
            log.info("a channel was not read", extra={"channel": place.id, "error": str(error)})
            continue
        found += _in_post(place, raw, since) if isinstance(place, discord.Thread) else _in_channel(raw, since)
    is_all = len(channels) <= MAX_CHANNELS and len(forums) <= MAX_POSTS
    return sorted(found, key=lambda one: one.message_id), is_all


def _places(guild: discord.Guild, channel_ids: Iterable[int]) -> list[Any]:
    chosen = set(channel_ids)
    channels = [channel for channel in guild.channels if channel.id in chosen]
    forums = {channel.id for channel in channels if isinstance(channel, discord.ForumChannel)}
    posts = [thread for thread in guild.threads if thread.parent_id in forums]
    return [*(channel for channel in channels if channel.id not in forums), *posts]


def _reads(place: Any, reader: discord.Member) -> bool:
    # Who may read a post is who may read its forum.
    channel: Any = place.parent if isinstance(place, discord.Thread) else place
    mine = channel.permissions_for(reader)
    return mine.view_channel and mine.read_message_history


def _is_newer(place: Any, since: datetime) -> bool:
    return not isinstance(place, discord.Thread) or discord.utils.snowflake_time(place.id) >= since


def _in_channel(raw: Sequence[Any], since: datetime) -> Sequence[Written]:
    return unanswered(map(_written, raw), since)


def _in_post(post: discord.Thread, raw: Sequence[Any], since: datetime) -> list[Written]:
    """Return the question of a post, if nobody but its owner has written in it."""
    written = [_written(one) for one in raw]
    if any(one.author_id != post.owner_id for one in written) or post.owner_id is None:
        return []
    at = discord.utils.snowflake_time(post.id)
    return [Written(post.id, post.id, post.owner_id, is_by_person=True, text=post.name, at=at)] if at >= since else []


def _written(raw: Any) -> Written:
    author = raw["author"]
    reference = raw.get("message_reference") or {}
    return Written(
        channel_id=int(raw["channel_id"]),
        message_id=int(raw["id"]),
        author_id=int(author["id"]),
        is_by_person=not author.get("bot") and not raw.get("webhook_id") and raw["type"] in BY_PEOPLE,
        text=str(raw.get("content", "")),
        at=datetime.fromisoformat(raw["timestamp"]),
        replies_to=int(reference["message_id"]) if reference.get("message_id") else None,
        mentions=frozenset(int(one["id"]) for one in raw.get("mentions", ())),
    )
