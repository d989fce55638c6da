"""What it takes to write a transcript of 5,000 messages, against a ready library that writes the same.

Seconds are those of the processor: nothing waits for anything here, and machines that measure do other things as well.
The library, chat-exporter, is fetched into an environment of its own, which is thrown away. If that cannot be made,
only the bot is measured.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.ticket_messages import messages

COUNT = 5_000
ROUNDS = 3
PICTURES = 20
READY = "chat-exporter==3.1.0"
ROOT = Path(__file__).resolve().parent.parent


async def measure() -> list[Figure]:
    """In turns, so that both are measured on the same machine as it was at the same time."""
    with tempfile.TemporaryDirectory(prefix="concierge-bench-") as directory:
        given = Path(directory) / "messages.json"
        given.write_text(json.dumps(messages(COUNT)))
        ready = await _environment(Path(directory) / "venv")
        own: list[list[float]] = []
        theirs: list[list[float]] = []
        for _ in range(ROUNDS):
            own.append(await _asked(sys.executable, "-m", "benchmarks.own_transcript", str(given)))
            if ready is not None:
                theirs.append(await _asked(ready, str(ROOT / "benchmarks" / "ready_transcript.py"), str(given)))
        pictured = await _asked(sys.executable, "-m", "benchmarks.own_transcript", str(given), str(PICTURES))
    seconds, megabytes, size, others = (statistics.median(column) for column in zip(*own, strict=True))
    figures = [
        Figure("from Discord's JSON to a page for staff, median", seconds, "s", most=2),
        Figure("the other two that a ticket needs (the member's page, and as text)", others, "s", most=2),
        Figure("memory of the process at most", megabytes, "MB", most=100),
        Figure(f"the same with {PICTURES} MB of pictures", pictured[1], "MB", most=100),
        Figure("size of the page", size / 1e6, "MB"),
    ]
    if not theirs:
        print(f"{READY} could not be installed in an environment of its own, so nothing stands beside these figures.")
        return figures
    seconds_ready, megabytes_ready, size_ready = (statistics.median(column) for column in zip(*theirs, strict=True))
    return [
        *figures,
        Figure(f"from Discord's JSON to a page for staff, against {READY}", seconds, "s", seconds_ready, most=1),
        Figure("memory of the process, against it", megabytes, "MB", megabytes_ready, most=1),
        Figure("size of the page, against it", size / 1e6, "MB", size_ready / 1e6),
    ]


async def _environment(directory: Path) -> str | None:
    """Make an environment with the ready library, and return its interpreter; None where it cannot be had."""
    await asyncio.to_thread(venv.create, directory, with_pip=True)
    python = str(directory / "bin" / "python")
    wanted = (f"py-cord=={version('py-cord')}", READY)
    pip = await asyncio.create_subprocess_exec(
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *wanted,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return python if await pip.wait() == 0 else None


async def _asked(*command: str) -> list[float]:
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command[1:3]} ended with {process.returncode}")
    return json.loads(said)
