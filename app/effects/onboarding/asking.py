"""Showing a member how to begin: by a panel that they see, by a message in a channel, or directly."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.nonces import nonce
from app.effects.onboarding.invitations import invitations_of
from app.effects.onboarding.obstacles import sees
from app.effects.restraint import restraint_of
from app.effects.sending import say, tell
from app.models import Onboarding
from app.ui.kit.reply import Reply
from app.ui.onboarding.invitation import prompt

log = logging.getLogger(__name__)


def visible_post(
    guild: discord.Guild, policy: OnboardingPolicy, role_ids: frozenset[int], user_id: int
) -> discord.abc.GuildChannel | None:
    """Return a channel with a panel, or with the rules to accept, that somebody with these roles sees."""
    posts = [*policy.panels.values()]
    if policy.asks_rules and policy.rules_post is not None:
        posts.append(policy.rules_post)
    for post in posts:
        channel = guild.get_channel(post.channel_id)
        if post.message_id is not None and channel is not None and sees(channel, set(role_ids), user_id):
            return channel
    return None


async def ask(bot: Bot, row: Onboarding, policy: OnboardingPolicy, role_ids: frozenset[int]) -> Onboarding | None:
    """Let a member know how to begin, and write it down; return their row, or None if it is about something else.

    Where no message can be sent, a panel will do. Who sees neither is not asked, and so never warned or removed.
    """
    guild = bot.get_guild(row.guild_id)
    if guild is None:
        return row
    if policy.where != "panel":
        if policy.where == "direct":
            shown = prompt(row.guild_id, row.user_id, server=guild.name)
            sent = await reach(bot, row, policy, shown, once="ask", directly=True)
        else:
            sent = await _ask_in_channel(bot, row, policy)
        if sent is not None:
            channel_id, message_id = sent
            async with bot.uow() as work:
                return await work.onboarding.timing.asked(row, channel_id=channel_id, message_id=message_id)
    if visible_post(guild, policy, role_ids, row.user_id) is None:
        return row
    async with bot.uow() as work:
        return await work.onboarding.timing.asked(row)


async def _ask_in_channel(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> tuple[int, int] | None:
    """Ask in the channel to begin in; return the channel and the message, or None where nothing can be posted."""
    if policy.channel_id is None:
        return None
    try:
        return policy.channel_id, await invitations_of(bot).ask(bot, row, policy.channel_id)
    except Unavailable:
        raise
    except UserError as error:
        log.info("a member was not asked", extra={"guild": row.guild_id, "user": row.user_id, "error": str(error)})
        return None


async def remind(
    bot: Bot,
    row: Onboarding,
    policy: OnboardingPolicy,
    message: Callable[[str], Reply],
    role_ids: frozenset[int],
    *,
    once: str,
) -> bool:
    """Send what `message` says, given the server's name for a direct message, and tell whether it arrived.

    Directly where the server wants that, else in the channel to begin in, or where a panel is that they see.
    """
    guild = bot.get_guild(row.guild_id)
    if guild is None:
        return False
    if policy.where == "direct":
        sent = await reach(bot, row, policy, message(guild.name), once=once, directly=True)
        if sent is not None:
            return True
    places = [guild.get_channel(policy.channel_id or 0), visible_post(guild, policy, role_ids, row.user_id)]
    for channel in places:
        if channel is not None and sees(channel, set(role_ids), row.user_id):
            there = replace(policy, channel_id=channel.id)
            if await reach(bot, row, there, message(""), once=once, directly=False) is not None:
                return True
    return False


async def reach(
    bot: Bot, row: Onboarding, policy: OnboardingPolicy, message: Reply, *, once: str, directly: bool
) -> tuple[int | None, int] | None:
    """Write to a member directly, or in the channel to begin in; return the channel, if it is one, and the message.

    None where nothing arrives: their direct messages are closed, the server has written to as many as it may within an
    hour, or Discord has said that it is too much. Raises Unavailable.
    """
    # The same message again within minutes is dropped: whoever is killed before writing it down sends it again.
    mark = nonce(once, row.guild_id, row.user_id, row.joined_at)
    body = _body(message)
    text = message.content or ""
    try:
        if not directly:
            if policy.channel_id is None:
                return None
            channel_id = policy.channel_id
            return channel_id, await say(bot, channel_id, text, nonce=mark, users=[row.user_id], **body)
        restraint, now = restraint_of(bot), bot.clock()
        if not restraint.may_write(now):
            return None
        async with bot.uow() as work:
            may = await work.onboarding.timing.may_write(row.guild_id, row.user_id, per_hour=policy.direct_per_hour)
        if not may:
            return None
        return None, await tell(bot, row.user_id, text, nonce=mark, **body)
    except Unavailable:
        raise
    except UserError as error:
        restraint_of(bot).note_direct(error.__cause__, bot.clock())
        log.info("a member was not reached", extra={"guild": row.guild_id, "user": row.user_id, "error": str(error)})
        return None


def _body(message: Reply) -> dict[str, Any]:
    """Return what a message has besides its text."""
    view = discord.ui.View(*message.items, timeout=None, store=False)
    return {"components": view.to_components()} if message.items else {}
