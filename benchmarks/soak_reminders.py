"""Three bots, one stand-in, and somebody who kills them: is every occurrence delivered exactly once?

`python -m benchmarks.soak_reminders [--kills N]`. First on this machine's time: thousands of single reminders and
series while processes are killed and stopped for a while at random instants, and while Discord keeps answers to
itself, resets connections, is away for a moment and answers with pages of HTML. Then the same, but only killed, with a
clock that is moved through both changes of a year in four zones, and of the years after until as many were killed. What
counts is what the stand-in saw.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.scheduling.schedule import Schedule
from app.db import create_engine, normalize, session_factory
from app.models import Reminder, ReminderState
from app.services.reminders.life_cycle import plan
from benchmarks.processes import concierge, database
from benchmarks.troubles import FREEZES, POST, Bots, annoy
from standin import Channel, StandIn, World

ZONES = ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "America/Santiago")
CLOCKS = ((1, 30), (2, 0), (2, 30), (3, 0), (9, 0), (23, 45))
FIRST_YEAR = 2027
REPLACES = re.compile(r"It also replaces (one|\d+) earlier message")
DAY = timedelta(days=1)
Expected = dict[int, list[datetime]]


@dataclass
class Verdict:
    """What the stand-in saw, beside what was promised."""

    promised: int = 0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    messages: int = 0
    resent: int = 0
    """Messages that were sent again after a crash and dropped by their nonce."""
    warned: int = 0
    """Early warnings, each before its reminder and once."""
    not_warned: int = 0
    wrongly_warned: int = 0
    """Early warnings that came twice, or after their reminder."""

    @property
    def holds(self) -> bool:
        is_delivered = not self.lost and not self.doubled and self.promised == self.delivered
        return is_delivered and not self.not_warned and not self.wrongly_warned


def judge(channels: Sequence[Channel], expected: Expected, sent: int, warns: Collection[int]) -> Verdict:
    """Count how often each occurrence was delivered. One message may stand for several, and says so."""
    seen: Counter[tuple[int, datetime]] = Counter()
    warnings: Counter[int] = Counter()
    late = 0
    # What else the bot writes, as its introduction, has a nonce of another kind.
    messages = [one for channel in channels for one in channel.messages if str(one.nonce).count("-") == 2]
    for message in messages:
        number, kind, moment = str(message.nonce).split("-")
        first = datetime.fromtimestamp(int(moment, 36) / 1000, UTC)
        if kind == "w":
            warnings[int(number)] += 1
            late += message.created_at >= first
            continue
        times = expected.get(int(number))
        if times is None:
            continue
        found = REPLACES.search(message.text)
        start = times.index(first)
        replaced = 0 if found is None else 1 if found[1] == "one" else int(found[1])
        for occurrence in times[start : start + 1 + replaced]:
            seen[int(number), occurrence] += 1
    promised = [(number, moment) for number, times in expected.items() for moment in times]
    for number, moment in promised:
        if seen[number, moment] != 1:
            print(f"reminder {number}, {moment:%Y-%m-%d %H:%M}Z: {seen[number, moment]} times", flush=True)
    return Verdict(
        promised=len(promised),
        delivered=sum(1 for one in promised if seen[one] == 1),
        lost=sum(1 for one in promised if not seen[one]),
        doubled=sum(1 for one in promised if seen[one] > 1),
        messages=len(messages),
        resent=sent - len(messages),
        warned=sum(1 for number in warns if warnings[number] == 1) - late,
        not_warned=sum(1 for number in warns if not warnings[number]),
        wrongly_warned=late + sum(1 for many in warnings.values() if many > 1),
    )


async def add(
    engine: AsyncEngine,
    channels: Sequence[Channel],
    schedules: Sequence[Schedule],
    now: datetime,
    warns: Collection[int] = (),
) -> list[int]:
    """Store reminders as the bot would, those of `warns` with a warning a minute before; return their numbers."""
    rows: list[Reminder] = []
    for index, schedule in enumerate(schedules):
        channel = channels[index % len(channels)]
        assert channel.guild is not None
        row = Reminder(
            guild_id=channel.guild.id,
            channel_id=channel.id,
            created_by=1,
            name=f"soak {index}",
            message=f"soak {index}",
            phrase="soak",
            subscribers=[],
            warn_seconds=60 if index in warns else None,
            state=ReminderState.WAITING,
        )
        plan(row, schedule, after=now)
        rows.append(row)
    async with session_factory(engine)() as session, session.begin():
        session.add_all(rows)
    return [row.id for row in rows]


async def waiting(engine: AsyncEngine, until: datetime | None) -> int:
    async with engine.connect() as connection:
        where = "wake_at IS NOT NULL" if until is None else "wake_at <= :until"
        found = await connection.scalar(text(f"SELECT count(*) FROM reminders WHERE {where}"), {"until": until})
        return int(found or 0)


async def leased(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        found = await connection.scalar(
            # Claimed and not begun, it is looked at later than it is due.
            text("SELECT count(*) FROM reminders WHERE wake_at IS NOT NULL AND (attempts > 0 OR wake_at > next_at)")
        )
        return int(found or 0)


async def on_real_time(
    engine: AsyncEngine,
    bots: Bots,
    channels: Sequence[Channel],
    stand_in: StandIn,
    kills: int,
    singles: int,
    gap: float,
    chance: random.Random,
) -> tuple[Expected, list[int]]:
    """Kill processes while reminders come due, then wait for the last lease to run out.

    Also returns the numbers of those that have to be warned of.
    """
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=15)
    length = kills * gap
    end = begin + timedelta(seconds=length)
    moments = [begin + timedelta(milliseconds=chance.randrange(int(length * 1000))) for _ in range(singles)]
    schedules = [Schedule.once(moment, "UTC") for moment in moments]
    expected_times = [[moment] for moment in moments]
    for _ in range(100):
        first = begin + timedelta(milliseconds=chance.randrange(int(min(30, length) * 1000)))
        every = timedelta(seconds=chance.choice((20, 45, 75, 120)))
        schedules.append(Schedule.elapsed(every, first, "UTC", until=end))
        times = [first]
        while times[-1] + every <= end:
            times.append(times[-1] + every)
        expected_times.append(times)
    # From when on a warning is due while somebody runs.
    warns = [index for index, moment in enumerate(moments) if moment > begin + timedelta(seconds=90) and index % 5 == 0]
    numbers = await add(engine, channels, schedules, datetime.now(UTC), warns)
    for _ in range(3):
        await bots.start()
    while bots.kills < kills or datetime.now(UTC) < end:
        await asyncio.sleep(chance.uniform(0.2, 1.8) * gap)
        if bots.kills < kills:
            await bots.kill_one(chance)
        annoy(stand_in, chance)
        if chance.random() < FREEZES:
            bots.freeze_one(chance)
    stand_in.faults.clear()
    patience = time.monotonic() + 240
    while await waiting(engine, None) and time.monotonic() < patience:  # noqa: ASYNC110 -- other processes do it
        await asyncio.sleep(1)
    return dict(zip(numbers, expected_times, strict=True)), [numbers[index] for index in warns]


def wall_clock(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """When clocks of a zone show it, without the bot's own code. Skipped: when they skip it; twice: the first."""
    naive = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 -- a wall clock has no zone
    at = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == naive:
        return at
    low, high = at - timedelta(hours=3), at + timedelta(hours=3)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def changes(zone: ZoneInfo, year: int) -> list[date]:
    """The days of a year on which clocks of a zone change."""
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    noon = {day: datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days}
    return [day for day, previous in zip(days[1:], days, strict=False) if noon[day] != noon[previous]]


