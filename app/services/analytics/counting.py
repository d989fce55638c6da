"""The statements that count for figures: what sums say, and what no sum has yet."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    SmallInteger,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.models.audit_log import Grain
from app.services.analytics.adding import gap, known_before
from app.services.analytics.rows import (
    LOST,
    NO_USE,
    PEOPLE,
    SECOND,
    TOTAL,
    A,
    at,
    ended,
    event_here,
    is_event,
    is_whole,
    step,
    total,
)


def _guild() -> Any:
    return bindparam("guild", type_=BigInteger())


def _grain(name: str) -> Any:
    return A.grain == bindparam(name, type_=Text())


def _day() -> Any:
    """Return the day of an interaction, counted from 0."""
    # Through a function, as PostgreSQL takes no array of a parameter there.
    bounds = bindparam("bounds", type_=ARRAY(DateTime(timezone=True)))
    return func.width_bucket(A.created_at, bounds, type_=Integer) - 1


def _whole() -> Any:
    """Select the days of a window as a whole, and which months there are. Not who was seen: those rows are long."""
    return select(
        A.grain, A.created_at, A.until, A.command_type, A.outcome, A.count,
        *(case((A.command_type == PEOPLE, what)) for what in (A.steps, A.step_counts)),
    ).where(
        A.guild_id == _guild(), is_whole(), A.until > at("since"),
        or_(_grain("day"), and_(_grain("month"), A.command_type == TOTAL)),
    )  # fmt: skip


def _ranges() -> Any:
    """Return the parameters `parts`, `grains`, `starts` and `lasts` as a table."""
    moments = ARRAY(DateTime(timezone=True))
    return (
        func.unnest(
            bindparam("parts", type_=ARRAY(Integer)),
            bindparam("grains", type_=ARRAY(Text)),
            bindparam("starts", type_=moments),
            bindparam("lasts", type_=moments),
        )
        .table_valued(
            column("part", Integer),
            column("grain", Text),
            column("start", DateTime(timezone=True)),
            column("last", DateTime(timezone=True)),
            name="ranges",
        )
        .render_derived()
    )


def _summed(*what: Any) -> tuple[Any, Any]:
    """Return the sums of commands in some ranges, and the tables they are from."""
    ranges = _ranges()
    found = (
        select(*what)
        .where(A.grain.is_not(None), A.grain == ranges.c.grain, A.guild_id == _guild(), A.command_name != "")
        .where(A.created_at >= ranges.c.start, A.created_at <= ranges.c.last)
        .lateral("found")
    )
    return ranges, found


def _named() -> Any:
    """Return a number that stands for a name and kind: grouped by that, steps take half as long."""
    return func.hashtextextended(A.command_name + " " + A.command_type, 0, type_=BigInteger).label("named")


def _uses() -> Any:
    """Count what was used by sums."""
    ranges, found = _summed(
        _named(), A.command_name, A.command_type, A.outcome, A.count, A.answered_count, A.within_second_count
    )
    key = (ranges.c.part, found.c.command_name, found.c.command_type, found.c.outcome)
    counts = (total(found.c[name]) for name in ("count", "answered_count", "within_second_count"))
    named = func.min(found.c.named).label("named")
    return select(named, *key, *counts).select_from(ranges.join(found, true())).group_by(*key)


def _steps() -> Any:
    """Count by sums how long things took."""
    ranges, found = _summed(_named(), A.steps, A.step_counts)
    each = (
        func.unnest(found.c.steps, found.c.step_counts)
        .table_valued(column("step", SmallInteger), column("many", BigInteger), name="each")
        .render_derived()
    )
    key = (found.c.named, each.c.step)
    tables = ranges.join(found, true()).join(each, true())
    by_step = select(*key, total(each.c.many).label("many")).select_from(tables).group_by(*key).subquery().c
    # Few long rows: each costs Python more than PostgreSQL.
    return select(by_step.named, func.array_agg(by_step.step), func.array_agg(by_step.many)).group_by(by_step.named)


def _of_command() -> Any:
    """Select the sums of one command, day by day."""
    return select(
        A.created_at, A.until, A.command_type, A.outcome, A.count, A.answered_count, A.within_second_count, A.steps,
        A.step_counts,
    ).where(
        _grain("day"), A.guild_id == _guild(), A.created_at >= at("since") - func.make_interval(0, 0, 0, 1),
        A.created_at < at("until"), A.command_name == bindparam("name", type_=Text()),
    )  # fmt: skip


def _live(*, everywhere: bool) -> Any:
    """Count interactions by day, name, kind, outcome and step."""
    key = [_day().label("day"), A.command_name, A.command_type, ended().label("ended"), step().label("step")]
    answered = A.first_response_ms.is_not(None)
    counts = (total(A.count), total(A.count, answered), total(A.count, A.first_response_ms < SECOND))
    is_use = A.command_type.not_in([one for one in NO_USE if one != LOST])
    return select(*key, *counts).where(event_here(everywhere=everywhere), is_use).group_by(*key)


def _live_people(*, everywhere: bool) -> Any:
    """Count people of interactions by day, and by how many days ago they were seen before."""
    grain = bindparam("day", type_=Text())
    visits = (
        select((_day() + bindparam("first", type_=Integer())).label("number"), A.user_id)
        .where(event_here(everywhere=everywhere), A.user_id != 0, A.command_type.not_in(NO_USE))
        .distinct()
        .cte("visits")
    )
    newest, known = known_before(_guild(), grain)
    is_here = known.c.user_id.in_(select(visits.c.user_id))
    earlier = select(
        cast(known.c.number, Integer).label("number"), known.c.user_id, false().label("is_live")
    ).select_from(newest.join(known, true())).where(is_here)  # fmt: skip
    together = union_all(select(visits.c.number, visits.c.user_id, true().label("is_live")), earlier).subquery().c
    before = func.lag(together.number).over(partition_by=together.user_id, order_by=(together.number, together.is_live))
    gaps = select(together.number, together.is_live, gap(together.number, before).label("gap")).subquery().c
    return (
        select(gaps.number - bindparam("first", type_=Integer()), gaps.gap, func.count())
        .where(gaps.is_live)
        .group_by(gaps.number, gaps.gap)
    )


def _many_live(*, everywhere: bool) -> Any:
    """Count interactions up to a limit."""
    some = select(A.id).where(event_here(everywhere=everywhere)).limit(bindparam("most", type_=BigInteger())).subquery()
    return select(func.count()).select_from(some)


def _errors_here(*, everywhere: bool) -> list[ColumnElement[bool]]:
    here: list[ColumnElement[bool]] = [A.fingerprint.is_not(None), A.created_at < at("until")]
    return here if everywhere else [*here, A.guild_id == _guild()]


def _errors(*, everywhere: bool) -> Any:
    """Group all errors there are: when one was first seen is before the period, perhaps."""
    many = total(A.count, A.created_at >= at("middle")).label("many")
    ids = (func.min(A.id).label("first_id"), func.max(A.id).label("last_id"))
    key = (A.fingerprint, A.command_name)
    return select(*key, many, *ids).where(*_errors_here(everywhere=everywhere)).group_by(*key)


def _error_guilds(*, everywhere: bool) -> Any:
    """Count in how many servers each error was."""
    here = _errors_here(everywhere=everywhere)
    each = select(A.fingerprint, A.guild_id).where(*here, A.created_at >= at("middle")).distinct().subquery().c
    return select(each.fingerprint, func.count().label("many")).group_by(each.fingerprint)


def _first(*, everywhere: bool) -> Any:
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


def _mine() -> Any:
    """Count what one person used in a server, by the part of the window, name, kind and outcome."""
    part = case((A.created_at >= at("middle"), 2), (_day() > 0, 1), else_=0).label("part")
    key = (part, A.command_name, A.command_type, ended().label("ended"), step().label("step"))
    answered = A.first_response_ms.is_not(None)
    return (
        select(*key, total(A.count), total(A.count, answered), total(A.count, A.first_response_ms < SECOND))
        .where(A.guild_id == _guild(), A.user_id == bindparam("user", type_=BigInteger()), is_event())
        .where(A.created_at >= at("since"), A.command_type.not_in(NO_USE))
        .group_by(*key)
    )


SUMMED_UNTIL = (
    select(A.until).where(_grain("day"), A.guild_id == _guild(), is_whole()).order_by(A.until.desc()).limit(1)
)
ERROR_ROWS = select(A.id, A.error_message, A.created_at, A.release, A.reference).where(
    A.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
)
# Built once: that takes as long as PostgreSQL takes for some thousand interactions.
WHOLE, USES, STEPS, OF_COMMAND, MINE = _whole(), _uses(), _steps(), _of_command(), _mine()
LIVE, LIVE_PEOPLE, MANY_LIVE, ERRORS, ERROR_GUILDS, FIRST_OF_ALL = (
    {everywhere: build(everywhere=everywhere) for everywhere in (False, True)}
    for build in (_live, _live_people, _many_live, _errors, _error_guilds, _first)
)
LIVE_OF_COMMAND, ERRORS_OF_COMMAND = (
    {
        everywhere: statement.where(A.command_name == bindparam("name", type_=Text()))
        for everywhere, statement in statements.items()
    }
    for statements in (LIVE, ERRORS)
)
