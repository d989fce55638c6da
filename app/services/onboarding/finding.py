"""Reading what members answered: one of them, or all in pages. Writes nothing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.onboarding.acceptances import read_acceptances
from app.core.onboarding.answers import Answer, read_answers, read_legacy
from app.core.onboarding.errors import ExportIsForManagers, MemberNotFound
from app.core.onboarding.grants import read_grants
from app.core.onboarding.member_record import MemberRecord
from app.core.onboarding.questions import Question
from app.models import Onboarding, OnboardingQuestion
from app.services.onboarding.rows import question_of
from app.services.onboarding.staff import require_staff

PAGE = 1000
"""Rows that are read at once for an export."""

_GUILD = bindparam("guild_id", type_=BigInteger())
_ONE = select(Onboarding).where(
    Onboarding.guild_id == _GUILD, Onboarding.user_id == bindparam("user_id", type_=BigInteger())
)
_PAGE = (
    select(Onboarding)
    .where(Onboarding.guild_id == _GUILD, Onboarding.user_id > bindparam("after", type_=BigInteger()))
    .order_by(Onboarding.user_id)
    .limit(bindparam("most", type_=Integer()))
)
_QUESTIONS = (
    select(OnboardingQuestion).where(OnboardingQuestion.guild_id == _GUILD).order_by(OnboardingQuestion.step_order)
)


class FindingService:
    """Reads the rows of members for staff and managers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def member(self, actor: Actor, user_id: int) -> MemberRecord:
        """Return what is known of a member, who may have left. Raises StaffOnly, MemberNotFound."""
        require_staff(actor)
        row = await self._session.scalar(_ONE, {"guild_id": actor.guild_id, "user_id": user_id})
        if row is None:
            raise MemberNotFound
        return _record(row, {one.id: one for one in await self._questions(actor)})

    async def mine(self, actor: Actor) -> MemberRecord | None:
        """Return what is known of the person themselves; None if nothing is."""
        row = await self._session.scalar(_ONE, {"guild_id": actor.guild_id, "user_id": actor.user_id})
        return None if row is None else _record(row, {one.id: one for one in await self._questions(actor)})

    async def questions(self, actor: Actor) -> list[Question]:
        """Return the questions that an export has columns for. Raises ExportIsForManagers."""
        _require_may_export(actor)
        return await self._questions(actor)

    async def page(
        self, actor: Actor, questions: Sequence[Question], after: int = 0, most: int = PAGE
    ) -> list[MemberRecord]:
        """Return the next members after one, in the order of their ids. Raises ExportIsForManagers."""
        _require_may_export(actor)
        asked = {"guild_id": actor.guild_id, "after": after, "most": most}
        known = {one.id: one for one in questions}
        return [_record(row, known) for row in await self._session.scalars(_PAGE, asked)]

    async def _questions(self, actor: Actor) -> list[Question]:
        return [question_of(row) for row in await self._session.scalars(_QUESTIONS, {"guild_id": actor.guild_id})]


def _require_may_export(actor: Actor) -> None:
    if not actor.is_manager:
        raise ExportIsForManagers


def _record(row: Onboarding, questions: Mapping[int, Question]) -> MemberRecord:
    step = row.step or ""
    here = questions.get(int(step)) if step.isascii() and step.isdigit() else None
    return MemberRecord(
        user_id=row.user_id,
        state=row.state.value,
        step=row.step,
        question=here.text if here is not None else "",
        joined_at=row.joined_at,
        could_begin_at=row.asked_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        completed_by=row.completed_by,
        left_at=row.left_at,
        answered_at=row.answered_at if read_legacy(row.responses) else None,
        answers=_in_order(read_answers(row.responses), questions),
        legacy=tuple(read_legacy(row.responses)),
        acceptances=tuple(read_acceptances(row.acceptances)),
        asked_version=row.asked_version,
        accept_by=row.accept_by,
        grants=tuple(read_grants(row.grants)),
    )


def _in_order(answers: Mapping[int, Answer], questions: Mapping[int, Question]) -> tuple[tuple[int, Answer], ...]:
    places = {key: place for place, key in enumerate(questions)}
    return tuple(sorted(answers.items(), key=lambda one: (places.get(one[0], len(places)), one[0])))
