"""The yardstick: the same messages by a ready library. Run in an environment of its own, which has py-cord and it.

`python benchmarks/ready_transcript.py MESSAGES` prints seconds of the processor, megabytes of memory at most, and
bytes written.
"""

# Neither the library nor what it needs is ever installed beside the bot: its licence is another.
# pyright: reportMissingImports=false

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any, cast


def peak() -> float:
    """Return the megabytes that the process had at most; what `getrusage` says begins at those of its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1000 if found else 0


async def main(raws: list[dict[str, Any]]) -> None:
    import chat_exporter
    import discord

    client = discord.Client()
    state: Any = client._connection  # noqa: SLF001 -- messages are made as the library makes them
    users = {raw["author"]["id"]: raw["author"] for raw in raws}
    everyone: dict[str, Any] = {
        "id": "100000000000000001",
        "name": "@everyone",
        "permissions": "0",
        "position": 0,
        "color": 0,
    }
    everyone["colors"] = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    joined_at = "2026-01-01T00:00:00+00:00"
    data: Any = {
        "id": "100000000000000001",
        "name": "The shop",
        "owner_id": "1",
        "roles": [everyone],
        "members": [{"user": user, "roles": [], "joined_at": joined_at} for user in users.values()],
        "channels": [
            {"id": "100000000000000002", "type": 0, "name": "ticket-0001", "position": 0, "permission_overwrites": []}
        ],
    }
    guild = discord.Guild(data=data, state=state)
    state._add_guild(guild)  # noqa: SLF001 -- as above
    channel: Any = guild.get_channel(100000000000000002)
    begun = time.process_time()
    messages = [discord.Message(state=state, channel=channel, data=cast("Any", raw)) for raw in raws]
    html = await chat_exporter.raw_export(channel, messages, tz_info="Europe/Berlin", bot=client, raise_exceptions=True)
    content = str(html).encode()
    seconds = time.process_time() - begun
    megabytes = peak()
    sys.stdout.write(json.dumps([seconds, megabytes, len(content)]))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
