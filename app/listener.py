"""Hearing what other processes announce: PostgreSQL's LISTEN on one connection of its own."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

import asyncpg

from app.db import DatabaseUrl

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 30.0
CHECK_EVERY_SECONDS = 60.0


class Listener:
    """Calls a function for each announcement, for as long as it runs; reconnects by itself.

    `on_gap` is called whenever announcements may have been missed: after every connection that was lost and made
    again, and when the first one was made.
    """

    def __init__(
        self,
        database: DatabaseUrl,
        handlers: Mapping[str, Callable[[str], None]],
        on_gap: Callable[[], None],
        *,
        application_name: str,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._on_gap = on_gap
        self._name = application_name
        self._connected = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Tell whether announcements arrive at this moment."""
        return self._connected.is_set()

    async def wait_connected(self) -> None:
        """Return once announcements arrive."""
        await self._connected.wait()

    async def run(self) -> None:
        """Listen until cancelled."""
        pause = 0.5
        while True:
            try:
                await self._listen_once()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listening was interrupted", extra={"error": str(error) or type(error).__name__})
            else:
                pause = 0.5
            finally:
                self._connected.clear()
                self._on_gap()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        url = self._database.url
        lost = asyncio.Event()
        connection = await asyncpg.connect(
            host=url.host,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            **self._database.connect_args(application_name=self._name),
        )
        try:
            connection.add_termination_listener(lambda _: lost.set())
            for channel in self._handlers:
                await connection.add_listener(channel, self._heard)
            self._connected.set()
            self._on_gap()
            while not lost.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_EVERY_SECONDS):
                        await lost.wait()
                if not lost.is_set():
                    # A connection that a firewall forgot looks alive until something is sent through it.
                    await connection.execute("SELECT 1", timeout=5)
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _process: int, channel: str, payload: object) -> None:
        try:
            self._handlers[channel](str(payload))
        except Exception:
            log.exception("an announcement was not understood", extra={"channel": channel})
