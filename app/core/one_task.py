"""Work beside everything else, of which there is never more than one at a time."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from app.core.runner import let_end

LAST_SECONDS = 1.0
"""How long work that is under way when the process stops may go on."""


class OneTask:
    """Does work in a task of its own: what is begun while other work is under way is not done.

    Who does the work looks at `stopping` between two pieces of it, and leaves the rest to the next start.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self.stopping = False

    @property
    def is_busy(self) -> bool:
        """Whether work is under way."""
        return self._task is not None and not self._task.done()

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin with work, unless some is under way or the process stops; `name` is what the task is called."""
        if self.is_busy or self.stopping:
            work.close()
            return
        self._task = asyncio.create_task(work, name=name)

    async def drain(self) -> None:
        """Return once the work is done."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def stop(self) -> None:
        """Begin with nothing any more, and break off only what does not end by itself."""
        self.stopping = True
        await let_end(self._task, LAST_SECONDS)
