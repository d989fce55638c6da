"""Doing things in a person's name: the page gets its answer when the bot has acknowledged, not when it is done."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from standin import Change, ChangeKind, Refused, Reply, StillThinking

log = logging.getLogger(__name__)


class Acting:
    """What one page has begun and not finished. Feed it every change through `follow`; end it with `stop`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._acknowledged: dict[asyncio.Task[Any], asyncio.Event] = {}
        self._interactions: dict[int, asyncio.Event] = {}

    async def do(self, doing: Coroutine[Any, Any, Reply]) -> Reply | None:
        """Start an interaction and come back when it is acknowledged; the reply if there is one by then.

        Raises Refused when it could not be done, or was never answered.
        """
        acknowledged = asyncio.Event()
        task = self.keep(doing)
        self._acknowledged[task] = acknowledged
        waiting = asyncio.create_task(acknowledged.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            del self._acknowledged[task]
            self._interactions = {key: one for key, one in self._interactions.items() if one is not acknowledged}
        if not task.done():
            return None
        try:
            return task.result()
        except StillThinking:
            return None

    def follow(self, change: Change) -> None:
        """Note when what was begun here is acknowledged."""
        if change.kind is ChangeKind.INTERACTION_STARTED:
            # The beginning is announced from within the task that acts: that is how we know it for ours.
            task = asyncio.current_task()
            if task in self._acknowledged:
                self._interactions[change.data["id"]] = self._acknowledged[task]
        elif change.kind is ChangeKind.INTERACTION_ANSWERED:
            acknowledged = self._interactions.get(change.data["id"])
            if acknowledged is not None:
                acknowledged.set()

    def keep(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something beside, until it ends or all is stopped."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    async def stop(self) -> None:
        """Leave everything that is not finished."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        # What was acknowledged is over for the page; how it ended shows in the channel.
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Refused):
            log.error("work for the page failed", exc_info=error)
