"""Reading where one member is, together with what their server asks: one statement for each step.

Statements are kept, as building one takes SQLAlchemy longer than PostgreSQL takes for it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace
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
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.actor import Actor
from app.core.commits import RECENT, SINGLY, note_nothing_written
from app.core.errors import Overtaken
from app.core.onboarding.answers import Answer, read_answers
from app.core.onboarding.events import ONBOARDING_CHANNEL
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.progress import Progress, find
from app.core.onboarding.questions import Question
from app.core.onboarding.rules import Rule
from app.core.recent import Recent
from app.core.records import record
from app.models import GuildRule, Onboarding, OnboardingQuestion, OnboardingState
from app.services.onboarding.rows import question_of, rules_of
from app.services.statements import FRESHLY, first, first_of, version_of, with_others

MAX_READ = 100
"""Servers whose questions are kept as they were read."""
FRESH = {"populate_existing": True}
_GUILD = bindparam("guild", type_=BigInteger())
_USER = bindparam("user", type_=BigInteger())
_ANNOUNCED: ColumnElement[Any] = func.pg_notify(ONBOARDING_CHANNEL, bindparam("moment_due", type_=Text()))
_STATE = version_of("onboarding")
_TABLE = cast("Table", Onboarding.__table__)
_COLUMNS = Onboarding.__mapper__.columns
ON_THEIR_WAY = ("waiting", "asked", "started")
MINE = (Onboarding.guild_id == _GUILD, Onboarding.user_id == _USER)


@record
class Known:
    """A member's row, and what their server asks now."""

    row: Onboarding
    asks: "Asks"
    """What of the server was read."""
    questions: tuple[Question, ...]
    version: int | None
    """The version of the rules that holds, if members have to accept one."""
    rules: tuple[Rule, ...] = ()
    """The rules of that version, if they were asked for."""
    seen: str = ""
    """What tells this state of the row from any later one."""
    asked: str | None = None
    """What tells these questions from any later ones."""
    is_remembered: bool = False
    """Whether this process saw it a while ago: what changes the row then compares everything."""

    @property
    def answers(self) -> dict[int, Answer]:
        """Return what was answered, also to questions that are not asked any more."""
        return read_answers(self.row.responses)

    def progress(
        self, *, step: str | None = None, answers: dict[int, Answer] | None = None, accepted: int | None = None
    ) -> Progress:
        """Say what somebody sees next who is not done: by the row, and by what is given instead of it."""
        return find(
            self.questions,
            self.answers if answers is None else answers,
            self.row.step if step is None else step,
            version=self.version,
            accepted=accepted or self.row.rules_version,
        )


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


EVERYTHING = Asks(rules=True, questions=True)
RULES_OF_VERSION = (
    select(GuildRule)
    .where(GuildRule.guild_id == _GUILD, GuildRule.version == bindparam("version", type_=Integer()))
    .order_by(GuildRule.rule_order)
)


async def read(session: AsyncSession, actor: Actor, asks: Asks, *, lock: bool) -> Known | None:
    """Return a member's row with what is asked in their server.

    With `lock`, others wait for this transaction. Where there is none, `write` notices who was first instead.
    """
    reading = _reading(asks, lock and SINGLY not in session.info)
    found = await first_of(session, Onboarding, reading, parameters(actor), options=FRESH)
    if found is None:
        return None
    row, more = found
    known = Known(
        *(row, asks, questions_in(more.questions), more.version, _rules_in(more.rules)),
        seen=more.seen,
        asked=more.asked,
    )
    remember(session, actor, known)
    return known


async def read_questions(session: AsyncSession, actor: Actor, asks: Asks) -> tuple[tuple[Question, ...], int | None]:
    """Return what is asked in a server, for somebody without a row."""
    questions, version, *_ = await first(session, _asking(asks), {"guild": actor.guild_id})
    return questions_in(questions), version


async def make(session: AsyncSession, actor: Actor, **values: Any) -> None:
    """Make a row for somebody whose joining nobody saw, unless there is one. Raises Overtaken outside a transaction."""
    if SINGLY in session.info:
        # It is changed right after.
        raise Overtaken
    await session.execute(_MAKING, parameters(actor) | values)


async def write(
    session: AsyncSession, actor: Actor, known: Known, values: dict[str, Any], among: tuple[str, ...]
) -> Onboarding | None:
    """Change a row if it is in one of these states, and return it as it is then; None if it was not.

    A process looks at the row at once, or then, if `next_at` is changed to a moment. Raises Overtaken outside a
    transaction, when somebody has changed it since it was read.
    """
    found = await first_of(session, Onboarding, *_change(session, actor, known, values, among, _changing))
    if found is None:
        return _nothing_changed(session)
    row, more = found
    remember(session, actor, replace(known, row=row, seen=more.seen))
    return row


