"""Suggesting answers by itself: where a server wants that, and to which message."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import LimitReached, NotAllowed, NotFound
from app.core.faq.asking import best_of
from app.core.faq.automatic import AUTOMATIC, Automatic
from app.core.faq.errors import ManagersOnly
from app.core.faq.limits import MAX_AUTOMATIC
from app.core.faq.policy import FaqPolicy
from app.core.faq.waiting import Said
from app.core.records import record
from app.models import BotSetting, FaqEntry, SettingsHistory
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.log import Search, SearchLogService
from app.services.faq.searching import FaqSearchService
from app.services.structures import Settings, require_change, structure

L = FaqSearchLog
CHANNEL_LOCK = 0x66617161
"""The first half of the key of PostgreSQL's lock on what is suggested in a channel; the second is the channel's id."""
AFTER_DISMISSAL = timedelta(days=1)
"""How long an answer is not suggested again to somebody who dismissed it."""
CLOCKS = timedelta(minutes=5)
"""How far Discord's clock, from which messages have their ids, may be from this one."""
DISCORD_EPOCH_MS = 1420070400000


class Silence(StrEnum):
    """Why nothing is suggested."""

    QUIET = "quiet"
    """The member wants no suggestions."""
    UNSURE = "unsure"
    """No answer fits well enough."""
    LATELY = "lately"
    """The same was suggested there, or dismissed by the same person, a short while ago."""
    ALREADY = "already"
    """Something was suggested for this message before, perhaps by another process."""


@record
class Suggested:
    """What is suggested for a message, and the number of the search."""

    log_id: int
    entry: FaqEntry


class FaqAutomaticService:
    """Keeps the channels in which answers are suggested, and decides what is."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        settings: Settings,
        search: FaqSearchService,
        log: SearchLogService,
    ) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings
        self._search = search
        self._log = log

    async def put(self, actor: Actor, policy: FaqPolicy, place: Automatic) -> SettingsHistory:
        """Suggest answers in a channel, or change how. Raises ManagersOnly, AlreadySo, LimitReached."""
        require_manager(actor)
        if place.channel_id not in policy.automatic and len(policy.automatic) >= MAX_AUTOMATIC:
            raise LimitReached(
                "Answers can be suggested in at most {count} channels. Turn one off with `/faq auto off`.",
                count=MAX_AUTOMATIC,
            )
        require_change(place, policy.automatic.get(place.channel_id))
        return await self._settings.change(actor, structure(AUTOMATIC, str(place.channel_id)), place.to_json())

    async def remove(self, actor: Actor, policy: FaqPolicy, channel_id: int) -> SettingsHistory:
        """Suggest nothing in a channel any more. Raises ManagersOnly, NotFound."""
        require_manager(actor)
        if channel_id not in policy.automatic:
            raise NotFound("No answers are suggested there. `/faq auto list` shows where they are.")
        return await self._settings.reset(actor, structure(AUTOMATIC, str(channel_id)))

    async def chosen(self) -> dict[int, frozenset[int]]:
        """Return the ids of all channels in which answers are suggested, by their servers."""
        rows = await self._session.execute(
            select(BotSetting.guild_id, BotSetting.key).where(BotSetting.scope == AUTOMATIC)
        )
        found: dict[int, set[int]] = defaultdict(set)
        for guild_id, key in rows:
            if key.isascii() and key.isdigit():
                found[guild_id].add(int(key))
        return {guild_id: frozenset(channels) for guild_id, channels in found.items()}

    async def suggest(
        self, said: Said, place: Automatic, policy: FaqPolicy, languages: Sequence[str]
    ) -> Suggested | Silence:
        """Decide what is suggested for a message, and take it down, so that no other process suggests anything for it.

        Whoever posts it does so after the commit: killed in between, nothing is said rather than something twice.
        """
        found = [
            (text, hit) for text in said.texts for hit in await self._search.search(said.guild_id, text, languages)
        ]
        best = best_of([hit for _, hit in found], place, is_question=said.is_question)
        if best is None:
            return Silence.UNSURE
        text = next(text for text, hit in found if hit is best)
        # Two people may ask the same at once.
        await self._session.execute(select(func.pg_advisory_xact_lock(CHANNEL_LOCK, func.hashint8(said.channel_id))))
        if await self._was_lately(said, place, best.id):
            return Silence.LATELY
        actor = Actor(said.guild_id, said.author_id)
        entry = await self._session.scalar(
            select(FaqEntry).where(
                FaqEntry.id == best.id,
                FaqEntry.guild_id == said.guild_id,
                FaqEntry.enabled,
                FaqEntry.deleted_at.is_(None),
            )
        )
        if entry is None:
            return Silence.UNSURE
        search = Search(
            text,
            len({hit.id for _, hit in found}),
            SearchSource.AUTOMATIC,
            channel_id=said.channel_id,
            message_id=said.message_id,
            opened_id=best.id,
        )
        log_id = await self._log.record(actor, policy, search)
        return Suggested(log_id, entry) if log_id is not None else Silence.ALREADY

    async def withdraw(self, actor: Actor, log_id: int) -> None:
        """Forget what was decided for somebody, because it was not posted."""
        gone = (
            delete(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id, L.source == SearchSource.AUTOMATIC)
            .returning(L.opened_id)
            .execution_options(synchronize_session=False)
        )
        entry_id = await self._session.scalar(gone)
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == entry_id, FaqEntry.guild_id == actor.guild_id, FaqEntry.opened_count > 0)
            .values({FaqEntry.opened_count: FaqEntry.opened_count - 1})
            .execution_options(synchronize_session=False)
        )

    async def dismiss(self, actor: Actor, log_id: int, asker_id: int) -> None:
        """Take down that the asker, or staff, wanted a suggestion gone. Raises NotAllowed for anybody else."""
        if actor.user_id != asker_id and not actor.is_staff:
            raise NotAllowed("Only whoever asked, and staff, can dismiss a suggestion.")
        await self._session.execute(
            update(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id, L.source == SearchSource.AUTOMATIC)
            .values({L.dismissed_at: self._clock()})
            .execution_options(synchronize_session=False)
        )

    async def _was_lately(self, said: Said, place: Automatic, entry_id: int) -> bool:
        """Tell whether the same entry was suggested there within the cool-down, or dismissed by the same person."""
        now = self._clock()
        since = now - timedelta(seconds=place.cooldown)
        # Ids of messages grow with time, and the index of messages has them.
        first_id = (int((since - CLOCKS).timestamp() * 1000) - DISCORD_EPOCH_MS) << 22
        in_channel = (
            select(L.id)
            .where(
                L.source == SearchSource.AUTOMATIC,
                L.channel_id == said.channel_id,
                L.message_id >= first_id,
                L.opened_id == entry_id,
                L.searched_at > since,
            )
            .exists()
        )
        by_person = (
            select(L.id)
            .where(
                L.guild_id == said.guild_id,
                L.user_id == said.author_id,
                L.searched_at > now - AFTER_DISMISSAL,
                L.opened_id == entry_id,
                L.dismissed_at.is_not(None),
            )
            .exists()
        )
        return bool(await self._session.scalar(select(literal(value=True)).where(or_(in_channel, by_person))))


def require_manager(actor: Actor) -> None:
    """Raise ManagersOnly unless this person may say where answers are suggested."""
    if not actor.is_manager:
        raise ManagersOnly
