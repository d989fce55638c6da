"""Erasing somebody, with what has to happen around it: the tombstone, the caches, what is still to be written."""

import asyncio
import logging
from contextlib import suppress

from app.bot import Bot
from app.core.errors import BotError
from app.core.privacy.report import Erasure
from app.core.privacy.tombstones import EVERYWHERE, Tombstone

log = logging.getLogger(__name__)

DRAIN_SECONDS = 2.0
"""How long is waited until what people did before is written down. Without a database, nothing can be erased anyway."""


async def erase(
    bot: Bot, user_id: int, guild_id: int, *, is_complete: bool = False, by_operator: bool = False
) -> tuple[Erasure, bool]:
    """Erase somebody in one server, or `EVERYWHERE`; return what was done, and whether a restored backup is cleared.

    The tombstone is written first. It is taken back only if it is certain that nothing was erased: whoever asked for it
    and was told that the database went away meanwhile is better erased twice than not at all.
    """
    tombstone = Tombstone.new(user_id, guild_id, bot.clock(), is_complete=is_complete)
    is_remembered = await _remember(bot, tombstone)
    _forget_here(bot, tombstone)
    # What was under way before that may still name them.
    await _drain(bot)
    is_done = False
    # Before as well, or what is written down meanwhile of what they did would name them after all.
    _forget_interactions(bot, tombstone)
    try:
        async with bot.uow() as work:
            erasure = await work.personal_data.erase(tombstone, by_operator=by_operator)
            is_done = True
    except BaseException:
        if is_remembered and not is_done:
            await asyncio.to_thread(bot.erasures.take_back, tombstone)
        raise
    _forget_here(bot, tombstone)
    return erasure, is_remembered


async def heard(bot: Bot, payload: str) -> None:
    """Remember that another process has erased somebody, or this one.

    What this process wrote down at that moment of what they did before named them: it does not any more after this.
    """
    try:
        tombstone = Tombstone.from_line(payload)
    except ValueError:
        log.warning("an erasure was announced that cannot be read")
        return
    is_news = bot.erasures.is_news(tombstone)
    if is_news:
        _forget_here(bot, tombstone)
    await _remember(bot, tombstone)
    if not is_news:
        return
    await _drain(bot)
    try:
        async with bot.uow() as work:
            guild_ids = await work.personal_data.places(tombstone.guild_id)
            await work.analytics.privacy.unname(tombstone.user_id, guild_ids, until=tombstone.at)
    except BotError as error:
        bot.erasures.forget_news(tombstone)
        log.warning("who was erased may still be named", extra={"erasure": tombstone.id, "error": str(error)})


async def _drain(bot: Bot) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await asyncio.gather(bot.interactions.drain(), *(drain() for drain in bot.before_erasing))


async def _remember(bot: Bot, tombstone: Tombstone) -> bool:
    try:
        await asyncio.to_thread(bot.erasures.add, tombstone)
    except OSError as error:
        # Whoever asks to be forgotten is not told to wait for a disk.
        facts = {"file": str(bot.erasures.path), "error": str(error), "erasure": tombstone.id}
        log.error("an erasure is not in the file: a restored backup will not be cleared of it", extra=facts)
        return False
    return True


def _forget_here(bot: Bot, tombstone: Tombstone) -> None:
    _forget_interactions(bot, tombstone)
    bot.uow.forget_recent()
    if tombstone.guild_id == EVERYWHERE:
        bot.member_zones.invalidate(tombstone.user_id)
        bot.member_privacy.invalidate(tombstone.user_id)
    else:
        bot.settings.invalidate(tombstone.guild_id)


def _forget_interactions(bot: Bot, tombstone: Tombstone) -> None:
    everywhere = tombstone.guild_id == EVERYWHERE
    guild_id = None if everywhere else tombstone.guild_id
    bot.interactions.forget(tombstone.user_id, guild_id)
    bot.dispatch("person_erased", tombstone.user_id, guild_id)
