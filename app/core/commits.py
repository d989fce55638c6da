"""Whether something was saved while an interaction was handled, so that no apology suggests that nothing happened."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

SINGLY = "singly"
"""What the info of a session holds whose statements are each a transaction (`UnitOfWorkFactory.at_once`): locks are
gone when the statement ends that takes them."""
ALONE = "alone"
"""What the info of a session holds, with the engine, whose statements are each a transaction, also if it only reads."""
WROTE = "wrote"
"""What the info of a session holds once it has written something."""
RECENT = "recent"
"""What the info of such a session may hold as well: what this process saw last (`app.core.recent`)."""
CHANGES_NOTHING = "changes nothing"
"""What the info of a session holds that is for reading alone."""
FOR_READING = "a unit of work that is for reading was to change something"

_committed: ContextVar[bool] = ContextVar("committed", default=False)


def note_write(info: MutableMapping[Any, Any]) -> None:
    """Remember in the info of a session that it writes. Raises RuntimeError in one that is for reading."""
    if info.get(CHANGES_NOTHING):
        raise RuntimeError(FOR_READING)
    info[WROTE] = True


def note_nothing_written(info: MutableMapping[Any, Any]) -> None:
    """Take that back: what was written by itself has found nothing to change."""
    info.pop(WROTE, None)


def note_commit() -> None:
    """Remember, for the task that runs and those it starts, that a transaction which wrote was committed."""
    _committed.set(True)


def has_committed() -> bool:
    """Tell whether `note_commit` was called."""
    return _committed.get()
