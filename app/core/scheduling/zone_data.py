"""Which time zone data is used: the newer one of the system's and the package's.

Governments change their clocks at short notice. Python prefers the data of the system, however old it is, to the
package `tzdata`, whose version is locked and often the newer one.
"""

import hashlib
import os
import re
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

import tzdata

from app.core.messages import Message, msg, msgc
from app.core.records import record

PACKAGE = msg("the package tzdata")
_VERSION = re.compile(r"\b(?:19|20|21)[0-9]{2}[a-z]{1,2}\b")
# The text form of the data begins with it; macOS and BSD have a file of its own, and so had Debian.
_VERSION_FILES = ("+VERSION", "tzdata.zi", "version")
_FROM, _UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2051, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)


@record
class ZoneData:
    """The time zone data of this process."""

    version: str
    """As its makers call it, such as 2026f."""
    source: str | Message
    """A directory, or the package."""
    others: tuple[Message, ...] = ()
    """What else there is, each as version and place."""

    def __str__(self) -> str:
        """Say which is used and which is not, for the log and for operators."""
        others = "".join(f"; not used: {other}" for other in self.others)
        return f"{version_of(self.version, self.source)}{others}"


def version_of(version: str | Message, source: str | Message) -> Message:
    """Say which version is where."""
    return msg("{version} of {source}", version=version, source=source)


def use_newest(directories: Iterable[str] | None = None) -> ZoneData:
    """Let this process, and those that it starts, use the newest data of the package and of some directories.

    The directories are those of Python's TZPATH unless said. One that does not tell its version counts as older than
    the package; of equal ones the package is used. Zones that were made before keep their rules.
    """
    paths = zoneinfo.TZPATH if directories is None else directories
    found = [(version, path) for path in paths if (version := _version(path)) is not None]
    version, path = max(found, key=lambda one: one[0], default=("", ""))
    if version <= tzdata.IANA_VERSION:
        version, path = tzdata.IANA_VERSION, ""
    zoneinfo.reset_tzpath([path] if path else [])
    zoneinfo.ZoneInfo.clear_cache()
    os.environ["PYTHONTZPATH"] = path
    candidates = [*found, (tzdata.IANA_VERSION, "")]
    unknown = msgc("a version of the time zone data", "unknown")
    others = tuple(version_of(one or unknown, where or PACKAGE) for one, where in candidates if where != path)
    return ZoneData(version, path or PACKAGE, others)


@cache
def used() -> ZoneData:
    """Return what the zones of this process are made of: chosen when it is first asked for, before the first zone."""
    return use_newest()


def _version(path: str) -> str | None:
    """Return the version of the data in a directory: empty if it does not say, None if there is no data."""
    directory = Path(path)
    for name in _VERSION_FILES:
        try:
            with (directory / name).open(encoding="utf-8", errors="replace") as file:
                if (match := _VERSION.search(file.read(200))) is not None:
                    return match[0]
        except OSError:
            continue
    return "" if (directory / "UTC").is_file() else None


@lru_cache(maxsize=4096)
def rules_of(zone: zoneinfo.ZoneInfo) -> str:
    """Return a fingerprint of what the clocks of a zone do from 2026 on: the same for the same changes.

    What other versions of the data say about the past does not matter to it, nor how they are stored.
    """
    changes: list[str] = []
    at, before = _FROM, _FROM.astimezone(zone).utcoffset()
    while at < _UNTIL:
        after = (at + _STEP).astimezone(zone).utcoffset()
        if after != before:
            changes.append(f"{_change(zone, at, at + _STEP):%Y%m%d%H%M}{after}")
            before = after
        at += _STEP
    return hashlib.sha256(f"{_FROM.astimezone(zone).utcoffset()} {changes}".encode()).hexdigest()[:8]


def _change(zone: zoneinfo.ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the minute in which the clocks change between two moments."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(second=0, microsecond=0)
