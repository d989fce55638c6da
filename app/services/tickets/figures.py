"""Figures about tickets, counted by the database. What they mean is in `app.core.tickets.figures`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import NotAllowed
from app.core.scheduling.periods import Period, last_days
from app.core.scheduling.zones import zone_info
from app.core.tickets.business_clock import offsets
from app.core.tickets.figures import (
    AGES,
    MAX_TICKETS,
    STARS,
    Figures,
    Line,
    Step,
    Times,
)
from app.core.tickets.policy import TicketPolicy
from app.models.support_ticket import IN_SAMPLE, SAMPLED
from app.models.support_ticket import SupportTicket as T
from app.services.tickets.access import Rank, parameters
from app.services.tickets.counting import IS_OPEN, MOMENTS, SINCE, UNTIL, Whose, counting, ids_where, type_of
from app.services.tickets.targets import hours_of

WEEKLY_FROM = 100
"""Days: longer periods are shown by week."""
WEEK_HOURS = 7 * 24
TOTAL = "all"
THURSDAY = 3 * 24
"""The hour of the week at which Unix time begins."""

# As the index has it: with parameters, the planner could not tell that it is the same.
_IS_IN_SAMPLE: ColumnElement[bool] = literal_column(IN_SAMPLE)
_SHARES: ColumnElement[Any] = literal_column("ARRAY[0.5, 0.9]")
_INTEGERS = ARRAY(Integer)


class FiguresNotAllowed(NotAllowed):
    """Only staff see figures."""

    def __init__(self) -> None:
        super().__init__("Only staff see the figures about tickets.")


class TicketFiguresService:
    """Counts tickets, in two queries however many there are."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(self, actor: Actor, policy: TicketPolicy, *, days: int, type_key: str | None = None) -> Figures:
        """Return the figures of the last days, of tickets that this person may work on, of one type if one is given.

        Of people, they see their own line only, unless the server chose otherwise. Raises FiguresNotAllowed for people
        who are staff of no ticket.
        """
        period = last_days(days, 1 if days < WEEKLY_FROM else 7, zone_info(policy.timezone), self._clock())
        whose = Whose(Rank.of(actor), type_key is not None)
        asked = parameters(actor) | {
            "type": type_key,
            "since": period.since,
            "until": period.until,
        }
        steps, waits = await self._counts(period, whose, asked)
        lengths = hours_of(policy).elapsed_each(list(waits.values()), period.until)
        so_far = dict(zip(waits, [int(length.total_seconds()) for length in lengths], strict=True))
        most = max(sum(step.opened for step in steps), sum(step.closed for step in steps))
        every = _sample(most)
        changes = offsets(period.zone, period.since, period.until)
        asked |= {
            "every": every,
            "going_on": list(so_far),
            "so_far": list(so_far.values()),
            "next_targets": [key for key, kind in policy.types.items() if kind.next_target],
            "changes": [at for at, _ in changes],
            "offsets": [int(offset.total_seconds()) for _, offset in changes],
        }
        rows = await self._session.execute(_summed(whose, every % SAMPLED == 0), asked)
        figures = _read(rows.all(), period, every, steps)
        if not (figures.total.opened or figures.total.waiting or actor.is_staff or actor.role_ids & _teams(policy)):
            raise FiguresNotAllowed
        if policy.figures_by_person:
            return figures
        return replace(
            figures, by_person={key: line for key, line in figures.by_person.items() if key == actor.user_id}
        )

    async def _counts(
        self, period: Period, whose: Whose, asked: Mapping[str, Any]
    ) -> tuple[list[Step], dict[int, Any]]:
        """Count how many were opened and how many closed in each step, and find since when staff are waited for."""
        bounds = {"firsts": list(period.bounds[:-1]), "lasts": list(period.bounds[1:])}
        found = await self._session.execute(counting(whose), {**asked, **bounds})
        begins, waits = period.bounds[:-1], dict[int, Any]()
        all_opened, all_closed = Counter[int](), Counter[int]()
        for key, moment, opened, closed in found:
            if moment is None:
                all_opened[key] += opened
                all_closed[key] += closed
            else:
                waits[key] = moment
        return [Step(begin, all_opened[place], all_closed[place]) for place, begin in enumerate(begins, 1)], waits