def windows(kills: int, bots: Bots) -> Generator[tuple[date, str]]:
    """Days on which clocks change, and where: of one year, and of further ones until enough were killed."""
    for year in count(FIRST_YEAR):
        yield from sorted((day, name) for name in ZONES for day in changes(ZoneInfo(name), year))
        if bots.kills >= kills:
            return


async def on_moved_time(
    engine: AsyncEngine,
    bots: Bots,
    channels: Sequence[Channel],
    file: Path,
    kills: int,
    gap: float,
    chance: random.Random,
) -> Expected:
    """Go through both changes of every zone in half hours, killing on the way."""
    expected: Expected = {}
    next_kill = time.monotonic()
    for day, name in windows(kills, bots):
        zone = ZoneInfo(name)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
        end = start + 2 * DAY
        schedules: list[Schedule] = []
        times: list[list[datetime]] = []
        for hour, minute in CLOCKS:
            for _ in range(4):
                rule = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE={minute}"
                local = datetime(day.year, day.month, day.day) - 3 * DAY  # noqa: DTZ001 -- a wall clock has no zone
                schedules.append(Schedule.series(rule, name, local, until=end))
                all_times = [wall_clock(day + timedelta(days=shift), hour, minute, zone) for shift in range(-3, 5)]
                times.append([one for one in all_times if start < one <= end])
        for hours in (1, 6, 24):
            for _ in range(4):
                first = start + timedelta(hours=1)
                schedules.append(Schedule.elapsed(timedelta(hours=hours), first, name, until=end))
                often = (end - first) // timedelta(hours=hours) + 1
                times.append([first + number * timedelta(hours=hours) for number in range(often)])
        move(file, start + timedelta(seconds=1))
        expected |= dict(zip(await add(engine, channels, schedules, start), times, strict=True))
        if not bots.running:
            for _ in range(3):
                await bots.start()
        now = start
        while now <= end:
            now += timedelta(minutes=30)
            move(file, now + timedelta(seconds=2))
            async with engine.begin() as connection:
                await connection.execute(text("SELECT pg_notify('concierge_reminders', '')"))
            while await waiting(engine, now):
                if time.monotonic() > next_kill:
                    next_kill = time.monotonic() + chance.uniform(0.2, 1.8) * gap
                    await bots.kill_one(chance)
                await asyncio.sleep(0.02)
        # The next window is weeks away. What a killed process held would then rightly be too late to be sent, so its
        # leases have to run out first; and what was sent late may be due again at once.
        while await leased(engine) or await waiting(engine, now):
            now += timedelta(minutes=2)
            move(file, now)
            async with engine.begin() as connection:
                await connection.execute(text("SELECT pg_notify('concierge_reminders', '')"))
            await asyncio.sleep(0.2)
    return expected


