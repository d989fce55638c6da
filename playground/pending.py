"""What a person does through the page: the page gets its answer once the bot acknowledges, not once it is done."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from standin import Change, ChangeKind, Refused, Reply, StillThinking

log = logging.getLogger(__name__)


class PendingActions:
    """What one page has started and not finished. Pass every change to `observe`; end with `stop`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._acknowledged: dict[asyncio.Task[Any], asyncio.Event] = {}
        self._interactions: dict[int, asyncio.Event] = {}

    async def run(self, action: Coroutine[Any, Any, Reply]) -> Reply | None:
        """Start an interaction and return when it is acknowledged: the reply, if there is one by then.

        Raises Refused when it was not possible, or never answered.
        """
        acknowledged = asyncio.Event()
        task = self.spawn(action)
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

    def observe(self, change: Change) -> None:
        """Notice when an action of this page is acknowledged."""
        if change.kind is ChangeKind.INTERACTION_STARTED:
            # The change is announced from within the task of the action, which tells whether it is ours.
            task = asyncio.current_task()
            if task in self._acknowledged:
                self._interactions[change.data["id"]] = self._acknowledged[task]
        elif change.kind is ChangeKind.INTERACTION_ANSWERED:
            acknowledged = self._interactions.get(change.data["id"])
            if acknowledged is not None:
                acknowledged.set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in the background until it ends or `stop` is called."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    async def stop(self) -> None:
        """Cancel everything that is not finished."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        # The page is done with what was acknowledged; the channel shows how it ended.
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Refused):
            log.error("work for the page failed", exc_info=error)
