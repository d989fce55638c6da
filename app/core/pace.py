"""How often somebody may do something within a time. Kept in memory: a restart forgets it."""

from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

MAX_KEYS = 10_000
"""More are looked through, and those whose time is over forgotten."""


class Pace:
    """Lets something be done so many times for a key within a time that moves along."""

    def __init__(self, most: int, within: timedelta) -> None:
        self.most = most
        self.within = within
        self._done: dict[Hashable, deque[datetime]] = {}

    def take(self, key: Hashable, now: datetime) -> datetime | None:
        """Count that it is done once more; or count nothing, and return when it can be, if that would be too often."""
        done = self._done.setdefault(key, deque())
        while done and done[0] <= now - self.within:
            done.popleft()
        if len(done) >= self.most:
            return done[0] + self.within
        done.append(now)
        if len(self._done) > MAX_KEYS:
            self._done = {one: times for one, times in self._done.items() if times and times[-1] > now - self.within}
        return None
