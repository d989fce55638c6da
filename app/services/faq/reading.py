"""Reading entries: one, pages of them, their categories, and what a title that was typed means."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.entries import Version
from app.core.faq.errors import AnswerIsGone, EntryNotFound
from app.core.faq.folding import fold, title_key
from app.core.faq.listing import Listing, Order, Shown
from app.core.records import record
from app.core.storable import MAX_KEY, is_storable
from app.models import FaqEntry
from app.services.faq.rows import require_editor, require_staff, version_of, versions_of, visible_to

PAGE = 10
MAX_CATEGORIES = 500
"""Of which those are looked for that have what was typed."""
_REFERENCE = re.compile(r"#([0-9]{1,10})")

_ORDERS: Mapping[Order, Sequence[Any]] = {
    Order.CATEGORY: (FaqEntry.category.asc().nulls_last(), FaqEntry.title_key, FaqEntry.id),
    Order.TITLE: (FaqEntry.title_key, FaqEntry.id),
    Order.NEWEST: (FaqEntry.updated_at.desc(), FaqEntry.id.desc()),
    Order.OPENED: (FaqEntry.opened_count.desc(), FaqEntry.id),
    Order.HELPFUL: (FaqEntry.helpful_count.desc(), FaqEntry.id),
    Order.UNHELPFUL: (FaqEntry.unhelpful_count.desc(), FaqEntry.id),
}


@record
class Suggested:
    """An entry while somebody types."""

    id: int
    title: str
    enabled: bool
    category: str | None


@record
class EntryPage:
    """A page of a list, counted from 0."""

    entries: Sequence[FaqEntry]
    page: int
    count: int

    @property
    def pages(self) -> int:
        """Return how many there are, at least one."""
        return max(-(-self.count // PAGE), 1)


class FaqReadingService:
    """Reads entries, for who may see them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def get(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Return an entry that somebody may see. Raises EntryNotFound."""
        entry = await self._session.scalar(select(FaqEntry).where(visible_to(actor), FaqEntry.id == entry_id))
        if entry is None:
            raise EntryNotFound
        return entry

    async def has_any(self, actor: Actor) -> bool:
        """Tell whether the server has an entry that somebody may see."""
        return bool(await self._session.scalar(select(exists().where(visible_to(actor)))))

    async def answer(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Return the entry that a button of before is about. Raises AnswerIsGone."""
        try:
            return await self.get(actor, entry_id)
        except EntryNotFound:
            raise AnswerIsGone from None

    async def several(self, actor: Actor, entry_ids: Sequence[int]) -> list[FaqEntry]:
        """Return entries that somebody may see, in this order, without those that are gone."""
        rows = await self._session.scalars(select(FaqEntry).where(visible_to(actor), FaqEntry.id.in_(entry_ids)))
        found = {entry.id: entry for entry in rows}
        return [found[entry_id] for entry_id in entry_ids if entry_id in found]

    async def find(self, actor: Actor, typed: str) -> FaqEntry:
        """Return what was typed or chosen: `#` and the number of an entry, or its title. Raises EntryNotFound."""
        found = await self._session.scalar(select(FaqEntry).where(visible_to(actor), _meant(typed)).limit(1))
        if found is None:
            raise EntryNotFound
        return found

    async def find_to_edit(self, actor: Actor, typed: str) -> FaqEntry:
        """Return the same for who may change it. Raises EntryNotFound, StaffOnly."""
        found = await self.find(actor, typed)
        require_editor(actor, found)
        return found

    async def get_to_edit(self, actor: Actor, entry_id: int) -> FaqEntry:
        """Return an entry for who may change it. Raises EntryNotFound, StaffOnly."""
        found = await self.get(actor, entry_id)
        require_editor(actor, found)
        return found

    async def find_removed(self, actor: Actor, typed: str) -> FaqEntry:
        """Return an entry that was removed, the last one with that title. Raises StaffOnly, EntryNotFound."""
        require_staff(actor)
        found = await self._session.scalar(
            select(FaqEntry)
            .where(_removed_in(actor.guild_id), _meant(typed))
            .order_by(FaqEntry.deleted_at.desc())
            .limit(1)
        )
        if found is None:
            raise EntryNotFound
        return found

    async def history(self, actor: Actor, entry_id: int) -> tuple[FaqEntry, list[Version]]:
        """Return an entry and its versions, the present one first. Raises EntryNotFound, StaffOnly."""
        found = await self._session.scalar(
            select(FaqEntry)
            .where(visible_to(actor), FaqEntry.id == entry_id)
            .options(undefer(FaqEntry.history))
            .execution_options(populate_existing=True)
        )
        if found is None:
            raise EntryNotFound
        require_editor(actor, found)
        return found, [version_of(found), *reversed(versions_of(found))]

    async def page(self, actor: Actor, listing: Listing, page: int = 0) -> EntryPage:
        """Return a page of the entries that somebody may see; the last one if there are not so many.

        Raises StaffOnly for what only staff see.
        """
        wanted = self._listed(actor, listing)
        count = await self._session.scalar(select(func.count()).select_from(FaqEntry).where(wanted)) or 0
        page = max(min(page, (count - 1) // PAGE), 0)
        order: Sequence[Any] = _ORDERS[listing.order]
        if listing.shown is Shown.REMOVED:
            order = (FaqEntry.deleted_at.desc(), FaqEntry.id)
        elif listing.shown is Shown.OVERDUE:
            order = (FaqEntry.verify_by, FaqEntry.id)
        rows = await self._session.scalars(
            select(FaqEntry).where(wanted).order_by(*order).offset(page * PAGE).limit(PAGE)
        )
        return EntryPage(rows.all(), page, count)

    async def categories(self, actor: Actor, typed: str = "", *, limit: int = 25) -> Sequence[str]:
        """Return the categories with something in them that somebody may see, those that have what was typed."""
        visible = visible_to(actor)
        # From each to the next by the index, however many entries are between them.
        found = select(func.min(FaqEntry.category).label("name")).where(visible).cte("found", recursive=True)
        later = select(func.min(FaqEntry.category)).where(visible, FaqEntry.category > found.c.name).scalar_subquery()
        found = found.union_all(select(later).where(found.c.name.is_not(None)))
        names = select(found.c.name).where(found.c.name.is_not(None)).limit(MAX_CATEGORIES)
        words = fold(typed)
        return [one for one in await self._session.scalars(names) if words in fold(one)][:limit]

    async def suggest_disabled(self, actor: Actor, typed: str, *, limit: int = 25) -> Sequence[Suggested]:
        """Return entries that only staff see whose titles have what was typed, those that begin with it first.

        None to who is no staff. `FaqSearchService.suggest` has those that everybody sees.
        """
        return await self._suggest(and_(visible_to(actor), ~FaqEntry.enabled), typed, limit) if actor.is_staff else ()

    async def suggest_removed(self, actor: Actor, typed: str, *, limit: int = 25) -> Sequence[Suggested]:
        """Return the same of those that can be brought back; none to who is no staff."""
        return await self._suggest(_removed_in(actor.guild_id), typed, limit) if actor.is_staff else ()

    async def _suggest(self, among: ColumnElement[bool], typed: str, limit: int) -> Sequence[Suggested]:
        words = fold(typed) if is_storable(typed) else ""
        begins = FaqEntry.title_key.startswith(words, autoescape=True)
        rows = await self._session.execute(
            select(FaqEntry.id, FaqEntry.title, FaqEntry.enabled, FaqEntry.category)
            .where(among, FaqEntry.title_key.contains(words, autoescape=True))
            .order_by(begins.desc(), FaqEntry.title_key)
            .limit(limit)
        )
        return [Suggested(*row) for row in rows]

    def _listed(self, actor: Actor, listing: Listing) -> ColumnElement[bool]:
        shown = listing.shown
        if shown is not Shown.ALL:
            require_staff(actor)
        if shown is Shown.REMOVED:
            return _removed_in(actor.guild_id)
        wanted = [visible_to(actor)]
        if listing.category is not None:
            # What cannot be stored is the category of nothing.
            is_known = is_storable(listing.category)
            wanted.append(FaqEntry.category == listing.category if is_known else false())
        if shown is Shown.DISABLED:
            wanted.append(~FaqEntry.enabled)
        elif shown is Shown.OVERDUE:
            wanted.append(FaqEntry.verify_by <= self._clock())
        elif shown is Shown.NOBODYS:
            wanted.append(and_(FaqEntry.owner_user_id.is_(None), FaqEntry.owner_role_id.is_(None)))
        return and_(*wanted)


def _removed_in(guild_id: int) -> ColumnElement[bool]:
    return and_(FaqEntry.guild_id == guild_id, FaqEntry.deleted_at.is_not(None))


def _meant(typed: str) -> ColumnElement[bool]:
    found = _REFERENCE.fullmatch(typed.strip())
    if found is not None and int(found[1]) <= MAX_KEY:
        return FaqEntry.id == int(found[1])
    if not is_storable(typed):
        raise EntryNotFound
    # What was never indexed, or is one of several, has no key.
    return or_(FaqEntry.title_key == title_key(typed), and_(FaqEntry.title_key.is_(None), FaqEntry.title == typed))