def _sample(most: int) -> int:
    """Return of which every ticket a sample is taken: a power of two, so that the indexes of some serve it."""
    return 1 << (max(most - 1, 0) // MAX_TICKETS).bit_length()


@lru_cache(maxsize=32)
def _summed(whose: Whose, is_small: bool) -> Any:
    """Sum up what is open, and what of a sample was opened or closed in the period, in groups of every kind at once.

    A small sample is in indexes of its own.
    """
    tickets = _tickets(whose, is_small=is_small).cte("tickets")

    def grouped(names: Sequence[str], *sums: Any) -> Any:
        """Select sums of all tickets, and by each of the keys, after the key's name and the keys."""
        keys = [tickets.c[name] for name in names]
        kind = case(*((func.grouping(key) == 0, key.name) for key in keys), else_=TOTAL)
        shown = [tickets.c[name] if name in names else null().label(name) for name in _KEYS]
        return select(kind.label("kind"), *shown, *sums), func.grouping_sets(tuple_(), *map(tuple_, keys))

    # The type of a column is that of its first two branches.
    no_hour = cast(null(), BigInteger).label("hour")
    sums = [make(tickets.c).label(name) for name, make in _SUMS.items()]
    of_all, groups = grouped(_KEYS, no_hour, *sums, null().label("next_count"), null().label("next"))
    waited = func.unnest(tickets.c.waits).table_valued("seconds", name="waited").render_derived()
    quantiles = func.percentile_cont(_SHARES).within_group(waited.c.seconds)
    of_waits, wait_groups = grouped(_KEYS[:-1], no_hour, *(null() for _ in sums), func.count(), quantiles)
    opened = [func.count() if name == "opened" else null() for name in _SUMS]
    of_hours = select(literal("hour"), *(null() for _ in _KEYS), tickets.c.hour, *opened, null(), null())
    return union_all(
        of_all.group_by(groups),
        of_waits.select_from(tickets.join(waited, true())).group_by(wait_groups),
        of_hours.where(tickets.c.is_opened).group_by(tickets.c.hour),
    )


def _tickets(whose: Whose, *, is_small: bool) -> Any:
    """Select the tickets with what is summed up of each; with the lengths of waits that go on, by row."""
    is_sampled = T.number % bindparam("every", type_=Integer()) == literal_column("0")
    was_opened, was_closed = (and_(moment >= SINCE, moment < UNTIL) for moment in (T.created_at, T.closed_at))
    is_opened, is_closed = and_(is_sampled, was_opened), func.coalesce(and_(is_sampled, was_closed), False)
    sampled: list[Any] = []
    for was_in_period in (was_opened, was_closed):
        if is_small:
            # In this order: whose they are takes longer to tell, and is asked of the sample alone.
            is_mine = case((is_sampled, and_(*whose.mine)), else_=false())
            sampled.append(select(T.id).where(whose.here, was_in_period, _IS_IN_SAMPLE, is_sampled, is_mine))
        else:
            sampled += ids_where(whose, was_in_period, is_sampled)
    ids = union(*sampled, select(T.id).where(*whose.mine, IS_OPEN)).cte("ids")
    going_on = (
        func.unnest(bindparam("going_on", type_=_INTEGERS), bindparam("so_far", type_=_INTEGERS))
        .table_valued("ticket", "seconds", name="going_on")
        .render_derived()
    )
    seconds = going_on.c.seconds
    counts = and_(is_opened, T.merged_into.is_(None))
    ends = and_(is_closed, T.merged_into.is_(None))
    is_answered = T.first_seconds.is_not(None)

    def missed(name: str, due: Any, *still: Any) -> Any:
        return or_(T.missed.contains([name]), func.coalesce(and_(seconds.is_not(None), due < UNTIL, *still), False))

    waits = case((and_(is_answered, seconds.is_not(None)), func.array_append(T.waits, seconds)), else_=T.waits)
    first_missed = missed("first", T.first_due_at, ~is_answered)
    next_missed = missed("next", T.next_due_at, is_answered)
    end_missed = T.missed.contains(["resolution"])
    return select(
        type_of().label("type"),
        type_coerce(T.team_role_ids, ARRAY(BigInteger, as_tuple=True)).label("team"),
        func.coalesce(T.claimed_by, T.first_answered_by).label("person"),
        T.first_answered_by.label("answerer"),
        case((is_opened, _hour_of_week())).label("hour"),
        T.type_name,
        is_opened.label("is_opened"),
        is_closed.label("is_closed"),
        IS_OPEN.label("is_open"),
        (func.date_part("epoch", UNTIL - T.created_at) / timedelta(days=1).total_seconds()).label("age"),
        case((counts, func.coalesce(T.first_seconds, seconds))).label("first"),
        and_(counts, first_missed).label("first_missed"),
        and_(counts, ~first_missed, T.first_due_at.is_not(None), is_answered).label("first_met"),
        case((counts, waits)).label("waits"),
        and_(counts, next_missed).label("next_missed"),
        and_(
            counts,
            ~next_missed,
            func.cardinality(T.waits) > 0,
            type_of() == bindparam("next_targets", type_=ARRAY(Text)).any_(),
        ).label("next_met"),
        case((ends, T.resolved_seconds)).label("resolution"),
        and_(ends, end_missed).label("end_missed"),
        and_(ends, ~end_missed, T.resolution_due_at.is_not(None), T.resolved_seconds.is_not(None)).label("end_met"),
        and_(ends, T.reopened > 0).label("is_reopened"),
        case((ends, T.rating)).label("rating"),
    ).select_from(ids.join(T, ids.c.id == T.id).outerjoin(going_on, going_on.c.ticket == T.id))


def _hour_of_week() -> Any:
    """Return the hour of the week, from Monday's first, in which a ticket was opened.

    Clocks are those of Python: what the database calls a zone may have other rules, and of some names it takes the
    winter time only.
    """
    changes, by = bindparam("changes", type_=MOMENTS), bindparam("offsets", type_=_INTEGERS)
    # Through a function, as PostgreSQL takes no element of a parameter.
    offset = func.coalesce(by, type_=_INTEGERS)[func.width_bucket(T.created_at, changes, type_=Integer)]
    hours = func.floor((func.date_part("epoch", T.created_at) + offset) / 3600.0)
    return cast(hours + THURSDAY, BigInteger) % WEEK_HOURS


def _counted(name: str) -> Callable[[Any], Any]:
    return lambda tickets: func.count().filter(tickets[name])


def _quantiles(name: str) -> Callable[[Any], Any]:
    return lambda tickets: func.percentile_cont(_SHARES).within_group(tickets[name])


def _rated(stars: int) -> Callable[[Any], Any]:
    return lambda tickets: func.count().filter(tickets.rating == stars)


def _aged(number: int) -> Callable[[Any], Any]:
    """Count open tickets between two ages."""

    def count(tickets: Any) -> Any:
        younger = [tickets.age <= AGES[number]] if number < len(AGES) else []
        older = [tickets.age > AGES[number - 1]] if number else []
        return func.count().filter(and_(tickets.is_open, *younger, *older))

    return count


def _read(rows: Sequence[Row[Any]], period: Period, every: int, steps: Sequence[Step]) -> Figures:
    """Make figures of what was summed up."""
    sums, waits = dict[str, dict[Any, Row[Any]]](), dict[str, dict[Any, Row[Any]]]()
    for row in rows:
        key = TOTAL if row.kind == TOTAL else getattr(row, row.kind)
        if key is not None:
            (sums if row.next_count is None else waits).setdefault(row.kind, {})[key] = row

    def line(kind: str, key: Any, first_kind: str = "") -> Line:
        row, first = sums.get(kind, {}).get(key), sums.get(first_kind or kind, {}).get(key)
        return _line(row, first, waits.get(kind, {}).get(key), every)

    total = line(TOTAL, TOTAL)
    opened, closed = (sum(getattr(step, name) for step in steps) for name in ("opened", "closed"))
    hours = {hour: row.opened * every for hour, row in sums.get("hour", {}).items()}
    all_of_them = sums.get(TOTAL, {}).get(TOTAL)
    people = sums.get("person", {}).keys() | sums.get("answerer", {}).keys()
    return Figures(
        period=period,
        every=every,
        total=replace(total, opened=opened, closed=closed),
        steps=tuple(steps),
        by_type={key: line("type", key) for key in sums.get("type", {})},
        type_names={key: row.name or "" for key, row in sums.get("type", {}).items()},
        by_team={key: line("team", key) for key in sums.get("team", {})},
        by_person={key: line("person", key, "answerer") for key in people},
        hours=tuple(tuple(hours.get(24 * day + hour, 0) for hour in range(24)) for day in range(7)),
        ages=tuple(getattr(all_of_them, f"age_{number}", 0) for number in range(len(AGES) + 1)),
    )


def _line(row: Row[Any] | None, first: Row[Any] | None, waits: Row[Any] | None, every: int) -> Line:
    """Make a line of the sums of some tickets, of the first responses that belong to it, and of the later ones."""
    answered = _times(first.first_count, first.first, first.first_met, first.first_missed) if first else Times()
    if row is None:
        return Line(first=answered)
    later = (waits.next_count, waits.next) if waits is not None else (0, None)
    return Line(
        opened=row.opened * every,
        closed=row.closed * every,
        waiting=row.open,
        first=answered,
        next=_times(*later, row.next_met, row.next_missed),
        resolution=_times(row.end_count, row.end, row.end_met, row.end_missed),
        reopened=row.reopened * every,
        ratings=tuple(getattr(row, f"stars_{stars}") * every for stars in range(1, STARS + 1)),
    )


def _times(count: int, quantiles: Sequence[float] | None, met: int, missed: int) -> Times:
    median, ninety = quantiles or (None, None)
    return Times(count, median, ninety, met, met + missed)


def _teams(policy: TicketPolicy) -> set[int]:
    """Return the roles that work on the tickets of some type."""
    kinds = [kind for one in policy.types.values() for kind in (one, *one.routes)]
    return {role for kind in kinds for role in kind.team_role_ids}


_KEYS = ("type", "team", "person", "answerer")
_SUMS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda tickets: func.max(tickets.type_name),
    "opened": _counted("is_opened"),
    "closed": _counted("is_closed"),
    "open": _counted("is_open"),
    "first_count": lambda tickets: func.count(tickets.first),
    "first": _quantiles("first"),
    "first_met": _counted("first_met"),
    "first_missed": _counted("first_missed"),
    "next_met": _counted("next_met"),
    "next_missed": _counted("next_missed"),
    "end_count": lambda tickets: func.count(tickets.resolution),
    "end": _quantiles("resolution"),
    "end_met": _counted("end_met"),
    "end_missed": _counted("end_missed"),
    "reopened": _counted("is_reopened"),
    **{f"stars_{stars}": _rated(stars) for stars in range(1, STARS + 1)},
    **{f"age_{number}": _aged(number) for number in range(len(AGES) + 1)},
}
