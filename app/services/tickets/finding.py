"""Finding tickets: one's own, those that one works on, words in what was said. Nobody finds what they may not see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.records import record
from app.core.tickets.limits import PER_PAGE
from app.core.tickets.list_filter import Shown, TicketFilter
from app.core.tickets.searching import Query
from app.models import support_ticket
from app.models.support_ticket import SupportTicket, TicketStatus
from app.services.tickets.access import UNFINISHED, Which, is_staff_of, of_guild, visible_to, worked_by
from app.services.tickets.newest import newest
from app.services.tickets.rows import load, within

T = SupportTicket
RECENT = timedelta(days=30)
AROUND = 60
"""Characters before the first word that was found."""
EXCERPT = 200
STATUSES: Mapping[Shown, Sequence[TicketStatus]] = {
    Shown.CLAIMED: [TicketStatus.CLAIMED],
    Shown.ESCALATED: [TicketStatus.ESCALATED],
    Shown.SNOOZED: [TicketStatus.SNOOZED],
    Shown.FINISHED: [TicketStatus.CLOSING, TicketStatus.CLOSED, TicketStatus.ARCHIVED],
}


UNFINISHED_SHOWN = frozenset({Shown.OPEN, Shown.CLAIMED, Shown.ESCALATED, Shown.SNOOZED})
NEWEST = 1000
"""Among so many tickets, what is common is looked for before an index is asked."""
PLAN_EACH = text("SET LOCAL plan_cache_mode = force_custom_plan")
LABELLED: ColumnElement[bool] = literal_column(f"support_tickets.{support_ticket.LABELLED}", Boolean)


class Found(NamedTuple):
    """A ticket in which something was found, with the words around it."""

    ticket: SupportTicket
    excerpt: str


@record
class TicketPage:
    """One page of a list."""

    entries: Sequence[Found]
    page: int
    has_more: bool
    waits: Mapping[str, timedelta]
    """How long the first answer usually takes, by type."""


@record
class ToRead:
    """What somebody may read of a closed ticket."""

    ticket: SupportTicket
    record: Any
    as_staff: bool


class TicketFindingService:
    """Reads tickets for people."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def own(self, actor: Actor, page: int) -> TicketPage:
        """Return the tickets of this person, the open ones first, then the newest; with how long answers take."""
        mine = (visible_to(actor), T.user_id == actor.user_id)
        query = select(T).where(*mine).order_by(UNFINISHED.desc(), T.number.desc())
        found = await self._page(query, page)
        keys = {one.ticket.type for one in found.entries if one.ticket.type and one.ticket.first_answered_at is None}
        return TicketPage(found.entries, page, found.has_more, await self.waits(actor.guild_id, keys) if keys else {})

    async def worked(self, actor: Actor, chosen: TicketFilter, page: int) -> TicketPage:
        """Return what this person works on, narrowed down; the newest first. Raises NotAllowed to who is no staff."""
        await self._plan_each()
        conditions = _conditions(chosen)
        if chosen.member_id is not None or chosen.shown in UNFINISHED_SHOWN:
            # Few, and an index has them.
            query = select(T).where(worked_by(actor), *conditions).order_by(T.number.desc())
            found = await self._page(query, page)
        elif chosen.label:
            found = await self._common_or_rare(actor, select(T), conditions, page, is_label=True)
        else:
            of_teams = newest(actor, page * PER_PAGE + PER_PAGE + 1, conditions)
            query = select(T).join(of_teams, of_teams.c.id == T.id).where(worked_by(actor), *conditions)
            found = await self._page(query.order_by(T.number.desc()), page)
        if not found.entries and not page:
            await self._require_staff(actor)
        return found

    async def search(
        self, actor: Actor, words: Query, page: int, *, own: bool, member_id: int | None = None
    ) -> TicketPage:
        """Return where words were said, the newest first: in one's own tickets, or in those that one works on.

        The ticket with a number that was typed comes before all.
        """
        asked = (
            func.to_tsquery("simple", words.terms, type_=TSQUERY).op("||")(
                func.plainto_tsquery("simple", words.typed, type_=TSQUERY)
            )
        ).self_group()
        found_in = select(T, _excerpt(words))
        is_said: list[ColumnElement[bool]] = [T.search.op("@@", return_type=None)(asked)]
        whose = [visible_to(actor), T.user_id == actor.user_id] if own else [worked_by(actor)]
        if member_id is not None:
            whose.append(T.user_id == member_id)
        first: Sequence[Found] = ()
        if words.number is not None:
            is_said.append(T.number != words.number)
            if not page:
                first = (await self._page(found_in.where(*whose, T.number == words.number), 0)).entries
        await self._plan_each()
        if own or member_id is not None:
            found = await self._page(found_in.where(*whose, *is_said).order_by(T.number.desc()), page)
        else:
            found = await self._common_or_rare(actor, found_in, is_said, page, is_label=False)
        if first:
            found = replace(found, entries=[*first, *found.entries])
        if not own and not found.entries and not page:
            await self._require_staff(actor)
        return found

    async def _common_or_rare(
        self, actor: Actor, query: Select[Any], conditions: Sequence[ColumnElement[bool]], page: int, *, is_label: bool
    ) -> TicketPage:
        """Return a page of what a word or label is in, the newest first.

        What is common is among the newest that this person works on; if all of those were looked at, that is the
        answer. What is rare is found by the word. No planner could tell which is which: it knows how frequent a word
        is, and not how frequent in the tickets of a team.
        """
        of_teams = newest(actor, NEWEST)
        # A value for each of them, which is looked for one by one and only until a page is full.
        is_one = select(and_(*conditions)).where(T.id == of_teams.c.id).scalar_subquery()
        found = await self._top(query, select(of_teams).where(is_one).subquery(), actor, page)
        if found.has_more or await self._session.scalar(select(func.count() < NEWEST).select_from(of_teams)):
            return found
        every = (worked_by(actor), *conditions)
        if not is_label:
            # How frequent a word is, the database knows well.
            return await self._page(query.where(*every).order_by(T.number.desc()), page)
        # By itself, so that it is planned for all of them and not for the first few.
        labelled = select(T.id, T.number).where(*every).cte("labelled").prefix_with("MATERIALIZED")
        return await self._top(query, labelled, actor, page)

    async def _top(self, query: Select[Any], of: FromClause, actor: Actor, page: int) -> TicketPage:
        top = select(of.c.id).order_by(of.c.number.desc()).offset(page * PER_PAGE).limit(PER_PAGE + 1).subquery()
        rows = await self._session.execute(
            query.join(top, top.c.id == T.id).where(worked_by(actor)).order_by(T.number.desc())
        )
        return _as_page(rows.all(), page)

    async def _plan_each(self) -> None:
        """Have each list and search planned for what is asked, as a plan that is kept would be for the average."""
        await self._session.execute(PLAN_EACH)

    async def to_read(self, actor: Actor, which: Which) -> ToRead:
        """Return what is known of a closed ticket. Raises TicketNotFound, Conflict while it is open, NotFound."""
        ticket = await load(self._session, actor, which)
        if ticket.status is TicketStatus.CLOSING:
            raise Conflict("This ticket is just being closed. Please try again in a minute.")
        if not ticket.status.is_final:
            raise Conflict("This ticket is still open. Its transcript is written when it is closed.")
        record = await self._session.scalar(select(T.record).where(T.id == ticket.id))
        if record is None:
            raise NotFound("Nothing that was said in this ticket was kept.")
        return ToRead(ticket, record, is_staff_of(actor, ticket) and ticket.user_id != actor.user_id)

    async def _page(self, query: Any, page: int) -> TicketPage:
        rows = await self._session.execute(query.offset(page * PER_PAGE).limit(PER_PAGE + 1))
        return _as_page(rows.all(), page)

    async def waits(self, guild_id: int, keys: set[str]) -> dict[str, timedelta]:
        """Return in what business time half of the tickets of the last 30 days were answered, by type."""
        median = func.percentile_cont(0.5).within_group(T.first_seconds.asc())
        since = self._clock() - RECENT
        query = (
            select(T.type, median)
            .where(of_guild(guild_id), T.created_at > since, T.type.in_(sorted(keys)), T.first_seconds.is_not(None))
            .group_by(T.type)
        )
        rows = await self._session.execute(query)
        return {key: timedelta(seconds=round(seconds)) for key, seconds in rows if key is not None}

    async def _require_staff(self, actor: Actor) -> None:
        """Tell who may work on nothing that this is not for them; whoever could, sees that there is nothing."""
        if actor.is_staff:
            return
        if await self._session.scalar(select(newest(actor, 1).c.id)) is None:
            raise NotAllowed("Only staff see the tickets of others. Yours are in `/ticket list`.")


