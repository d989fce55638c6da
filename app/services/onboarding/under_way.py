"""Whether something is still to happen to a member that their server has set, and what of their row that needs.

Somebody who is erased before that would escape it: they would not be reminded, and not be removed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.core.onboarding.deadlines import forecast
from app.core.onboarding.grants import Tell, Why, grants_to_json, read_grants
from app.core.onboarding.policy import OnboardingPolicy
from app.models import Onboarding, OnboardingState
from app.services.onboarding.timing import facts_of, times_of

OVERDUE = timedelta(days=30)
"""After the last of it was due it will not happen any more: the bot may not remove them, or cannot write to them."""
GIVEN_WITHIN = timedelta(hours=1)
"""In which whoever is done gets their roles, unless Discord refuses them."""
ON_THEIR_WAY = (OnboardingState.WAITING, OnboardingState.ASKED, OnboardingState.STARTED)


def is_under_way(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> bool:
    """Tell whether something is still to happen to a member: they are reminded, warned or removed, or lose a role."""
    if row.state is OnboardingState.COMPLETED:
        return _is_asked_again(row, policy, now) or _gets_something(row, now)
    return row.state in ON_THEIR_WAY and policy.is_on and _is_awaited(row, policy, now)


def bare(row: Onboarding) -> dict[str, Any]:
    """Return what becomes at once of the row of somebody to whom something is still to happen, by its attributes.

    It keeps who it is, where they are, until when, and what is still to be given or said because of that.
    """
    grants = [one for one in read_grants(row.grants) if one.is_open or one.why in {Why.JOIN, Why.RULES}]
    return {
        "responses": None,
        "legacy": None,
        "acceptances": [],
        "completed_by": None,
        "grants": grants_to_json(grants),
        "grant_tries": row.grant_tries if any(one.is_open for one in grants) else 0,
        "to_tell": [one for one in row.to_tell if one == Tell.RULES.value],
    }


def _is_awaited(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> bool:
    """Tell whether somebody who is not done is reminded, warned or removed. Who cannot begin yet is asked first."""
    since = row.asked_at or row.joined_at
    if since is None:
        # They accepted the rules where that is no step of a way.
        return False
    moments = forecast(replace(facts_of(row), asked_at=since), times_of(policy))
    return bool(moments) and now <= max(moments.values()) + OVERDUE


def _is_asked_again(row: Onboarding, policy: OnboardingPolicy, now: datetime) -> bool:
    """Tell whether somebody has to accept a new version of the rules, or is about to be asked to, and loses a role."""
    run = policy.run
    if run is None or policy.completion_role_id is None or (row.rules_version or 0) >= run.version:
        return False
    if row.asked_version != run.version or row.accept_by is None:
        return run.is_asking(now)
    is_taken = any(one.why is Why.RULES and not one.give and not one.is_open for one in read_grants(row.grants))
    return not is_taken and now <= max(row.accept_by, run.accept_by) + OVERDUE


def _gets_something(row: Onboarding, now: datetime) -> bool:
    is_new = row.completed_at is not None and now <= row.completed_at + GIVEN_WITHIN
    return is_new and any(one.is_open for one in read_grants(row.grants))
