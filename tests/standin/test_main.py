"""`python -m standin` serves until it is stopped."""

import asyncio
import signal
import sys

import aiohttp


async def test_it_serves_until_stopped():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "standin", "--token", "chosen", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            address = (await process.stdout.readline()).decode().strip()
            token = (await process.stdout.readline()).decode().strip()
        assert token == "DISCORD_TOKEN=chosen"
        assert address.startswith("DISCORD_API_URL=http://127.0.0.1:")
        url = address.partition("=")[2] + "/users/@me"
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bot chosen"}) as session,
            session.get(url) as answered,
        ):
            assert answered.status == 200
            assert (await answered.json())["username"] == "concierge"
    finally:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        assert await process.wait() == 0
