"""What people write into the FAQ: adding, changing, removing, and taking that back."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, LimitReached
from app.core.faq.drafts import checked, with_alias
from app.core.faq.entries import Draft, Field
from app.core.faq.errors import EntryChanged, EntryNotFound, TitleTaken, VersionNotFound
from app.core.faq.folding import title_key
from app.core.faq.limits import MAX_ENTRIES, MAX_VERSIONS
from app.core.records import record
from app.models import FaqEntry
from app.services.faq.rows import (
    columns_of,
    draft_of,
    found_by,
    present_in,
    require_editor,
    require_staff,
    version_of,
    versions_of,
)

TITLES_LOCK = 0x_FA9
"""Whoever gives a title waits for others of the same server who do, so that the second is told of the first."""

SEARCHED = frozenset({Field.TITLE, Field.ANSWER, Field.KEYWORDS, Field.LANGUAGE})


@record
class Change:
    """What became of an entry."""

    entry: FaqEntry
    before: Draft
    fields: tuple[Field, ...]


class FaqEntryService:
    """Sole writer of what entries say. Everything that people write goes through here, and is indexed here."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add(self, actor: Actor, draft: Draft) -> FaqEntry:
        """Add an entry. Raises StaffOnly, InvalidInput, LimitReached, TitleTaken."""
        require_staff(actor)
        wanted = checked(draft)
        await self.wait_for_others(actor.guild_id)
        await self.require_free(actor.guild_id, wanted.title)
        await self.require_room(actor.guild_id)
        now = self._clock()
        made = FaqEntry(
            guild_id=actor.guild_id,
            created_at=now,
            created_by=actor.user_id,
            updated_at=now,
            updated_by=actor.user_id,
            version=1,
            history=[],
            **columns_of(wanted),
            **found_by(actor.guild_id, wanted),
        )
        self._session.add(made)
        await self._session.flush()
        return made

    async def edit(
        self, actor: Actor, entry_id: int, change: Callable[[Draft], Draft], *, version: int | None = None
    ) -> Change:
        """Change an entry, of which the version before is kept. A former title stays a keyword.

        `version` is the one that this person saw; without one, the entry is changed as it is now. Raises StaffOnly,
        EntryNotFound, InvalidInput, LimitReached, TitleTaken, EntryChanged, and Conflict if nothing would change.
        """
        entry, wanted = await self._wanted(actor, entry_id, change, version)
        return await self._replace(actor, entry, wanted)

    async def plan(
        self, actor: Actor, entry_id: int, change: Callable[[Draft], Draft], *, version: int
    ) -> tuple[Draft, Draft]:
        """Return an entry as it is and as `edit` would make it. Raises as `edit`."""
        entry, wanted = await self._wanted(actor, entry_id, change, version)
        before = draft_of(entry)
        require_difference(wanted, before)
        return before, wanted

    async def check_new(self, actor: Actor, draft: Draft) -> None:
        """Raise what `add` would raise, but for LimitReached."""
        require_staff(actor)
        await self.require_free(actor.guild_id, checked(draft).title)

    async def back_to(self, actor: Actor, entry_id: int, number: int, *, version: int | None = None) -> Change:
        """Make an entry what it was in an earlier version; that is a new one.

        With `version`, only while the entry is in that one. Raises as `edit`, and VersionNotFound.
        """
        await self.wait_for_others(actor.guild_id)
        entry = await self._locked(actor, entry_id)
        found = next((one.draft for one in versions_of(entry) if one.number == number), None)
        if found is None:
            raise VersionNotFound
        if version is not None and entry.version != version:
            now = draft_of(entry)
            raise EntryChanged(version=entry.version, by=entry.updated_by, base=None, now=now, mine=found)
        return await self._replace(actor, entry, found)

    async def remove(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Remove an entry; `restore` brings it back for 30 days. Raises StaffOnly, EntryNotFound."""
        require_staff(actor)
        entry = await self._locked(actor, entry_id)
        entry.deleted_at, entry.deleted_by = self._clock(), actor.user_id
        await self._session.flush()
        return entry

    async def restore(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Bring back an entry that was removed. Raises StaffOnly, EntryNotFound, LimitReached, TitleTaken."""
        require_staff(actor)
        await self.wait_for_others(actor.guild_id)
        entry = await self._session.scalar(
            select(FaqEntry)
            .where(FaqEntry.guild_id == actor.guild_id, FaqEntry.id == entry_id, FaqEntry.deleted_at.is_not(None))
            .with_for_update()
        )
        if entry is None:
            raise EntryNotFound
        await self.require_free(actor.guild_id, entry.title)
        await self.require_room(actor.guild_id)
        entry.deleted_at = entry.deleted_by = None
        await self._session.flush()
        return entry

    async def require_free(self, guild_id: int, title: str, *, but: int | None = None) -> None:
        """Raise TitleTaken if another entry has the same title."""
        taken = (
            await self._session.execute(
                select(FaqEntry.id, FaqEntry.title).where(
                    present_in(guild_id), FaqEntry.title_key == title_key(title), FaqEntry.id != (but or 0)
                )
            )
        ).first()
        if taken is not None:
            raise TitleTaken(taken.id, taken.title)

    async def require_room(self, guild_id: int, new: int = 1) -> None:
        """Raise LimitReached if a server cannot have so many more."""
        count = await self._session.scalar(select(func.count()).where(present_in(guild_id)))
        if (count or 0) + new > MAX_ENTRIES:
            raise LimitReached("A server has at most {count} entries in its FAQ. Remove some first.", count=MAX_ENTRIES)

    async def wait_for_others(self, guild_id: int) -> None:
        """Wait for everybody who gives titles in a server, and let them wait until the transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(TITLES_LOCK, func.hashint8(guild_id))))

    async def _locked(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Return an entry that this person may change, for as long as the transaction takes."""
        entry = await self._session.scalar(
            select(FaqEntry)
            .where(present_in(actor.guild_id), FaqEntry.id == entry_id)
            .options(undefer(FaqEntry.history))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if entry is None:
            raise EntryNotFound
        require_editor(actor, entry)
        return entry

    async def _wanted(
        self, actor: Actor, entry_id: int, change: Callable[[Draft], Draft], version: int | None
    ) -> tuple[FaqEntry, Draft]:
        """Return an entry, and what it is to be."""
        await self.wait_for_others(actor.guild_id)
        entry = await self._locked(actor, entry_id)
        before = draft_of(entry)
        if version is not None and entry.version != version:
            base = next((one.draft for one in versions_of(entry) if one.number == version), None)
            mine = checked(change(base or before))
            raise EntryChanged(version=entry.version, by=entry.updated_by, base=base, now=before, mine=mine)
        return entry, with_alias(checked(change(before)), before.title)

    async def _replace(self, actor: Actor, entry: FaqEntry, wanted: Draft) -> Change:
        before = draft_of(entry)
        changed = require_difference(wanted, before)
        columns = columns_of(wanted)
        if not SEARCHED.isdisjoint(changed):
            columns |= found_by(entry.guild_id, wanted)
        if title_key(wanted.title) != title_key(before.title):
            await self.require_free(entry.guild_id, wanted.title, but=entry.id)
        elif entry.title_key is None:
            # One of several that had the same title before titles were compared: it stays readable, and is no refusal.
            columns.pop("title_key", None)
        entry.history = [*entry.history, version_of(entry).to_json()][-MAX_VERSIONS:]
        for name, value in columns.items():
            setattr(entry, name, value)
        if Field.VERIFY_BY in changed:
            entry.verify_told_at = None
        entry.version += 1
        entry.updated_at, entry.updated_by = self._clock(), actor.user_id
        await self._session.flush()
        return Change(entry, before, changed)


def require_difference(wanted: Draft, before: Draft) -> tuple[Field, ...]:
    """Return what differs. Raises Conflict if nothing does."""
    changed = wanted.differences(before)
    if not changed:
        raise Conflict("That would change nothing: it is so already.")
    return changed
