"""The questions of a server. Whoever changes them waits for others who do, so that their order is never torn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, case, cast, delete, func, insert, null, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.formats import AllOf
from app.core.onboarding import limits
from app.core.onboarding.defaults import require_none
from app.core.onboarding.drafts import checked
from app.core.onboarding.errors import QuestionNotFound
from app.core.onboarding.followups import read_followups
from app.core.onboarding.path import MAX_NAMED, check_order, dependent
from app.core.onboarding.questions import Condition, Question
from app.core.onboarding.removed import Removed, Thing
from app.models import OnboardingQuestion
from app.services.onboarding.managing import require_manager
from app.services.onboarding.removing import Removals
from app.services.onboarding.rows import columns_of, question_of
from app.services.structures import Settings, wait_for_others

_ALL = (
    select(OnboardingQuestion)
    .where(OnboardingQuestion.guild_id == bindparam("guild_id"))
    .order_by(OnboardingQuestion.step_order)
)
_CHANGING = text(
    """
UPDATE guild_onboarding_questions q SET
    question = c.question, question_type = c.question_type, options = nullif(c.options, 'null'),
    required = c.required, enabled = c.enabled, hint = c.hint, asked_if = nullif(c.asked_if, 'null'), updated_at = :now
FROM jsonb_to_recordset(:changed) AS c (
    id integer, question text, question_type text, options jsonb, required boolean, enabled boolean, hint text,
    asked_if jsonb
)
WHERE q.guild_id = :guild_id AND q.id = c.id
"""
).bindparams(bindparam("changed", type_=JSONB), bindparam("now", type_=OnboardingQuestion.updated_at.type))
_FRESH = {"populate_existing": True}
_APART = 1000
"""More than a server has questions: where they wait while they change places."""


class QuestionsChanged(Conflict):
    """Somebody changed the questions after they were shown."""

    def __init__(self) -> None:
        super().__init__("The questions were changed meanwhile. Look at them again, and then decide.")


class QuestionService:
    """Sole writer of the table `guild_onboarding_questions`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._removals = Removals(session, clock, settings)

    async def all(self, guild_id: int) -> list[Question]:
        """Return the questions of a server in order, also those that are switched off."""
        rows = await self._session.scalars(_ALL, {"guild_id": guild_id}, execution_options=_FRESH)
        return [question_of(row) for row in rows]

    async def for_manager(self, actor: Actor) -> list[Question]:
        """Return the same for whoever sets them up. Raises ManagersOnly."""
        require_manager(actor)
        return await self.all(actor.guild_id)

    async def add(self, actor: Actor, question: Question, *, place: int | None = None) -> Question:
        """Add a question at a place, after which the others follow; at the end without one.

        Raises ManagersOnly, InvalidInput, LimitReached, Conflict.
        """
        there = await self._locked(actor)
        if len(there) >= limits.MAX_QUESTIONS:
            raise _full()
        made = replace(checked(question), id=0)
        listed = [*there]
        listed.insert(_index(place, len(there) + 1), made)
        known = {one.id for one in there}
        return next(one for one in await self._write(actor.guild_id, there, listed) if one.id not in known)

    async def add_usual(self, actor: Actor, usual: Sequence[Question]) -> list[Question]:
        """Add the usual questions at the end, and return all.

        Raises ManagersOnly, LimitReached, and Conflict if some of them are there.
        """
        there = await self._locked(actor)
        require_none(there)
        if len(there) + len(usual) > limits.MAX_QUESTIONS:
            raise _full()
        return await self._write(actor.guild_id, there, [*there, *map(checked, usual)])

    async def edit(self, actor: Actor, question_id: int, change: Callable[[Question], Question]) -> Question:
        """Change a question as it is now; it keeps its place. Raises as `add`, and QuestionNotFound."""
        there = await self._locked(actor)
        found = _find(there, question_id)
        made = replace(checked(change(found)), id=found.id, place=found.place)
        if made == found:
            raise Conflict("That would change nothing: it is so already.")
        await self._write(actor.guild_id, there, [made if one.id == found.id else one for one in there])
        return made

    async def move(self, actor: Actor, question_id: int, place: int) -> list[Question]:
        """Bring a question to a place, counted from 1, and return all. Raises as `edit`."""
        there = await self._locked(actor)
        found = _find(there, question_id)
        listed = [one for one in there if one.id != found.id]
        listed.insert(_index(place, len(there)), found)
        if listed == there:
            raise Conflict("That question is there already.")
        return await self._write(actor.guild_id, there, listed)

    async def remove(self, actor: Actor, question_id: int) -> Question:
        """Remove a question, which can be put back for a while. What members answered stays.

        Raises ManagersOnly, QuestionNotFound, and Conflict while others are only asked after one of its answers.
        """
        there = await self._locked(actor)
        found = _find(there, question_id)
        others = dependent(there, found.id)
        if others:
            raise Conflict(
                "After an answer to that question others are asked: {questions}. First remove those, or let them be "
                "asked of everybody with `/onboarding questions only_if`.",
                questions=AllOf([f"“{one.short}”" for one in others[:MAX_NAMED]]),
            )
        mine = select(OnboardingQuestion.followup, OnboardingQuestion.legacy).where(_among(actor.guild_id, [found.id]))
        followup, legacy = (await self._session.execute(mine)).one()
        columns = {**columns_of(found), "followup": followup, "legacy": legacy}
        await self._removals.keep(actor, Removed(Thing.QUESTION, found.id, found.place, self._clock(), columns))
        await self._write(actor.guild_id, there, [one for one in there if one.id != found.id])
        return found

    async def put_back(self, actor: Actor, question_id: int) -> Question:
        """Put a question back that was removed, where it was and with the answers to it, and return it.

        Raises ManagersOnly, LimitReached, NothingToPutBack, and Conflict when that is too long ago or it depends on an
        answer that is not there any more.
        """
        there = await self._locked(actor)
        removed = await self._removals.take(actor, Thing.QUESTION, question_id)
        if len(there) >= limits.MAX_QUESTIONS:
            raise _full()
        last = max((one.place for one in there), default=0) + 1
        row = OnboardingQuestion(id=removed.id, guild_id=actor.guild_id, step_order=last, **removed.columns)
        self._session.add(row)
        await self._session.flush()
        again = question_of(row)
        listed = [*there]
        listed.insert(min(removed.place - 1, len(there)), again)
        made = await self._write(actor.guild_id, [*there, again], listed)
        return _find(made, question_id)

    async def replace_all(
        self, actor: Actor, wanted: Sequence[Question], *, shown: Sequence[Question]
    ) -> list[Question]:
        """Let these be all questions, in this order, and return them.

        Those whose ids there are stay what they are, with what was answered; others get new ids, and conditions
        follow. `shown` are the questions from which somebody decided that. Raises ManagersOnly, InvalidInput,
        LimitReached, Conflict, QuestionsChanged.
        """
        there = await self._locked(actor)
        if there != list(shown):
            raise QuestionsChanged
        if len(wanted) > limits.MAX_QUESTIONS:
            raise _full()
        return await self._write(actor.guild_id, there, [checked(one) for one in wanted])

    async def with_followups(self, guild_ids: Iterable[int]) -> Sequence[int]:
        """Return which of these servers have questions of the predecessor with others after their answers."""
        theirs = (OnboardingQuestion.guild_id.in_(sorted(guild_ids)), OnboardingQuestion.followup.is_not(None))
        return (await self._session.scalars(select(OnboardingQuestion.guild_id).where(*theirs).distinct())).all()

    async def take_over(self, guild_id: int) -> list[Question]:
        """Make questions of what the predecessor asked after answers, behind the question of each; return all.

        As many as there is room for. What the rows held stays in `legacy`. No person stands behind it.
        """
        await wait_for_others(self._session, guild_id)
        there = await self.all(guild_id)
        theirs = (OnboardingQuestion.guild_id == guild_id, OnboardingQuestion.followup.is_not(None))
        rows = await self._session.execute(select(OnboardingQuestion.id, OnboardingQuestion.followup).where(*theirs))
        held: dict[int, Any] = {row.id: row.followup for row in rows}
        room, listed = limits.MAX_QUESTIONS - len(there), list[Question]()
        for one in there:
            new = read_followups(one, held.get(one.id))[: max(room, 0)]
            room -= len(new)
            listed += [one, *(replace(each, id=-len(listed) - at - 1) for at, each in enumerate(new))]
        made = await self._write(guild_id, there, listed) if len(listed) > len(there) else there
        was = func.jsonb_build_object("followup", OnboardingQuestion.followup, type_=JSONB())
        legacy = func.coalesce(OnboardingQuestion.legacy, cast({}, JSONB)).op("||", return_type=JSONB())(was)
        kept = update(OnboardingQuestion).where(*theirs).values(legacy=legacy, followup=null())
        await self._session.execute(kept, execution_options={"synchronize_session": False})
        return made

    async def _locked(self, actor: Actor) -> list[Question]:
        require_manager(actor)
        await wait_for_others(self._session, actor.guild_id)
        return await self.all(actor.guild_id)

    async def _write(self, guild_id: int, there: Sequence[Question], listed: Sequence[Question]) -> list[Question]:
        """Make the table hold these, in this order, and return them. What is not among `there` is added."""
        wanted = [replace(one, place=place) for place, one in enumerate(listed, start=1)]
        check_order(wanted)
        before = {one.id: one for one in there}
        gone = before.keys() - {one.id for one in wanted}
        if gone:
            await self._session.execute(delete(OnboardingQuestion).where(_among(guild_id, gone)))
        await self._move(guild_id, {one.id: one.place for one in there if one.id not in gone}, wanted)
        ids = await self._insert(guild_id, [one for one in wanted if one.id not in before])
        made = [replace(one, id=ids.get(one.id, one.id), asked_if=_with_ids(one.asked_if, ids)) for one in wanted]
        await self._change(
            guild_id,
            [
                one
                for one, typed in zip(made, wanted, strict=True)
                if one.asked_if != typed.asked_if
                or ((was := before.get(one.id)) is not None and one != replace(was, place=one.place))
            ],
        )
        return made

    async def _change(self, guild_id: int, changed: Sequence[Question]) -> None:
        """Write questions that are there as they are now, however many in one statement."""
        if not changed:
            return
        rows = [{"id": one.id, **columns_of(one)} for one in changed]
        await self._session.execute(_CHANGING, {"guild_id": guild_id, "changed": rows, "now": self._clock()})

    async def _move(self, guild_id: int, places: dict[int, int], wanted: Sequence[Question]) -> None:
        """Bring those that are there to their places, by way of others that are free: no two share one for a moment."""
        moved = {one.id: one.place for one in wanted if one.id in places and places[one.id] != one.place}
        if not moved:
            return
        taken = {place // _APART for place in places.values()}
        apart = next(block for block in range(1, len(taken) + 2) if block not in taken) * _APART
        for step in ({one: apart + place for one, place in moved.items()}, moved):
            place = case(step, value=OnboardingQuestion.id)
            await self._session.execute(
                update(OnboardingQuestion)
                .where(_among(guild_id, step))
                .values(step_order=place)
                .execution_options(synchronize_session=False)
            )

    async def _insert(self, guild_id: int, new: Sequence[Question]) -> dict[int, int]:
        """Add questions; return the ids that they got by those that they came with."""
        if not new:
            return {}
        rows = [{"guild_id": guild_id, "step_order": one.place, **columns_of(one)} for one in new]
        made = await self._session.scalars(
            insert(OnboardingQuestion).returning(OnboardingQuestion.id, sort_by_parameter_order=True), rows
        )
        return dict(zip((one.id for one in new), made, strict=True))


def _find(questions: Iterable[Question], question_id: int) -> Question:
    found = next((one for one in questions if one.id == question_id), None)
    if found is None:
        raise QuestionNotFound
    return found


def _index(place: int | None, most: int) -> int:
    if place is None:
        return most
    if not 1 <= place <= most:
        raise InvalidInput("A place is a number from 1 to {count}.", count=most)
    return place - 1


def _among(guild_id: int, ids: Iterable[int]) -> Any:
    return (OnboardingQuestion.guild_id == guild_id) & OnboardingQuestion.id.in_(list(ids))


def _with_ids(condition: Condition | None, ids: dict[int, int]) -> Condition | None:
    return condition and replace(condition, question_id=ids.get(condition.question_id, condition.question_id))


def _full() -> LimitReached:
    return LimitReached("A server has at most {count} questions. Remove one first.", count=limits.MAX_QUESTIONS)
