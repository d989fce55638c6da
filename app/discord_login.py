"""Getting to Discord and staying there: what is waited for, and what only a person can change."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import aiohttp
import discord

from app.bot import Bot
from app.command_sync import RETRY_SECONDS, CommandSync
from app.config import ConfigurationError
from app.core.errors import BotError
from app.discord_failures import in_words

T = TypeVar("T")

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 60.0
MAX_ASKED_PAUSE_SECONDS = 3600.0
"""The longest pause that Discord, or what stands in front of it, can ask for."""
COMMANDS_SECONDS = 10.0
"""How long the connection waits for the commands, which usually are there before the bot is."""

AWAY = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError)
"""What Discord being away looks like: an error of its own or of a proxy in front of it, or no answer at all."""

UNAUTHORIZED = 401
BAD_TOKEN_CODE = 4004
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
BAD_SHARDS = {
    4010: "SHARD_IDS: Discord does not accept these shards. Each has to be below SHARD_COUNT.",
    4011: "SHARD_COUNT: Discord asks for more shards for this many servers. Take a larger number, or leave it unset.",
}


class TokenRefused(BotError):
    """Discord does not accept the token."""

    def __init__(self) -> None:
        super().__init__("Discord does not accept DISCORD_TOKEN. Copy it again from the developer portal.")


class IntentTaken(BotError):
    """The application lost an intent after its flags were read."""

    def __init__(self) -> None:
        super().__init__(
            "An intent of this bot was switched off in the developer portal while it ran. "
            "Start it again: it then asks only for what it has."
        )


@asynccontextmanager
async def connected(
    bot: Bot, token: str, *, commands_seconds: float = COMMANDS_SECONDS, retry_seconds: float = RETRY_SECONDS
) -> AsyncGenerator[asyncio.Task[None]]:
    """Keep the bot logged in inside the block, which begins once it is ready.

    Waits for as long as Discord is away. Yields the client's task, which ends only if the connection is lost for good.
    Raises TokenRefused, IntentTaken, and ConfigurationError for shards that Discord does not accept. `commands_seconds`
    is how long the connection waits for the commands, `retry_seconds` the first pause after they were refused.
    """
    client = asyncio.create_task(_run_client(bot, token, commands_seconds, retry_seconds), name="client")
    ready = asyncio.create_task(bot.wait_until_ready(), name="ready")
    try:
        await asyncio.wait({client, ready}, return_when=asyncio.FIRST_COMPLETED)
        if client.done():
            client.result()
        # Not in `on_ready`, which is called again for every new session.
        bot.jobs.start()
        log.info("ready", extra={"guilds": len(bot.guilds), "shards": bot.shard_count})
        yield client
    finally:
        ready.cancel()
        # Who is told to stop while it waits for the client has cancelled it.
        bot.ended_by_itself = client.done() and not client.cancelled()
        for action in bot.before_stop:
            await action()
        # Cancelled before it is closed: closing a running client raises "Session is closed" in its task.
        client.cancel()
        with suppress(asyncio.CancelledError, discord.DiscordException, aiohttp.ClientError, OSError, BotError):
            await client
        if not bot.is_closed():
            await bot.close()


async def _run_client(bot: Bot, token: str, commands_seconds: float, retry_seconds: float) -> None:
    await once_discord_answers(bot, lambda: bot.login(token))
    application_id = await once_discord_answers(bot, bot.learn_application)
    commands = CommandSync(bot, application_id, retry_seconds=retry_seconds)
    syncing = asyncio.create_task(commands.run(), name="commands")
    try:
        await commands.wait_tried(commands_seconds)
        await once_discord_answers(bot, bot.connect)
    except discord.PrivilegedIntentsRequired as error:
        raise IntentTaken from error
    except discord.ConnectionClosed as error:
        if error.code == BAD_TOKEN_CODE:
            raise TokenRefused from error
        if error.code in BAD_SHARDS:
            raise ConfigurationError([BAD_SHARDS[error.code]]) from error
        raise
    finally:
        syncing.cancel()
        with suppress(asyncio.CancelledError):
            await syncing


async def once_discord_answers(bot: Bot, ask: Callable[[], Awaitable[T]]) -> T:
    """Ask Discord until it answers, with growing pauses. Raises TokenRefused, and what ended a bot that was connected.

    Without end: a process that is started anew would find the same, and ask more often.
    """
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await ask()
        except discord.LoginFailure as error:
            raise TokenRefused from error
        except AWAY as error:
            # py-cord hides what was answered when it asks for the gateway.
            cause = error.__cause__ if isinstance(error, discord.GatewayNotFound) and error.__cause__ else error
            if getattr(cause, "status", None) == UNAUTHORIZED:
                raise TokenRefused from error
            if bot.is_closed():
                raise
            seconds = max(pause, _asked_pause(cause)) * random.uniform(0.8, 1.2)  # noqa: S311 -- only a pause
            facts = {"reason": in_words(cause), "again_in_seconds": round(seconds)}
            log.warning("Discord does not answer yet", extra=facts)
            await asyncio.sleep(seconds)
            pause = min(pause * 2, MAX_PAUSE_SECONDS)


def _asked_pause(error: BaseException) -> float:
    if not isinstance(error, discord.HTTPException):
        return 0.0
    try:
        return min(float(error.response.headers.get("Retry-After", 0)), MAX_ASKED_PAUSE_SECONDS)
    except ValueError:  # HTTP allows a date as well
        return 0.0
