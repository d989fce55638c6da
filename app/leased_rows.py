"""Rows of a table that are leased by `next_at`: each step of looking after them is a transaction."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from app.bot import Bot
from app.uow import UnitOfWork

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound="HasNextAt")
S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


class HasNextAt(Protocol):
    """A row that says when it has to be looked at."""

    next_at: Any


class DueService(Protocol[K, R, S_contra]):
    """What the service of such a table offers."""

    async def find_next(self, share: S_contra, *, but: Collection[K] = ()) -> datetime | None:
        """Return when the next row has to be looked at."""
        ...

    async def claim(self, share: S_contra, *, limit: int, but: Collection[K] = ()) -> Sequence[R]:
        """Lease what is due."""
        ...

    async def settle(self, row: R, lease: datetime, next_at: datetime | None, /) -> bool:
        """Say when to look at it next; tell whether nobody changed it meanwhile."""
        ...

    async def renew(self, leases: Mapping[K, datetime]) -> dict[K, datetime]:
        """Keep rows for another lease; return the leases of those that are still ours."""
        ...

    async def give_back(self, leases: Mapping[K, datetime]) -> None:
        """Let others take at once what was not finished."""
        ...


class LeasedRows(Generic[K, R, S]):
    """What `LeasedWork` looks after, in a table whose service is `due` and of which this process has a `share`."""

    def __init__(
        self,
        bot: Bot,
        due: Callable[[UnitOfWork], DueService[K, R, S]],
        share: Callable[[], S],
        key: Callable[[R], K],
    ) -> None:
        self._bot = bot
        self._due = due
        self._share = share
        self._key = key

    def key(self, row: R) -> K:
        """Return what a row is known by."""
        return self._key(row)

    def lease(self, row: R) -> datetime:
        """Return until when it was leased."""
        return row.next_at

    async def claim(self, *, limit: int, but: Collection[K]) -> tuple[Sequence[R], datetime | None]:
        """Lease what is due; return it, and when something is due next if that is in the future."""
        share = self._share()
        async with self._bot.uow() as work:
            service = self._due(work)
            due = await service.find_next(share, but=but)
            if due is None or due > self._bot.clock():
                return (), due
            return await service.claim(share, limit=limit, but=but), due

    async def settle(self, row: R, lease: datetime, next_at: datetime | None) -> bool:
        """Say when to look at it next; tell whether nobody changed it meanwhile."""
        async with self._bot.uow() as work:
            return await self._due(work).settle(row, lease, next_at)

    async def renew(self, leases: Mapping[K, datetime]) -> dict[K, datetime]:
        """Keep rows for longer; return the leases of those that are still ours."""
        async with self._bot.uow() as work:
            return await self._due(work).renew(leases)

    async def give_back(self, leases: Mapping[K, datetime]) -> None:
        """Let others take at once what was not finished."""
        async with self._bot.uow() as work:
            await self._due(work).give_back(leases)
