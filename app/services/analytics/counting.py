"""The statements that count for figures: what sums say, and what no sum has yet.

Each is built once, when it is first needed: that takes as long as PostgreSQL takes for some thousand interactions, and
all of them together took 5 % of a start.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    SmallInteger,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from app.core.interactions import FAILURES
from app.models.audit_log import Grain
from app.services.analytics.adding import gap, seen_before
from app.services.analytics.rows import (
    LOST,
    NO_USE,
    PEOPLE,
    SECOND,
    TOTAL,
    A,
    at,
    called,
    ended,
    event_here,
    is_event,
    is_whole,
    step,
    total,
)
from app.services.analytics.window import NOW
from app.services.statements import MOMENT, given_rows

PART_BITS, STEP_BITS = 2, 10
"""How many bits the parts of a window need, and the steps of durations."""


def _guild() -> Any:
    return bindparam("guild", type_=BigInteger())


def _grain(name: str) -> Any:
    return A.grain == bindparam(name, type_=Text())


def _day() -> Any:
    """Return the day of an interaction, counted from 0."""
    # Through a function, as PostgreSQL takes no array of a parameter there.
    bounds = bindparam("bounds", type_=ARRAY(MOMENT))
    return func.width_bucket(A.created_at, bounds, type_=Integer) - 1


@cache
def whole() -> Any:
    """Select each day of a window as a whole, and which months there are."""
    is_total, is_people = A.command_type == TOTAL, A.command_type == PEOPLE
    key = (A.grain, A.created_at, A.until)
    failed = A.outcome.in_(sorted(one.value for one in FAILURES))
    # One row each has people; these are long, and who was seen is longer.
    people = (func.max(what, type_=what.type).filter(is_people) for what in (A.steps, A.step_counts))
    return (
        select(*key, total(A.count, is_total), total(A.count, is_total, failed), *people)
        .where(
            A.guild_id == _guild(), is_whole(), A.until > at("since"),
            or_(_grain("day"), and_(_grain("month"), is_total)),
        )
        .group_by(*key)
    )  # fmt: skip


def _ranges() -> Any:
    """Return the parameters `parts`, `grains`, `starts` and `lasts` as a table."""
    return given_rows(
        "ranges",
        part=("parts", Integer()),
        grain=("grains", Text()),
        start=("starts", MOMENT),
        last=("lasts", MOMENT),
    )


def _summed(ranges: Any, *what: Any, where: Sequence[Any] = ()) -> Any:
    """Return the sums of commands in some ranges."""
    return (
        select(*what)
        .where(A.grain.is_not(None), A.grain == ranges.c.grain, A.guild_id == _guild(), A.command_name != "", *where)
        .where(A.created_at >= ranges.c.start, A.created_at <= ranges.c.last)
        .lateral("found")
    )


def _number(*words: Any) -> Any:
    """Return a number that stands for some words: sorted by that, rows take half as long."""
    said = words[0]
    for word in words[1:]:
        said = said + " " + word
    return func.hashtextextended(said, 0, type_=BigInteger)


def _with(number: Any, small: Any, bits: int) -> Any:
    """Return a number that has another in its last bits: grouped by one, rows take half as long as by two."""
    return number.bitwise_and(~((1 << bits) - 1)).bitwise_or(small)


@cache
def uses() -> Any:
    """Count what was used by sums: how it ended too, but of the period only."""
    ranges = _ranges()
    words = (A.command_name, A.command_type)
    number = case((ranges.c.part == NOW, _number(*words, func.coalesce(A.outcome, ""))), else_=_number(*words))
    found = _summed(
        ranges, _with(number, ranges.c.part, PART_BITS).label("key"), A.id, A.count, A.answered_count,
        A.within_second_count,
    )  # fmt: skip
    counts: list[Any] = [
        total(found.c[name]).label(name) for name in ("count", "answered_count", "within_second_count")
    ]
    by_key: Any = (
        select(found.c.key, func.min(found.c.id).label("id"), *counts)
        .select_from(ranges.join(found, true()))
        .group_by(found.c.key)
        .subquery()
    )
    part, one = by_key.c.key.bitwise_and((1 << PART_BITS) - 1), aliased(A)
    # Any of the rows has the words.
    words_of = (_number(one.command_name, one.command_type), part, one.command_name, one.command_type, one.outcome)
    return select(*words_of, *(by_key.c[count.name] for count in counts)).join(by_key, one.id == by_key.c.id)


@cache
def steps() -> Any:
    """Count by sums how long things took: two long arrays, as rows cost Python more than they cost PostgreSQL."""
    ranges = _ranges()
    found = _summed(
        ranges, _number(A.command_name, A.command_type).label("named"), A.steps, A.step_counts,
        where=[A.command_type.not_in(NO_USE)],
    )  # fmt: skip
    # Beside each other in the list, which is quicker than a table of each row; and as INTEGER, as a sum of BIGINT is
    # no whole number to PostgreSQL.
    step, many = (func.unnest(what, type_=SmallInteger()) for what in (found.c.steps, found.c.step_counts))
    each = (
        select(_with(found.c.named, step, STEP_BITS).label("key"), cast(many, Integer).label("many"))
        .select_from(ranges.join(found, true()))
        .subquery()
    )
    by_key = select(each.c.key, func.sum(each.c.many).label("many")).group_by(each.c.key).subquery().c
    return select(func.array_agg(by_key.key), func.array_agg(by_key.many))


@cache
def of_command() -> Any:
    """Select the sums of one command, day by day."""
    return select(
        A.created_at, A.until, A.command_type, A.outcome, A.count, A.answered_count, A.within_second_count, A.steps,
        A.step_counts,
    ).where(
        _grain("day"), A.guild_id == _guild(), A.created_at >= at("since") - func.make_interval(0, 0, 0, 1),
        A.created_at < at("until"), A.command_name == bindparam("name", type_=Text()),
    )  # fmt: skip


@cache
def live(*, everywhere: bool, of_command: bool = False) -> Any:
    """Count interactions by day, name, kind and outcome: how many took which step, and how many there were."""
    answered = A.first_response_ms.is_not(None)
    counts = {"many": total(A.count), "answered": total(A.count, answered)}
    counts["within"] = total(A.count, A.first_response_ms < SECOND)
    key = [_day().label("day"), called().label("name"), A.command_type, ended().label("ended")]
    taken = step().label("step")
    is_use = A.command_type.not_in([one for one in NO_USE if one != LOST])
    by_step = (
        select(*key, taken, *(count.label(name) for name, count in counts.items()))
        .where(event_here(everywhere=everywhere), is_use, *_of_name(is_one=of_command))
        .group_by(*key, taken)
        .subquery()
        .c
    )
    of_step: list[Any] = [by_step[one.name] for one in key]
    measured = by_step.step.is_not(None)
    steps = (func.array_agg(what).filter(measured) for what in (by_step.step, by_step.many))
    return select(*of_step, *steps, *(total(by_step[name]) for name in counts)).group_by(*of_step)


@cache
def live_people(*, everywhere: bool) -> Any:
    """Count people of interactions by day, and by how many days ago they were seen before."""
    visits = (
        select((_day() + bindparam("first", type_=Integer())).label("number"), A.user_id)
        .where(event_here(everywhere=everywhere), A.user_id != 0, A.command_type.not_in(NO_USE))
        .distinct()
        .subquery()
        .c
    )
    ids, numbers = seen_before(_guild(), bindparam("day", type_=Text()))
    # They are in order, and so many that only those are looked up who were here now.
    place = func.width_bucket(visits.user_id, ids, type_=Integer)
    known = case((and_(ids[place] == visits.user_id, numbers[place] <= visits.number), numbers[place]))
    earlier = func.lag(visits.number).over(partition_by=visits.user_id, order_by=visits.number)
    gaps = select(visits.number, gap(visits.number, func.greatest(earlier, known)).label("gap")).subquery().c
    day = gaps.number - bindparam("first", type_=Integer())
    return select(day, gaps.gap, func.count()).group_by(gaps.number, gaps.gap)


@cache
def many_live(*, everywhere: bool) -> Any:
    """Count interactions up to a limit."""
    some = select(A.id).where(event_here(everywhere=everywhere)).limit(bindparam("most", type_=BigInteger())).subquery()
    return select(func.count()).select_from(some)


def _errors_here(*, everywhere: bool) -> list[ColumnElement[bool]]:
    here: list[ColumnElement[bool]] = [A.fingerprint.is_not(None), A.created_at < at("until")]
    return here if everywhere else [*here, A.guild_id == _guild()]


@cache
def errors(*, everywhere: bool, of_command: bool = False) -> Any:
    """Group all errors there are, as when one was first seen is before the period, perhaps; return those in it."""
    many = total(A.count, A.created_at >= at("middle")).label("many")
    ids = (func.min(A.id).label("first_id"), func.max(A.id).label("last_id"))
    here = (*_errors_here(everywhere=everywhere), *_of_name(is_one=of_command))
    by_name = select(A.fingerprint, A.command_name, many, *ids).where(*here).group_by(A.fingerprint, A.command_name)
    one = by_name.subquery().c
    in_order = aggregate_order_by(one.command_name, one.many.desc(), one.command_name.collate("C"))
    names, in_all = func.array_agg(in_order).filter(one.many > 0), total(one.many)
    return (
        select(one.fingerprint, in_all, func.min(one.first_id), func.max(one.last_id), names)
        .group_by(one.fingerprint)
        .having(in_all > 0)
    )


@cache
def error_guilds(*, everywhere: bool) -> Any:
    """Count in how many servers each error was."""
    here = _errors_here(everywhere=everywhere)
    each = select(A.fingerprint, A.guild_id).where(*here, A.created_at >= at("middle")).distinct().subquery().c
    return select(each.fingerprint, func.count().label("many")).group_by(each.fingerprint)


@cache
def first_of_all(*, everywhere: bool) -> Any:
    """Select when the first of all was recorded that is still known."""
    grain, guild_id = (Grain.BOT_DAY, 0) if everywhere else (Grain.DAY, _guild())
    one, other = aliased(A), aliased(A)
    mine = () if everywhere else (one.guild_id == _guild(),)
    event = select(one.created_at).where(is_event(), *mine).order_by(one.created_at).limit(1)
    summed = (
        select(other.created_at)
        .where(other.grain == grain, other.guild_id == guild_id)
        .order_by(other.created_at)
        .limit(1)
    )
    return select(func.least(event.scalar_subquery(), summed.scalar_subquery()))


@cache
def mine() -> Any:
    """Count what one person used in a server, by the part of the window, name, kind and outcome."""
    part = case((A.created_at >= at("middle"), 2), (_day() > 0, 1), else_=0).label("part")
    key = (part, called().label("name"), A.command_type, ended().label("ended"), step().label("step"))
    answered = A.first_response_ms.is_not(None)
    return (
        select(*key, total(A.count), total(A.count, answered), total(A.count, A.first_response_ms < SECOND))
        .where(A.guild_id == _guild(), A.user_id == bindparam("user", type_=BigInteger()), is_event())
        .where(A.created_at >= at("since"), A.command_type.not_in(NO_USE))
        .group_by(*key)
    )


@cache
def summed_until() -> Any:
    """Until when the days of a server are added up."""
    here = (_grain("day"), A.guild_id == _guild(), is_whole())
    return select(A.until).where(*here).order_by(A.until.desc()).limit(1)


@cache
def error_rows() -> Any:
    """Select examples of errors by their ids."""
    of_id = A.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    return select(A.id, A.error_message, A.created_at, A.release, A.reference).where(of_id)


def _of_name(*, is_one: bool) -> Sequence[Any]:
    return [called() == bindparam("name", type_=Text())] if is_one else ()
