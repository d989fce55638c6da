"""What it costs that every interaction is accounted for, how many can be, and what an outage of the database does.

The first lines compare two whole bots that take turns with every command, one of them without the account. The others
are the account itself in this process, on a database of its own. The outage is one of five minutes, in a tenth of that
time with ten times as many interactions a second: more than wait, so that some are lost.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import psutil
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.analytics.recording import InteractionRecord
from app.core.clock import utc_now
from app.core.interactions import InteractionKind, Outcome
from app.db import create_engine, normalize, session_factory
from app.interaction_log import MAX_WAITING, InteractionLog
from app.models import AuditLog
from app.uow import UnitOfWork, UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.interactions import Ask, change, view
from benchmarks.processes import concierge, database, process
from standin import Person, StandIn
from standin.demo import demo_world

T = TypeVar("T")

WARM_UP, COMMANDS = 100, 1500
EVENTS, EVENTS_PER_SECOND = 60_000, 2_000
OUTAGE_SECONDS, SCALE = 300, 10
OUTAGE_PER_SECOND = 100
"""Interactions a second in those five minutes: that of a bot in thousands of servers."""
TICK_SECONDS = 0.005
GUILDS, MEMBERS = 500, 5_000
NAMES = [f"command number {number}" for number in range(40)]
COMMAND_MS = 5


async def measure() -> list[Figure]:
    """Measure all of it."""
    return [*await _commands(), *await _events()]


async def _commands() -> list[Figure]:
    figures = list[Figure]()
    with database() as ours, database() as theirs:
        async with AsyncExitStack() as stack:
            people: list[Person] = []
            running: list[psutil.Process] = []
            for address, module in ((ours, ("app", "run")), (theirs, ("benchmarks.unaccounted",))):
                stand_in = await stack.enter_async_context(StandIn(demo_world()))
                environment = concierge(stand_in, address)
                running.append(await stack.enter_async_context(process(stand_in, *module, **environment)))
                people.append(_owner(stand_in))
            for name, ask in (("/settings view", view), ("/settings set", change)):
                with_it, without = await _in_turns(people, running, ask)
                figures += [
                    Figure(f"`{name}`, median", with_it.median, "ms", without.median, most=1.05),
                    Figure(f"`{name}`, p95", with_it.tail, "ms", without.tail),
                    Figure(f"`{name}`, processor", with_it.processor, "ms", without.processor),
                ]
    return figures


class _Taken:
    def __init__(self) -> None:
        self.milliseconds = list[float]()
        self.processor = 0.0

    @property
    def median(self) -> float:
        return quantile(self.milliseconds, 0.5)

    @property
    def tail(self) -> float:
        return quantile(self.milliseconds, 0.95)


async def _in_turns(people: list[Person], running: list[psutil.Process], ask: Ask) -> list[_Taken]:
    """Whatever else the machine does meets both bots alike: they take turns with every command."""
    for number in range(WARM_UP):
        for person in people:
            await ask(person, number)
    taken = [_Taken() for _ in people]
    before = [sum(one.cpu_times()[:2]) for one in running]
    for number in range(COMMANDS):
        order = (0, 1) if number % 2 else (1, 0)
        for which in order:
            began = time.perf_counter()
            await ask(people[which], number)
            taken[which].milliseconds.append((time.perf_counter() - began) * 1000)
    # What waits to be written belongs to it.
    await asyncio.sleep(2)
    for one, was, mine in zip(running, before, taken, strict=True):
        mine.processor = (sum(one.cpu_times()[:2]) - was) * 1000 / COMMANDS
    return taken


async def _events() -> list[Figure]:
    with database() as address:
        async with _engine(address) as engine, _engine("postgresql://nobody@127.0.0.1:1/none") as nowhere:
            switch = _Switch(*(UnitOfWorkFactory(session_factory(one)) for one in (engine, nowhere)))
            account = InteractionLog(switch, utc_now, lambda: NAMES, lambda _: 0)
            # Statements are compiled and connections made.
            account.offer(_event(0))
            await account.drain()
            figures = [await _at_once(account), *await _paced(account)]
            figures += await _outage(account, switch, engine)
            await account.stop()
            return figures


async def _at_once(account: InteractionLog) -> Figure:
    """How many a second the database takes, if all of them wait."""
    began = time.perf_counter()
    for round_number in range(EVENTS // MAX_WAITING):
        for number in range(MAX_WAITING):
            account.offer(_event(round_number * MAX_WAITING + number))
        await account.drain()
    assert account.lost == 0
    rate = EVENTS / (time.perf_counter() - began)
    return Figure("written a second, 60,000 at once", rate, "/s", EVENTS_PER_SECOND, least=1)


async def _paced(account: InteractionLog) -> list[Figure]:
    """2,000 a second for a while: what waits, and how late everything else in the process is meanwhile."""
    seconds, most = 15, 0
    async with _lateness() as late:
        began, offered = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            for number in range(offered, int(passed * EVENTS_PER_SECOND)):
                account.offer(_event(number))
            offered = int(passed * EVENTS_PER_SECOND)
            most = max(most, account.waiting)
            await asyncio.sleep(TICK_SECONDS)
    assert account.lost == 0
    return [
        Figure("2,000 a second for 15 s: most that waited", most, "", MAX_WAITING, most=1),
        Figure("the same: event loop late, p95", quantile(late, 0.95), "ms"),
        Figure("the same: event loop late, most", max(late), "ms"),
    ]


async def _outage(account: InteractionLog, switch: "_Switch", engine: AsyncEngine) -> list[Figure]:
    await account.drain()
    before = await _counted(engine)
    switch.is_away = True
    longest, offered, rate = 0.0, 0, OUTAGE_PER_SECOND * SCALE
    async with _lateness() as late:
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < OUTAGE_SECONDS / SCALE:
            for number in range(offered, int(passed * rate)):
                offer = time.perf_counter()
                account.offer(_event(number))
                longest = max(longest, (time.perf_counter() - offer) * 1000)
            offered = int(passed * rate)
            await asyncio.sleep(TICK_SECONDS)
    switch.is_away = False
    back = time.perf_counter()
    await account.drain()
    caught_up = time.perf_counter() - back
    # What was lost is written with the next that happens.
    account.offer(_event(0))
    await account.drain()
    found = await _counted(engine)
    counted = sum(found.values()) - sum(before.values()) - 1
    return [
        Figure("outage: interactions, all of them written or counted as lost", counted, "", offered, most=1, least=1),
        Figure("outage: of these lost", found["lost"], ""),
        Figure("outage: leaving one, the longest", longest, "ms", most=COMMAND_MS),
        Figure("outage: event loop late, p95", quantile(late, 0.95), "ms", most=COMMAND_MS),
        Figure("outage: all written after it ended", caught_up, "s"),
    ]


async def _counted(engine: AsyncEngine) -> dict[str, int]:
    async with AsyncSession(engine) as session:
        kinds = select(AuditLog.command_type, func.sum(AuditLog.count)).where(AuditLog.command_type != "schema")
        rows = await session.execute(kinds.group_by(AuditLog.command_type))
        return {"lost": 0, **{kind: int(count) for kind, count in rows}}


class _Switch(UnitOfWorkFactory):
    """A database that can go away: then connections to it are refused."""

    def __init__(self, there: UnitOfWorkFactory, away: UnitOfWorkFactory) -> None:
        self._there, self._away = there, away
        self.is_away = False

    async def at_once(self, do: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await (self._away if self.is_away else self._there).at_once(do)


@asynccontextmanager
async def _engine(address: str) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(normalize(address))
    yield engine
    await engine.dispose()


@asynccontextmanager
async def _lateness() -> AsyncGenerator[list[float]]:
    """How many milliseconds later than asked for a task goes on, again and again."""
    late: list[float] = []

    async def look() -> None:
        while True:
            due = time.perf_counter() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            late.append(max(time.perf_counter() - due, 0.0) * 1000)

    task = asyncio.create_task(look())
    try:
        yield late
    finally:
        task.cancel()


def _event(number: int) -> InteractionRecord:
    return replace(
        _EVENT,
        at=utc_now() + timedelta(microseconds=number),
        guild_id=1 + number % GUILDS,
        user_id=1 + number * 7 % MEMBERS,
        name=NAMES[number % len(NAMES)],
        duration_ms=5 + number % 300,
        first_response_ms=4 + number % 300,
    )


_EVENT = InteractionRecord(
    at=utc_now(),
    guild_id=1,
    channel_id=2,
    user_id=3,
    name="",
    kind=InteractionKind.SLASH,
    outcome=Outcome.OK,
    duration_ms=5,
    first_response_ms=5,
    error=None,
    fingerprint=None,
    reference=None,
    locale="en-GB",
    shard=0,
    release="1",
)


def _owner(stand_in: StandIn) -> Person:
    guild = next(iter(stand_in.world.guilds.values()))
    channel = next(channel for channel in guild.channels.values() if channel.type.name == "TEXT")
    return stand_in.person(stand_in.world.users[guild.owner_id], channel)
