"""The statements of a member's way, built once: that takes SQLAlchemy longer than PostgreSQL takes for them."""

from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.onboarding.events import ONBOARDING_CHANNEL
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.progress import RULES
from app.models import GuildRule, Onboarding, OnboardingQuestion, OnboardingState
from app.services.statements import FRESHLY, version_of

_GUILD = bindparam("guild", type_=BigInteger())
_USER = bindparam("user", type_=BigInteger())
_ANNOUNCED: ColumnElement[Any] = func.pg_notify(ONBOARDING_CHANNEL, bindparam("moment_due", type_=Text()))
_STATE = version_of("onboarding")
_SEEN = _STATE.label("seen")
_TABLE = cast("Table", Onboarding.__table__)
_COLUMNS = Onboarding.__mapper__.columns
MINE = (Onboarding.guild_id == _GUILD, Onboarding.user_id == _USER)


class Asks(NamedTuple):
    """What of a policy makes it another query."""

    rules: bool
    questions: bool
    texts: bool = False
    """Whether the rules themselves are read as well."""

    @classmethod
    def of(cls, policy: OnboardingPolicy, *, texts: bool = False) -> "Asks":
        """Return that of a policy."""
        return cls(policy.asks_rules, policy.asks_questions, policy.asks_rules and texts)

    def has(self, other: "Asks") -> bool:
        """Tell whether what answers this answers another."""
        return self in {other, other.with_texts()}

    def with_texts(self) -> "Asks":
        """Return the same with the rules themselves."""
        return self._replace(texts=self.rules)


RULES_OF_VERSION = (
    select(GuildRule)
    .where(GuildRule.guild_id == _GUILD, GuildRule.version == bindparam("version", type_=Integer()))
    .order_by(GuildRule.rule_order)
)


