"""The run of a new version of the rules: members who accepted an earlier one are asked to accept again, until a moment.

It is a JSON object among the server's settings: what a manager chose to begin, stop or continue has a history there.
How far it has come follows from the rows of the members, so nothing has to be kept in step with them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from app.core.records import record
from app.core.settings.kinds import MAX_ID

RUNS = "onboarding_runs"
"""The scope of the settings."""
RUN = "run"
"""The key: a server has one run, that of its newest version."""


@record
class Run:
    """Who accepted an earlier version has until `accept_by`. While it is stopped, nobody is asked or loses a role."""

    version: int
    accept_by: datetime
    stopped_at: datetime | None = None

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        version, stopped_at = found.get("version"), found.get("stopped_at")
        if key != RUN or not isinstance(version, int) or isinstance(version, bool) or not 0 < version <= MAX_ID:
            raise ValueError("not a run")
        return cls(version, _moment(found.get("accept_by")), None if stopped_at is None else _moment(stopped_at))

    def to_json(self) -> dict[str, Any]:
        """Write it as the settings hold it."""
        stopped = {} if self.stopped_at is None else {"stopped_at": self.stopped_at.isoformat()}
        return {"version": self.version, "accept_by": self.accept_by.isoformat(), **stopped}

    def is_asking(self, now: datetime) -> bool:
        """Tell whether members are asked at that moment."""
        return self.stopped_at is None and now < self.accept_by

    def stopped(self, now: datetime) -> Self:
        """Return it as it is once it is stopped."""
        return replace(self, stopped_at=now)

    def continued(self, now: datetime) -> Self:
        """Return it as it is once it goes on: members have as much time left as when it was stopped."""
        waited = now - self.stopped_at if self.stopped_at is not None else now - now
        return replace(self, accept_by=self.accept_by + waited, stopped_at=None)


def _moment(found: Any) -> datetime:
    moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a moment")
    return moment
