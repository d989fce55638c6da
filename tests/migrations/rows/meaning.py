"""What revision 002 has to make of a row of 001, said a second time, in Python and row by row."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.fixtures.legacy import Row

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
KIND_OF_WORD = {
    **dict.fromkeys(("bool", "boolean", "toggle"), "toggle"),
    **dict.fromkeys(("int", "float", "number"), "number"),
    **dict.fromkeys(("str", "text"), "text"),
    **dict.fromkeys(("channel", "channel_id"), "channel"),
    **dict.fromkeys(("role", "role_id"), "role"),
    **{word: word for word in ("duration", "timezone", "choice")},
}
STATUS_OF_WORD = {
    **{word: word for word in ("open", "claimed", "waiting", "escalated", "closed", "archived")},
    **dict.fromkeys(("resolved", "done"), "closed"),
    **dict.fromkeys(("in progress", "assigned"), "claimed"),
    **dict.fromkeys(("on_hold", "pending"), "waiting"),
    "deleted": "archived",
}


def at_002(table: str, row: Row, *, zone: str) -> Row:
    """Return the columns that a row has to have at 002, but for `legacy` and the guild of what had none."""
    return {**row, **MEANING[table](row), **({"timezone": zone} if table == "reminders" else {})}


def _word(word: str | None) -> str:
    return (word or "").strip(" ").lower()


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _utc(value: datetime | None) -> datetime | None:
    # Infinity has no zone, not even in a column that has.
    return value if value is None or value == datetime.max else value.replace(tzinfo=UTC)  # noqa: DTZ901 - see above


def _order(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _kind(word: str | None, value: Any) -> str:
    if (known := KIND_OF_WORD.get(_word(word))) is not None:
        return known
    if isinstance(value, bool):
        return "toggle"
    return "number" if isinstance(value, int | float) else "text"


def _setting(row: Row) -> Row:
    value = json.loads(row["value"])
    return {
        "value": value,
        "value_type": _kind(row["value_type"], value),
        "updated_at": row["updated_at"] or LONG_AGO,
    }


def _change(row: Row) -> Row:
    old, new, word = _loaded(row["old_value"]), _loaded(row["new_value"]), _word(row["change_type"])
    if word in {"restored", "rollback", "undo"}:
        change = "restored"
    elif new is None or word in {"reset", "deleted"}:
        change = "reset"
    elif old is None and word not in {"updated", "changed"}:
        change = "created"
    else:
        change = "updated"
    return {
        "old_value": old,
        "new_value": None if change == "reset" else new,
        "value_type": _kind(row["value_type"], new if new is not None else old),
        "changed_at": row["changed_at"] or LONG_AGO,
        "change_type": change,
        "reason": None,
        "restores_id": None,
    }


def _reminder(row: Row) -> Row:
    days = row["days"]
    if days is not None:
        flat = [item for day in days for item in (day if isinstance(day, list) else [day])]
        days = [day for day in flat if day in {"0", "1", "2", "3", "4", "5", "6"}]
    return {"days": days}


def _answers(row: Row) -> Row:
    return {"responses": _loaded(row["responses"]), "timestamp": _utc(row["timestamp"]) or LONG_AGO}


def _written(row: Row) -> Row:
    created, updated = _utc(row["created_at"]), _utc(row["updated_at"])
    return {
        "enabled": bool(row["enabled"]),
        "created_at": created or updated or LONG_AGO,
        "updated_at": updated or created or LONG_AGO,
    }


def _question(row: Row) -> Row:
    return {
        **_written(row),
        "required": bool(row["required"]),
        "options": _loaded(row["options"]),
        "followup": _loaded(row["followup"]),
    }


def _ticket(row: Row) -> Row:
    created = sorted(filter(None, (row["claimed_at"], row["updated_at"])), key=_order)
    updated = sorted(filter(None, (row["claimed_at"], row["created_at"])), key=_order)
    return {
        "status": STATUS_OF_WORD.get(_word(row["status"]), "open"),
        "created_at": row["created_at"] or (created[0] if created else LONG_AGO),
        "updated_at": row["updated_at"] or (updated[-1] if updated else LONG_AGO),
    }


def _command(row: Row) -> Row:
    success = row["error_message"] is None if row["success"] is None else row["success"]
    return {"success": success, "created_at": row["created_at"] or LONG_AGO, "details": None, "duration_ms": None}


def _entry(row: Row) -> Row:
    keywords = row["keywords"] or []
    if None in keywords or any(isinstance(word, list) for word in keywords):
        flat = [item for word in keywords for item in (word if isinstance(word, list) else [word])]
        keywords = [word for word in flat if word is not None]
    return {
        "title": row["title"] or "",
        "summary": row["summary"] or "",
        "keywords": keywords,
        "created_at": row["created_at"] or LONG_AGO,
    }


MEANING: dict[str, Callable[[Row], Row]] = {
    "bot_settings": _setting,
    "settings_history": _change,
    "reminders": _reminder,
    "onboarding": _answers,
    "guild_onboarding_questions": _question,
    "guild_rules": _written,
    "support_tickets": _ticket,
    "audit_logs": _command,
    "faq_entries": _entry,
    "faq_search_logs": lambda row: {"searched_at": row["searched_at"] or LONG_AGO},
    "health_check_history": lambda row: {"checked_at": row["checked_at"] or LONG_AGO},
}
