"""Receives what other processes announce, by PostgreSQL's LISTEN on a connection of its own."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

import asyncpg

from app.db import DatabaseUrl
from app.driver_errors import DRIVER_ERRORS

log = logging.getLogger(__name__)

MAX_PAUSE_SECONDS = 30.0
CHECK_INTERVAL_SECONDS = 60.0


class Listener:
    """Calls the handler of each announcement while it runs, and reconnects by itself.

    `on_gap` is called whenever announcements may have been missed: at the first connection, when one is lost, and after
    each reconnection. Every `check_seconds` it makes sure that the connection is still there.
    """

    def __init__(
        self,
        database: DatabaseUrl,
        handlers: Mapping[str, Callable[[str], None]],
        on_gap: Callable[[], None],
        *,
        application_name: str,
        check_seconds: float = CHECK_INTERVAL_SECONDS,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._on_gap = on_gap
        self._name = application_name
        self._check_seconds = check_seconds
        self._connected = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Whether announcements arrive at the moment."""
        return self._connected.is_set()

    async def wait_connected(self) -> None:
        """Wait until announcements arrive."""
        await self._connected.wait()

    async def run(self) -> None:
        """Listen until cancelled."""
        pause = 0.5
        while True:
            try:
                await self._listen_once()
            except (*DRIVER_ERRORS, TimeoutError) as error:
                log.warning("listening was interrupted", extra={"error": str(error) or type(error).__name__})
            except Exception:
                # Whatever it was: a process that hears nothing more would keep for good what it has read.
                log.exception("listening was interrupted")
            else:
                pause = 0.5
            finally:
                self._connected.clear()
                self._on_gap()
            await asyncio.sleep(pause)
            pause = min(pause * 2, MAX_PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(**self._database.asyncpg_args(application_name=self._name))
        try:
            connection.add_termination_listener(lambda _: lost.set())
            for channel in self._handlers:
                await connection.add_listener(channel, self._on_notify)
            self._connected.set()
            self._on_gap()
            while not lost.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._check_seconds):
                        await lost.wait()
                if not lost.is_set():
                    # A firewall may have dropped the connection silently, which only shows when something is sent.
                    await connection.execute("SELECT 1", timeout=5)
        finally:
            connection.terminate()

    def _on_notify(self, _connection: object, _process: int, channel: str, payload: object) -> None:
        try:
            self._handlers[channel](str(payload))
        except Exception:
            log.exception("an announcement could not be handled", extra={"channel": channel})
