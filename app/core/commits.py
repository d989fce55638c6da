"""Whether something was saved while an interaction was handled, so that no apology suggests that nothing happened."""

from contextvars import ContextVar

SINGLY = "singly"
"""What the info of a session holds whose statements are each a transaction (`UnitOfWorkFactory.at_once`): locks are
gone when the statement ends that takes them."""

_committed: ContextVar[bool] = ContextVar("committed", default=False)


def note_commit() -> None:
    """Remember, for the task that runs and those it starts, that a transaction which wrote was committed."""
    _committed.set(True)


def has_committed() -> bool:
    """Tell whether `note_commit` was called."""
    return _committed.get()
