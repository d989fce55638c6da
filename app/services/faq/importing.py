"""Entries from files and into them."""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any
from zlib import crc32

from sqlalchemy import Text, cast, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict
from app.core.faq.entries import Draft, Field
from app.core.faq.exchange_reading import File
from app.core.faq.folding import title_key
from app.core.faq.limits import MAX_VERSIONS
from app.core.records import record
from app.models import FaqEntry
from app.services.faq.entries import FaqEntryService
from app.services.faq.indexing import FaqIndexingService
from app.services.faq.rows import columns_of, draft_of, present_in, require_staff, version_of

AT_ONCE = 200
PAGE = 1000


class FileChanged(Conflict):
    """What a file would do is not what was shown."""

    def __init__(self) -> None:
        super().__init__("The FAQ was changed meanwhile. Give the file to `/faq import` again.")


@record
class Replacement:
    """An entry that is there, and what it would be."""

    entry_id: int
    version: int
    before: Draft
    after: Draft


@record
class Plan:
    """What a file would do."""

    new: list[Draft] = field(default_factory=list[Draft])
    changed: list[Replacement] = field(default_factory=list[Replacement])
    same: int = 0
    skipped: int = 0
    """Titles that are there, and are left as they are."""

    @property
    def digest(self) -> str:
        """Return what stands for it."""
        said = [*(repr(one) for one in self.new), *(f"{one.entry_id}.{one.version}{one.after}" for one in self.changed)]
        return f"{crc32(chr(0).join(said).encode(errors='replace')):08x}"


class FaqImportService:
    """Takes many entries at once, and gives all."""

    def __init__(
        self, session: AsyncSession, clock: Clock, entries: FaqEntryService, indexing: FaqIndexingService
    ) -> None:
        self._session = session
        self._clock = clock
        self._entries = entries
        self._indexing = indexing

    async def export_page(self, actor: Actor, after: int = 0) -> tuple[list[Draft], int]:
        """Return some of all entries, and the number of the last; after that none. Raises StaffOnly."""
        require_staff(actor)
        rows = await self._session.scalars(
            select(FaqEntry).where(present_in(actor.guild_id), FaqEntry.id > after).order_by(FaqEntry.id).limit(PAGE)
        )
        found = rows.all()
        return [draft_of(one) for one in found], found[-1].id if found else after

    async def plan(self, actor: Actor, file: File, *, update_known: bool) -> Plan:
        """Return what a file would do. Raises StaffOnly, LimitReached."""
        require_staff(actor)
        drafts = file.drafts
        there = await self._there(actor.guild_id, [title_key(one.title) for one in drafts])
        plan, same, skipped = Plan(), 0, 0
        for one in drafts:
            known = there.get(title_key(one.title))
            if known is None:
                plan.new.append(one)
                continue
            before = draft_of(known)
            after = replace(before, **{name: getattr(one, name) for name in file.fields})
            if after == before:
                same += 1
            elif update_known:
                plan.changed.append(Replacement(known.id, known.version, before, after))
            else:
                skipped += 1
        await self._entries.require_room(actor.guild_id, len(plan.new))
        return replace(plan, same=same, skipped=skipped)

    async def take(
        self, actor: Actor, file: File, *, update_known: bool, shown: str, language: str | None = None
    ) -> Plan:
        """Do it, all or nothing, if it is still what was shown. Raises as `plan`, and FileChanged.

        `language` is that of new entries which name none.
        """
        await self._entries.wait_for_others(actor.guild_id)
        plan = await self.plan(actor, file, update_known=update_known)
        if plan.digest != shown:
            raise FileChanged
        for first in range(0, len(plan.new), AT_ONCE):
            part = plan.new[first : first + AT_ONCE]
            await self._add(actor, [replace(one, language=one.language or language) for one in part])
        for first in range(0, len(plan.changed), AT_ONCE):
            await self._change(actor, plan.changed[first : first + AT_ONCE])
        return plan

    async def _there(self, guild_id: int, keys: list[str]) -> dict[str, FaqEntry]:
        wanted = FaqEntry.title_key == cast(keys, ARRAY(Text(collation="C"))).any_()
        rows = await self._session.scalars(select(FaqEntry).where(present_in(guild_id), wanted))
        return {one.title_key or "": one for one in rows}

    async def _add(self, actor: Actor, drafts: Sequence[Draft]) -> None:
        now = self._clock()
        rows = [
            {
                **columns_of(one),
                "title_key": title_key(one.title),
                "guild_id": actor.guild_id,
                "created_at": now,
                "created_by": actor.user_id,
                "updated_at": now,
                "updated_by": actor.user_id,
            }
            for one in drafts
        ]
        ids = await self._session.scalars(insert(FaqEntry).returning(FaqEntry.id), rows)
        await self._indexing.index(ids.all())

    async def _change(self, actor: Actor, changed: Sequence[Replacement]) -> None:
        by_id = {one.entry_id: one for one in changed}
        found = await self._session.scalars(
            select(FaqEntry)
            .where(present_in(actor.guild_id), FaqEntry.id.in_(by_id))
            .options(undefer(FaqEntry.history))
            .order_by(FaqEntry.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        rows: list[dict[str, Any]] = []
        for entry in found.all():
            one = by_id[entry.id]
            if entry.version != one.version:
                raise FileChanged
            asks_again = Field.VERIFY_BY in one.after.differences(one.before)
            rows.append(
                {
                    "id": entry.id,
                    **columns_of(one.after),
                    "history": [*entry.history, version_of(entry).to_json()][-MAX_VERSIONS:],
                    "version": entry.version + 1,
                    "updated_at": self._clock(),
                    "updated_by": actor.user_id,
                    "verify_told_at": None if asks_again else entry.verify_told_at,
                }
            )
        if len(rows) < len(changed):
            raise FileChanged
        await self._session.execute(update(FaqEntry), rows)
        await self._indexing.index([row["id"] for row in rows])
