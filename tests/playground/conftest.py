"""The page's server with a small real bot in the test's own event loop, and somebody who speaks the page's protocol."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from playground.bot import BotProcess
from playground.server import PlaygroundServer
from standin import StandIn
from tests.fixtures.postgres import REPOSITORY
from tests.fixtures.town import Town
from tests.playground import sample_bot


class Page:
    """What the page's script does over its WebSocket, without drawing."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Event()
        self.pushed: list[tuple[str, Any]] = []
        self._reader = asyncio.create_task(self._read())

    async def ask(self, op: str, **data: Any) -> Any:
        """Send a request and return the answer's data. Raises AssertionError with the sentence of a refusal."""
        answer = await self.ask_raw(op, **data)
        assert "error" not in answer, answer["error"]
        return answer["data"]

    async def refused(self, op: str, **data: Any) -> str:
        """Send a request that has to be refused; the sentence."""
        answer = await self.ask_raw(op, **data)
        assert "error" in answer, answer
        return answer["error"]

    async def ask_raw(self, op: str, **data: Any) -> dict[str, Any]:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"op": op, "n": self._number, **data})
        async with asyncio.timeout(60):
            return await answer

    async def told(self, kind: str, matching: Callable[[Any], object] = lambda _: True) -> Any:
        """Wait until the page was told something of a kind, now or before; its data."""
        async with asyncio.timeout(60):
            while True:
                for each, data in self.pushed:
                    if each == kind and matching(data):
                        return data
                self._news.clear()
                await self._news.wait()

    async def message(self, text: str) -> dict[str, Any]:
        """Wait for a message whose text contains the words, as it was told last."""
        await self.told("message", lambda message: text in message["text"])
        return [data for kind, data in self.pushed if kind == "message" and text in data["text"]][-1]

    def forget(self) -> None:
        self.pushed.clear()

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncGenerator["Page"]:
        """A page at this address, closed at the end."""
        async with aiohttp.ClientSession() as http:
            page = cls(await http.ws_connect(f"{url}socket", origin=url.rstrip("/")))
            yield page
            await page.close()

    async def close(self) -> None:
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        async for message in self._socket:
            data = message.json()
            if "re" in data:
                self._answers.pop(data["re"]).set_result(data)
            else:
                self.pushed.append((data["push"], data["data"]))
                self._news.set()


@pytest_asyncio.fixture(loop_scope="session")
async def small_bot(stand_in: StandIn) -> AsyncGenerator[discord.Bot]:
    """The sample bot, connected and with its commands registered."""
    was = discord.http.Route.API_BASE_URL
    discord.http.Route.API_BASE_URL = stand_in.api_url
    bot = sample_bot.build()
    running = asyncio.create_task(bot.start(stand_in.token))
    try:
        await stand_in.ready()
        await stand_in.has_command("Greet")
        yield bot
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await bot.close()
        discord.http.Route.API_BASE_URL = was


@pytest_asyncio.fixture(loop_scope="session")
async def playground(stand_in: StandIn) -> AsyncGenerator[PlaygroundServer]:
    async with PlaygroundServer(stand_in) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def page(playground: PlaygroundServer, town: Town) -> AsyncGenerator[Page]:
    """A page on which one is `alice`, a member, without a bot unless the test asks for one."""
    async with Page.opened(playground.url) as page:
        await page.ask("hello", person=str(town.alice.id))
        yield page


@pytest.fixture
def sample_process(stand_in: StandIn) -> BotProcess:
    """The sample bot as a process of its own, not yet started."""
    environment = {**os.environ, "DISCORD_TOKEN": stand_in.token, "DISCORD_API_URL": stand_in.api_url}
    environment["PYTHONPATH"] = str(REPOSITORY)
    return BotProcess([sys.executable, str(sample_bot.__file__)], environment)


@pytest.fixture
def here(town: Town) -> str:
    """The channel that one is in."""
    return str(town.general.id)
