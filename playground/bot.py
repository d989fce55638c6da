"""The bot as a process beside the playground: started, stopped, its log read. It is never restarted by itself."""

import asyncio
import codecs
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

SUPERVISOR = Path(__file__).with_name("supervise.py")
LOG_LINES = 500
# Seconds. Stopping the playground should take no more than five in all.
GRACE = 3.5
SUPERVISOR_GRACE = 0.5
MAX_LINE_LENGTH = 4000
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class BotState(StrEnum):
    """The state of the process; the stand-in knows whether the bot is connected."""

    RUNNING = "running"
    STOPPED = "stopped"


class BotProcess:
    """One bot, restarted only on request.

    `echo` gets every line of its log as written, `on_line` the same without colours; `on_change` is called when it
    starts or ends. `exit_status` is that of the last run. After `grace` seconds, a stop becomes a kill.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        echo: Callable[[str], None] = lambda _: None,
        grace: float = GRACE,
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._echo = echo
        self._grace = grace
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self.state = BotState.STOPPED
        self.exit_status: int | None = None
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self.on_line: Callable[[str], None] = lambda _: None
        self.on_change: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Start it, unless it is running."""
        if self.state is BotState.RUNNING:
            return
        self.state = BotState.RUNNING
        self.exit_status = None
        # In a session of its own it does not get the terminal's Ctrl-C; `stop` ends it in the right order.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(SUPERVISOR),
            str(self._grace),
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        self._watch = asyncio.create_task(self._follow(self._process), name="bot log")
        self.on_change()

    async def stop(self) -> None:
        """Stop it and wait for its end."""
        if self._process is None or self._watch is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace + SUPERVISOR_GRACE):
                await asyncio.shield(self._watch)
        if not self._watch.done():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._watch

    async def wait(self) -> int | None:
        """Wait for its end and return its exit status, 128 + n for signal n."""
        if self._watch is not None:
            await asyncio.shield(self._watch)
        return self.exit_status

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        rest = ""
        while chunk := await process.stdout.read(65_536):
            *lines, rest = (rest + decode(chunk)).split("\n")
            for line in lines:
                self._say(line)
            if len(rest) > MAX_LINE_LENGTH:
                self._say(rest)
                rest = ""
        if rest:
            self._say(rest)
        self.exit_status = await process.wait()
        self.state = BotState.STOPPED
        self.on_change()

    def _say(self, line: str) -> None:
        self._echo(line)
        text = _COLOURS.sub("", line.rstrip("\r"))
        self.log.append(text)
        self.on_line(text)
