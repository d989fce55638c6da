"""Reading a file of entries: what each line says, or what is wrong with it. Pure."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from app.core.errors import InvalidInput, UserError
from app.core.faq.drafts import checked, read_keywords
from app.core.faq.entries import Draft
from app.core.faq.exchange import COLUMNS, FORMAT, MAX_BYTES, MAX_LINES, VERSION, YES, unmarked
from app.core.faq.folding import title_key
from app.core.faq.written_in import LANGUAGES
from app.core.messages import Message, msg
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.typed_words import toggle

_OWNER = re.compile(r"(?:user:|<@!?)(?P<user>[0-9]{1,20})>?|(?:role:|<@&)(?P<role>[0-9]{1,20})>?")
_OTHER_NAMES: Mapping[str, str] = {
    "question": "title", "name": "title", "text": "answer", "content": "answer", "body": "answer", "summary": "answer",
    "tags": "keywords", "aliases": "keywords", "image": "image_url", "group": "category",
}  # fmt: skip
"""What other programs call the columns."""
_NOTHING: list[str] = []
_JSON_FIELDS = frozenset(
    {"title", "answer", "keywords", "category", "image_url", "language", "owner_user_id", "owner_role_id", "verify_by",
     "enabled"}
)  # fmt: skip


@record
class Line:
    """One entry of a file. `number` is the line on which it begins in a table, or its place in a JSON file."""

    number: int
    draft: Draft | None
    mistake: Message | None = None


@record
class File:
    """What a file says."""

    lines: tuple[Line, ...]
    fields: frozenset[str]
    """The attributes of a draft that it says something about; others stay as they are."""
    server: int | None
    """Where it comes from, if it says so."""
    ignored: tuple[str, ...] = ()
    """Columns that mean nothing here."""

    @property
    def drafts(self) -> list[Draft]:
        """Return the entries of the lines without a mistake."""
        return [one.draft for one in self.lines if one.draft is not None]

    @property
    def mistakes(self) -> list[Line]:
        """Return the other lines."""
        return [one for one in self.lines if one.mistake is not None]


def read(content: bytes) -> File:
    """Read a file. Raises InvalidInput if nothing of it can be read."""
    if len(content) > MAX_BYTES:
        raise InvalidInput("That file is too large: at most {count} MB.", count=MAX_BYTES // 1024**2)
    text = _decoded(content)
    found = _from_json(text) if text.lstrip()[:1] in {"{", "["} else _from_csv(text)
    if not found.lines:
        raise InvalidInput("There are no entries in that file.")
    return replace(found, lines=tuple(_without_doubles(found.lines)))


def without_roles(file: File, known: frozenset[int]) -> tuple[File, int]:
    """Return a file without owners that are roles of other servers, and how many there were."""
    gone = 0
    lines: list[Line] = []
    for one in file.lines:
        kept = one
        if one.draft is not None and one.draft.owner_role_id not in {None, *known}:
            gone += 1
            kept = replace(one, draft=replace(one.draft, owner_role_id=None))
        lines.append(kept)
    return replace(file, lines=tuple(lines)), gone


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput("That file is not written in UTF-8. Save it as “CSV UTF-8”, or as JSON.") from error


def _without_doubles(lines: tuple[Line, ...]) -> Iterator[Line]:
    first: dict[str, int] = {}
    for one in lines:
        if one.draft is None:
            yield one
            continue
        before = first.setdefault(title_key(one.draft.title), one.number)
        if before == one.number:
            yield one
        else:
            yield Line(one.number, None, msg("It has the same title as line {line}.", line=before))


def _line(number: int, make: Callable[[], Draft]) -> Line:
    try:
        return Line(number, checked(make()))
    except UserError as error:
        return Line(number, None, error.message)


def _too_many() -> InvalidInput:
    return InvalidInput("A file has at most {count} entries. Divide it.", count=MAX_LINES)


# JSON


def _from_json(text: str) -> File:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("That is not a JSON file, or it is damaged.") from error
    server, entries = None, found
    if isinstance(found, dict):
        top = cast("dict[str, Any]", found)
        if top.get("format") != FORMAT or top.get("version") != VERSION:
            raise InvalidInput("That is not a file of `/faq export`.")
        entries, said = top.get("entries"), str(top.get("server"))
        server = int(said) if said.isascii() and said.isdigit() and len(said) <= 19 else None
    if not isinstance(entries, list):
        raise InvalidInput("That is not a file of `/faq export`.")
    listed = cast("list[Any]", entries)
    if len(listed) > MAX_LINES:
        raise _too_many()
    lines = tuple(_line(number, partial(_of_json, one)) for number, one in enumerate(listed, 1))
    if listed is found:
        # What another program wrote says nothing by leaving something out.
        said = {name for one in listed if isinstance(one, dict) for name in cast("dict[str, Any]", one)}
        return File(lines, frozenset(said & _JSON_FIELDS), None)
    return File(lines, _JSON_FIELDS, server)


def _of_json(found: Any) -> Draft:
    if not isinstance(found, dict):
        raise InvalidInput("It is not a JSON object, in braces.")
    entry = cast("dict[str, Any]", found)
    for name in entry:
        if name not in _JSON_FIELDS:
            raise InvalidInput("An entry has no `{name}`.", name=name[:40])
    for name, kind in (("title", str), ("answer", str), ("enabled", bool), ("keywords", list)):
        if name in entry and not isinstance(entry[name], kind):
            raise InvalidInput("`{name}` cannot be that.", name=name)
    keywords: list[Any] = entry.get("keywords", [])
    if not all(isinstance(one, str) for one in keywords):
        raise InvalidInput("`{name}` cannot be that.", name="keywords")
    return Draft(
        title=entry.get("title", ""),
        answer=entry.get("answer", ""),
        keywords=tuple(keywords),
        category=_text(entry, "category"),
        image_url=_text(entry, "image_url"),
        owner_user_id=_id(_text(entry, "owner_user_id"), "owner_user_id"),
        owner_role_id=_id(_text(entry, "owner_role_id"), "owner_role_id"),
        verify_by=_moment(_text(entry, "verify_by") or ""),
        language=_language(_text(entry, "language") or ""),
        enabled=entry.get("enabled", True),
    )


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    found = entry.get(name)
    if found is not None and not isinstance(found, str):
        raise InvalidInput("`{name}` cannot be that.", name=name)
    return found


# CSV


def _from_csv(text: str) -> File:
    first = text.partition("\n")[0]
    # Spreadsheets separate by what their country does not use in numbers.
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[Line] = []
    began = 1
    try:
        header = [_OTHER_NAMES.get(name := one.strip().casefold(), name) for one in next(reader, _NOTHING)]
        if not {"title", "answer"} <= set(header):
            raise InvalidInput("The first line of a table names its columns. `title` and `answer` have to be there.")
        began = reader.line_num + 1
        for cells in reader:
            number, began = began, reader.line_num + 1
            if not any(one.strip() for one in cells):
                continue
            if len(lines) == MAX_LINES:
                raise _too_many()
            row = {name: unmarked(cell) for name, cell in zip(header, cells, strict=False)}
            lines.append(_line(number, partial(_of_row, row)))
    except csv.Error as error:
        raise InvalidInput("From line {line} on, that is no table.", line=began) from error
    known = [one for one in header if one in COLUMNS]
    fields = {one for one in known if one != "owner"}
    if "owner" in known:
        fields |= {"owner_user_id", "owner_role_id"}
    ignored = tuple(dict.fromkeys(one[:40] for one in header if one and one not in COLUMNS))
    return File(tuple(lines), frozenset(fields), None, ignored)


def _of_row(row: Mapping[str, str]) -> Draft:
    owner = row.get("owner", "").strip()
    found = _OWNER.fullmatch(owner)
    if owner and found is None:
        raise InvalidInput("`owner` is `user:` or `role:` with an id.")
    enabled = toggle(row.get("enabled", "").strip() or YES)
    if enabled is None:
        raise InvalidInput("`enabled` is `yes` or `no`.")
    return Draft(
        title=row.get("title", ""),
        answer=row.get("answer", ""),
        keywords=read_keywords(row.get("keywords", "")),
        category=row.get("category"),
        image_url=row.get("image_url"),
        owner_user_id=_id(found["user"], "owner") if found is not None else None,
        owner_role_id=_id(found["role"], "owner") if found is not None else None,
        verify_by=_moment(row.get("verify_by", "")),
        language=_language(row.get("language", "")),
        enabled=enabled,
    )


# Both


def _id(text: str | None, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= MAX_ID):
        raise InvalidInput("`{name}` has an id that nobody has.", name=name)
    return int(text)


def _moment(text: str) -> datetime | None:
    if not (text := text.strip()):
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("`verify_by` is a day such as `2028-03-01`.") from error


def _language(text: str) -> str | None:
    if not (text := text.strip()):
        return None
    known = {code.casefold(): code for code in LANGUAGES}
    if (found := known.get(text.casefold())) is None:
        raise InvalidInput("`language` is one of Discord's codes, such as `en-US` or `de`.")
    return found