def move(file: Path, now: datetime) -> None:
    """Let the bots' clock show a time from now on."""
    other = file.with_suffix(".new")
    other.write_text(str((now - datetime.now(UTC)).total_seconds()))
    other.rename(file)


async def soak(kills: int, singles: int, gap: float, seed: int, *, parts: str) -> bool:
    chance = random.Random(seed)
    held = True
    for part in parts:
        world = World()
        guild = world.add_guild("Soak", world.add_user("owner"))
        channels = [world.create_channel(guild, f"channel-{number}") for number in range(40)]
        with database() as address, tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "offset"
            move(file, datetime.now(UTC))
            engine = create_engine(normalize(address))
            async with StandIn(world) as stand_in:
                environment = {"PATH": "/usr/bin:/bin", **concierge(stand_in, address)}
                arguments = ("app", "run") if part == "r" else ("benchmarks.moved_clock", str(file))
                bots = Bots(arguments, environment)
                began = time.monotonic()
                try:
                    if part == "r":
                        expected, warns = await on_real_time(
                            engine, bots, channels, stand_in, kills, singles, gap, chance
                        )
                    else:
                        warns = list[int]()
                        expected = await on_moved_time(engine, bots, channels, file, kills, gap, chance)
                finally:
                    await bots.stop()
                sent = stand_in.counts[POST]
                verdict = judge(channels, expected, sent, warns)
            await engine.dispose()
        held = held and verdict.holds
        what = "real time" if part == "r" else "moved clock"
        print(
            f"{what}: {bots.kills} kills and {bots.freezes} stops in {time.monotonic() - began:.0f} s, "
            f"{len(expected)} reminders, {verdict}, {'holds' if verdict.holds else 'FAILED'}",
            flush=True,
        )
    return held


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak_reminders", description=__doc__)
    parser.add_argument("--kills", type=int, default=110, help="how often to kill in each part, at least (110)")
    parser.add_argument("--singles", type=int, default=3000, help="how many single reminders (3000)")
    parser.add_argument("--gap", type=float, default=3.0, help="seconds between two kills, on average (3)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", default="rm", help="r: on real time, m: with a moved clock")
    parsed = parser.parse_args()
    held = asyncio.run(soak(parsed.kills, parsed.singles, parsed.gap, parsed.seed, parts=parsed.parts))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
