"""What the parts of an entry are called, and how they are said in a line."""

from collections.abc import Mapping
from datetime import datetime

import discord

from app.core import formats
from app.core.faq.entries import Draft, Field
from app.core.faq.written_in import LANGUAGES
from app.core.messages import Message, msg, t, tc
from app.ui.kit.text import plain

NAMES: Mapping[Field, Message] = {
    Field.TITLE: msg("title"),
    Field.ANSWER: msg("answer"),
    Field.KEYWORDS: msg("keywords"),
    Field.CATEGORY: msg("category"),
    Field.IMAGE: msg("image"),
    Field.OWNER: msg("owner"),
    Field.VERIFY_BY: msg("date to check it by"),
    Field.LANGUAGE: msg("language"),
    Field.ENABLED: msg("whether it is switched on"),
}


def named(fields: tuple[Field, ...]) -> str:
    """Return the names of parts, as in “title, answer”."""
    return formats.listed(NAMES[one] for one in fields)


def owner_of(draft: Draft) -> str | None:
    """Return who sees to it, as a mention that pings nobody within an embed."""
    if draft.owner_user_id is not None:
        return f"<@{draft.owner_user_id}>"
    return f"<@&{draft.owner_role_id}>" if draft.owner_role_id is not None else None


def by_when(moment: datetime, now: datetime) -> str:
    """Say when somebody has to look at it, or that this is overdue."""
    day = discord.utils.format_dt(moment, "D")
    return t("⚠️ should have been checked by {day}", day=day) if moment <= now else t("to be checked by {day}", day=day)


def facts(draft: Draft, now: datetime) -> list[str]:
    """Return what else staff want to know of an entry, a line each; what is not said is left out."""
    found: list[str] = []
    if not draft.enabled:
        found.append(t("⏸️ **Switched off:** only staff see it."))
    if (owner := owner_of(draft)) is not None:
        found.append(t("Owner: {owner}", owner=owner))
    if draft.verify_by is not None:
        said = by_when(draft.verify_by, now)
        found.append(said[:1].upper() + said[1:])
    if draft.language is not None:
        found.append(t("Language: {language}", language=LANGUAGES.get(draft.language, plain(draft.language))))
    return found


def value_of(draft: Draft, field: Field) -> str:
    """Say one part of an entry in a line; the answer is compared otherwise."""
    match field:
        case Field.OWNER:
            return owner_of(draft) or tc("who owns it", "none")
        case Field.VERIFY_BY:
            return tc("a date", "none") if draft.verify_by is None else discord.utils.format_dt(draft.verify_by, "D")
        case Field.LANGUAGE:
            return LANGUAGES.get(draft.language or "", "") or t("the server's")
        case Field.ENABLED:
            return tc("an entry", "switched on") if draft.enabled else tc("an entry", "switched off")
        case Field.KEYWORDS:
            return plain(formats.listed(draft.keywords)) or tc("keywords", "none")
        case Field.TITLE:
            return plain(draft.title)
        case Field.CATEGORY:
            return plain(draft.category or "") or tc("a category", "none")
        case Field.IMAGE:
            return f"<{draft.image_url}>" if draft.image_url is not None else tc("a picture", "none")
        case Field.ANSWER:
            return plain(draft.answer)