async def advance(
    session: AsyncSession, actor: Actor, known: Known, values: dict[str, Any], among: tuple[str, ...]
) -> bool:
    """Do what `write` does, and tell whether it was. The row that the session holds stays as it was read.

    A member waits for it, and to read the row back takes a tenth of a millisecond, or 0.4 in a session.
    """
    changed = await first(session, *_change(session, actor, known, values, among, _stepping))
    if changed is None:
        return _nothing_changed(session) is not None
    if "state" in values:
        values = values | {"state": OnboardingState(values["state"])}
    remember(session, actor, replace(known, row=with_others(known.row, values), seen=changed.seen))
    return True


def _change(
    session: AsyncSession,
    actor: Actor,
    known: Known,
    values: dict[str, Any],
    among: tuple[str, ...],
    changing: Callable[..., ReturningUpdate[Any]],
) -> tuple[ReturningUpdate[Any], dict[str, Any]]:
    is_single, due = SINGLY in session.info, values.get("next_at")
    facts = parameters(actor) | {f"new_{key}": value for key, value in values.items()}
    if is_single:
        facts["seen"] = known.seen
    if due is not None:
        facts["moment_due"] = str(due.timestamp())
    compared = known.asks if known.is_remembered else None
    if compared is not None:
        facts |= {"asked": known.asked} if compared.questions else {}
        facts |= {"version": known.version} if compared.rules else {}
    return changing(tuple(values), among, due is not None, is_single, compared), facts


def _nothing_changed(session: AsyncSession) -> None:
    """Raise Overtaken where what was changed since could only be told apart in a transaction."""
    if SINGLY in session.info:
        note_nothing_written(session.info)
        raise Overtaken


def remember(session: AsyncSession, actor: Actor, known: Known) -> None:
    """Keep what is known of somebody on their way, for the next step (`app.services.onboarding.recalling`)."""
    recent: Recent | None = session.info.get(RECENT)
    if recent is None:
        return
    if known.row.state not in ON_THEIR_WAY:
        recent.forget(key_of(actor))
        return
    before: Known | None = recent.get(key_of(actor))
    if before is not None and before.version == known.version and before.asks == known.asks.with_texts():
        # The texts of a version never change.
        known = replace(known, rules=before.rules, asks=before.asks)
    recent.keep(key_of(actor), replace(known, is_remembered=True))


def key_of(actor: Actor) -> tuple[str, int, int]:
    """Return under what a member is kept among what this process saw last."""
    return (Onboarding.__tablename__, actor.guild_id, actor.user_id)


def parameters(actor: Actor) -> dict[str, Any]:
    """Return whose row is meant."""
    return {"guild": actor.guild_id, "user": actor.user_id}


@lru_cache(maxsize=MAX_READ)
def questions_in(found: str | None) -> tuple[Question, ...]:
    """Read questions that came as one document. A server's are read once, until they change."""
    rows: list[dict[str, Any]] = json.loads(found or "[]")
    return tuple(question_of(cast("OnboardingQuestion", SimpleNamespace(**one))) for one in rows)


@lru_cache(maxsize=MAX_READ)
def _rules_in(found: str | None) -> tuple[Rule, ...]:
    listed: list[dict[str, Any]] = json.loads(found or "[]")
    rows = sorted(listed, key=lambda one: one["rule_order"])
    return rules_of(cast("GuildRule", SimpleNamespace(**one)) for one in rows)


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
def _reading(asks: Asks, lock: bool) -> Select[Any]:
    query = select(Onboarding, _STATE.label("seen"), *_columns(asks)).where(*MINE)
    return query.with_for_update(of=Onboarding) if lock else query


@lru_cache
def _asking(asks: Asks) -> Select[Any]:
    return select(*_columns(asks))


@lru_cache(maxsize=128)
def _changing(
    columns: tuple[str, ...], among: tuple[str, ...], announces: bool, is_single: bool, compared: Asks | None
) -> ReturningUpdate[Any]:
    values = {getattr(Onboarding, key): bindparam(f"new_{key}", type_=getattr(Onboarding, key).type) for key in columns}
    changed = update(Onboarding).where(*MINE, within(among), *_are_same(is_single, compared)).values(values)
    announced = [_ANNOUNCED] if announces else []
    return changed.returning(Onboarding, _STATE.label("seen"), *announced).execution_options(**FRESHLY)


@lru_cache(maxsize=128)
def _stepping(
    columns: tuple[str, ...], among: tuple[str, ...], announces: bool, is_single: bool, compared: Asks | None
) -> ReturningUpdate[Any]:
    found = {key: _COLUMNS[key] for key in columns}
    values = {column: bindparam(f"new_{key}", type_=column.type) for key, column in found.items()}
    mine = (_COLUMNS["guild_id"] == _GUILD, _COLUMNS["user_id"] == _USER)
    changed = update(_TABLE).where(*mine, within(among), *_are_same(is_single, compared)).values(values)
    return changed.returning(_STATE.label("seen"), *([_ANNOUNCED] if announces else []))


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
_MAKING = (
    insert(Onboarding)
    .from_select(list(_ROW), select(*_ROW.values()).suffix_with("ON CONFLICT DO NOTHING"), include_defaults=False)
    .execution_options(dml_strategy="orm")
)
