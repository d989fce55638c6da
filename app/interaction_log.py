"""The account of every interaction: how it ended and how long that took, written down without anybody waiting for it.

While the database is away, what happened waits here. What is too much by then is lost, and counted: in the metrics at
once, and in the table as soon as the database is back.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import discord
from prometheus_client import Counter, Histogram

from app.core.analytics.recording import OTHER, SAMPLE, InteractionRecord, Lost, is_sampled
from app.core.batch_writer import BatchWriter
from app.core.clock import Clock
from app.core.errors import BotError
from app.core.interactions import FAILURES, InteractionKind, InteractionNote, Outcome, interaction_note
from app.core.release import release
from app.metrics import Metrics
from app.services.analytics.sums import WRITTEN_WITHIN
from app.ui.kit.errors import note_error
from app.ui.kit.interaction_names import kind_of, name_of
from app.uow import UnitOfWorkFactory

log = logging.getLogger(__name__)

MAX_WAITING = 20_000
"""Interactions that wait while the database is away, at about 500 bytes each."""
MAX_BATCH = 1_000
GATHER_SECONDS = 1.0
"""How long interactions are gathered. A process that is killed loses those of its last moment."""
ANSWER_SECONDS = 1.0
"""How long stopping waits for interactions that are being answered."""
BREAK_OFF_SECONDS = 0.5
"""How long those that are broken off may take to end."""
WRITE_SECONDS = 2.0
"""How long it then waits for the database."""
PATIENCE_OF_DISCORD = 3.0
"""Seconds in which it wants the first answer."""
FORGET_WITHIN = timedelta(hours=2)
"""How long it is remembered here who was erased: longer than an answer may take, or the database is usually away."""
ABANDONED_SECONDS = 900.0
"""How long an answer may take: nothing that is said later reaches anybody."""
STOPPED = "stopped"
"""What is said of an interaction whose answer was broken off because the process ends."""

DURATIONS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
RESPONSES = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


class _Series(NamedTuple):
    counts: Mapping[Outcome, Counter]
    seconds: Histogram


class InteractionMetrics:
    """What a monitoring system is told. Labels are names that the release knows, and never an id."""

    def __init__(self, metrics: Metrics) -> None:
        told = "What people did, by how it ended."
        self._count = metrics.counters("concierge_interactions", told, ["kind", "command", "outcome"])
        told = "How long it took until all was done."
        self._seconds = metrics.histogram("concierge_interaction_seconds", told, DURATIONS, ["kind", "command"])
        told = "How long it took until Discord had a first answer; it waits for three seconds."
        name = "concierge_interaction_first_response_seconds"
        self._first_response = metrics.histogram(name, told, RESPONSES, ["kind"])
        told = "What people did and could not be written down."
        self._lost = metrics.counters("concierge_interactions_lost", told, [])
        # What `labels` returns, because finding it takes longer than counting.
        self._series: dict[tuple[InteractionKind, str], _Series] = {}
        self._responses = {kind: self._first_response.labels(kind) for kind in InteractionKind}

    def count(self, record: InteractionRecord) -> None:
        """Count an interaction."""
        series = self._series.get((record.kind, record.name))
        if series is None:
            # Prometheus sees the first bug of a command only if it has seen that there was none before.
            counts = {outcome: self._count.labels(record.kind, record.name, outcome) for outcome in Outcome}
            series = _Series(counts, self._seconds.labels(record.kind, record.name))
            self._series[record.kind, record.name] = series
        series.counts[record.outcome].inc()
        series.seconds.observe(record.duration_ms / 1000)
        if record.first_response_ms is not None:
            self._responses[record.kind].observe(record.first_response_ms / 1000)

    def lose(self, count: int) -> None:
        """Count interactions that could not be written down."""
        self._lost.inc(count)


@dataclass(slots=True)
class _UnderWay:
    interaction: discord.Interaction
    note: InteractionNote
    at: datetime
    task: asyncio.Task[Any] | None


class InteractionLog:
    """Notes interactions while they are answered, and writes them down afterwards.

    `names` are the commands and components that there are, `shard_of` says which shard serves a server.
    """

    def __init__(
        self,
        uow: UnitOfWorkFactory,
        clock: Clock,
        names: Callable[[], Collection[str]],
        shard_of: Callable[[int], int],
        *,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._names = names
        self._known: frozenset[str] = frozenset()
        self._shard_of = shard_of
        self._metrics: InteractionMetrics | None = None
        self._under_way: dict[int, _UnderWay] = {}
        self._nothing_under_way = asyncio.Event()
        self._nothing_under_way.set()
        self._is_stopping = False
        self._lost: defaultdict[int, int] = defaultdict(int)
        self._lost_since: datetime | None = None
        self._erased: dict[tuple[int, int | None], datetime] = {}
        """Who was erased lately, in which server or in all, and when."""
        self._being_written: tuple[Lost, ...] = ()
        self._again = False
        self._writer = BatchWriter[InteractionRecord](
            "interactions",
            self._write,
            max_waiting=max_waiting,
            max_batch=MAX_BATCH,
            away=(BotError,),
            on_loss=self._lose,
            gather_seconds=GATHER_SECONDS,
        )

    @property
    def waiting(self) -> int:
        """Return how many are not being written yet."""
        return self._writer.waiting

    @property
    def room(self) -> int:
        """Return how many can wait."""
        return self._writer.room

    @property
    def lost(self) -> int:
        """Return how many were lost since this process began."""
        return self._writer.lost

    @property
    def under_way(self) -> int:
        """Return how many are being answered."""
        return len(self._under_way)

    def measure(self, metrics: Metrics) -> None:
        """Offer figures to a monitoring system."""
        self._metrics = InteractionMetrics(metrics)
        metrics.gauge("concierge_interactions_waiting", "Interactions to be written down.", lambda: self.waiting)
        metrics.gauge("concierge_interactions_under_way", "Interactions being answered.", lambda: self.under_way)

    @contextmanager
    def noted(self, interaction: discord.Interaction) -> Generator[None]:
        """Note how the answer ends that is given inside the block. A second try inside of it is still the same."""
        if interaction_note.get() is not None:
            yield
            return
        note = InteractionNote()
        task = asyncio.current_task()
        self._under_way[interaction.id] = _UnderWay(interaction, note, self._clock(), task)
        self._nothing_under_way.clear()
        token = interaction_note.set(note)
        try:
            yield
        except Exception as error:
            note_error(error)
            raise
        finally:
            interaction_note.reset(token)
            # py-cord keeps to itself that a handler was cancelled.
            self._finish(interaction.id, is_broken_off=task is not None and task.cancelling() > 0)

    def offer(self, record: InteractionRecord) -> None:
        """Leave what is over to be written down; if too much waits already, it is lost and counted."""
        self._writer.offer(record)

    def forget(self, user_id: int, guild_id: int | None) -> None:
        """Write down nothing more that names somebody of what they did until now, in one server or in all (None).

        The command by which they asked for it is still being answered, and written down after that.
        """
        now = self._clock()
        self._erased = {key: at for key, at in self._erased.items() if at > now - FORGET_WITHIN}
        self._erased[user_id, guild_id] = now

    async def drain(self) -> None:
        """Return once everything that is over is written down, or lost."""
        await self._writer.drain()

    async def settle(self) -> None:
        """Wait a moment for what is being answered, break off and take down the rest, and write what is waiting."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._nothing_under_way.wait()
        self._is_stopping = True
        left = list(self._under_way.items())
        for interaction_id, _ in left:
            self._finish(interaction_id, is_broken_off=True)
        await _break_off([found.task for _, found in left if found.task is not None])
        with suppress(TimeoutError):
            async with asyncio.timeout(WRITE_SECONDS):
                await self._writer.drain()

    async def stop(self) -> None:
        """Write what is left; what cannot be written soon is lost."""
        await self._writer.stop(0.0 if self._again else WRITE_SECONDS)

    def _finish(self, interaction_id: int, *, is_broken_off: bool) -> None:
        found = self._under_way.pop(interaction_id, None)
        if not self._under_way:
            self._nothing_under_way.set()
        if found is None:
            return
        try:
            self._take_down(found, is_broken_off=is_broken_off)
        except Exception:
            # The person has their answer, whatever this is.
            log.exception("an interaction was not taken down", extra={"interaction": interaction_id})

    def _take_down(self, found: _UnderWay, *, is_broken_off: bool) -> None:
        interaction, note = found.interaction, found.note
        kind = kind_of(interaction)
        if kind is None or (note.is_answered_elsewhere and note.responded is None):
            return
        is_late = note.responded is None and time.perf_counter() - note.began > PATIENCE_OF_DISCORD
        if (is_broken_off and not is_late) or (self._is_stopping and note.outcome is Outcome.BUG):
            note.end(Outcome.UNAVAILABLE, error=STOPPED, reference=note.reference)
        elif is_broken_off or (note.responded is None and note.outcome not in FAILURES):
            # Whatever was to be said, nobody heard it.
            note.end(Outcome.TIMED_OUT)
        record = self._record(found, kind)
        if self._metrics is not None:
            self._metrics.count(record)
        if kind is InteractionKind.AUTOCOMPLETE and record.outcome not in FAILURES:
            if not is_sampled(interaction.id):
                return
            record = replace(record, count=SAMPLE)
        self.offer(record)

    def _record(self, found: _UnderWay, kind: InteractionKind) -> InteractionRecord:
        interaction, note = found.interaction, found.note
        name = name_of(interaction)
        if not self._known:
            self._known = frozenset(self._names())
        responded = None if note.responded is None else _milliseconds(note.responded - note.began)
        return InteractionRecord(
            at=found.at,
            guild_id=interaction.guild_id or 0,
            channel_id=interaction.channel_id,
            user_id=interaction.user.id if interaction.user is not None else 0,
            name=name if name in self._known else OTHER,
            kind=kind,
            outcome=note.outcome,
            duration_ms=_milliseconds(time.perf_counter() - note.began),
            first_response_ms=responded,
            error=note.error,
            fingerprint=note.fingerprint,
            reference=note.reference,
            locale=interaction.locale,
            shard=self._shard_of(interaction.guild_id or 0),
            release=release(),
        )

    def _abandon(self) -> None:
        """Take down what is answered for so long that nobody would hear the answer."""
        began = time.perf_counter() - ABANDONED_SECONDS
        # The oldest come first.
        for interaction_id, found in list(self._under_way.items()):
            if found.note.began > began:
                break
            self._finish(interaction_id, is_broken_off=True)

    async def _write(self, records: Sequence[InteractionRecord]) -> None:
        self._abandon()
        self._being_written = self._being_written or self._what_was_lost()
        try:
            await self._record_all(records, self._being_written)
        except BotError:
            # It may have been written all the same, before the connection broke.
            self._again = True
            raise
        self._again, self._being_written = False, ()

    def _unnamed(self, record: InteractionRecord) -> InteractionRecord:
        moments = (self._erased.get((record.user_id, guild_id)) for guild_id in (record.guild_id, None))
        if not any(at is not None and record.at <= at for at in moments):
            return record
        return replace(record, user_id=0, channel_id=None, locale=None)

    async def _record_all(self, records: Sequence[InteractionRecord], lost: Sequence[Lost]) -> None:
        if self._erased:
            records = [self._unnamed(record) for record in records]
        again, late = self._again, dict[int, datetime]()
        for one in (*records, *lost):
            if one.at < self._clock() - WRITTEN_WITHIN:
                late[one.guild_id] = min(one.at, late.get(one.guild_id, one.at))
        if not late:
            await self._uow.at_once(lambda work: work.analytics.recording.record(records, lost, again=again))
            return
        # The database was away, perhaps over midnight and for this process alone.
        async with self._uow() as work:
            await work.analytics.sums.reopen(late)
            await work.analytics.recording.record(records, lost, again=again)

    def _what_was_lost(self) -> tuple[Lost, ...]:
        lost, since = self._lost, self._lost_since
        self._lost, self._lost_since = defaultdict(int), None
        return tuple(Lost(since or self._clock(), guild_id, count, release()) for guild_id, count in lost.items())

    def _lose(self, record: InteractionRecord) -> None:
        self._lost[record.guild_id] += record.count
        if self._lost_since is None:
            self._lost_since = record.at
        if self._metrics is not None:
            self._metrics.lose(record.count)


async def _break_off(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait a moment until they are over: later they would only find that the session is closed."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=BREAK_OFF_SECONDS)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
