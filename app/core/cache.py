"""Snapshots that live for a while, and are dropped the moment they are known to be stale."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


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

    def __len__(self) -> int:
        """Return how many values are remembered."""
        return len(self._entries)

    def peek(self, key: K) -> V | None:
        """Return the remembered value, or None: it was never loaded, has expired or was invalidated."""
        entry = self._entries.get(key)
        if entry is None or entry.expires_at <= self._now():
            return None
        self._entries.move_to_end(key)
        return entry.value

    async def get(self, key: K, load: Callable[[K], Awaitable[V]]) -> V:
        """Return the remembered value, or load and remember it."""
        remembered = self.peek(key)
        if remembered is not None:
            return remembered
        ticket = object()
        self._loading.setdefault(key, set()).add(ticket)
        try:
            value = await load(key)
            if ticket in self._loading.get(key, ()):
                self._remember(key, value)
        finally:
            self._forget_ticket(key, ticket)
        return value

    def invalidate(self, key: K) -> None:
        """Forget one value, and whatever is being loaded for it."""
        self._entries.pop(key, None)
        self._loading.pop(key, None)

    def clear(self) -> None:
        """Forget everything, and whatever is being loaded."""
        self._entries.clear()
        self._loading.clear()

    def _remember(self, key: K, value: V) -> None:
        self._entries[key] = _Entry(value, self._now() + self._lifetime)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def _forget_ticket(self, key: K, ticket: object) -> None:
        tickets = self._loading.get(key)
        if tickets is not None:
            tickets.discard(ticket)
            if not tickets:
                del self._loading[key]
