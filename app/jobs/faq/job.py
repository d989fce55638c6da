"""The job itself: it lets each of its parts look after what is due."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from app.bot import Bot
from app.job_part import Part
from app.jobs.faq.drafts import ForgetDrafts
from app.jobs.faq.forgetting import Forget
from app.jobs.faq.indexing import Index
from app.jobs.faq.purging import Purge
from app.jobs.faq.telling import Tell
from app.jobs.faq.verifying import AskOwners

PARTS: Sequence[Callable[[Bot], Part]] = (AskOwners, Forget, ForgetDrafts, Index, Purge, Tell)
"""Each is looked after beside the others."""


class LookAfterFaq:
    """Looks after the FAQ of every server, together with the other processes that do the same."""

    name = "faq"
    channel: str | None = None

    def __init__(self, bot: Bot, parts: Sequence[Callable[[Bot], Part]] = PARTS) -> None:
        self.parts = [part(bot) for part in parts]

    def announced(self) -> None:
        """Do nothing: nothing that was read before is kept."""

    async def run_once(self) -> datetime | None:
        """Begin with everything that is due; return when something is due next."""
        return min((part.look() for part in self.parts), default=None)

    async def drain(self) -> None:
        """Return once everything that was begun is done."""
        for part in self.parts:
            await part.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end."""
        await asyncio.gather(*(part.stop() for part in self.parts))
