"""Everything that is stored about one person, and its end: each feature's part, in one transaction.

No feature knows another. What each table holds about people is declared in `app.core.privacy.declared`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.pending import Part, Pending, Waits
from app.core.privacy.report import Erased, Erasure, Found, Stored
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.services.statements import Shards, guilds_in, guilds_with

ERASING_LOCK = 0x65726173
"""The key of PostgreSQL's lock on erasing people."""
NO_SERVER = 0
"""In the place of a server: what was done in direct messages, and what members chose for themselves."""


class FeaturePart(Protocol):
    """What a feature stores about people in one server."""

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return it."""
        ...

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Erase it, but for what waits; with `is_complete` also what stays when somebody erases themselves."""
        ...

    @property
    def models(self) -> Sequence[Any]:
        """What it has in servers."""
        ...

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some rows of a server; return how many."""
        ...


class WaitingPart(FeaturePart, Protocol):
    """The same where something may wait."""

    async def waiting(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Pending]:
        """Return what would wait, as far as that is known before."""
        ...

    async def erase_later(self, waiting: Sequence[Pending], limit: int) -> Sequence[Pending]:
        """Erase people from some of what has waited and is over; return which that was."""
        ...


class MembersPart(Protocol):
    """What members chose for themselves in all servers."""

    async def export(self, user_id: int) -> Sequence[Stored]:
        """Return it."""
        ...

    async def erase(self, user_id: int) -> Sequence[Erased]:
        """Forget it."""
        ...


class Erasures(Protocol):
    """Which erasures this database has had."""

    async def missing(self, ids: Collection[str]) -> Sequence[str]:
        """Return those of some that it has not had."""
        ...

    async def note(self, tombstone: Tombstone, rows: int, *, by_operator: bool) -> None:
        """Write one down."""
        ...

    async def tell(self, tombstones: Collection[Tombstone]) -> None:
        """Tell every process of some."""
        ...

    async def postpone(self, waiting: Collection[Pending]) -> None:
        """Write down from what people are to be erased once it is over."""
        ...

    async def pending(self, *kinds: Waits) -> Sequence[Pending]:
        """Return what waits for such things."""
        ...

    async def settle(self, done: Collection[Pending]) -> None:
        """Forget that these waited."""
        ...

    async def settle_person(self, user_id: int, *kinds: Waits) -> None:
        """Forget that anything of such kinds waited from which to erase somebody."""
        ...


class PersonalDataService:
    """Exports and erases people, and forgets servers. A person may only ask for themselves: commands see to that.

    `parts` are asked in their order, in which their rows are locked; `waiting` are those of them where something may
    have to be over first, by what. `whose` are the columns that say whose a row is, each with an index after the
    server's.
    """

    def __init__(
        self,
        session: AsyncSession,
        parts: Sequence[FeaturePart],
        *,
        waiting: Mapping[Waits, WaitingPart],
        members: MembersPart,
        erasures: Erasures,
        whose: Sequence[Any],
    ) -> None:
        self._session = session
        self._parts = parts
        self._waiting = waiting
        self._members = members
        self._erasures = erasures
        self._whose = whose

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers of which anything is stored, whether the bot is there or not."""
        return await guilds_in(self._session, [model for part in self._parts for model in part.models], shards)

    async def guilds_of(self, user_id: int) -> Sequence[int]:
        """Return the servers in which anything is about somebody alone, to choose from; 0 is not among them."""
        return await guilds_with(self._session, self._whose, user_id, await self.guilds())

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Mapping[int, Found]:
        """Return what is stored about somebody, by server and table; 0 is what belongs to no server."""
        found: list[Stored] = []
        for part in self._parts:
            found += await part.export(user_id, guild_ids)
        if NO_SERVER in guild_ids:
            found += await self._members.export(user_id)
        servers: dict[int, dict[str, list[Mapping[str, Any]]]] = {}
        for one in found:
            servers.setdefault(one.guild_id, {}).setdefault(one.table, []).append(one.row)
        return servers

    async def waiting(self, user_id: int, guild_ids: Sequence[int]) -> Erasure:
        """Return of how much somebody would be erased later than of the rest, if they erased themselves now."""
        found = [one for part in self._waiting.values() for one in await part.waiting(user_id, guild_ids)]
        return _report((), found)

    async def places(self, guild_id: int) -> Sequence[int]:
        """Return the servers that are meant: the one, or with `EVERYWHERE` all, and 0 for what belongs to none."""
        return [NO_SERVER, *await self.guilds()] if guild_id == EVERYWHERE else [guild_id]

    async def erase(self, tombstone: Tombstone, *, by_operator: bool = False) -> Erasure:
        """Erase somebody where a tombstone says so, note that it was done, and tell every process."""
        await self._session.execute(_LOCK)
        erasure = await self._erase(tombstone, by_operator=by_operator)
        await self._erasures.tell([tombstone])
        return erasure

    async def erase_again(self, tombstone: Tombstone) -> Erasure | None:
        """Do an erasure that this database has not had; None if it has, as when another process was quicker."""
        await self._session.execute(_LOCK)
        if not await self._erasures.missing([tombstone.id]):
            return None
        return await self._erase(tombstone, by_operator=False)

    async def _erase(self, tombstone: Tombstone, *, by_operator: bool) -> Erasure:
        user_id, guild_ids = tombstone.user_id, await self.places(tombstone.guild_id)
        parts = [await part.erase(user_id, guild_ids, is_complete=tombstone.is_complete) for part in self._parts]
        done = [one for part in parts for one in part.tables]
        if NO_SERVER in guild_ids:
            done += await self._members.erase(user_id)
        waiting = [one for part in parts for one in part.waiting]
        if tombstone.is_complete:
            # What waited there is gone, and who it was with it.
            await self._erasures.settle_person(user_id, Waits.ONBOARDING)
        await self._erasures.postpone(waiting)
        erasure = _report(done, waiting)
        await self._erasures.note(tombstone, erasure.rows, by_operator=by_operator)
        return erasure

    async def erase_postponed(self, limit: int) -> int:
        """Erase people from some of what they waited for and is over by now; return from how much, of each kind."""
        await self._session.execute(_LOCK)
        most = 0
        pending = await self._erasures.pending(*self._waiting)
        for kind, part in self._waiting.items():
            if waiting := [one for one in pending if one.kind is kind]:
                done = await part.erase_later(waiting, limit)
                await self._erasures.settle(done)
                most = max(most, len(done))
        return most

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some rows of a server in each table; return how many. 0: nothing is left, or all is locked."""
        return sum([await part.forget_guild(guild_id, limit) for part in self._parts])


def _report(done: Iterable[Erased], waiting: Iterable[Pending]) -> Erasure:
    many = Counter(one.kind for one in waiting)
    return Erasure.of(done, open_tickets=many[Waits.TICKET], unfinished=many[Waits.ONBOARDING])


# One at a time, so that no two wait for each other's rows.
_LOCK = select(func.pg_advisory_xact_lock(ERASING_LOCK))