def within(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Match rows in some states, which are a part of the statement: a plan that is kept knows them."""
    listed = ", ".join(f"'{OnboardingState(one).value}'" for one in states)
    return literal_column(f"onboarding.state IN ({listed})", Boolean)


# Each change of a question gives it a higher number than any before it.
# https://www.postgresql.org/docs/current/ddl-system-columns.html
_QUESTIONS_SEEN = (
    select(func.concat_ws(" ", func.count(), func.sum(cast_to(version_of("guild_onboarding_questions"), BigInteger))))
    .select_from(OnboardingQuestion)
    .where(OnboardingQuestion.guild_id == _GUILD, OnboardingQuestion.enabled)
    .scalar_subquery()
)
_VERSION = (
    select(func.max(GuildRule.version))
    .where(GuildRule.guild_id == _GUILD, GuildRule.version.is_not(None))
    .scalar_subquery()
)


def _columns(asks: Asks) -> tuple[ColumnElement[Any], ...]:
    table: ColumnElement[Any] = literal_column("guild_onboarding_questions")
    questions = (
        select(cast_to(func.jsonb_agg(func.to_jsonb(table), type_=JSONB()), Text))
        .select_from(OnboardingQuestion)
        .where(OnboardingQuestion.guild_id == _GUILD, OnboardingQuestion.enabled)
        .scalar_subquery()
    )
    published: ColumnElement[Any] = literal_column("guild_rules")
    rules = (
        select(cast_to(func.jsonb_agg(func.to_jsonb(published), type_=JSONB()), Text))
        .select_from(GuildRule)
        .where(GuildRule.guild_id == _GUILD, GuildRule.version == _VERSION)
        .scalar_subquery()
    )
    nothing: ColumnElement[Any] = literal_column("NULL")
    chosen = {
        "questions": questions if asks.questions else nothing,
        "version": _VERSION if asks.rules else nothing,
        "rules": rules if asks.texts else nothing,
        "asked": _QUESTIONS_SEEN if asks.questions else nothing,
    }
    return tuple(column.label(name) for name, column in chosen.items())


@lru_cache
def reading(asks: Asks, lock: bool) -> Select[Any]:
    """Return the query for a member's row with what is asked."""
    query = select(Onboarding, _SEEN, *_columns(asks)).where(*MINE)
    return query.with_for_update(of=Onboarding) if lock else query


@lru_cache
def starting(asks: Asks) -> ReturningUpdate[Any]:
    """Return what lets somebody begin who has rules to accept first."""
    at = bindparam("at", type_=Onboarding.started_at.type)
    were_asked = (within(("asked",)), Onboarding.asked_at.is_not(None), Onboarding.next_at.is_not(None))
    started: dict[Any, Any] = {
        Onboarding.state: literal_column(f"'{OnboardingState.STARTED.value}'"),
        Onboarding.step: literal_column(f"'{RULES}'"),
        Onboarding.started_at: func.coalesce(Onboarding.started_at, at),
        Onboarding.updated_at: at,
    }
    starting = update(Onboarding).where(*MINE, *were_asked, Onboarding.rules_version.is_(None), _VERSION.is_not(None))
    return starting.values(started).returning(Onboarding, _SEEN, *_columns(asks)).execution_options(**FRESHLY)


@lru_cache
def asking(asks: Asks) -> Select[Any]:
    """Return the query for what is asked, of somebody without a row."""
    return select(*_columns(asks))


@lru_cache(maxsize=128)
def changing(
    columns: tuple[str, ...], among: tuple[str, ...], announces: bool, is_single: bool, compared: Asks | None
) -> ReturningUpdate[Any]:
    """Return what changes a row in one of these states, if nothing is otherwise than it was seen, and returns it."""
    values = {getattr(Onboarding, key): bindparam(f"new_{key}", type_=getattr(Onboarding, key).type) for key in columns}
    changed = update(Onboarding).where(*MINE, within(among), *_are_same(is_single, compared)).values(values)
    announced = [_ANNOUNCED] if announces else []
    return changed.returning(Onboarding, _SEEN, *announced).execution_options(**FRESHLY)


@lru_cache(maxsize=128)
def stepping(
    columns: tuple[str, ...], among: tuple[str, ...], announces: bool, is_single: bool, compared: Asks | None
) -> ReturningUpdate[Any]:
    """Return the same, of which only is returned what tells the row from any later one."""
    found = {key: _COLUMNS[key] for key in columns}
    values = {column: bindparam(f"new_{key}", type_=column.type) for key, column in found.items()}
    mine = (_COLUMNS["guild_id"] == _GUILD, _COLUMNS["user_id"] == _USER)
    changed = update(_TABLE).where(*mine, within(among), *_are_same(is_single, compared)).values(values)
    return changed.returning(_SEEN, *([_ANNOUNCED] if announces else []))


def _are_same(is_single: bool, compared: Asks | None) -> list[ColumnElement[bool]]:
    """Return the conditions that the row is still what was read, and what is asked as well."""
    conditions = [bindparam("seen", type_=Text()) == _STATE] if is_single else []
    if compared is not None and compared.questions:
        conditions.append(bindparam("asked", type_=Text()) == _QUESTIONS_SEEN)
    if compared is not None and compared.rules:
        conditions.append(_VERSION.is_not_distinct_from(bindparam("version", type_=Integer())))
    return conditions


def _new(name: str) -> Any:
    return bindparam(f"new_{name}", type_=getattr(Onboarding, name).type)


_ROW = {
    "guild_id": _GUILD,
    "user_id": _USER,
    "state": _new("state"),
    "joined_at": _new("joined_at"),
    "asked_at": _new("asked_at"),
    "started_at": _new("started_at"),
}
# As a part of the query, because SQLAlchemy keeps no compiled INSERT that has a conflict clause of its own.
MAKING = (
    insert(Onboarding)
    .from_select(list(_ROW), select(*_ROW.values()).suffix_with("ON CONFLICT DO NOTHING"), include_defaults=False)
    .execution_options(dml_strategy="orm")
)
