"""Who changed the schema, when, for how long and with which result: rows of `audit_logs`, and always the log.

The row of a revision is written in the transaction of that revision, so it exists exactly if the revision was
committed. A failure is recorded after the rollback. Without 001 there is no such table, and only the log has a record.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.records import record
from app.migrate.planning.facts import AUDIT_TABLE, OWN_RECORDS
from app.migrate.run.order import Author

log = logging.getLogger(__name__)

MAX_ERROR = 4000


@record
class Entry:
    """One thing that was done to the schema, or attempted."""

    command: str
    """What was asked for: `migrate apply`, `alembic downgrade`, …"""
    author: Author
    success: bool
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """revision, direction, seconds, attempts, backup, release, host; whatever applies."""
    error: str | None = None
    at: datetime | None = None
    """When it was recorded; the server's clock."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values for `--json`."""
        return {
            "at": self.at.isoformat() if self.at else None,
            "command": self.command,
            "by": self.author.name,
            "user_id": str(self.author.user_id),
            "guild_id": str(self.author.guild_id),
            "success": self.success,
            "error": self.error,
            **self.details,
        }


COLUMNS = f"""
    SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = to_regclass(quote_ident(current_schema()) || '.{AUDIT_TABLE}')
      AND a.attnum > 0 AND NOT a.attisdropped
"""  # noqa: S608 -- a constant
_COLUMNS = text(COLUMNS)


def write(connection: Connection, entry: Entry, columns: frozenset[str] | None = None) -> None:
    """Record one entry in the open transaction. A table that cannot store it stops nothing.

    `columns` are those of the table, if they are known.
    """
    log.info("schema change", extra={"change": {**entry.as_json(), "at": None}})
    if columns is None:
        columns = frozenset(connection.scalars(_COLUMNS))
    if not {"guild_id", "user_id", "command_name", "command_type"} <= columns:
        return
    details = json.dumps({"by": entry.author.name, **entry.details}, ensure_ascii=False)
    error = entry.error[:MAX_ERROR] if entry.error else None
    values: dict[str, Any] = {
        "guild_id": entry.author.guild_id,
        "user_id": entry.author.user_id,
        "command_name": entry.command,
        "command_type": OWN_RECORDS,
        "success": entry.success,
        # Revision 001 has no column for details; there, the text of the error holds both.
        "error_message": error
        if "details" in columns
        else json.dumps({"error": error, "details": json.loads(details)}),
    }
    if "details" in columns:
        values["details"] = details
    if "duration_ms" in columns and "seconds" in entry.details:
        values["duration_ms"] = int(float(entry.details["seconds"]) * 1000)
    places = ", ".join(f"CAST(:{name} AS jsonb)" if name == "details" else f":{name}" for name in values)
    try:
        with connection.begin_nested():
            statement = f"INSERT INTO {AUDIT_TABLE} ({', '.join(values)}) VALUES ({places})"  # noqa: S608 -- our own names
            connection.execute(text(statement), values)
    except DBAPIError as error:
        log.warning("The table %s did not store a record: %s", AUDIT_TABLE, error.orig)


def read(connection: Connection, *, limit: int = 50) -> list[Entry]:
    """Return what was recorded, newest first; nothing where there is no table yet."""
    columns = frozenset(connection.scalars(_COLUMNS))
    if "command_type" not in columns:
        return []
    details = "details" if "details" in columns else "NULL::jsonb"
    rows = connection.execute(
        text(
            f"SELECT command_name, user_id, guild_id, success, error_message, created_at, {details} "  # noqa: S608 -- our own names
            f"FROM {AUDIT_TABLE} WHERE command_type = :kind ORDER BY id DESC LIMIT :limit"
        ),
        {"kind": OWN_RECORDS, "limit": limit},
    )
    return [_entry(*row) for row in rows]


def _entry(
    command: str, user_id: int, guild_id: int, success: object, error: str | None, at: datetime | None, details: Any
) -> Entry:
    if details is None and error is not None and error.startswith("{"):
        try:
            both = json.loads(error)
            error, details = both["error"], both["details"]
        except (ValueError, KeyError, TypeError):
            details = None
    known = dict(cast("dict[str, Any]", details)) if isinstance(details, dict) else {}
    name = str(known.pop("by", "") or (f"member {user_id}" if user_id else "unknown"))
    return Entry(command, Author(name, user_id, guild_id), bool(success), known, error, at)
