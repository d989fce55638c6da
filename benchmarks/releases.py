"""This release and the one before, side by side with the bare bot and in turns: how long a person waits, how many.

Of each of three runs the median counts, and what is shown is the middle one; the others stand beside it.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.interactions import Ask, change, latencies, on_connection, overview, owner, ping, two_rows, view
from benchmarks.memory import resident
from benchmarks.processes import ROOT, concierge, database, process, process_of, release
from benchmarks.start import Start, start
from standin import Person, StandIn
from standin.demo import demo_world

BEFORE = "e08aad5d650af3084fdde8cfec87bd78608c80ed"
"""The last commit before this work on speed."""
RUNS, TURNS, PER_TURN, WARM_UP, STARTS = 3, 12, 60, 200, 7
BURSTS, BURST_SECONDS, AT_ONCE = 8, 1.0, 32


LISTED = {
    "in 3h": "Tea",
    "tomorrow at 18:00": "Bring a torch",
    "every weekday at 9:00": "Stand-up, in the lamp room",
    "on the first Monday of each month at 20:00": "Meeting of the crew",
    "on 24 December at 10:00": "Closed",
}
"""When and what: the reminders of who asks for the list."""


def listed(person: Person, _: int) -> Awaitable[object]:
    return person.slash("reminder list")


VIEWS: Mapping[str, Ask] = {
    "`/settings view` of one": view,
    "`/settings view` of all": overview,
    "`/reminder list`": listed,
}
SET = "`/settings set`"
WANTED = {SET: 2.0, "`/settings view` of all": 1.05}
WANTED_RATE, WANTED_SET, WANTED_MEMORY, WANTED_START = 0.95, 1.4, 1.2, 1.3


@dataclass
class Side:
    """One bot and what was measured of it, by command: milliseconds of each answer, answers a second of each burst."""

    person: Person
    taken: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    rates: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    async def take(self, name: str, ask: Ask, turn: int) -> None:
        self.taken.setdefault(name, []).extend(await latencies(self.person, ask, PER_TURN, turn * PER_TURN))

    async def burst(self, name: str, ask: Ask) -> None:
        self.rates.setdefault(name, []).append(await rate(partial(ask, self.person)))


async def measure() -> list[Figure]:
    """All three take turns, so that whatever else the machine does meets them alike."""
    # The stand-ins keep all that was ever said to them. Looking through that for garbage would stop them in the middle
    # of an answer, for longer with every run, and in the third for more than the three seconds that there are.
    gc.disable()
    with release(BEFORE) as place, database() as address, database(place) as old_address:
        releases = ((address, ROOT), (old_address, place))
        runs = [await _starts(releases) for _ in range(RUNS)]
        async with AsyncExitStack() as stack:
            bare, ours, old = [await stack.enter_async_context(StandIn(demo_world())) for _ in range(3)]
            await stack.enter_async_context(process(bare, "benchmarks.yardstick", bare.api_url, bare.token))
            for stand_in, (where, root) in zip((ours, old), releases, strict=True):
                await stack.enter_async_context(process_of(root, stand_in, "app", "run", **concierge(stand_in, where)))
                await stand_in.has_command("reminder")
            await bare.has_command("ping")
            connection = await stack.enter_async_context(on_connection(address))
            people = [owner(stand_in) for stand_in in (bare, ours, old)]
            for person in people[1:]:
                for when, what in LISTED.items():
                    await person.slash("reminder create", when=when, what=what)
            for person, asks in zip(
                people, ([ping], [*VIEWS.values(), change], [*VIEWS.values(), change]), strict=True
            ):
                for ask in asks:
                    await latencies(person, ask, WARM_UP)
            found = [[*run, *await _run(people, partial(two_rows, connection))] for run in runs]
    return [middle([run[place] for run in found]) for place in range(len(found[0]))]


async def _starts(releases: Sequence[tuple[str, Path]]) -> list[Figure]:
    """Of the bare bot, this release and the one before: what they hold, and how long they take until they are ready."""
    held = [await resident("benchmarks.yardstick")]
    held += [await resident("app", "run", address=address, root=root) for address, root in releases]
    taken: tuple[list[float], ...] = ([], [], [])
    async with AsyncExitStack() as stack:
        bare, *both = [await stack.enter_async_context(StandIn(demo_world())) for _ in range(3)]
        begun: list[Callable[[], Awaitable[Start]]] = [
            partial(start, bare, "ping", ("benchmarks.start", bare.api_url, bare.token), {})
        ]
        for stand_in, (address, root) in zip(both, releases, strict=True):
            environment = {**concierge(stand_in, address), "LOG_LEVEL": "INFO", "LOG_FORMAT": "text"}
            begun.append(partial(start, stand_in, "timezone show", ("app", "run"), environment, root))
        for turn in range(-1, STARTS):
            for one, values in zip(begun, taken, strict=True):
                ready = (await one()).ready
                if turn >= 0:
                    # The first one tells Discord of its commands.
                    values.append(ready)
    bare_start, our_start, old_start = map(statistics.median, taken)
    title = "resident, 1,000 servers of 50 channels and 20 roles"
    return [
        Figure(title, held[1], "MiB", held[0], most=WANTED_MEMORY, before=held[2] / held[0]),
        Figure("`run` until ready", our_start, "s", bare_start, most=WANTED_START, before=old_start / bare_start),
    ]


async def _run(people: list[Person], rows: Callable[[int], Awaitable[list[float]]]) -> list[Figure]:
    pong, *both = sides = [Side(person) for person in people]
    transactions = list[float]()
    for turn in range(TURNS):
        transactions += await rows(PER_TURN)
        await pong.take("", ping, turn)
        for name, ask in {**VIEWS, SET: change}.items():
            # Who is first takes turns as well.
            for side in both[:: 1 if turn % 2 else -1]:
                await side.take(name, ask, turn)
    for turn in range(BURSTS):
        await pong.burst("", ping)
        for name, ask in VIEWS.items():
            for side in both[:: 1 if turn % 2 else -1]:
                await side.burst(name, ask)
    wait = [{name: statistics.median(values) for name, values in side.taken.items()} for side in sides]
    rates = [{name: statistics.median(values) for name, values in side.rates.items()} for side in sides]
    floor = wait[0][""] + statistics.median(transactions)

    def waits(name: str, yardstick: float, title: str, most: float | None) -> Figure:
        return Figure(title, wait[1][name], "ms", yardstick, most=most, before=wait[2][name] / yardstick)

    return [
        *(waits(name, wait[0][""], f"{name}, median", WANTED.get(name)) for name in (*VIEWS, SET)),
        waits(SET, floor, f"{SET} against pong and a bare transaction", WANTED_SET),
        *(
            Figure(
                *(f"{name}, {AT_ONCE} at once", rates[1][name], "/s", rates[0][""]),
                least=WANTED_RATE,
                before=rates[2][name] / rates[0][""],
            )
            for name in VIEWS
        ),
    ]


def middle(runs: list[Figure]) -> Figure:
    """The run in the middle, with what all had."""
    ratios = [run.ratio or run.value for run in runs]
    found = sorted(runs, key=lambda run: run.ratio or run.value)[len(runs) // 2]
    return Figure(
        *(found.name, found.value, found.unit, found.yardstick),
        most=found.most,
        least=found.least,
        before=found.before,
        runs=ratios,
    )


async def rate(ask: Callable[[int], Awaitable[object]]) -> float:
    """So many at once for a second, in answers a second."""
    number, began = 0, time.perf_counter()

    async def worker() -> None:
        nonlocal number
        while time.perf_counter() - began < BURST_SECONDS:
            number += 1
            await ask(number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return number / (time.perf_counter() - began)
