"""Charts become pictures in a process of their own.

The library holds Python's lock while it draws, a quarter of a second on a small machine: in a thread, it would stop
everything else. What it needs is gone again afterwards, and what it might do wrong cannot do harm here.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Sequence

from app.ui.kit.charts.canvas import Chart

log = logging.getLogger(__name__)

SECONDS = 10


async def pictures(charts: Sequence[Chart]) -> list[bytes]:
    """Draw charts as PNG, twice as large as they are, for screens with small pixels.

    Returns none of them, and logs why, if that fails: what they show is said in words as well.
    """
    if not charts:
        return []
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.ui.kit.charts.drawing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C in a terminal is for the process in front.
        start_new_session=True,
    )
    order = json.dumps([chart.svg for chart in charts]).encode()
    try:
        async with asyncio.timeout(SECONDS):
            drawn, words = await process.communicate(order)
    except TimeoutError:
        log.warning("charts took too long to draw")
        return []
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("charts could not be drawn", extra={"error": words[-500:].decode(errors="replace")})
        return []
    return _parted(drawn)


def _parted(drawn: bytes) -> list[bytes]:
    found, at = list[bytes](), 0
    while at < len(drawn):
        size = int.from_bytes(drawn[at : at + 4])
        found.append(drawn[at + 4 : at + 4 + size])
        at += 4 + size
    return found
