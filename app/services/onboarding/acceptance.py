"""Writing down who accepted which version of the rules, so that it can be shown what that was."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.core.onboarding import rules
from app.core.onboarding.acceptances import Acceptance
from app.core.onboarding.errors import NoRulesPublished, RulesChanged
from app.core.onboarding.grants import Grant, Stage, Why, read_grants, wanting
from app.models import Onboarding
from app.services.onboarding.reading import Known


def hash_of(known: Known, version: int) -> str:
    """Return the hash of a version's text, which must be the newest. Raises NoRulesPublished, RulesChanged."""
    if known.version is None:
        raise NoRulesPublished
    if version != known.version:
        raise RulesChanged
    return rules.text_hash(known.rules)


def accepted(row: Onboarding, version: int, *, text_hash: str, locale: str, at: datetime) -> dict[str, Any]:
    """Return what changes in a row; nothing if that version was accepted before."""
    if row.rules_version == version:
        return {}
    entry = Acceptance(version, at, text_hash, locale).to_json()
    is_enough = row.asked_version is None or row.asked_version <= version
    asked = {"asked_version": None, "accept_by": None} if is_enough else {}
    return {"rules_version": version, "rules_accepted_at": at, "acceptances": [*row.acceptances, entry], **asked}


def given_back(row: Onboarding) -> list[Grant]:
    """Return the intentions of somebody who lost a role because of new rules, to give it back; else nothing."""
    grants = read_grants(row.grants)
    taken = [one for one in grants if one.why is Why.RULES and not one.give]
    again = [replace(one, give=True, stage=Stage.WANTED, reason="", at=None) for one in taken]
    return wanting(grants, again) if again else []
