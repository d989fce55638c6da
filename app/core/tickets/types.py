"""What a server configures about its tickets: types, with forms and routes; panels; blocked members.

Each is a JSON object among the server's settings (see `app.core.registry`), so that it has a history and can be taken
back. Reading one raises ValueError for what this release does not understand; what it does not know is left out.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Self, TypeVar, cast

from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.storable import is_storable
from app.core.tickets import limits
from app.core.tickets.file_kinds import Accepts

TYPES = "ticket_types"
PANELS = "ticket_panels"
BLOCKED = "ticket_blocked"
BOARDS = "ticket_boards"
"""Scopes of settings."""
ALL_TEAMS = "all"
"""The key of the board with the tickets of every team."""
MAX_SECONDS = 366 * 86400
E = TypeVar("E", bound=StrEnum)


class Place(StrEnum):
    """Where the conversation is."""

    CHANNEL = "channel"
    THREAD = "thread"


class QuestionKind(StrEnum):
    """How a question of an intake form is answered."""

    SHORT = "short"
    LONG = "long"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    FILES = "files"


class Priority(IntEnum):
    """How urgent a ticket is."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


CHOOSING = frozenset({QuestionKind.SELECT, QuestionKind.RADIO, QuestionKind.CHECKBOXES})


@record
class Question:
    """One part of an intake form."""

    label: str
    kind: QuestionKind = QuestionKind.SHORT
    required: bool = True
    hint: str = ""
    options: tuple[str, ...] = ()
    max_files: int = 1
    accepts: Accepts = Accepts.ANY
    """Which files."""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        kind = _word(found, "kind", QuestionKind, QuestionKind.SHORT)
        options = tuple(_text(one, 1, limits.MAX_OPTION) for one in _list(found, "options"))
        most = limits.MAX_OPTIONS if kind is QuestionKind.SELECT else limits.MAX_RADIO_OPTIONS
        if kind in CHOOSING and (not 2 <= len(options) <= most or len(set(options)) < len(options)):
            raise ValueError("not the options of a question")
        return cls(
            label=_text(found.get("label"), 1, limits.MAX_LABEL),
            kind=kind,
            required=_flag(found, "required", default=True),
            hint=_text(found.get("hint", ""), 0, limits.MAX_HINT),
            options=options if kind in CHOOSING else (),
            max_files=_number(found, "max_files", 1, 1, limits.MAX_FILES),
            accepts=_word(found, "accepts", Accepts, Accepts.ANY),
        )


@record
class Route:
    """What an answer decides: when the question with this label is answered so, these things hold."""

    label: str
    answer: str
    team_role_ids: tuple[int, ...] = ()
    priority: Priority | None = None
    first_target: int | None = None
    """Seconds of business time."""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        priority, target = found.get("priority"), found.get("first_target")
        return cls(
            label=_text(found.get("label"), 1, limits.MAX_LABEL),
            answer=_text(found.get("answer"), 1, limits.MAX_OPTION),
            team_role_ids=_ids(found, "team_role_ids", limits.MAX_TEAM_ROLES),
            priority=None if priority is None else Priority(_number(found, "priority", 1, 0, 3)),
            first_target=None if target is None else _number(found, "first_target", 0, 60, MAX_SECONDS),
        )


@record
class TicketType:
    """One kind of ticket of a server. All lengths of time are seconds; 0 means never, or none."""

    key: str
    name: str
    emoji: str = ""
    description: str = ""
    team_role_ids: tuple[int, ...] = ()
    """Who works on such tickets; empty means all staff."""
    ping_team: bool = True
    questions: tuple[Question, ...] = ()
    place: Place = Place.CHANNEL
    parent_id: int | None = None
    """The category of its channels, or the channel of its threads."""
    max_open: int = 0
    """How many may be open at once in the server."""
    cool_down: int = 0
    """How long after closing one the same member has to wait."""
    priority: Priority = Priority.NORMAL
    first_target: int = 0
    next_target: int = 0
    resolution_target: int = 0
    remind_after: int = 0
    """After so long without an answer, the side that owes it is reminded once."""
    warn_after: int = 0
    """After so long of the opener's silence they are told that it will be closed."""
    close_after: int = 0
    """So long after that warning it is closed."""
    routes: tuple[Route, ...] = ()
    enabled: bool = True

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        seconds = ("cool_down", "first_target", "next_target", "resolution_target", "remind_after", "warn_after")
        parent = found.get("parent_id")
        return cls(
            key=key,
            name=_text(found.get("name"), 1, limits.MAX_NAME),
            emoji=_text(found.get("emoji", ""), 0, 64),
            description=_text(found.get("description", ""), 0, limits.MAX_TYPE_DESCRIPTION),
            team_role_ids=_ids(found, "team_role_ids", limits.MAX_TEAM_ROLES),
            ping_team=_flag(found, "ping_team", default=True),
            questions=tuple(Question.from_json(one) for one in _list(found, "questions", limits.MAX_QUESTIONS)),
            place=_word(found, "place", Place, Place.CHANNEL),
            parent_id=None if parent is None else _id(parent),
            max_open=_number(found, "max_open", 0, 0, 10_000),
            priority=Priority(_number(found, "priority", 1, 0, 3)),
            close_after=_number(found, "close_after", 0, 0, MAX_SECONDS),
            routes=tuple(Route.from_json(one) for one in _list(found, "routes", limits.MAX_ROUTES)),
            enabled=_flag(found, "enabled", default=True),
            **{name: _number(found, name, 0, 0, MAX_SECONDS) for name in seconds},
        )

    def routed(self, answers: Mapping[str, str]) -> "TicketType":
        """Return it as the answers, by the labels of their questions, make it: the first route that fits decides.

        Of several choices there is one a line.
        """
        for route in self.routes:
            if route.answer in answers.get(route.label, "").split("\n"):
                return dataclasses.replace(
                    self,
                    team_role_ids=route.team_role_ids or self.team_role_ids,
                    priority=self.priority if route.priority is None else route.priority,
                    first_target=self.first_target if route.first_target is None else route.first_target,
                )
        return self


