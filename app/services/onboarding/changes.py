"""What changes in a member's row with what they do."""

from datetime import datetime
from typing import Any

from app.core.onboarding import outcome
from app.core.onboarding.answers import answers_to_json
from app.core.onboarding.grants import grants_to_json, read_grants
from app.core.onboarding.path import asked
from app.core.onboarding.policy import OnboardingPolicy
from app.models import Onboarding, OnboardingState
from app.services.onboarding.reading import Known
from app.services.onboarding.timing import next_look


def completion(policy: OnboardingPolicy, known: Known, now: datetime) -> dict[str, Any]:
    """Return what changes when somebody is done."""
    row, answers = known.row, known.answers
    grants = outcome.on_completion(read_grants(row.grants), policy, known.questions, answers)
    values: dict[str, Any] = {
        "state": "completed",
        "step": None,
        "started_at": row.started_at or now,
        "completed_at": now,
        "grants": grants_to_json(grants),
        "grant_tries": 0,
        "to_tell": [one.value for one in outcome.to_tell(policy)],
        "next_at": now,
        "updated_at": now,
    }
    if known.questions:
        # What is not asked any more, because another answer changed, is nobody's business.
        counted = {one.id for one in asked(known.questions, answers)}
        values["responses"] = answers_to_json({key: one for key, one in answers.items() if key in counted})
    return values


def looked_after(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> dict[str, Any]:
    """Return when the job looks at somebody on their way of whom it did not know, as nobody saw them join."""
    if row.next_at is not None:
        return {}
    is_back = row.state is OnboardingState.LEFT
    return {"next_at": next_look(now if is_back else row.asked_at or now, policy, now)}


def begun(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> dict[str, Any]:
    """Return what changes when somebody does something who has not pressed the button that begins."""
    values = looked_after(row, policy, now)
    if row.state is OnboardingState.STARTED:
        return values
    return values | {"state": "started", "started_at": row.started_at or now, "asked_at": row.asked_at or now}


def come_back(known: Known, policy: OnboardingPolicy, now: datetime) -> dict[str, Any]:
    """Return what changes for somebody who left, is here again, and whose joining nobody saw."""
    row = known.row
    values: dict[str, Any] = {"left_at": None}
    # Their time begins anew: a warning from before they left is none now.
    anew: dict[str, Any] = {"asked_at": now, "nudged_at": None, "warned_at": None}
    if row.completed_at is None:
        return values | anew
    if policy.keeps_answers:
        grants = outcome.on_completion(read_grants(row.grants), policy, known.questions, known.answers)
        return values | {"state": "completed", "grants": grants_to_json(grants), "grant_tries": 0}
    return values | anew | {"completed_at": None, "responses": None, "started_at": None}
