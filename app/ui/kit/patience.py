"""Answering within Discord's three seconds, in one round trip where that is possible."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from app.core.messages import speaking
from app.discord_failures import in_words
from app.ui.kit.language import language_of_answer
from app.ui.kit.reply import UNKNOWN_INTERACTION, Announcement, acknowledge, announcement, take_back

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
"""Discord drops an interaction after 3 s. Two of them are left for the deferral to arrive."""


@asynccontextmanager
async def answering(
    interaction: discord.Interaction, *, private: bool = True, update: bool = False
) -> AsyncGenerator[None]:
    """Defer an interaction if the block takes longer than a second.

    A quick answer is then one request instead of two, and a slow one is still in time. `update` is for handlers that
    replace the message whose button was pressed: it stays as it is until then, and an error does not take its place.
    An error is private, also where an answer for all was announced.
    Not for handlers that open a form: a form has to be the first response. What is said inside is in the language of
    those who will see it.
    """
    # A form that a command opened came from no message that could be replaced.
    update = update and interaction.message is not None
    deferrals: list[asyncio.Task[None]] = []
    announced = Announcement()

    def start() -> None:
        announced.is_public = not private and not update
        deferrals.append(asyncio.create_task(_defer(interaction, private=private, update=update), name="defer"))

    timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, start)
    token = announcement.set(announced)
    try:
        with speaking(language_of_answer(interaction, private=private, update=update)):
            yield
    except Exception:
        # A refusal is private, whatever was announced.
        timer.cancel()
        await asyncio.gather(*deferrals)
        await take_back(interaction)
        raise
    finally:
        announcement.reset(token)
        timer.cancel()
        # A deferral under way is awaited, so that nothing is said before it.
        await asyncio.gather(*deferrals)


async def _defer(interaction: discord.Interaction, *, private: bool, update: bool) -> None:
    try:
        await acknowledge(interaction, private=private, update=update)
    except discord.HTTPException as error:
        # Too late, or Discord is away: the answer itself will meet the same error and report it.
        level = logging.INFO if error.code == UNKNOWN_INTERACTION else logging.WARNING
        log.log(level, "an interaction could not be deferred", extra={"status": error.status, "code": error.code})
    except (aiohttp.ClientError, OSError) as error:
        log.warning("an interaction could not be deferred", extra={"error": in_words(error)})
