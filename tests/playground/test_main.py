"""`python -m playground` as an operator starts it: the real bot on a real database, and nothing left at the end."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from app.config import load_settings
from app.db import DatabaseUrl
from playground.__main__ import environment
from standin import StandIn
from standin.demo import demo_world
from tests.fixtures.postgres import REPOSITORY, url_text
from tests.fixtures.processes import still_running
from tests.playground.conftest import Page


def test_the_bot_gets_the_operators_environment_but_not_their_discord() -> None:
    world = demo_world()
    discord = StandIn(world)
    olivia = world.user("olivia").id
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        own = {
            "discord_token": "their own",
            "home_guild_id": 5,
            "bot_admin_ids": "7",
            "shard_count": 2,
            "http_port": port,
        }
        settings = load_settings(_env_file=None, **own)
        given = environment(discord, settings, {"PATH": "/bin", "DISCORD_TOKEN": "their own", "DATABASE_URL": "theirs"})
    assert "their own" not in given.values()
    assert given["DISCORD_TOKEN"] == discord.token
    assert given["DISCORD_API_URL"] == discord.api_url
    assert given["BOT_ADMIN_IDS"] == f"7,{olivia}"
    assert given["HOME_GUILD_ID"] == str(world.guild("The Lighthouse").id)
    assert (given["SHARD_COUNT"], given["SHARD_IDS"], given["HTTP_PORT"]) == ("1", "0", "0")
    assert (given["PATH"], given["DATABASE_URL"], given["LOG_FORMAT"]) == ("/bin", "theirs", "text")

    plain = environment(discord, load_settings(_env_file=None, log_format="json", http_port=0), {})
    assert plain.keys() == {"DISCORD_TOKEN", "DISCORD_API_URL", "BOT_ADMIN_IDS", "PYTHONUNBUFFERED"}
    assert plain["BOT_ADMIN_IDS"] == str(olivia)


def test_the_demo_world_is_the_same_in_every_run() -> None:
    # Settings are stored under the ids of servers and channels: they have to be found again after a restart.
    one, other = demo_world(), demo_world()
    assert list(one.guilds) == list(other.guilds)
    assert list(one.channels) == list(other.channels)
    assert {user.name: user.id for user in one.users.values()} == {user.name: user.id for user in other.users.values()}


@pytest_asyncio.fixture(loop_scope="session")
async def playing(own_database: DatabaseUrl, tmp_path: Path) -> AsyncGenerator[tuple[asyncio.subprocess.Process, Page]]:
    """The whole playground on a free port, with the bot online; its process, and a page."""
    environment = {**os.environ, "DATABASE_URL": url_text(own_database), "DATA_DIR": str(tmp_path), "HTTP_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "playground", "--no-browser", "--port", "0"),
        cwd=REPOSITORY,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while not (found := re.search(rb"http://127\.0\.0\.1:\d+/", await process.stdout.readline())):
                assert process.returncode is None
        drain = asyncio.create_task(process.stdout.read())
        async with Page.opened(found[0].decode()) as page:
            if not (await page.ask("hello", person=None))["bot"]["online"]:
                await page.told("bot", lambda bot: bot["online"])
            yield process, page
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    await drain


Playing = tuple[asyncio.subprocess.Process, Page]


async def test_it_plays(playing: Playing) -> None:
    _, page = playing
    view = (await page.ask("hello", person=None))["view"]
    assert view["me"]["username"] == "olivia"
    general = next(one for one in view["guilds"][0]["channels"] if one["name"] == "general")["id"]
    commands = (await page.ask("commands", channel=general))["commands"]
    if "settings" not in {command["name"] for command in commands}:
        await page.told("commands")
    await page.ask("slash", channel=general, name="settings view", options={})
    assert (await page.told("message", lambda message: message["embeds"]))["private"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
async def test_whichever_way_it_ends_it_leaves_no_bot_behind(
    number: signal.Signals, status: int, playing: Playing
) -> None:
    process, _ = playing
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.send_signal(number)
    async with asyncio.timeout(60):
        assert await process.wait() == status
    assert await asyncio.to_thread(still_running, children, 60) == []
