"""How long a person waits for /settings, and how many of them can be served, against "pong"."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from app.db import normalize
from benchmarks.figures import Figure, quantile
from benchmarks.processes import concierge, database, process
from standin import Person, StandIn
from standin.demo import demo_world

ROUNDS, WARM_UP, PER_ROUND = 7, 60, 120
BURSTS, BURST, AT_ONCE = 7, 500, 32

Ask = Callable[[Person, int], Awaitable[object]]


def ping(person: Person, _: int) -> Awaitable[object]:
    return person.slash("ping")


def view(person: Person, _: int) -> Awaitable[object]:
    return person.slash("settings view", key="general.page_size")


def overview(person: Person, _: int) -> Awaitable[object]:
    return person.slash("settings view")


def change(person: Person, number: int) -> Awaitable[object]:
    return person.slash("settings set", key="general.page_size", value=str(3 + number % 5))


async def latencies(person: Person, ask: Ask, count: int, offset: int = 0) -> list[float]:
    """One after the other, in milliseconds."""
    taken: list[float] = []
    for number in range(offset, offset + count):
        began = time.perf_counter()
        await ask(person, number)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def throughput(person: Person, ask: Ask) -> float:
    """So many at once, in answers per second."""
    waiting = iter(range(BURST))

    async def worker() -> None:
        for number in waiting:
            await ask(person, number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return BURST / (time.perf_counter() - began)


async def two_rows(connection: asyncpg.Connection, count: int) -> list[float]:
    """What the database alone takes for such a change: one durable transaction of two rows, in milliseconds."""
    taken: list[float] = []
    for number in range(count):
        began = time.perf_counter()
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO bot_settings (guild_id, scope, key, value, value_type) VALUES (1, 'a', 'b', $1, 'number') "
                "ON CONFLICT (guild_id, scope, key) DO UPDATE SET value = excluded.value",
                str(number),
            )
            await connection.execute(
                "INSERT INTO settings_history (guild_id, scope, key, new_value, value_type, change_type) "
                "VALUES (1, 'a', 'b', $1, 'number', 'updated')",
                str(number),
            )
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def measure() -> list[Figure]:
    """Both bots run side by side and take turns, so that whatever else the machine does meets both alike."""
    with database() as address:
        async with AsyncExitStack() as stack:
            bare = await stack.enter_async_context(StandIn(demo_world()))
            ours = await stack.enter_async_context(StandIn(demo_world()))
            await stack.enter_async_context(process(bare, "benchmarks.yardstick", bare.api_url, bare.token))
            await bare.has_command("ping")
            await stack.enter_async_context(process(ours, "app", "run", **concierge(ours, address)))
            people = {stand_in: owner(stand_in) for stand_in in (bare, ours)}
            asks: dict[str, tuple[Person, Ask]] = {
                "pong": (people[bare], ping),
                "/settings view key": (people[ours], view),
                "/settings view": (people[ours], overview),
                "/settings set": (people[ours], change),
            }
            for person, ask in asks.values():
                await latencies(person, ask, WARM_UP)
            taken: dict[str, list[float]] = {name: [] for name in asks}
            rows: list[float] = []
            connection = await stack.enter_async_context(on_connection(address))
            for turn in range(ROUNDS):
                rows += await two_rows(connection, PER_ROUND)
                for name, (person, ask) in asks.items():
                    taken[name] += await latencies(person, ask, PER_ROUND, turn * PER_ROUND)
            rates: dict[str, list[float]] = {name: [] for name in asks}
            for _ in range(BURSTS):
                for name, (person, ask) in asks.items():
                    if name != "/settings set":
                        rates[name].append(await throughput(person, ask))
    median = {name: quantile(values, 0.5) for name, values in taken.items()}
    tail = {name: quantile(values, 0.95) for name, values in taken.items()}
    rate = {name: quantile(values, 0.5) for name, values in rates.items() if values}
    floor = median["pong"] + quantile(rows, 0.5)
    return [
        Figure("`/settings view` of one, median", median["/settings view key"], "ms", median["pong"], most=1.2),
        Figure("`/settings view` of one, p95", tail["/settings view key"], "ms", tail["pong"]),
        Figure("`/settings view` of all, median", median["/settings view"], "ms", median["pong"], most=1.2),
        Figure("`/settings set`, median", median["/settings set"], "ms", median["pong"], most=2),
        Figure("`/settings set` against pong and a bare transaction", median["/settings set"], "ms", floor, most=2),
        Figure("`/settings set`, p95", tail["/settings set"], "ms", tail["pong"]),
        Figure("`/settings view` of one, 32 at once", rate["/settings view key"], "/s", rate["pong"], least=0.8),
        Figure("`/settings view` of all, 32 at once", rate["/settings view"], "/s", rate["pong"], least=0.8),
    ]


@asynccontextmanager
async def on_connection(address: str) -> AsyncGenerator[asyncpg.Connection]:
    database = normalize(address)
    connection = await asyncpg.connect(
        user=database.url.username, database=database.url.database, **database.connect_args()
    )
    yield connection
    await connection.close()


def owner(stand_in: StandIn) -> Person:
    guild = next(iter(stand_in.world.guilds.values()))
    owner = stand_in.world.users[guild.owner_id]
    channel = next(channel for channel in guild.channels.values() if channel.type.name == "TEXT")
    return stand_in.person(owner, channel)
