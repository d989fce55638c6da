"""The bot beside the playground: started, heard, ended, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from playground.bot import GRACE, SUPERVISOR, SUPERVISOR_GRACE, BotProcess, BotState
from tests.fixtures.processes import running, still_running

PATIENT = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); print('ready', flush=True)\n"
)
SLEEP = "time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


async def _heard(bot: BotProcess, line: str) -> None:
    async with asyncio.timeout(60):
        while line not in bot.log:
            happened = asyncio.Event()
            bot.on_line = lambda _, happened=happened: happened.set()
            if line not in bot.log:
                await happened.wait()


async def test_the_log_is_heard_line_by_line_and_without_colours() -> None:
    echoed: list[str] = []
    program = (
        "import sys; print('\\x1b[31mred\\x1b[0m'); print('é' * 5000, file=sys.stderr); sys.stdout.write('no end')"
    )
    bot = BotProcess(_python(program), os.environ, echo=echoed.append)
    changes: list[BotState] = []
    bot.on_change = lambda: changes.append(bot.state)
    await bot.start()
    assert await bot.wait() == 0
    assert "red" in bot.log
    assert "\x1b[31mred\x1b[0m" in echoed
    assert "no end" in bot.log
    assert "".join(bot.log).count("é") == 5000
    assert changes == [BotState.RUNNING, BotState.STOPPED]


async def test_its_end_is_noticed_and_it_starts_again_only_when_asked() -> None:
    bot = BotProcess(_python("import sys; print('out of order'); sys.exit(3)"), os.environ)
    await bot.start()
    assert await bot.wait() == 3
    await asyncio.sleep(0.1)
    assert bot.state is BotState.STOPPED
    assert list(bot.log) == ["out of order"]
    await bot.start()
    await bot.wait()
    assert list(bot.log) == ["out of order"] * 2


async def test_it_is_asked_to_stop_before_it_is_made_to() -> None:
    bot = BotProcess(_python(PATIENT + SLEEP), os.environ, grace=60)
    await bot.start()
    await _heard(bot, "ready")
    await bot.stop()
    # Made to, it would have ended by SIGKILL.
    assert bot.exit_status == 0


async def test_one_that_does_not_listen_is_made_to_stop() -> None:
    assert GRACE + SUPERVISOR_GRACE < 5
    bot = BotProcess(_python(DEAF + SLEEP), os.environ, grace=0.3)
    await bot.start()
    await _heard(bot, "ready")
    began = time.monotonic()
    await bot.stop()
    # Not before its time, and not after the minute that it would sleep.
    assert 0.3 < time.monotonic() - began < 40
    assert bot.exit_status == 128 + signal.SIGKILL


def test_it_does_not_outlive_a_playground_that_was_killed(tmp_path: Path) -> None:
    """The holder dies by SIGKILL, as a playground may; the bot has to be gone shortly after."""
    number = tmp_path / "number"
    program = f"import os, pathlib; pathlib.Path({str(number)!r}).write_text(str(os.getpid()))\n" + PATIENT + SLEEP
    holder = (
        "import subprocess, sys, time\n"
        "quiet = subprocess.DEVNULL\n"
        "held = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=quiet, start_new_session=True)\n"
        "time.sleep(60)"
    )
    playground = subprocess.Popen([*_python(holder), sys.executable, "-I", str(SUPERVISOR), "3", *_python(program)])
    try:
        _until(lambda: number.exists() and number.read_text().isdecimal(), 60)
        bot = psutil.Process(int(number.read_text()))
        assert running(bot)
    finally:
        playground.kill()
        playground.wait()
    assert still_running([bot], 40) == []


def _until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.02)
