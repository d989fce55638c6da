"""Which versions of the rules somebody accepted: the proof, as it is stored and read again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from app.core.records import record


@record
class Acceptance:
    """One version that was accepted: when, the hash of its text, and the language in which it was asked."""

    version: int
    at: datetime
    hash: str = ""
    locale: str = ""

    def to_json(self) -> dict[str, Any]:
        """Write it as the table holds it."""
        return {"version": self.version, "at": self.at.isoformat(), "hash": self.hash, "locale": self.locale}


def read_acceptances(found: Any) -> list[Acceptance]:
    """Read what a row holds, the oldest first; what this release does not understand is left out."""
    read: list[Acceptance] = []
    for one in cast("list[Any]", found) if isinstance(found, list) else []:
        if isinstance(one, dict):
            try:
                read.append(_read(cast("Mapping[str, Any]", one)))
            except (KeyError, TypeError, ValueError):
                continue
    return read


def _read(one: Mapping[str, Any]) -> Acceptance:
    return Acceptance(
        version=int(one["version"]),
        at=datetime.fromisoformat(one["at"]),
        hash=str(one.get("hash") or ""),
        locale=str(one.get("locale") or ""),
    )
