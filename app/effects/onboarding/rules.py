"""Keeping the post of the rules in step with the version that holds."""

import logging
from dataclasses import replace

import aiohttp
import discord

from app.bot import Bot
from app.core.errors import UserError
from app.core.messages import speaking
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import Post
from app.effects.onboarding import posts
from app.ui.kit.language import language_of_server
from app.ui.onboarding.rules_post import rules_post

log = logging.getLogger(__name__)


async def show_rules(bot: Bot, guild_id: int) -> Post | None:
    """Let the post show the version that holds: edit it in place, or post it again if its message is gone.

    Returns the post as it is then; None if there is none, or nothing to show. Raises UserError.
    """
    snapshot = await bot.settings.get(guild_id)
    policy = OnboardingPolicy.of(snapshot)
    was = policy.rules_post
    if was is None:
        return None
    async with bot.uow() as work:
        version = await work.onboarding.versions.newest(guild_id)
    if version is None:
        return None
    with speaking(language_of_server(bot, guild_id)):
        run = policy.run
        is_asked = run is not None and run.version == version.number and run.stopped_at is None
        accept_by = run.accept_by if run is not None and is_asked else None
        body = posts.body_of(rules_post(version, snapshot, accept_by=accept_by))
    message_id = was.message_id
    if not await posts.renew(bot, was, body):
        # Whoever is killed before it is written down posts the same message again, and not a second one.
        once = f"{was.message_id or was.channel_id:x}.{version.number:x}"
        message_id = await posts.post(bot, was, body, once=once)
    made = replace(was, message_id=message_id, version=version.number)
    if made != was:
        async with bot.uow() as work:
            await work.onboarding.posts.amend(guild_id, was, made)
            work.after_commit(lambda: bot.settings.invalidate(guild_id))
    return made


async def delete_post(bot: Bot, post: Post) -> None:
    """Delete the message of a post that is somewhere else now, if that is possible."""
    try:
        await posts.delete(bot, post)
    except UserError as error:
        log.info("an old post of rules was not deleted", extra={"channel": post.channel_id, "error": str(error)})


async def count_holders(bot: Bot, guild_id: int, role_id: int | None) -> int | None:
    """Return how many members hold a role, by Discord's count; None when that is not known."""
    if role_id is None:
        return None
    try:
        counts = await bot.http.get_roles_member_counts(guild_id)
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.info("the members of roles were not counted", extra={"guild": guild_id, "error": str(error)})
        return None
    return counts.get(str(role_id))
