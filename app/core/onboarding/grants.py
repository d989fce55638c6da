"""Intentions: a role to be given or taken, or a channel to be shown, to one member, and what became of it.

Written down with what they follow from, and carried out after: whoever is killed between the two is followed by
somebody who reads them. Only what Discord shows afterwards counts as done, because it may report a success that is none
while its own onboarding runs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from app.core.onboarding.limits import MAX_GRANTS
from app.core.records import record


class What(StrEnum):
    """What is given."""

    ROLE = "role"
    CHANNEL = "channel"
    """View Channel, for this member alone."""


class Why(StrEnum):
    """What it follows from."""

    JOIN = "join"
    ANSWER = "answer"
    COMPLETION = "completion"
    RULES = "rules"
    """A new version of the rules that was not accepted in time."""


class Stage(StrEnum):
    """What became of it."""

    WANTED = "wanted"
    GIVEN = "given"
    """Discord has said yes, and nobody has looked yet."""
    SEEN = "seen"
    REFUSED = "refused"
    """Discord said no; it is tried again, and staff know."""


class Tell(StrEnum):
    """Who is told that a member is done. The values are in `to_tell` of a row until it was said, or cannot be."""

    WELCOME = "welcome"
    DIRECT = "direct"
    STAFF = "staff"
    RULES = "rules"
    """The member, directly, that there is a new version of the rules to accept."""


@record
class Grant:
    """One intention. `give` is False for a role that is taken, or a channel that is hidden again."""

    what: What
    id: int
    give: bool
    why: Why
    stage: Stage = Stage.WANTED
    reason: str = ""
    """What Discord said, in English."""
    at: datetime | None = None
    was_there: bool = False
    """Whether they had it already, by an invite for example: then it is not taken when they answer differently."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.stage is not Stage.SEEN


def read_grants(found: Any) -> list[Grant]:
    """Read what a row holds; what this release does not understand is left out."""
    read: list[Grant] = []
    for one in cast("list[Any]", found) if isinstance(found, list) else []:
        if isinstance(one, dict):
            try:
                read.append(_read(cast("Mapping[str, Any]", one)))
            except (KeyError, TypeError, ValueError):
                continue
    return read


def grants_to_json(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Write intentions as the table holds them."""
    return [
        {
            "what": one.what.value,
            "id": one.id,
            "give": one.give,
            "why": one.why.value,
            "stage": one.stage.value,
            "reason": one.reason,
            "at": one.at.isoformat() if one.at is not None else None,
            "was_there": one.was_there,
        }
        for one in grants
    ]


def wanting(grants: Iterable[Grant], wanted: Iterable[Grant]) -> list[Grant]:
    """Add intentions to those there are. A newer one about the same role or channel replaces the older one."""
    listed = list(wanted)
    newer = {(one.what, one.id) for one in listed}
    return [*(one for one in grants if (one.what, one.id) not in newer), *listed]


def kept(grants: list[Grant]) -> list[Grant]:
    """Return as many as a row keeps. What is done gives way, the oldest first; what is still to be done never does."""
    excess = len(grants) - MAX_GRANTS
    dropped = [one for one in grants if one.stage is Stage.SEEN][: max(excess, 0)]
    return [one for one in grants if one not in dropped]


def settled(grants: Iterable[Grant], stage: Stage, *, reason: str = "", at: datetime | None = None) -> list[Grant]:
    """Return those intentions in another stage."""
    return [replace(one, stage=stage, reason=reason, at=at) for one in grants]


def _read(one: Mapping[str, Any]) -> Grant:
    at = one.get("at")
    return Grant(
        what=What(one["what"]),
        id=int(one["id"]),
        give=bool(one["give"]),
        why=Why(one["why"]),
        stage=Stage(one["stage"]),
        reason=str(one.get("reason") or ""),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
        was_there=one.get("was_there") is True,
    )
