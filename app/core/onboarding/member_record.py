"""What is known of one member's way in, as staff read it. Made from a row, after which the row is not needed."""

from datetime import datetime

from app.core.onboarding.acceptances import Acceptance
from app.core.onboarding.answers import Answer, LegacyAnswer
from app.core.onboarding.grants import Grant
from app.core.records import record


@record
class MemberRecord:
    """One member of one server. `answers` are in the order of asking; those to removed questions come last."""

    user_id: int
    state: str
    step: str | None = None
    question: str = ""
    """What is asked at the step where they are."""
    joined_at: datetime | None = None
    could_begin_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: int | None = None
    left_at: datetime | None = None
    answered_at: datetime | None = None
    """When the predecessor stored their answers; None for rows of this release."""
    answers: tuple[tuple[int, Answer], ...] = ()
    legacy: tuple[LegacyAnswer, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    asked_version: int | None = None
    accept_by: datetime | None = None
    grants: tuple[Grant, ...] = ()
