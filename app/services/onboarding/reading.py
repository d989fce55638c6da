"""Where one member is, together with what their server asks: read, changed and remembered."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.actor import Actor
from app.core.commits import RECENT, SINGLY, note_nothing_written
from app.core.errors import Overtaken
from app.core.onboarding.answers import Answer, read_answers
from app.core.onboarding.progress import Progress, find
from app.core.onboarding.questions import Question
from app.core.onboarding.rules import Rule
from app.core.recent import Recent
from app.core.records import record
from app.models import GuildRule, Onboarding, OnboardingQuestion, OnboardingState
from app.services.onboarding import queries
from app.services.onboarding.queries import Asks
from app.services.onboarding.rows import question_of, rules_of
from app.services.statements import first, first_of, with_others

MAX_READ = 100
"""Servers whose questions are kept as they were read."""
FRESH = {"populate_existing": True}
ON_THEIR_WAY = ("waiting", "asked", "started")


@record
class Known:
    """A member's row, and what their server asks now."""

    row: Onboarding
    asks: Asks
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


EVERYTHING = Asks(rules=True, questions=True)


async def read(session: AsyncSession, actor: Actor, asks: Asks, *, lock: bool) -> Known | None:
    """Return a member's row with what is asked in their server.

    With `lock`, others wait for this transaction. Where there is none, `write` notices who was first instead.
    """
    query = queries.reading(asks, lock and SINGLY not in session.info)
    found = await first_of(session, Onboarding, query, parameters(actor), options=FRESH)
    if found is None:
        return None
    return _known(session, actor, asks, *found)


async def start(session: AsyncSession, actor: Actor, asks: Asks, now: datetime) -> Known | None:
    """Let somebody begin who was asked, has accepted no rules yet, and has to: what most do who press a button first.

    That is one statement. None for everybody else, of whom nothing is changed, and in a transaction.
    """
    if SINGLY not in session.info or not asks.rules:
        return None
    found = await first_of(session, Onboarding, queries.starting(asks), parameters(actor) | {"at": now})
    if found is None:
        note_nothing_written(session.info)
        return None
    return _known(session, actor, asks, *found)


def _known(session: AsyncSession, actor: Actor, asks: Asks, row: Onboarding, more: Any) -> Known:
    known = Known(
        *(row, asks, questions_in(more.questions), more.version, _rules_in(more.rules)),
        seen=more.seen,
        asked=more.asked,
    )
    remember(session, actor, known)
    return known


async def read_questions(session: AsyncSession, actor: Actor, asks: Asks) -> tuple[tuple[Question, ...], int | None]:
    """Return what is asked in a server, for somebody without a row."""
    questions, version, *_ = await first(session, queries.asking(asks), {"guild": actor.guild_id})
    return questions_in(questions), version


async def make(session: AsyncSession, actor: Actor, **values: Any) -> None:
    """Make a row for somebody whose joining nobody saw, unless there is one. Raises Overtaken outside a transaction."""
    if SINGLY in session.info:
        # It is changed right after.
        raise Overtaken
    await session.execute(queries.MAKING, parameters(actor) | values)


async def write(
    session: AsyncSession, actor: Actor, known: Known, values: dict[str, Any], among: tuple[str, ...]
) -> Onboarding | None:
    """Change a row if it is in one of these states, and return it as it is then; None if it was not.

    A process looks at the row at once, or then, if `next_at` is changed to a moment. Raises Overtaken outside a
    transaction, when somebody has changed it since it was read.
    """
    found = await first_of(session, Onboarding, *_change(session, actor, known, values, among, queries.changing))
    if found is None:
        return _nothing_changed(session)
    row, more = found
    remember(session, actor, replace(known, row=row, seen=more.seen))
    return row


async def advance(
    session: AsyncSession,
    actor: Actor,
    known: Known,
    values: dict[str, Any],
    among: tuple[str, ...],
    meanwhile: Callable[[], object] | None = None,
) -> bool:
    """Do what `write` does, and tell whether it was. The row that the session holds stays as it was read.

    A member waits for it, and to read the row back takes a tenth of a millisecond, or 0.4 in a session. `meanwhile` may
    be called while PostgreSQL is at work, and raises nothing.
    """
    changed = await first(
        session, *_change(session, actor, known, values, among, queries.stepping), meanwhile=meanwhile
    )
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
