"""Setting up and posting the messages that members begin from."""

from dataclasses import replace
from typing import Any

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import UserError
from app.core.messages import speaking
from app.core.onboarding.posts import Post
from app.effects.onboarding import posts
from app.models import SettingsHistory
from app.ui.kit.language import language_of_server
from app.ui.onboarding.panel import panel_message


async def body_of(bot: Bot, panel: Post, guild_id: int) -> dict[str, Any]:
    """Return the message of a panel as Discord takes it."""
    snapshot = await bot.settings.get(guild_id)
    with speaking(language_of_server(bot, guild_id)):
        return posts.body_of(panel_message(panel, snapshot))


async def add(bot: Bot, actor: Actor, panel: Post) -> tuple[Post, SettingsHistory]:
    """Set up another panel and post it. Raises UserError, and then there is none."""
    async with bot.uow() as work:
        made, done = await work.onboarding.posts.add(actor, panel)
        work.after_commit(lambda: bot.settings.invalidate(actor.guild_id))
    try:
        return await complete(bot, made, done), done
    except UserError:
        # Nothing is left half-made.
        async with bot.uow() as work:
            await work.onboarding.posts.remove(actor, made.key)
            work.after_commit(lambda: bot.settings.invalidate(actor.guild_id))
        raise


async def complete(bot: Bot, panel: Post, done: SettingsHistory) -> Post:
    """Show a panel as it is after a change; if its message is gone, post it and write down where. Raises UserError."""
    body = await body_of(bot, panel, done.guild_id)
    if await posts.renew(bot, panel, body):
        return panel
    message_id = await posts.post(bot, panel, body, once=f"panel{done.id}")
    try:
        async with bot.uow() as work:
            posted = await work.onboarding.posts.posted(panel, done, message_id)
            work.after_commit(lambda: bot.settings.invalidate(done.guild_id))
    except UserError:
        # It was changed or removed while this was posted, and nobody would know of the message.
        await posts.delete(bot, replace(panel, message_id=message_id))
        raise
    return posted
