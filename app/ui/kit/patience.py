"""Answering within Discord's three seconds, in one round trip where that is possible."""

import asyncio
import logging
from types import TracebackType

import discord

from app.ui.kit.reply import UNKNOWN_INTERACTION, acknowledge

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
"""Discord drops an interaction after 3 s. Two of them are left for the deferral to arrive."""


class answering:  # noqa: N801 -- reads as a verb: `async with answering(interaction): ...`
    """Defers an interaction by itself if the block takes longer than a second.

    A quick answer is then one request instead of two, and a slow one is still in time. `update` is for handlers that
    replace the message whose button was pressed: it stays as it is until then, and an error does not take its place.
    Not for handlers that open a form: a form has to be the first response.
    """

    def __init__(self, interaction: discord.Interaction, *, private: bool = True, update: bool = False) -> None:
        self._interaction = interaction
        self._private = private
        self._update = update
        self._timer: asyncio.TimerHandle | None = None
        self._deferral: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        """Start counting."""
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop counting; a deferral under way is awaited, so that nothing is said before it."""
        if self._timer is not None:
            self._timer.cancel()
        if self._deferral is not None:
            await self._deferral

    def _start(self) -> None:
        self._deferral = asyncio.create_task(self._defer(), name="defer")

    async def _defer(self) -> None:
        try:
            await acknowledge(self._interaction, private=self._private, update=self._update)
        except discord.HTTPException as error:
            # Too late, or Discord is away: the answer itself will meet the same error and report it.
            level = logging.INFO if error.code == UNKNOWN_INTERACTION else logging.WARNING
            log.log(level, "an interaction could not be deferred", extra={"status": error.status, "code": error.code})
