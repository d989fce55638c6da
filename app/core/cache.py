"""Snapshots that live for a while, and are dropped the moment they are known to be stale."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Kept = TypeVar("Kept")

LAST = 256
"""Of how many announcements an `AnnouncedCache` knows what they were about."""


@dataclass(slots=True)
class _Entry(Generic[V]):
    value: V
    expires_at: float


class SnapshotCache(Generic[K, V]):
    """Remember one immutable value per key for a number of seconds.

    At most `capacity` values are kept; the one that was used longest ago gives way. A value whose loading began
    before an invalidation is never stored after it.
    """

    def __init__(self, *, lifetime_seconds: float, capacity: int, now: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime_seconds
        self._capacity = capacity
        self._now = now
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        # What an invalidation has to outrun: the loads under way, by key. Empty when nothing is loading.
        self._loading: dict[K, set[object]] = {}

    def __contains__(self, key: K) -> bool:
        """Tell whether a value is remembered."""
        return self._find(key) is not None

    def peek(self, key: K) -> V | None:
        """Return the remembered value, or None: it was never loaded, has expired or was invalidated."""
        entry = self._find(key)
        return entry.value if entry is not None else None

    async def get(self, key: K, load: Callable[[K], Awaitable[V]]) -> V:
        """Return the remembered value, or load and remember it."""
        remembered = self._find(key)
        if remembered is not None:
            return remembered.value
        ticket, tickets = object(), self._loading.setdefault(key, set())
        tickets.add(ticket)
        try:
            value = await load(key)
            if self._loading.get(key) is tickets:
                self._remember(key, value)
        finally:
            tickets.discard(ticket)
            if not tickets and self._loading.get(key) is tickets:
                del self._loading[key]
        return value

    def invalidate(self, key: K) -> None:
        """Forget one value, and whatever is being loaded for it."""
        self.drop(key)

    def drop(self, key: K) -> "_Entry[V] | None":
        """Do the same, and return what was remembered, which `put_back` takes."""
        self._loading.pop(key, None)
        return self._entries.pop(key, None)

    def put_back(self, key: K, dropped: "_Entry[V]") -> None:
        """Remember again what was dropped, for as long as it would have been."""
        self._entries[key] = dropped

    def take_over(self, key: K, change: Callable[[V], V]) -> None:
        """Change a value that is remembered; forget whatever is being loaded for it, which may be older."""
        self._loading.pop(key, None)
        entry = self._find(key)
        if entry is not None:
            entry.value = change(entry.value)

    def clear(self) -> None:
        """Forget everything, and whatever is being loaded."""
        self._entries.clear()
        self._loading.clear()

    def _find(self, key: K) -> _Entry[V] | None:
        entry = self._entries.get(key)
        if entry is None or entry.expires_at <= self._now():
            return None
        self._entries.move_to_end(key)
        return entry

    def _remember(self, key: K, value: V) -> None:
        self._entries[key] = _Entry(value, self._now() + self._lifetime)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)


class AnnouncedCache(Generic[V]):
    """Values by number, each forgotten when any process announces its change; none is kept while nobody listens.

    An announcement is the number of the value, and after a colon that of the change if it has one. What this process
    changes itself it need not load again: it knows what was remembered and what the change made of it, unless anything
    else was announced in between. Announcements arrive in the order of the commits, this one before or after the answer
    to the statement.
    """

    def __init__(self, load: Callable[[int], Awaitable[V]], *, lifetime_seconds: float, capacity: int) -> None:
        self._load = load
        self._cache: SnapshotCache[int, V] = SnapshotCache(lifetime_seconds=lifetime_seconds, capacity=capacity)
        self._trusted = False
        self.since: object = object()
        """What `take_over` has to be given, taken before the change; another one each time everything is forgotten."""
        # By value: the change that was taken over before it was announced.
        self._expected: dict[int, int] = {}
        # The last changes that were announced.
        self._heard: OrderedDict[int, None] = OrderedDict()
        # By value: the last announcement of all, if it was that of a change, and what was forgotten because of it.
        self._dropped: OrderedDict[int, tuple[int, _Entry[V]]] = OrderedDict()

    def __contains__(self, key: int) -> bool:
        """Tell whether a value is remembered."""
        return key in self._cache

    async def get(self, key: int) -> V:
        """Return the value. Raises DatabaseUnavailable when it is not remembered and cannot be loaded."""
        # Without announcements, what is remembered may be wrong.
        return await (self._cache.get(key, self._load) if self._trusted else self._load(key))

    def peek(self, key: int) -> V | None:
        """Return what is remembered without loading it; None if nothing is."""
        return self._cache.peek(key)

    def invalidate(self, key: int) -> None:
        """Forget one value."""
        self._expected.pop(key, None)
        self._dropped.pop(key, None)
        self._cache.invalidate(key)

    def take_over(self, key: int, number: int, change: Callable[[V], V], *, since: object) -> None:
        """Change a value that is remembered by what this process has just saved, as the change with this number.

        `since` is that of before it was saved.
        """
        if since is not self.since:
            # What is remembered was loaded later, perhaps with this change and with others that came after it.
            return
        if number in self._heard:
            announced, dropped = self._dropped.pop(key, (0, None))
            if announced != number or dropped is None or key in self._cache:
                # Something else was announced as well, or it was loaded again: then this change is already in it.
                return
            self._cache.put_back(key, dropped)
        else:
            self._expected[key] = number
            # What is put back for another change would be without this one.
            self._dropped.pop(key, None)
        self._cache.take_over(key, change)

    def announced(self, payload: str) -> None:
        """Forget the value whose number was announced, unless it was changed here and is known."""
        value, _, change = payload.partition(":")
        key, number = int(value), int(change or 0)
        if number and self._expected.pop(key, 0) == number:
            return
        self._dropped.pop(key, None)
        dropped = self._cache.drop(key)
        if number:
            _put(self._heard, number, None)
            if dropped is not None:
                _put(self._dropped, key, (number, dropped))

    def trust(self, *, connected: bool) -> None:
        """Forget everything; remember again only while announcements arrive."""
        self._cache.clear()
        self._expected.clear()
        self._heard.clear()
        self._dropped.clear()
        self._trusted = connected
        self.since = object()


def _put(kept: OrderedDict[K, Kept], key: K, value: Kept) -> None:
    """Keep the last few: what was announced before its statement was answered is asked for in milliseconds."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > LAST:
        kept.popitem(last=False)
