"""`python -m standin`: serve a demo world until stopped, and print the address and token for a bot."""

import argparse
import asyncio
import signal
import sys

from standin import StandIn
from standin.backend import TOKEN


async def serve(port: int, token: str | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, stopped.set)
    async with StandIn(port=port, token=token or TOKEN) as discord:
        sys.stdout.write(f"DISCORD_API_URL={discord.api_url}\nDISCORD_TOKEN={discord.token}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m standin", description="A small Discord on this machine.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--token", help="the token a bot must use; default: the stand-in's own")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.token))


if __name__ == "__main__":
    main()
