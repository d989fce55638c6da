"""Dealing with what was searched for in vain: which entry answers it, and by which words that is found from now on."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.core.actor import Actor
from app.core.errors import Conflict, LimitReached, UserError
from app.core.faq.drafts import as_keyword, checked
from app.core.faq.entries import Draft
from app.core.faq.errors import EntryChanged, EntryNotFound, GapNotFound, VersionNotFound
from app.core.faq.folding import title_key
from app.core.faq.gaps import Handled
from app.core.records import record
from app.models.faq_entry import FaqEntry
from app.services.faq.entries import Change, FaqEntryService
from app.services.faq.gaps import GapService
from app.services.faq.reading import FaqReadingService
from app.services.faq.synonyms import SynonymService


@record
class Answered:
    """What was dealt with by an entry that was there already."""

    handled: Handled
    entry: FaqEntry
    keyword: str | None = None
    """The words by which the entry is found from now on; None if it has no more room for any, or had them."""
    version: int | None = None
    """The version that has them, to take them back."""
    problem: UserError | None = None
    """Why it got no words."""


class FaqAnsweringService:
    """Brings searches and entries together. Raises SearchesNotAllowed, GapNotFound, EntryNotFound."""

    def __init__(
        self, entries: FaqEntryService, reading: FaqReadingService, gaps: GapService, synonyms: SynonymService
    ) -> None:
        self._entries = entries
        self._reading = reading
        self._gaps = gaps
        self._synonyms = synonyms

    async def by_entry(self, actor: Actor, log_id: int, entry_id: int) -> Answered:
        """Take down that an entry answers a group of searches, and let it be found by what was typed most often."""
        gap = await self._gaps.one(actor, log_id)
        entry = await self._reading.get(actor, entry_id)
        handled = await self._gaps.answer(actor, gap, entry.id)
        return await self._with_keyword(actor, handled, entry, [gap.wording, *gap.keys])

    async def by_new(self, actor: Actor, log_id: int, draft: Draft) -> tuple[FaqEntry, Handled | None]:
        """Add an entry that answers a group of searches, and is found by its words whatever its title is.

        If the group was dealt with meanwhile, the entry is added all the same. Raises as `FaqEntryService.add`.
        """
        gap = None
        with suppress(GapNotFound):
            gap = await self._gaps.one(actor, log_id)
        keyword = as_keyword(gap.wording) if gap is not None else None
        if keyword is not None and title_key(keyword) != title_key(draft.title):
            with suppress(LimitReached):
                draft = checked(replace(draft, keywords=(*draft.keywords, keyword)))
        entry = await self._entries.add(actor, draft)
        return entry, await self._gaps.answer(actor, gap, entry.id) if gap is not None else None

    async def by_edit(
        self, actor: Actor, log_id: int, entry_id: int, change: Callable[[Draft], Draft], version: int
    ) -> Change:
        """Change an entry so that it answers a group of searches.

        If the group was dealt with meanwhile, the entry is changed all the same. Raises as `FaqEntryService.edit`.
        """
        done = await self._entries.edit(actor, entry_id, change, version=version)
        with suppress(GapNotFound):
            await self._gaps.answer(actor, await self._gaps.one(actor, log_id), entry_id)
        return done

    async def by_pair(self, actor: Actor, log_id: int, entry_id: int) -> Answered:
        """Let an entry be found by the words with which people did not find it."""
        entry = await self._reading.get(actor, entry_id)
        handled = await self._synonyms.confirm(actor, log_id, entry_id)
        return await self._with_keyword(actor, handled, entry, [handled.wording])

    async def undo(self, actor: Actor, at: datetime, entry_id: int | None, version: int | None) -> tuple[int, bool]:
        """Take that back; return of how many searches, and whether the words could be taken from the entry again.

        They stay if it was changed since.
        """
        count = await self._gaps.undo(actor, at)
        if entry_id is None or version is None:
            return count, True
        try:
            await self._entries.back_to(actor, entry_id, version - 1, version=version)
        except (EntryChanged, EntryNotFound, VersionNotFound):
            return count, False
        return count, True

    async def _with_keyword(self, actor: Actor, handled: Handled, entry: FaqEntry, wordings: Iterable[str]) -> Answered:
        keyword = next(filter(None, map(as_keyword, wordings)), None)
        if keyword is None or title_key(keyword) == title_key(entry.title):
            return Answered(handled, entry)

        def with_it(old: Draft) -> Draft:
            return replace(old, keywords=(*old.keywords, keyword))

        try:
            change = await self._entries.edit(actor, entry.id, with_it)
        except LimitReached as error:
            return Answered(handled, entry, problem=error)
        except Conflict:
            # It has it already.
            return Answered(handled, entry)
        return Answered(handled, change.entry, keyword, change.entry.version)