def _as_page(rows: Sequence[Any], page: int) -> TicketPage:
    found = [Found(row[0], row[1] if len(row) > 1 else "") for row in rows]
    return TicketPage(found[:PER_PAGE], page, len(found) > PER_PAGE, {})


def _conditions(chosen: TicketFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.shown is Shown.OPEN:
        found.append(UNFINISHED)
    elif chosen.shown is not Shown.ALL:
        found.append(within(STATUSES[chosen.shown]))
        if chosen.shown in UNFINISHED_SHOWN:
            found.append(UNFINISHED)
    if chosen.type_key is not None:
        found.append(T.type == chosen.type_key)
    if chosen.member_id is not None:
        found.append(T.user_id == chosen.member_id)
    if chosen.claimed_by is not None:
        found.append(T.claimed_by == chosen.claimed_by)
    if chosen.priority is not None:
        found.append(T.priority == chosen.priority)
    if chosen.turn is not None:
        found.append(T.turn == chosen.turn)
    if chosen.label:
        found += [LABELLED, T.labels.op("@>", return_type=None)(literal([chosen.label.lower()], T.labels.type))]
    return found


def _excerpt(words: Query) -> ColumnElement[str]:
    """Return the words around the first of those that are looked for."""
    said = func.coalesce(T.description, "").op("||")("\n").op("||")(func.coalesce(T.search_text, ""))
    places = [func.nullif(func.strpos(func.lower(said), word), 0) for word in words.words]
    place = func.coalesce(func.least(*places), 1)
    return cast(func.substr(said, func.greatest(place - AROUND, 1), EXCERPT), String)
