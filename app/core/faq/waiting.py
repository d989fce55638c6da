"""Questions in channels that somebody else may answer first: who waits for how long, and what ends it.

Nothing of it is kept when the process ends. A moment is handed in each time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.records import record

MAX_WAITING = 1000
"""Of one process; what comes when there are so many is lost, and counted."""
PATIENCE = 4
"""How many times the wait may pass while the asker still writes."""


@record
class Said:
    """A message that may ask something."""

    guild_id: int
    chosen_id: int
    """The channel that was chosen: the one it is in, or that of its thread."""
    channel_id: int
    message_id: int
    author_id: int
    texts: tuple[str, ...]
    """What is searched for."""
    is_question: bool
    """Whether it sounds like one."""


@dataclass
class Waiting:
    """What somebody asked in one place, and when it is looked at."""

    said: Said
    began_at: datetime
    due_at: datetime
    is_under_way: bool = False
    """Whether somebody looks for an answer."""
    is_over: bool = field(default=False, init=False)
    """Whether nothing is to be suggested any more."""


class WaitingRoom:
    """All questions of a process that wait: one for each person in each place."""

    def __init__(self, capacity: int = MAX_WAITING) -> None:
        self._capacity = capacity
        self._places: dict[int, list[Waiting]] = {}

    def __len__(self) -> int:
        """Return how many there are, with those under way."""
        return sum(map(len, self._places.values()))

    @property
    def next_at(self) -> datetime | None:
        """Return when one is to be looked at next."""
        return min((one.due_at for one in self._all() if not one.is_under_way), default=None)

    def ask(self, said: Said, now: datetime, wait: timedelta) -> bool:
        """Let a message wait; return False if there is no room for it.

        Of what the same person writes in one go, one message is looked at: the last that sounds like a question, else
        the last.
        """
        before = self._of(said.channel_id, said.author_id)
        if before is not None:
            if said.is_question or not before.said.is_question or said.message_id == before.said.message_id:
                before.said = said
            self._goes_on(before, now, wait)
            return True
        if len(self) >= self._capacity:
            return False
        self._places.setdefault(said.channel_id, []).append(Waiting(said, now, now + wait))
        return True

    def goes_on(self, channel_id: int, author_id: int, now: datetime, wait: timedelta) -> None:
        """Wait anew: the asker wrote something else, and may not be done."""
        before = self._of(channel_id, author_id)
        if before is not None:
            self._goes_on(before, now, wait)

    def answered(self, channel_id: int, by: int, *, to: frozenset[int], is_staff: bool) -> None:
        """Drop what somebody answered: that of those whom they spoke to, and whatever waits where staff speak."""
        self._drop(channel_id, lambda one: one.said.author_id != by and (is_staff or one.said.author_id in to))

    def waits_with(self, said: Said) -> bool:
        """Tell whether this very text of a message waits, or is looked at."""
        return any(one.said == said for one in self._places.get(said.channel_id, ()))

    def gone(self, channel_id: int, message_ids: frozenset[int]) -> None:
        """Drop what was deleted, or is edited into something that asks nothing."""
        self._drop(channel_id, lambda one: one.said.message_id in message_ids)

    def forget(self, author_id: int, guild_id: int | None) -> None:
        """Drop what somebody asked, in one server or in all (None)."""
        for channel_id in list(self._places):
            self._drop(
                channel_id, lambda one: one.said.author_id == author_id and guild_id in {None, one.said.guild_id}
            )

    def take_due(self, now: datetime) -> list[Waiting]:
        """Return what is to be looked at now, the oldest first. Each has to be handed to `done` afterwards."""
        due = sorted((one for one in self._all() if not one.is_under_way and one.due_at <= now), key=_when)
        for one in due:
            one.is_under_way = True
        return due

    def done(self, one: Waiting) -> None:
        """Forget what was looked at."""
        one.is_over = True
        self._drop(one.said.channel_id, lambda each: each is one)

    def clear(self) -> None:
        """Forget everything."""
        for channel_id in list(self._places):
            self._drop(channel_id, lambda _: True)

    def _goes_on(self, one: Waiting, now: datetime, wait: timedelta) -> None:
        one.due_at = max(one.due_at, min(now + wait, one.began_at + PATIENCE * wait))

    def _of(self, channel_id: int, author_id: int) -> Waiting | None:
        found = (one for one in self._places.get(channel_id, ()) if one.said.author_id == author_id)
        return next((one for one in found if not one.is_under_way), None)

    def _all(self) -> Iterator[Waiting]:
        for waiting in self._places.values():
            yield from waiting

    def _drop(self, channel_id: int, is_meant: Callable[[Waiting], bool]) -> None:
        waiting = self._places.get(channel_id)
        if waiting is None:
            return
        for one in waiting:
            one.is_over = one.is_over or is_meant(one)
        kept = [one for one in waiting if not one.is_over]
        if kept:
            self._places[channel_id] = kept
        else:
            del self._places[channel_id]


def _when(one: Waiting) -> datetime:
    return one.began_at
