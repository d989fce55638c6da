"""A stand-in with the demo world and people in it, and clients of its REST API and gateway."""

from collections.abc import AsyncGenerator, Callable

import aiohttp
import pytest
import pytest_asyncio

from standin import Channel, Guild, Person, StandIn, World
from standin.demo import demo_world
from tests.standin.wire import Api, BareBot, GatewayClient


@pytest_asyncio.fixture(loop_scope="session")
async def world() -> World:
    return demo_world()


@pytest_asyncio.fixture(loop_scope="session")
async def discord_(world: World) -> AsyncGenerator[StandIn]:
    # Far more than Discord's three seconds, for slow machines; tests of the deadline set their own.
    async with StandIn(world, answer_within=60) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def api(discord_: StandIn, http: aiohttp.ClientSession) -> Api:
    return Api(discord_, http)


@pytest_asyncio.fixture(loop_scope="session")
async def bare(discord_: StandIn, api: Api) -> BareBot:
    return BareBot(discord_, api)


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(discord_: StandIn, http: aiohttp.ClientSession) -> GatewayClient:
    return GatewayClient(discord_, http)


@pytest_asyncio.fixture(loop_scope="session")
async def lighthouse(world: World) -> Guild:
    return world.guild("The Lighthouse")


@pytest_asyncio.fixture(loop_scope="session")
async def general(lighthouse: Guild) -> Channel:
    return lighthouse.channel("general")


@pytest.fixture
def path(general: Channel) -> str:
    """The path of the channel's messages."""
    return f"/channels/{general.id}/messages"


def _person(name: str) -> Callable[..., Person]:
    @pytest.fixture(name=name)
    def person(discord_: StandIn, general: Channel) -> Person:
        return discord_.person(name, general)

    return person


alice, eve, maya = map(_person, ("alice", "eve", "maya"))
