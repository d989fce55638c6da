"""Entries as files: JSON, which has everything, and CSV for spreadsheets, which has the same. Pure.

Whatever one of these wrote, `app.core.faq.exchange_reading.read` reads as it was.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from app.core.csv_export import Cell, harmless, to_csv, unmarked_within
from app.core.faq.drafts import JOINED
from app.core.faq.entries import Draft

FORMAT = "concierge-faq"
VERSION = 1
MAX_LINES = 5000
"""Entries of one file."""
MAX_BYTES = 8 * 1024 * 1024
ROOM = 1024
"""Bytes of a file around its entries."""
COLUMNS = ("title", "answer", "keywords", "category", "image_url", "language", "owner", "verify_by", "enabled")
USER, ROLE = "user:", "role:"
YES, NO = "yes", "no"


def as_json(guild_id: int, drafts: Sequence[Draft], limit: int = MAX_BYTES) -> Iterator[bytes]:
    """Write entries as JSON files of so many bytes at most."""
    head = {"format": FORMAT, "version": VERSION, "server": str(guild_id)}
    for part in _parts([json.dumps(one.to_json(), ensure_ascii=False, indent=1) for one in drafts], limit):
        entries = ",\n".join(part)
        yield f'{json.dumps(head)[:-1]}, "entries": [\n{entries}\n]}}\n'.encode()


def as_csv(drafts: Sequence[Draft], limit: int = MAX_BYTES) -> Iterator[bytes]:
    """Write entries as CSV files of so many bytes at most. No cell of them is a formula."""
    for part in _parts([[_marked(one) for one in _row(draft)] for draft in drafts], limit):
        yield to_csv(COLUMNS, part)


def unmarked(cell: str) -> str:
    """Return a cell as it was before it was made harmless."""
    bare = cell.lstrip("'")
    return unmarked_within(cell[1:] if cell != bare and _begins_formula(bare) else cell)


def _marked(cell: str) -> Cell:
    """Return a cell which `unmarked` reads as it is: what looks as if it was made harmless gets one more mark."""
    bare = cell.lstrip("'")
    return f"'{cell}" if cell != bare and _begins_formula(bare) else cell


def _begins_formula(cell: str) -> bool:
    return str(harmless(cell))[:1] != cell[:1]


def _row(draft: Draft) -> tuple[str, ...]:
    owner = ""
    if draft.owner_user_id is not None:
        owner = f"{USER}{draft.owner_user_id}"
    elif draft.owner_role_id is not None:
        owner = f"{ROLE}{draft.owner_role_id}"
    return (
        draft.title,
        draft.answer,
        JOINED.join(draft.keywords),
        draft.category or "",
        draft.image_url or "",
        draft.language or "",
        owner,
        draft.verify_by.astimezone(UTC).isoformat() if draft.verify_by is not None else "",
        YES if draft.enabled else NO,
    )


def _parts(entries: Sequence[Any], limit: int) -> Iterator[list[Any]]:
    """Divide entries so that each part is a file that can be read again."""
    part: list[Any] = []
    size = ROOM
    for one in entries:
        length = len((one if isinstance(one, str) else '","'.join(map(str, one))).encode()) + 100
        if part and (len(part) == MAX_LINES or size + length > limit):
            yield part
            part, size = [], ROOM
        part.append(one)
        size += length
    yield part
