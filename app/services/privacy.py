"""Everything that is stored about one person, and its end: each feature's part, in one transaction.

No feature knows another. What each table holds about people is declared in `app.core.privacy.declared`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.report import Erased, Erasure, Found, Stored
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.services.statements import Shards, guilds_with

ERASING_LOCK = 0x65726173
"""The key of PostgreSQL's lock on erasing people."""
NO_SERVER = 0
"""In the place of a server: what was done in direct messages, and what members chose for themselves."""


class Part(Protocol):
    """What a feature stores about people in one server."""

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return it."""
        ...

    async def erase(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Erased]:
        """Erase it."""
        ...

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers of which anything is stored."""
        ...

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some rows of a server; return how many."""
        ...


class SettingsPart(Protocol):
    """The same of the settings, where a block may stay."""

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return it."""
        ...

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Sequence[Erased]:
        """Erase it."""
        ...

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers of which anything is stored."""
        ...

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some rows of a server; return how many."""
        ...


class TicketsPart(Part, Protocol):
    """The same of tickets, which may not be over."""

    async def open_ones(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[int]:
        """Return those that are not over."""
        ...

    async def are_over(self, ids: Sequence[int]) -> Sequence[int]:
        """Return those of some that are over."""
        ...

    async def erase_from(self, user_id: int, among: Sequence[int]) -> None:
        """Erase it from some that are over."""
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

    async def note(self, tombstone: Tombstone, rows: int, *, by_operator: bool, tell: bool = True) -> None:
        """Write one down."""
        ...

    async def postpone(self, user_id: int, ticket_ids: Sequence[int]) -> None:
        """Write down that somebody is to be erased from tickets once these are over."""
        ...

    async def pending(self) -> Sequence[Any]:
        """Return what waits."""
        ...

    async def settle(self, done: Collection[Any]) -> None:
        """Forget that it waited."""
        ...


class PersonalDataService:
    """Exports and erases people, and forgets servers. A person may only ask for themselves: commands see to that.

    `whose` are the columns that say whose a row is, each with an index after the server's.
    """

    def __init__(
        self,
        session: AsyncSession,
        parts: Sequence[Part],
        *,
        tickets: TicketsPart,
        settings: SettingsPart,
        members: MembersPart,
        erasures: Erasures,
        whose: Sequence[Any],
    ) -> None:
        self._session = session
        self._parts = parts
        self._tickets = tickets
        self._settings = settings
        self._members = members
        self._erasures = erasures
        self._whose = whose

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers of which anything is stored, whether the bot is there or not."""
        everything = (*self._parts, self._tickets, self._settings)
        found = [await part.guilds(shards) for part in everything]
        return sorted({guild_id for part in found for guild_id in part})

    async def guilds_of(self, user_id: int) -> Sequence[int]:
        """Return the servers in which anything is about somebody alone, to choose from; 0 is not among them."""
        known = await self.guilds()
        found = [await guilds_with(self._session, column, user_id, known) for column in self._whose]
        return sorted({guild_id for part in found for guild_id in part})

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Mapping[int, Found]:
        """Return what is stored about somebody, by server and table; 0 is what belongs to no server."""
        found: list[Stored] = []
        for part in (*self._parts, self._tickets, self._settings):
            found += await part.export(user_id, guild_ids)
        if NO_SERVER in guild_ids:
            found += await self._members.export(user_id)
        servers: dict[int, dict[str, list[Mapping[str, Any]]]] = {}
        for one in found:
            servers.setdefault(one.guild_id, {}).setdefault(one.table, []).append(one.row)
        return servers

    async def open_tickets(self, user_id: int, guild_ids: Sequence[int]) -> int:
        """Return how many tickets with somebody are not over."""
        return len(await self._tickets.open_ones(user_id, guild_ids))

    async def places(self, guild_id: int) -> Sequence[int]:
        """Return the servers that are meant: the one, or with `EVERYWHERE` all, and 0 for what belongs to none."""
        return [NO_SERVER, *await self.guilds()] if guild_id == EVERYWHERE else [guild_id]

    async def erase(self, tombstone: Tombstone, *, by_operator: bool = False, tell: bool = True) -> Erasure:
        """Erase somebody where a tombstone says so, and note that it was done."""
        # One at a time, so that no two wait for each other's rows.
        await self._session.execute(select(func.pg_advisory_xact_lock(ERASING_LOCK)))
        user_id, guild_ids = tombstone.user_id, await self.places(tombstone.guild_id)
        done: list[Erased] = []
        for part in self._parts:
            done += await part.erase(user_id, guild_ids)
        waiting = await self._tickets.open_ones(user_id, guild_ids)
        await self._erasures.postpone(user_id, waiting)
        done += await self._tickets.erase(user_id, guild_ids)
        done += await self._settings.erase(user_id, guild_ids, is_complete=tombstone.is_complete)
        if NO_SERVER in guild_ids:
            done += await self._members.erase(user_id)
        erasure = Erasure.of(done, len(waiting))
        await self._erasures.note(tombstone, erasure.rows, by_operator=by_operator, tell=tell)
        return erasure

    async def erase_postponed(self, limit: int) -> int:
        """Erase people from tickets that are over by now; return from how many."""
        waiting = await self._erasures.pending()
        over = set(await self._tickets.are_over([one.ticket_id for one in waiting])) if waiting else set[int]()
        due = [one for one in waiting if one.ticket_id in over][:limit]
        for person in {one.person for one in due}:
            theirs = [one.ticket_id for one in due if one.person == person]
            await self._tickets.erase_from(person, theirs)
        if due:
            await self._erasures.settle(due)
        return len(due)

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some rows of a server in each table; return how many. 0: nothing is left, or all is locked."""
        return sum([await part.forget_guild(guild_id, limit) for part in (*self._parts, self._tickets, self._settings)])
