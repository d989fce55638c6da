"""From rows of the table to what is said of entries, and back; and who may see and change them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, true

from app.core.actor import Actor
from app.core.faq.entries import Draft, Version
from app.core.faq.errors import StaffOnly
from app.models import FaqEntry
from app.services.faq.indexing import search_values


def draft_of(entry: FaqEntry) -> Draft:
    """Return what an entry says."""
    return Draft(
        title=entry.title,
        answer=entry.summary,
        keywords=tuple(entry.keywords),
        category=entry.category,
        image_url=entry.image_url,
        owner_user_id=entry.owner_user_id,
        owner_role_id=entry.owner_role_id,
        verify_by=entry.verify_by,
        language=entry.language,
        enabled=entry.enabled,
    )


def columns_of(draft: Draft) -> dict[str, Any]:
    """Return the columns that hold what an entry says."""
    return {
        "title": draft.title,
        "summary": draft.answer,
        "keywords": list(draft.keywords),
        "category": draft.category,
        "image_url": draft.image_url,
        "owner_user_id": draft.owner_user_id,
        "owner_role_id": draft.owner_role_id,
        "verify_by": draft.verify_by,
        "language": draft.language,
        "enabled": draft.enabled,
    }


def found_by(guild_id: int, draft: Draft) -> dict[str, Any]:
    """Return the columns by which an entry is found."""
    return search_values(guild_id, draft.title, draft.answer, draft.keywords, draft.language)


def version_of(entry: FaqEntry) -> Version:
    """Return the version that an entry is in."""
    return Version(entry.version, draft_of(entry), entry.updated_by or entry.created_by, entry.updated_at)


def versions_of(entry: FaqEntry) -> list[Version]:
    """Return those before, oldest first. The history has to be loaded."""
    return [Version.from_json(one) for one in entry.history]


def is_owner(actor: Actor, entry: FaqEntry) -> bool:
    """Tell whether this person sees to it that an entry stays true."""
    return entry.owner_user_id == actor.user_id or entry.owner_role_id in actor.role_ids


def require_staff(actor: Actor) -> None:
    """Raise StaffOnly unless this person may write the FAQ."""
    if not actor.is_staff:
        raise StaffOnly


def require_editor(actor: Actor, entry: FaqEntry) -> None:
    """Raise StaffOnly unless this person may change an entry: staff, and who owns it."""
    if not actor.is_staff and not is_owner(actor, entry):
        raise StaffOnly


def present_in(guild_id: int) -> ColumnElement[bool]:
    """Match the entries of a server that were not removed."""
    return and_(FaqEntry.guild_id == guild_id, FaqEntry.deleted_at.is_(None))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Match the entries that somebody may read: staff also those that are switched off."""
    return and_(present_in(actor.guild_id), true() if actor.is_staff else FaqEntry.enabled)
