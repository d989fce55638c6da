"""How long a start takes until the bot is connected, ready and answers, with a schema at head, against the bare bot."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import discord

from benchmarks import yardstick
from benchmarks.figures import Figure
from benchmarks.processes import ROOT, concierge, database
from standin import StandIn
from standin.demo import demo_world

TIMES = 15
PATIENCE_SECONDS = 60
READY = b"ready"
"""What both bots write once they call themselves ready: ours in its log, the other as below."""


class Start(NamedTuple):
    """When what a start is for was reached, in seconds from its beginning."""

    connected: float
    """It has logged in to the gateway, and been sent its servers."""
    answered: float
    """Somebody who asked at that moment has an answer."""
    ready: float
    """It calls itself ready."""


async def measure() -> list[Figure]:
    """Start both in turns, each against a stand-in of its own, as their commands differ."""
    with database() as address:
        async with StandIn(demo_world()) as here, StandIn(demo_world()) as there:
            ours_as = (("app", "run"), {**concierge(here, address), "LOG_LEVEL": "INFO", "LOG_FORMAT": "text"})
            bare_as = (("benchmarks.start", there.api_url, there.token), {})
            ours: list[Start] = []
            bare: list[Start] = []
            for number in range(TIMES + 1):
                turn = (await start(here, "timezone show", *ours_as), await start(there, "ping", *bare_as))
                if number:  # The first one tells Discord of its commands, and finds no compiled code.
                    ours.append(turn[0])
                    bare.append(turn[1])
    said = {"connected": "until it is connected", "answered": "until it answers", "ready": "until it is ready"}
    bounds = {"ready": 1.3}
    return [
        Figure(f"start {words}, median of {TIMES}", _median(ours, name), "s", _median(bare, name), bounds.get(name))
        for name, words in said.items()
    ]


def _median(starts: list[Start], name: str) -> float:
    return statistics.median(getattr(one, name) for one in starts)


async def start(
    stand_in: StandIn, command: str, arguments: tuple[str, ...], environment: Mapping[str, str], root: Path = ROOT
) -> Start:
    """Start `python -m …` of a release, ask it something, and stop it."""
    guild = next(iter(stand_in.world.guilds.values()))
    person = stand_in.person(stand_in.world.users[guild.owner_id], next(iter(guild.channels.values())))
    began = time.perf_counter()
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *arguments),
        cwd=root,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    saying = asyncio.create_task(_said(running))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await stand_in.ready()
            connected = time.perf_counter()
            await stand_in.has_command(command.partition(" ")[0])
            await person.slash(command)
            answered = time.perf_counter()
            ready = await saying
    finally:
        saying.cancel()
        with suppress(ProcessLookupError):
            running.terminate()
        await running.communicate()
        await stand_in.until(lambda: not stand_in.gateway.is_ready, 30)
    return Start(connected - began, answered - began, ready - began)


async def _said(running: asyncio.subprocess.Process) -> float:
    assert running.stderr is not None
    async for line in running.stderr:
        if READY in line.split():
            return time.perf_counter()
    raise RuntimeError("it ended before it was ready")


class _Saying(discord.AutoShardedBot):
    async def on_ready(self) -> None:
        print(READY.decode(), file=sys.stderr, flush=True)


if __name__ == "__main__":
    # The yardstick as it is, but for this word.
    discord.AutoShardedBot = _Saying
    yardstick.main()
