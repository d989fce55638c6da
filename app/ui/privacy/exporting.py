"""What is stored about somebody, as files of JSON that Discord takes."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.core.messages import t, tn
from app.core.privacy.declared import TABLES
from app.core.privacy.report import Found
from app.core.records import record
from app.ui.kit.reply import Attachment, Reply
from app.ui.privacy.places import NameOf

MAX_FILE = 9_500_000
"""Bytes. Discord takes 10 MB in a direct message, with what surrounds the file."""
Rows = Sequence[tuple[int, str, Mapping[str, Any]]]
"""The server, the table and the row, of all of them."""


@record
class Export:
    """The files with what is stored about somebody, and in how many rows that is."""

    files: Sequence[Attachment]
    rows: int
    is_packed: bool = False

    @property
    def note(self) -> str:
        """Say what one has to know to read them."""
        return (
            t("It is more than Discord takes, so it is packed: programs for `.gz` files unpack it.")
            if self.is_packed
            else ""
        )


def export_of(found: Mapping[int, Found], now: datetime, name_of: NameOf, limit: int = MAX_FILE) -> Export:
    """Write what is stored about somebody, in files of at most so many bytes each."""
    rows = [
        (guild_id, table, row)
        for guild_id, tables in sorted(found.items())
        for table in TABLES
        for row in tables.get(table, ())
    ]
    name = f"personal-data-{now:%Y-%m-%d}"
    whole = _written(rows, now, name_of)
    if len(whole) <= limit:
        return Export([Attachment(f"{name}.json", whole)], len(rows))
    parts = _packed(rows, now, name_of, limit)
    many = len(parts)
    files = [
        Attachment(f"{name}{f'-{place}-of-{many}' if many > 1 else ''}.json.gz", part)
        for place, part in enumerate(parts, start=1)
    ]
    return Export(files, len(rows), is_packed=True)


def _packed(rows: Rows, now: datetime, name_of: NameOf, limit: int) -> list[bytes]:
    part = gzip.compress(_written(rows, now, name_of), mtime=0)
    if len(part) <= limit or len(rows) < 2:
        return [part]
    half = len(rows) // 2
    return [*_packed(rows[:half], now, name_of, limit), *_packed(rows[half:], now, name_of, limit)]


def _written(rows: Rows, now: datetime, name_of: NameOf) -> bytes:
    servers: dict[int, dict[str, list[Mapping[str, Any]]]] = {}
    for guild_id, table, row in rows:
        servers.setdefault(guild_id, {}).setdefault(table, []).append(row)
    document = {
        # The word “you” in quotes is what the rows hold (`YOU`), in every language: it is never translated.
        "made_at": now.isoformat(),
        "you": t("Wherever this says “you”, your id is stored. Ids of other people are left out."),
        "servers": [
            {
                "server": {"id": str(guild_id), "name": name_of(guild_id)} if guild_id else None,
                "tables": {
                    table: {"what": str(TABLES[table].holds), "kept": str(TABLES[table].kept), "rows": listed}
                    for table, listed in tables.items()
                },
            }
            for guild_id, tables in servers.items()
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def nothing(place: str) -> Reply:
    """Say that nothing is stored."""
    return Reply(t("Nothing about you is stored for {place}.", place=place))


def handed_over(export: Export, place: str, files: Sequence[Attachment]) -> Reply:
    """Give files to the person themselves."""
    said = tn(
        "This is what I store about you for {place}: {count} row.",
        "This is what I store about you for {place}: {count} rows.",
        export.rows,
        place=place,
    )
    return Reply(f"{said} {export.note}".strip(), attachments=files)


def sent_directly(export: Export) -> Reply:
    """Say where it is."""
    return Reply(
        tn(
            "I have sent you {count} row in a direct message.",
            "I have sent you {count} rows in a direct message.",
            export.rows,
        )
    )


def closed_door(reply: Reply) -> Reply:
    """Give it here, because the person takes no direct messages."""
    told = t("You take no direct messages from me, so here it is, for you alone.")
    return Reply(f"{told}\n{reply.content}", attachments=reply.attachments)


def more(files: Sequence[Attachment]) -> Reply:
    """Give further files."""
    return Reply(t("And more of it."), attachments=files)
