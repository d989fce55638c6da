"""Writing down who accepted which version of the rules, so that it can be shown what that was."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.onboarding.errors import NoRulesPublished, RulesChanged
from app.core.onboarding.grants import Grant, What, Why, read_grants, wanting
from app.core.onboarding.policy import OnboardingPolicy
from app.models import GuildRule, Onboarding

_TEXT = (
    select(GuildRule.title, GuildRule.description, GuildRule.thumbnail_url, GuildRule.image_url)
    .where(
        GuildRule.guild_id == bindparam("guild", type_=BigInteger()),
        GuildRule.version == bindparam("version", type_=Integer()),
    )
    .order_by(GuildRule.rule_order)
)


async def hash_of(session: AsyncSession, guild_id: int, version: int, *, newest: int | None) -> str:
    """Return the hash of a version's text, which must be the newest. Raises NoRulesPublished, RulesChanged."""
    if newest is None:
        raise NoRulesPublished
    if version != newest:
        raise RulesChanged
    rows = (await session.execute(_TEXT, {"guild": guild_id, "version": version})).all()
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()


def accepted(row: Onboarding, version: int, *, text_hash: str, locale: str, at: datetime) -> dict[str, Any]:
    """Return what changes in a row; nothing if that version was accepted before."""
    if row.rules_version == version:
        return {}
    entry = {"version": version, "at": at.isoformat(), "hash": text_hash, "locale": locale}
    is_enough = row.asked_version is None or row.asked_version <= version
    asked = {"asked_version": None, "accept_by": None} if is_enough else {}
    return {"rules_version": version, "rules_accepted_at": at, "acceptances": [*row.acceptances, entry], **asked}


def given_back(row: Onboarding, policy: OnboardingPolicy) -> list[Grant]:
    """Return the intentions of somebody who lost the role for being done because of new rules; else nothing."""
    grants, role_id = read_grants(row.grants), policy.completion_role_id
    taken = any(one.why is Why.RULES and not one.give and one.id == role_id for one in grants)
    return wanting(grants, [Grant(What.ROLE, role_id, give=True, why=Why.RULES)]) if taken and role_id else []
