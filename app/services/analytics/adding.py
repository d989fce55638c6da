"""The statements that make sums: of the interactions of some days, and of the days of some months.

Each is one statement for many servers. PostgreSQL looks at each interaction once.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    SmallInteger,
    Text,
    and_,
    cast,
    column,
    func,
    insert,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy import literal as value
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from app.core.interactions import Outcome
from app.models.audit_log import Grain
from app.services.analytics.rows import (
    NEVER,
    NO_USE,
    PEOPLE,
    SECOND,
    SEEN,
    TOTAL,
    A,
    called,
    constant,
    ended,
    is_event,
    is_whole,
    step,
)
from app.services.statements import MOMENT, given_rows

ONE_BY_ONE = 0
"""As an OFFSET: PostgreSQL then looks into the index for each span, whatever it takes the tables for."""
MAX_GAP = 730
"""Days after which somebody counts as never seen: twice the longest period."""
COLUMNS = (
    "guild_id", "user_id", "command_name", "command_type", "success", "outcome", "grain", "created_at", "until",
    "count", "answered_count", "within_second_count", "steps", "step_counts", "people_ids",
)  # fmt: skip


def _spans() -> Any:
    """Return the parameters `guilds`, `starts`, `ends` and `numbers` as a table."""
    return given_rows(
        "spans",
        guild_id=("guilds", BigInteger()),
        start=("starts", MOMENT),
        until=("ends", MOMENT),
        number=("numbers", Integer()),
    )


def _grains(*, everywhere: bool) -> tuple[Any, Any]:
    grains = (Grain.BOT_DAY, Grain.BOT_MONTH) if everywhere else (Grain.DAY, Grain.MONTH)
    return constant(f"'{grains[0]}'"), constant(f"'{grains[1]}'")


def _collected(key: Any, many: Any) -> tuple[Any, Any]:
    """Return two arrays: the keys there are, in order, and how many of each."""
    there = key.is_not(None)
    keys = func.array_agg(aggregate_order_by(key, key)).filter(there)
    return cast(keys, ARRAY(SmallInteger)), cast(
        func.array_agg(aggregate_order_by(many, key)).filter(there), ARRAY(BigInteger)
    )


def _servers() -> Any:
    """Return the parameters as one row for each server: its days, which follow each other, in arrays."""
    spans = _spans()
    starts, ends, numbers = (
        func.array_agg(aggregate_order_by(what, spans.c.start), type_=ARRAY(what.type))
        for what in (spans.c.start, spans.c.until, spans.c.number)
    )
    return (
        select(
            spans.c.guild_id,
            starts.label("starts"),
            ends.label("ends"),
            numbers.label("numbers"),
            func.min(spans.c.start).label("since"),
            func.max(spans.c.start).label("last"),
            func.max(spans.c.until).label("until"),
            func.max(spans.c.number).label("number"),
        )
        .group_by(spans.c.guild_id)
        .cte("servers")
    )


@cache
def add_days(*, everywhere: bool) -> Any:
    """Insert the sums of some days. Those that are there already stay as they are."""
    day_grain, _ = _grains(everywhere=everywhere)
    servers = _servers()
    one = aliased(A)
    here = [is_event(), one.created_at >= servers.c.since, one.created_at < servers.c.until]
    if not everywhere:
        here.append(one.guild_id == servers.c.guild_id)
    event = (
        select(
            one.created_at, called(one).label("command_name"), one.command_type, ended(one).label("ended"),
            step(one).label("step"), one.count, one.first_response_ms, one.user_id,
        ).where(*here).offset(ONE_BY_ONE).lateral("event")
    )  # fmt: skip
    of_day = func.width_bucket(event.c.created_at, servers.c.starts, type_=Integer)
    events = (
        select(
            servers.c.guild_id,
            servers.c.starts[of_day].label("start"),
            servers.c.ends[of_day].label("until"),
            servers.c.numbers[of_day].label("number"),
            *(one for one in event.c if one.name != "created_at"),
        )
        .select_from(servers.join(event, true()))
        .cte("events")
        .prefix_with("MATERIALIZED")
    )
    e = events.c
    key = (e.guild_id, e.start, e.until)
    answered = e.first_response_ms.is_not(None)
    steps = (
        select(
            *key,
            e.command_name,
            e.command_type,
            e.ended,
            e.step,
            func.sum(e.count).label("many"),
            func.sum(e.count).filter(answered).label("answered"),
            func.sum(e.count).filter(e.first_response_ms < SECOND).label("within"),
        )
        .group_by(*key, e.command_name, e.command_type, e.ended, e.step)
        .cte("by_step")
    )
    s = steps.c
    of_command = (s.guild_id, s.start, s.until, s.command_name, s.command_type, s.ended)
    commands = _sums(
        *_row(day_grain, s.guild_id, s.start, s.until, s.command_name, s.command_type, s.ended),
        cast(func.sum(s.many), Integer),
        cast(func.sum(s.answered), Integer),
        cast(func.sum(s.within), Integer),
        *_collected(s.step, s.many),
        cast(null(), ARRAY(BigInteger)),
    ).group_by(*of_command)
    totals = (
        _sums(
            *_row(day_grain, s.guild_id, s.start, s.until, "", TOTAL, s.ended),
            cast(func.sum(s.many), Integer),
            *_nothing(5),
        )
        .where(s.command_type.not_in(NO_USE))
        .group_by(s.guild_id, s.start, s.until, s.ended)
    )
    people, seen = _people(events, servers, day_grain)
    return _insert(union_all(commands, totals, people, seen))


def _people(events: Any, servers: Any, grain: Any) -> tuple[Any, Any]:
    """Select how long ago whoever used something was seen before, and who was last seen when, now."""
    e = events.c
    visits = (
        select(e.guild_id, e.start, e.until, e.number, e.user_id)
        .where(e.user_id != 0, e.command_type.not_in(NO_USE))
        .distinct()
    )
    newest, known = known_before(servers.c.guild_id, grain)
    moment = cast(null(), MOMENT)
    earlier = select(servers.c.guild_id, moment, moment, cast(known.c.number, Integer), known.c.user_id).select_from(
        servers.join(newest, true()).join(known, true())
    )
    all_visits = union_all(visits, earlier).cte("visits")
    v = all_visits.c
    before = func.lag(v.number).over(partition_by=(v.guild_id, v.user_id), order_by=(v.number, v.start.nulls_first()))
    gaps = select(v.guild_id, v.start, v.until, gap(v.number, before).label("gap")).subquery().c
    counted = (
        select(gaps.guild_id, gaps.start, gaps.until, gaps.gap, func.count().label("many"))
        .where(gaps.start.is_not(None))
        .group_by(gaps.guild_id, gaps.start, gaps.until, gaps.gap)
        .subquery()
    )
    c = counted.c
    people = _sums(
        *_row(grain, c.guild_id, c.start, c.until, "", PEOPLE, cast(null(), Text)),
        cast(func.sum(c.many), Integer),
        *_nothing(2),
        *_collected(c.gap, c.many),
        cast(null(), ARRAY(BigInteger)),
    ).group_by(c.guild_id, c.start, c.until)
    last = select(v.guild_id, v.user_id, func.max(v.number).label("number")).group_by(v.guild_id, v.user_id).subquery()
    together = and_(last.c.guild_id == servers.c.guild_id, last.c.number >= servers.c.number - MAX_GAP)
    somebody = last.c.user_id.is_not(None)
    ids, numbers = (
        func.array_agg(aggregate_order_by(what, last.c.user_id)).filter(somebody)
        for what in (last.c.user_id, cast(last.c.number, BigInteger))
    )
    seen = (
        _sums(
            *_row(grain, servers.c.guild_id, servers.c.last, servers.c.until, "", SEEN, cast(null(), Text)),
            cast(func.count(last.c.user_id), Integer),
            *_nothing(3),
            cast(numbers, ARRAY(BigInteger)),
            cast(ids, ARRAY(BigInteger)),
        )
        .select_from(servers.outerjoin(last, together))
        .group_by(servers.c.guild_id, servers.c.last, servers.c.until)
    )
    return people, seen


def gap(number: Any, before: Any) -> Any:
    """Return how many days ago somebody was seen before, NEVER if that is too long ago to matter."""
    days = func.coalesce(number - before, NEVER)
    return cast(func.least(days, NEVER), SmallInteger)


def _newest_seen(guild_id: Any, grain: Any, *what: Any) -> Any:
    """Select the newest row of who was last seen when."""
    return (
        select(*what)
        .where(A.grain == grain, A.guild_id == guild_id, is_whole(), A.command_type == SEEN)
        .order_by(A.until.desc())
        .limit(1)
    )


def known_before(guild_id: Any, grain: Any) -> tuple[Any, Any]:
    """Return who was last seen when, of the server of a row beside it: two tables to join one after the other."""
    what = (A.people_ids.label("ids"), A.step_counts.label("numbers"))
    found = _newest_seen(guild_id, grain, *what).lateral("found")
    each = (
        func.unnest(found.c.ids, found.c.numbers)
        .table_valued(column("user_id", BigInteger), column("number", BigInteger), name="known")
        .render_derived()
    )
    return found, each


def seen_before(guild_id: Any, grain: Any) -> tuple[Any, Any]:
    """Return who was last seen, in order, and on the day of which number each."""
    # Copied, as PostgreSQL would otherwise unpack all of it each time it looks somebody up.
    ids, numbers = (func.trim_array(what, 0, type_=ARRAY(BigInteger)) for what in (A.people_ids, A.step_counts))
    return tuple(_newest_seen(guild_id, grain, what).scalar_subquery() for what in (ids, numbers))


@cache
def add_months(*, everywhere: bool) -> Any:
    """Insert the sums of the days of some months. Those that are there already stay as they are."""
    day_grain, month_grain = _grains(everywhere=everywhere)
    given = _spans()
    one, other = aliased(A), aliased(A)
    day: Any = constant("interval '1 day'")
    # A value of each span, as PostgreSQL would compare all days with all months.
    made = (
        select(other.id)
        .where(other.grain == month_grain, other.guild_id == given.c.guild_id)
        .where(other.created_at >= given.c.start - day, other.until > given.c.start, other.created_at < given.c.until)
        .limit(1)
        .scalar_subquery()
    )
    spans = select(given).where(made.is_(None)).cte("spans").prefix_with("MATERIALIZED")
    days = (
        select(
            one.guild_id, one.command_name, one.command_type, one.outcome, one.created_at, one.until, one.count,
            one.answered_count, one.within_second_count, one.steps, one.step_counts,
            (one.created_at + (one.until - one.created_at) / 2).label("middle"),
        )
        .where(one.grain == day_grain, one.guild_id == spans.c.guild_id, one.command_type.not_in((PEOPLE, SEEN)))
        .where(one.created_at >= spans.c.start - day, one.created_at < spans.c.until)
        .offset(ONE_BY_ONE)
        .lateral("days")
    )  # fmt: skip
    found = (
        select(spans.c.start, *(column for column in days.c if column.name != "middle"))
        .select_from(spans.join(days, true()))
        .where(days.c.middle >= spans.c.start, days.c.middle < spans.c.until)
        .cte("found").prefix_with("MATERIALIZED")
    )  # fmt: skip
    f = found.c
    key = (f.guild_id, f.start, f.command_name, f.command_type, f.outcome)
    each = (
        func.unnest(f.steps, f.step_counts)
        .table_valued(column("step", SmallInteger), column("many", BigInteger), name="each")
        .render_derived()
    )
    # What is counted has no step, so that it needs no join.
    whole = (f.count, f.answered_count, f.within_second_count, f.created_at, f.until)
    counted = select(*key, cast(null(), SmallInteger).label("step"), *whole)
    moment = cast(null(), MOMENT)
    stepped = select(*key, each.c.step, each.c.many, *_nothing(2), moment, moment).select_from(found.join(each, true()))
    p = union_all(counted, stepped).subquery("parts").c
    of_part = (p.guild_id, p.start, p.command_name, p.command_type, p.outcome)
    by_step = (
        select(
            *of_part,
            p.step,
            func.sum(p["count"]).label("many"),
            func.sum(p.answered_count).label("answered"),
            func.sum(p.within_second_count).label("within"),
            func.min(p.created_at).label("starts"),
            func.max(p.until).label("until"),
        )
        .group_by(*of_part, p.step)
        .subquery()
    )
    b = by_step.c
    together = (b.guild_id, b.start)
    rows = _sums(
        *_row(
            month_grain,
            b.guild_id,
            func.min(func.min(b.starts)).over(partition_by=together),
            func.max(func.max(b.until)).over(partition_by=together),
            b.command_name,
            b.command_type,
            b.outcome,
        ),
        cast(func.sum(b.many).filter(b.step.is_(None)), Integer),
        cast(func.sum(b.answered), Integer),
        cast(func.sum(b.within), Integer),
        *_collected(b.step, b.many),
        cast(null(), ARRAY(BigInteger)),
    ).group_by(*together, b.command_name, b.command_type, b.outcome)
    return _insert(rows)


def _row(grain: Any, guild_id: Any, start: Any, until: Any, name: Any, kind: Any, outcome: Any) -> tuple[Any, ...]:
    """Return what every sum says of itself, in the order of COLUMNS."""
    name, kind = (value(one) if isinstance(one, str) else one for one in (name, kind))
    worked = func.coalesce(outcome == Outcome.OK.value, True)
    return guild_id, value(0), name, kind, worked, outcome, grain, start, until


def _sums(*values: Any) -> Any:
    return select(*(one.label(name) for name, one in zip(COLUMNS, values, strict=True)))


def _nothing(many: int) -> list[Any]:
    """Return NULL for the last columns that a row has not, in the order of COLUMNS."""
    kinds: tuple[Any, ...] = (Integer(), Integer(), ARRAY(SmallInteger), ARRAY(BigInteger), ARRAY(BigInteger))
    return [cast(null(), kind) for kind in kinds[:many]]


def _insert(rows: Any) -> Any:
    # As a part of the query, because SQLAlchemy keeps no compiled INSERT that has a conflict clause of its own.
    once = select(rows.subquery("sums")).suffix_with("ON CONFLICT DO NOTHING")
    return insert(A).from_select(COLUMNS, once, include_defaults=False).execution_options(dml_strategy="orm")
