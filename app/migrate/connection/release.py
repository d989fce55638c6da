"""Which release this is, and how processes tell each other's release."""

import re

from app.core.release import release

APPLICATION = "concierge"
MIGRATION = "concierge migrate"
SESSION = re.compile(rf"^{APPLICATION}/(?P<release>\d+(?:\.\d+)*)")


def migration_name() -> str:
    """Return the name under which a migration connects."""
    return f"{MIGRATION}/{release()}"


def application_name() -> str:
    """Return the name under which a running bot connects: others read its release from it."""
    return f"{APPLICATION}/{release()}"


def release_of(application_name: str) -> str | None:
    """Read the release from the application name of another process; None if it is not a bot."""
    match = SESSION.match(application_name)
    return match["release"] if match else None


def is_older(release: str, than: str) -> bool:
    """Compare two releases number by number; `1.10` is newer than `1.9`."""
    return _numbers(release) < _numbers(than)


def _numbers(release: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", release.split("+", maxsplit=1)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
