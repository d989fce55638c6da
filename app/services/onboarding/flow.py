"""A member's way from the button to being done. Each step is one transaction, which others of theirs wait for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.onboarding import outcome
from app.core.onboarding.answers import Answer, answers_to_json
from app.core.onboarding.checking import answer_to
from app.core.onboarding.errors import (
    FormChanged,
    NothingToDo,
    NotStarted,
    QuestionNotFound,
    SwitchedOff,
)
from app.core.onboarding.grants import Tell, grants_to_json, read_grants
from app.core.onboarding.path import asked
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.progress import SUMMARY, At, Given, Progress, after, are_as_asked, before
from app.core.onboarding.questions import Question
from app.core.onboarding.rules import Rule
from app.core.records import record
from app.models import Onboarding, OnboardingState
from app.services.onboarding import acceptance
from app.services.onboarding.changes import begun, come_back, completion, looked_after
from app.services.onboarding.queries import MINE, RULES_OF_VERSION, Asks
from app.services.onboarding.reading import (
    EVERYTHING,
    ON_THEIR_WAY,
    Known,
    advance,
    make,
    parameters,
    read,
    read_questions,
    start,
    write,
)
from app.services.onboarding.recalling import Recalling, from_memory
from app.services.onboarding.rows import rules_of

HELD = timedelta(seconds=15)
"""For how long whoever lets a member be done has the row, to carry out what they get; a killed process is followed by
the job after that. It is no harm if it takes longer: what is there is not given again, nor said within minutes."""
ANY = tuple(one.value for one in OnboardingState)

Show = Callable[[Progress], object]

_TELLING = (
    update(Onboarding)
    .where(*MINE)
    .values({Onboarding.to_tell: Onboarding.to_tell.op("-", return_type=JSONB())(bindparam("what", type_=Text()))})
    .execution_options(synchronize_session=False)
)


def unshown(_: Progress) -> None:
    """Make nothing meanwhile."""


@record
class Completed:
    """A member who is done: by this press, or before it."""

    is_new: bool
    row: Onboarding | None = None
    held_until: datetime | None = None
    """Until when nobody else carries out what they get, if that is up to the caller."""


@record
class Mine:
    """What is stored about one member, for themselves."""

    row: Onboarding
    questions: tuple[Question, ...]
    """Those that are asked of them now."""


class FlowService(Recalling):
    """Writes what members answer, accept and finish.

    `show` may be called while a step is being saved, with what it returns if that succeeds, and raises nothing: so what
    is shown next can be made meanwhile. It counts for nothing until the step returns the same.
    """

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        super().__init__(session)
        self._clock = clock

    @from_memory
    async def begin(
        self, actor: Actor, policy: OnboardingPolicy, *, joined_at: datetime | None = None, show: Show = unshown
    ) -> Progress:
        """Let a member begin, or go on where they were. Raises SwitchedOff, NothingToDo."""
        _require_on(policy)
        asks, now = Asks.of(policy, texts=True), self._clock()
        known = self._recalled(actor, asks)
        if known is None and (started := await start(self._session, actor, asks, now)) is not None:
            return replace(started.progress(), rules=started.rules)
        known = known or await read(self._session, actor, asks, lock=True)
        if known is None:
            new = {"state": "started", "joined_at": joined_at, "asked_at": now, "started_at": now}
            await make(self._session, actor, **{f"new_{key}": value for key, value in new.items()})
            known = await read(self._session, actor, asks, lock=True)
            assert known is not None, "a row that this transaction has made, or waited for"
        if known.row.state is OnboardingState.COMPLETED:
            return _done(known)
        values: dict[str, Any] = {}
        if known.row.state is OnboardingState.LEFT:
            values = come_back(known, policy, now)
            if values.get("state") == "completed":
                await write(self._session, actor, known, values | {"updated_at": now, "next_at": now}, ("left",))
                return _done(known)
        progress = known.progress(answers={} if "responses" in values else None)
        _require_something(progress)
        if known.row.state is not OnboardingState.STARTED:
            values |= {"state": "started", "asked_at": values.get("asked_at", known.row.asked_at) or now}
            values["started_at"] = known.row.started_at if known.row.state is OnboardingState.ASKED else None
            values["started_at"] = values["started_at"] or now
        if progress.step != known.row.step:
            values["step"] = progress.step
        values |= looked_after(known.row, policy, now)
        if progress.at is At.RULES:
            progress = replace(progress, rules=known.rules)
        if values:
            await self._advance(actor, known, values | {"updated_at": now}, (known.row.state.value,), progress, show)
        return progress

    async def look(self, actor: Actor, policy: OnboardingPolicy) -> Progress:
        """Return what a member sees now, changing nothing. Raises SwitchedOff, NotStarted."""
        _require_on(policy)
        known = await read(self._session, actor, Asks.of(policy), lock=False)
        if known is None or known.row.state is OnboardingState.LEFT:
            raise NotStarted
        return _done(known) if known.row.state is OnboardingState.COMPLETED else known.progress()

    async def page(self, actor: Actor, policy: OnboardingPolicy, question_id: int, *, alone: bool = False) -> Progress:
        """Return the page that begins with a question, or that question alone, for its form; with what was answered.

        Raises NotStarted, and QuestionNotFound for one that is not asked any more.
        """
        known = await read(self._session, actor, _asks_of(policy), lock=False)
        if known is None or known.row.state is OnboardingState.LEFT:
            raise NotStarted
        progress = known.progress(step=str(question_id))
        if not progress.page or progress.page[0].id != question_id:
            raise QuestionNotFound
        if not alone:
            return progress
        return Progress(At.PAGE, page=progress.page[:1], asked=progress.asked, answers=progress.answers)

    @from_memory
    async def accept(
        self,
        actor: Actor,
        policy: OnboardingPolicy,
        version: int,
        *,
        locale: str,
        carries_out: bool = False,
        show: Show = unshown,
    ) -> Progress:
        """Write down that a member accepted a version of the rules; whoever has nothing else to do is done.

        Also for those who began nothing, from the post of the rules. Raises NoRulesPublished, and RulesChanged when
        there is a newer version.

        With `carries_out`, the caller has the row of whoever is done by that until `held_until`, as after `confirm`.
        """
        now, asks = self._clock(), Asks(rules=True, questions=policy.asks_questions, texts=True)
        known = await self._known(actor, asks)
        if known is None:
            new = {"state": "asked", "joined_at": None, "asked_at": None, "started_at": None}
            await make(self._session, actor, **{f"new_{key}": value for key, value in new.items()})
            known = await read(self._session, actor, asks, lock=True)
            assert known is not None, "a row that this transaction has made, or waited for"
        text_hash = acceptance.hash_of(known, version)
        row = known.row
        values: dict[str, Any] = {"updated_at": now}
        values |= acceptance.accepted(row, version, text_hash=text_hash, locale=locale, at=now)
        returned = acceptance.given_back(row)
        if returned:
            values |= {"grants": grants_to_json(returned), "next_at": now}
        if row.state is OnboardingState.COMPLETED or not policy.asks_rules:
            await write(self._session, actor, known, values, (row.state.value,))
            return _done(known)
        if row.state is OnboardingState.LEFT:
            values |= come_back(known, policy, now)
            if values.get("state") == "completed":
                await write(self._session, actor, known, values | {"next_at": now}, ("left",))
                return _done(known)
        progress = known.progress(accepted=version)
        if progress.at is At.SUMMARY and not progress.asked:
            values |= completion(policy, known, now)
            if carries_out:
                values["next_at"] = now + HELD
            await write(self._session, actor, known, values, (row.state.value,))
            return replace(_done(known), held_until=values["next_at"] if carries_out else None)
        values |= {"state": "started", "step": progress.step, "started_at": row.started_at or now}
        values.setdefault("asked_at", row.asked_at or now)
        values |= {} if returned else looked_after(row, policy, now)
        await self._advance(actor, known, values, (row.state.value,), progress, show)
        return progress

    @from_memory
    async def answer(
        self, actor: Actor, policy: OnboardingPolicy, given: Sequence[Given], *, show: Show = unshown
    ) -> Progress:
        """Keep the answers of a form, all of them or none, and return what is asked next.

        Whoever is done may answer differently, which changes what answers give them. Raises NotStarted, FormChanged,
        and InvalidInput, which names the question.
        """
        known = await self._locked(actor, _asks_of(policy))
        now, before_that = self._clock(), known.answers
        by_id = {one.id: one for one in asked(known.questions, before_that)}
        if not given or not are_as_asked(given, by_id.values()):
            raise FormChanged
        answers = dict(before_that)
        for one in given:
            answers[one.question_id] = answer_to(by_id[one.question_id], one.values, now)
        values: dict[str, Any] = {"responses": answers_to_json(answers), "answered_at": now, "updated_at": now}
        if known.row.state is OnboardingState.COMPLETED:
            return await self._answer_again(actor, policy, known, answers, values)
        progress = known.progress(step="", answers=answers)
        values |= begun(known.row, policy, now) | {"step": progress.step}
        await self._advance(actor, known, values, ON_THEIR_WAY, progress, show)
        return progress

    @from_memory
    async def go_to(
        self, actor: Actor, policy: OnboardingPolicy, *, from_step: str, back: bool, show: Show = unshown
    ) -> Progress:
        """Go to the page before or after the one that somebody looks at; forward only from what is answered.

        Raises NotStarted.
        """
        known = await self._locked(actor, _asks_of(policy))
        if known.row.state is OnboardingState.COMPLETED:
            return _done(known)
        seen = known.progress(step=from_step)
        if seen.at is At.RULES:
            return seen
        if back:
            to = before(seen, known.questions)
        else:
            to = after(seen, known.questions) if seen.page and seen.is_answered else seen.step
        progress = known.progress(step=to or "")
        now = self._clock()
        values = begun(known.row, policy, now) | {"step": progress.step}
        await self._advance(actor, known, values, ON_THEIR_WAY, progress, show)
        return progress

    @from_memory
    async def confirm(self, actor: Actor, policy: OnboardingPolicy) -> Completed | Progress:
        """Let a member be done, once; somebody to whom something is still left to do gets that.

        What they get is written down with it, and the row is leased to the caller until `held_until`, who carries it
        out with `effects.onboarding.finishing`; the job does if the caller does not come to it. Raises NotStarted.
        """
        known = await self._locked(actor, _asks_of(policy))
        if known.row.state is OnboardingState.COMPLETED:
            return Completed(is_new=False, row=known.row)
        progress = known.progress(step=SUMMARY)
        if progress.at is not At.SUMMARY:
            return progress
        now = self._clock()
        values = completion(policy, known, now)
        is_more = bool(values["to_tell"]) or any(one.is_open for one in read_grants(values["grants"]))
        values["next_at"] = now + HELD if is_more else None
        row = await write(self._session, actor, known, values, ON_THEIR_WAY)
        return Completed(is_new=True, row=row, held_until=values["next_at"])

    @from_memory
    async def restart(self, actor: Actor, policy: OnboardingPolicy, *, show: Show = unshown) -> Progress:
        """Forget the answers of somebody who is on their way, who begins again. Raises NotStarted."""
        _require_on(policy)
        known = await self._locked(actor, Asks.of(policy))
        if known.row.state is OnboardingState.COMPLETED:
            return _done(known)
        progress, now = known.progress(step="", answers={}), self._clock()
        values = {"responses": None, "step": progress.step, "updated_at": now}
        values |= begun(known.row, policy, now)
        await self._advance(actor, known, values, ON_THEIR_WAY, progress, show)
        return progress

    async def mine(self, actor: Actor) -> Mine | None:
        """Return what is stored about a member, None if nothing is."""
        known = await read(self._session, actor, EVERYTHING, lock=False)
        return None if known is None else Mine(known.row, tuple(asked(known.questions, known.answers)))

    async def forget(self, actor: Actor, policy: OnboardingPolicy) -> bool:
        """Delete a member's answers, and nothing else about them; tell whether there were any.

        Whoever is on their way is asked again. What answers gave to somebody who is done stays.
        """
        known = await read(self._session, actor, Asks.of(policy), lock=True)
        if known is None or known.row.responses is None:
            return False
        now = self._clock()
        values: dict[str, Any] = {"responses": None, "legacy": None, "updated_at": now}
        if known.row.state is OnboardingState.STARTED:
            values["step"] = known.progress(step="", answers={}).step
        return await write(self._session, actor, known, values, ANY) is not None

    async def rules(self, actor: Actor, version: int) -> tuple[Rule, ...]:
        """Return the rules of a version, in order."""
        return rules_of(await self._session.scalars(RULES_OF_VERSION, {"guild": actor.guild_id, "version": version}))

    async def told(self, actor: Actor, what: Tell) -> None:
        """Write down that something was said about a member who is done, or cannot be."""
        await self._session.execute(_TELLING, parameters(actor) | {"what": what.value})

    async def preview(self, actor: Actor, policy: OnboardingPolicy) -> tuple[tuple[Question, ...], int | None]:
        """Return what is asked of members: the questions, and the version of the rules to be accepted."""
        return await read_questions(self._session, actor, Asks.of(policy))

    async def _advance(
        self,
        actor: Actor,
        known: Known,
        values: dict[str, Any],
        among: tuple[str, ...],
        progress: Progress,
        show: Show,
    ) -> None:
        await advance(self._session, actor, known, values, among, meanwhile=lambda: show(progress))

    async def _locked(self, actor: Actor, asks: Asks) -> Known:
        known = await self._known(actor, asks)
        if known is None or known.row.state is OnboardingState.LEFT:
            raise NotStarted
        return known

    async def _answer_again(
        self,
        actor: Actor,
        policy: OnboardingPolicy,
        known: Known,
        answers: dict[int, Answer],
        values: dict[str, Any],
    ) -> Progress:
        now, grants = self._clock(), read_grants(known.row.grants)
        changed = outcome.on_change(grants, policy, known.questions, known.answers, answers)
        if changed != grants:
            values |= {"grants": grants_to_json(changed), "grant_tries": 0, "next_at": now}
        await write(self._session, actor, known, values, ("completed",))
        progress = known.progress(step="", answers=answers)
        follow_up = [one for one in progress.page if one.asked_if is not None]
        return progress if follow_up else Progress(At.DONE, asked=progress.asked, answers=answers)


def _require_on(policy: OnboardingPolicy) -> None:
    if not policy.is_on:
        raise SwitchedOff


def _require_something(progress: Progress) -> None:
    if progress.at is At.SUMMARY and not progress.asked and progress.accepted is None:
        raise NothingToDo


def _asks_of(policy: OnboardingPolicy) -> Asks:
    _require_on(policy)
    return Asks.of(policy)


def _done(known: Known) -> Progress:
    return Progress(At.DONE, asked=tuple(asked(known.questions, known.answers)), answers=known.answers)
