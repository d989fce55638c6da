"""Telling others, and the member, that somebody is done: each once, and none of it can take that back."""

import logging
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import Unavailable, UserError
from app.core.messages import speaking, t
from app.core.onboarding.grants import Tell
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.templates import filled
from app.effects.nonces import nonce
from app.effects.onboarding.asking import reach
from app.effects.onboarding.granting import find_member
from app.effects.sending import ERRORS, say, send
from app.models import Onboarding
from app.ui.kit.failures import in_one_sentence
from app.ui.kit.language import language_of_server
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding.member import report

log = logging.getLogger(__name__)


async def tell_all(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> bool:
    """Send what is still to be said about a member who is done; tell whether nothing is left.

    May be broken off at any moment and run again: the same message within minutes is dropped by Discord. What Discord
    refuses is given up, with a line in the log; what it cannot take now is left.
    """
    guild = bot.get_guild(row.guild_id)
    if guild is None or guild.unavailable:
        return False
    is_over = True
    with speaking(language_of_server(bot, row.guild_id)):
        for what in (Tell.WELCOME, Tell.DIRECT, Tell.STAFF):
            if what.value in row.to_tell:
                is_over = await _told(bot, guild, row, policy, what) and is_over
    return is_over


async def _told(bot: Bot, guild: discord.Guild, row: Onboarding, policy: OnboardingPolicy, what: Tell) -> bool:
    facts = {"guild": row.guild_id, "user": row.user_id, "what": what.value}
    try:
        match what:
            case Tell.WELCOME:
                await _welcome(bot, guild, row, policy)
            case Tell.DIRECT:
                text = await _filled(bot, guild, row, policy, policy.direct_text or "")
                if text:
                    await reach(bot, row, policy, Reply(text), once="direct", directly=True)
            case _:
                await _tell_staff(bot, row, policy)
    except (Unavailable, *ERRORS) as error:
        log.info("said later", extra={**facts, "why": str(error)})
        return False
    except UserError as error:
        log.warning("not said", extra={**facts, "why": str(error)})
    async with bot.uow() as work:
        await work.onboarding.flow.told(Actor(row.guild_id, row.user_id), what)
    return True


async def _welcome(bot: Bot, guild: discord.Guild, row: Onboarding, policy: OnboardingPolicy) -> None:
    text = await _filled(bot, guild, row, policy, policy.welcome_text or "")
    if text and policy.welcome_channel_id is not None:
        once = nonce("welcome", row.guild_id, row.user_id, row.completed_at)
        await say(bot, policy.welcome_channel_id, text, nonce=once, users=[row.user_id])


async def _filled(bot: Bot, guild: discord.Guild, row: Onboarding, policy: OnboardingPolicy, text: str) -> str:
    """Fill in what a server wrote. A name of a member formats nothing and pings nobody."""
    name = ""
    if "{name}" in text:
        member: dict[str, Any] = await find_member(bot, row.guild_id, row.user_id) or {}
        user = member.get("user", {})
        name = str(member.get("nick") or user.get("global_name") or user.get("username") or "")
    post = policy.rules_post
    values = {
        "member": f"<@{row.user_id}>",
        "name": plain(name),
        "server": plain(guild.name),
        "count": str(guild.member_count or ""),
        "rules": link_to(guild.id, post.channel_id, post.message_id) if post and post.message_id else "",
    }
    return shortened(filled(text, values), MAX_CONTENT)


async def _tell_staff(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> None:
    """Post a card with the answers, which pings nobody."""
    if policy.log_channel_id is None:
        return
    async with bot.uow() as work:
        record = await work.onboarding.finding.mine(Actor(row.guild_id, row.user_id))
    if record is None:
        return
    card = report(record, await bot.settings.get(row.guild_id))
    body = {
        "content": t("{member} is done.", member=f"<@{row.user_id}>"),
        "embeds": [one.to_dict() for one in card.embeds],
        "allowed_mentions": {"parse": []},
    }
    once = nonce("card", row.guild_id, row.user_id, row.completed_at)
    try:
        await send(bot, policy.log_channel_id, body, once=once, files=card.attachments)
    except ERRORS as error:
        raise in_one_sentence(error) from error