@record
class Panel:
    """A message with which members open tickets."""

    key: str
    channel_id: int
    message_id: int | None
    title: str
    text: str
    type_keys: tuple[str, ...]
    as_select: bool = False

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        message = found.get("message_id")
        return cls(
            key=key,
            channel_id=_id(found.get("channel_id")),
            message_id=None if message is None else _id(message),
            title=_text(found.get("title"), 1, limits.MAX_PANEL_TITLE),
            text=_text(found.get("text", ""), 0, limits.MAX_PANEL_TEXT),
            type_keys=tuple(_text(one, 1, 20) for one in _list(found, "type_keys", limits.MAX_TYPES)),
            as_select=_flag(found, "as_select", default=False),
        )


@record
class Blocked:
    """A member who may open no tickets; known by id, so that leaving and coming back changes nothing."""

    key: str
    """Their id."""
    reason: str = ""
    until: datetime | None = None

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        until = found.get("until")
        moment = None if until is None else datetime.fromisoformat(_text(until, 1, 40))
        if moment is not None and moment.tzinfo is None:
            raise ValueError("not a moment")
        return cls(key=str(_id(int(key))), reason=_text(found.get("reason", ""), 0, 300), until=moment)

    def holds(self, now: datetime) -> bool:
        """Tell whether they are still blocked."""
        return self.until is None or now < self.until


@record
class Board:
    """A message that shows a server's open tickets: those of one team, or all."""

    key: str
    """The id of the role, or `all`."""
    channel_id: int
    message_id: int | None = None

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read it. Raises ValueError."""
        message = found.get("message_id")
        if key != ALL_TEAMS:
            _id(int(key))
        return cls(key, _id(found.get("channel_id")), None if message is None else _id(message))

    @property
    def team_role_id(self) -> int | None:
        """Whose tickets it shows; None for all."""
        return None if self.key == ALL_TEAMS else int(self.key)


Structure = TicketType | Panel | Blocked | Board


def to_json(one: Structure) -> dict[str, Any]:
    """Write one as what `from_json` reads; what is as by default is left out, the key as well."""
    return cast("dict[str, Any]", _plain(one, without={"key"}))


def seconds(length: int) -> timedelta | None:
    """Return a length of time, None for 0."""
    return timedelta(seconds=length) if length else None


def _plain(value: Any, without: frozenset[str] | set[str] = frozenset()) -> Any:
    if dataclasses.is_dataclass(value):
        fields = [each for each in dataclasses.fields(value) if each.name not in without]
        return {
            each.name: _plain(getattr(value, each.name))
            for each in fields
            if each.default is dataclasses.MISSING or getattr(value, each.name) != each.default
        }
    if isinstance(value, tuple):
        return [_plain(one) for one in cast("tuple[Any, ...]", value)]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, (StrEnum, IntEnum)) else value


def _text(value: Any, least: int, most: int) -> str:
    if not isinstance(value, str) or not least <= len(value) <= most or not is_storable(value):
        raise ValueError("not such a text")
    return value


def _number(found: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = found.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} is out of bounds")
    return value


def _flag(found: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = found.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")  # noqa: TRY004 -- one error for all that cannot be read
    return value


def _id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_ID:
        raise ValueError("not an id")
    return value


def _list(found: Mapping[str, Any], name: str, most: int = limits.MAX_OPTIONS) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list) or len(cast("list[Any]", value)) > most:
        raise ValueError(f"{name} is no list of at most {most}")
    return cast("list[Any]", value)


def _ids(found: Mapping[str, Any], name: str, most: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_id(one) for one in _list(found, name, most)))


def _word(found: Mapping[str, Any], name: str, members: type[E], default: E) -> E:
    return members(found.get(name, default))
