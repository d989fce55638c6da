"""Taking down what happens to the messages of open tickets, so that what was edited or deleted is not lost.

Everything goes to the ticket's row, many messages at a time: it outlives the process, and a channel deleted by hand.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.errors import BotError
from app.core.tickets.journal import Told, taken_down, told
from app.core.tickets.record import Record
from app.intents import MESSAGE_EVENTS

log = logging.getLogger(__name__)

GATHER_SECONDS = 2.0
"""How long messages are gathered before they are written together: as much is lost at most when a process is killed."""
MAX_WAITING = 2000
MAX_BATCH = 500
LAST_SECONDS = 1.0


class Journal:
    """Hears the messages of open tickets as Discord tells them, and writes them down."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._writer = BatchWriter[Told](
            "ticket_journal",
            self._write,
            max_waiting=MAX_WAITING,
            max_batch=MAX_BATCH,
            away=(BotError,),
            gather_seconds=GATHER_SECONDS,
        )
        bot.vitals.queue("ticket_journal", lambda: self._writer.waiting, room=self._writer.room)

    def listen(self, parsers: dict[str, Any]) -> None:
        """Hear what py-cord is told of messages, before it makes objects of them and forgets what it does not know."""
        for event in MESSAGE_EVENTS:
            parsers[event] = self._heard(event, parsers[event])

    async def drain(self) -> None:
        """Return once everything is written."""
        await self._writer.drain()

    async def stop(self) -> None:
        """Write what is left."""
        await self._writer.stop(LAST_SECONDS)

    def _heard(self, event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        def heard(data: Any) -> None:
            if int(data["channel_id"]) in self._bot.heard_channels:
                try:
                    happened = told(event, data, self._bot.clock())
                except (KeyError, TypeError, ValueError):
                    log.exception("a message of a ticket could not be read")
                else:
                    if happened is not None:
                        self._writer.offer(happened)
            parse(data)

        return heard

    async def _write(self, happened: Sequence[Told]) -> None:
        by_channel: dict[int, list[Told]] = defaultdict(list)
        for one in happened:
            by_channel[one.channel_id].append(one)
        async with self._bot.uow() as work:
            found = await work.tickets.transcripts.open_in(sorted(by_channel))
            for channel_id, (ticket, record) in found.items():
                written = await asyncio.to_thread(_grown, record, by_channel[channel_id])
                await work.tickets.transcripts.keep(ticket, written)


def _grown(record: object, happened: Sequence[Told]) -> dict[str, Any]:
    return taken_down(Record.from_json(record), happened).to_json()
