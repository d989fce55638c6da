"""What a process writes down of itself, and keeps while it cannot be written."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from app.core.health.figures import HealthFigures
from app.core.health.state import StateChange
from app.core.health_kinds import HealthKind, HealthState
from app.core.records import record

MAX_WAITING = 1440
"""How many samples are kept while the database is away: those of a day."""


@record
class Run:
    """One process, from its start to its end."""

    service: str
    began: datetime
    version: str


@record
class HealthRecord:
    """One row to be written."""

    kind: HealthKind
    at: datetime
    since: datetime | None
    revision: str | None = None
    figures: HealthFigures | None = None
    """Of a sample."""
    state: HealthState | None = None
    reasons: Sequence[str] = ()


class Waiting:
    """Rows that are not written yet, the oldest first. What is too much is lost, samples before what happened."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lost = 0
        """How many samples were."""
        self._records: deque[HealthRecord] = deque()

    @property
    def records(self) -> list[HealthRecord]:
        """Return them."""
        return list(self._records)

    def sample(self, figures: HealthFigures) -> None:
        """Add a sample."""
        state, reasons = figures.state, figures.reasons
        self._add(
            HealthRecord(HealthKind.SAMPLE, figures.at, self.run.began, figures.revision, figures, state, reasons)
        )

    def change(self, change: StateChange, revision: str | None) -> None:
        """Add that the state changed."""
        reasons = tuple(change.reasons) if change.state is not HealthState.OK else ()
        self._add(
            HealthRecord(HealthKind.CHANGE, change.at, change.since, revision, state=change.state, reasons=reasons)
        )

    def gap(self, since: datetime, until: datetime, revision: str | None) -> None:
        """Add that the process stood still."""
        self._add(HealthRecord(HealthKind.GAP, until, since, revision))

    def end(self, kind: HealthKind, at: datetime, revision: str | None) -> None:
        """Add how it ended."""
        self._add(HealthRecord(kind, at, self.run.began, revision))

    def written(self, records: Sequence[HealthRecord]) -> None:
        """Forget the oldest, which are written."""
        for _ in records:
            self._records.popleft()

    def _add(self, record: HealthRecord) -> None:
        self._records.append(record)
        if len(self._records) > MAX_WAITING:
            oldest = next((one for one in self._records if one.kind is HealthKind.SAMPLE), self._records[0])
            self._records.remove(oldest)
            self.lost += oldest.kind is HealthKind.SAMPLE


def start_of(run: Run, revision: str | None) -> HealthRecord:
    """Return the row that says when a process began."""
    return HealthRecord(HealthKind.START, run.began, run.began, revision)
