"""What people are told when something about the FAQ cannot be done."""

from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.faq.entries import Draft, Field, merged


class EntryNotFound(NotFound):
    """It is not there, was removed, or belongs to another server."""

    def __init__(self) -> None:
        super().__init__("There is no such entry in the FAQ of this server. Choose one of those that are suggested.")


class VersionNotFound(NotFound):
    """It was never there, or gave way to newer ones."""

    def __init__(self) -> None:
        super().__init__("There is no such version of that entry any more. `/faq history` shows those there are.")


class StaffOnly(NotAllowed):
    """Members read the FAQ, and do not write it."""

    def __init__(self) -> None:
        super().__init__("Only staff of this server can change its FAQ.")


class TitleTaken(Conflict):
    """Another entry has the same title."""

    def __init__(self, entry_id: int, title: str) -> None:
        super().__init__("“{title}” is in the FAQ already.", title=title)
        self.entry_id = entry_id
        self.title = title


class EntryChanged(Conflict):
    """Somebody else changed the entry after this person had begun to.

    `theirs` says what they changed, and `both` is the entry with what either of them changed; where that is the same
    field, as this person wants it.
    """

    def __init__(self, *, version: int, by: int | None, base: Draft | None, now: Draft, mine: Draft) -> None:
        super().__init__("That entry was changed meanwhile. Look at it again, and then decide.")
        self.version = version
        """The version that it has now."""
        self.by = by
        self.base = base
        """What this person began with; None if it gave way to newer versions."""
        self.now = now
        self.theirs: tuple[Field, ...] = now.differences(base) if base is not None else now.differences(mine)
        self.both = merged(base, now, mine)


class GapNotFound(NotFound):
    """Nothing of that kind is waiting for an answer in this server."""

    def __init__(self) -> None:
        super().__init__("That is not waiting for an answer any more. `/faq gaps` shows what is.")


class SearchesNotAllowed(NotAllowed):
    """Only staff see what others searched for."""

    def __init__(self) -> None:
        super().__init__("Only staff of this server can see what is searched for in its FAQ.")


class ManagersOnly(NotAllowed):
    """Staff write the FAQ, managers say where it speaks by itself."""

    def __init__(self) -> None:
        super().__init__("Only people who may manage this server can choose where answers are suggested.")


class AnswerIsGone(NotFound):
    """What a button was about was removed, or switched off."""

    def __init__(self) -> None:
        super().__init__("This answer is not in the FAQ any more.")


class SearchNotFound(NotFound):
    """The search that a button belongs to is too old, or somebody else's."""

    def __init__(self) -> None:
        super().__init__("I do not know that search any more. Please search again.")


class DraftIsGone(NotFound):
    """What was written for a ticket became one, or waited too long."""

    def __init__(self) -> None:
        super().__init__("What you wrote is not here any more: its ticket is open, or a day has passed.")
