"""What a server chose about tickets, at one moment."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets import settings as chosen
from app.core.tickets import types
from app.core.tickets.types import Blocked, Board, Panel, TicketType

S = TypeVar("S")


@record
class TicketPolicy:
    """A server's choices about tickets."""

    enabled: bool
    log_channel: int | None
    per_member: int
    per_server: int
    hours: str | None
    refuses_outside_hours: bool
    timezone: str
    reopen_within: timedelta
    close_request: timedelta
    keep_left: timedelta
    asks_rating: bool
    sends_transcript: bool
    members_close: bool
    figures_by_person: bool
    types: Mapping[str, TicketType]
    panels: Mapping[str, Panel]
    blocked: Mapping[str, Blocked]
    boards: Mapping[str, Board]

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "TicketPolicy":
        """Return the policy of a server's settings."""
        return snapshot.policy(cls._read)

    @classmethod
    def _read(cls, snapshot: SettingsSnapshot) -> "TicketPolicy":
        return cls(
            enabled=snapshot[chosen.ENABLED],
            log_channel=snapshot[chosen.LOG_CHANNEL],
            per_member=snapshot[chosen.PER_MEMBER],
            per_server=snapshot[chosen.PER_SERVER],
            hours=snapshot[chosen.HOURS],
            refuses_outside_hours=snapshot[chosen.OUTSIDE_HOURS] == "refuse",
            timezone=snapshot[general.TIMEZONE],
            reopen_within=timedelta(seconds=snapshot[chosen.REOPEN_WITHIN]),
            close_request=timedelta(seconds=snapshot[chosen.CLOSE_REQUEST]),
            keep_left=timedelta(seconds=snapshot[chosen.KEEP_LEFT]),
            asks_rating=snapshot[chosen.RATING],
            sends_transcript=snapshot[chosen.DIRECT],
            members_close=snapshot[chosen.WHO_CLOSES] == "everybody",
            figures_by_person=snapshot[chosen.FIGURES_BY_PERSON],
            types=_all(snapshot, types.TYPES, TicketType.from_json),
            panels=_all(snapshot, types.PANELS, Panel.from_json),
            blocked=_all(snapshot, types.BLOCKED, Blocked.from_json),
            boards=_all(snapshot, types.BOARDS, Board.from_json),
        )

    @property
    def offered(self) -> list[TicketType]:
        """The types that members can open, in the order in which they were made."""
        return [one for one in self.types.values() if one.enabled]


def _all(snapshot: SettingsSnapshot, scope: str, read: Callable[[str, Mapping[str, Any]], S]) -> dict[str, S]:
    return {key: read(key, value) for key, value in snapshot.structures(scope).items()}
