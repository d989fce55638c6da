"""Three bots that are killed and stopped, and a Discord that breaks its answers: what the soak puts up with."""

import asyncio
import random
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.processes import ROOT
from standin import StandIn

POST = "POST /channels/{channel_id}/messages"
ARRIVES, FREEZES = 0.7, 0.2
"""How often a message arrives though its answer does not, and a process is stopped beside one that is killed."""


@dataclass
class Bots:
    """Three processes that are killed and come back."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    running: list[asyncio.subprocess.Process] = field(default_factory=list)
    kills: int = 0
    freezes: int = 0
    _frozen: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self.running.append(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *self.arguments,
                cwd=ROOT,
                env=self.environment,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        )

    async def kill_one(self, chance: random.Random) -> None:
        victim = self.running.pop(chance.randrange(len(self.running)))
        if victim.returncode is not None:
            raise RuntimeError(f"a bot ended by itself, with status {victim.returncode}")
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
        self.kills += 1
        await self.start()

    def freeze_one(self, chance: random.Random) -> None:
        """Stop one for a while, sometimes for longer than a lease lasts and than Discord remembers a nonce."""
        self.freezes += 1
        task = asyncio.create_task(_freeze(chance.choice(self.running), chance.choice((2, 10, 25, 45, 200))))
        self._frozen.add(task)
        task.add_done_callback(self._frozen.discard)

    async def stop(self) -> None:
        for task in list(self._frozen):
            task.cancel()
        await asyncio.gather(*self._frozen, return_exceptions=True)
        for one in self.running:
            if one.returncode is not None:
                raise RuntimeError(f"a bot ended by itself, with status {one.returncode}")
            one.terminate()
        for one in self.running:
            await one.wait()


async def _freeze(victim: asyncio.subprocess.Process, seconds: float) -> None:
    with suppress(ProcessLookupError):
        victim.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            victim.send_signal(signal.SIGCONT)


def annoy(stand_in: StandIn, chance: random.Random) -> None:
    """Let something go wrong with the next few messages."""
    faults, times = stand_in.faults, chance.randrange(1, 4)
    arrives = chance.random() < ARRIVES
    match chance.randrange(4):
        case 0:
            faults.swallow(POST, times, after=arrives)
        case 1:
            faults.reset(POST, times, after=arrives)
        case 2:
            faults.fail(POST, 503, times, after=arrives)
        case _:
            faults.show_page(POST, chance.choice((400, 403)), times)
