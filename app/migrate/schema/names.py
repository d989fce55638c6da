"""Names in what a server prints: from one schema into another.

The catalogue of every database is told as if its tables were in `public`, so that it can be compared with what was
recorded, wherever they are. Statements that repair something are told back the other way.
"""

import re
from collections.abc import Container
from typing import Any, cast

# What PostgreSQL's own printing consists of: bodies of functions, strings, and names with dots.
_TOKEN = re.compile(
    r"""
      (?P<body> \$ (?P<tag>\w*) \$ .*? \$ (?P=tag) \$ )
    | (?P<string> '(?:[^']|'')*' ) (?P<cast> ::reg\w+ )?
    | (?P<name> (?: "(?:[^"]|"")*" | [^\W\d][\w$]* ) (?: \. (?: "(?:[^"]|"")*" | [^\W\d][\w$]* ) )+ )
    """,
    re.VERBOSE | re.DOTALL,
)
# Of varchar, `x IN ('a', 'b')` is printed with a cast of the array, and read back, with one of each of its elements.
_ONE = r"'(?:[^']|'')*'::character varying"
_CAST_AS_ARRAY = re.compile(rf"\(ARRAY\[({_ONE}(?:, {_ONE})*)\]\)::text\[\]")
_PART = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w$]*')
# Of the document that describes a catalogue: whatever the server has printed, and no comment.
_PRINTED = frozenset({"type", "default", "definition", "collation", "kind"})


def moved(text: str, old: str, new: str | None, among: Container[str] | None = None) -> str:
    """Return an expression, a definition or a statement with names of the schema `old` in `new`, or unqualified.

    Texts in quotation marks and bodies of functions stay. `among` limits it to names that are known to be there.
    """

    def replaced(match: re.Match[str]) -> str:
        if match["body"] is not None:
            return match[0]
        if match["string"] is not None:
            return f"'{moved(match['string'][1:-1], old, new, among)}'{match['cast']}" if match["cast"] else match[0]
        first, second, *rest = _PART.findall(match["name"])
        if _bare(first) != old or (among is not None and _bare(second) not in among):
            return match[0]
        return ".".join([*([new] if new is not None else []), second, *rest])

    return _TOKEN.sub(replaced, text)


def read_back(printed: str) -> str:
    """Return what a server prints after it has read what it has printed, where the two differ."""
    if "::character varying])::text[]" not in printed:
        return printed
    return _CAST_AS_ARRAY.sub(
        lambda found: f"ARRAY[{re.sub(_ONE, lambda one: f'({one[0]})::text', found[1])}]", printed
    )


def relocated(document: Any, old: str, new: str) -> Any:
    """Return a document that describes a catalogue, with everything that is in the schema `old` in `new`."""
    if isinstance(document, dict):
        values = cast("dict[str, Any]", document)
        return {
            key: moved(value, old, new) if key in _PRINTED and isinstance(value, str) else relocated(value, old, new)
            for key, value in values.items()
        }
    if isinstance(document, list):
        return [relocated(part, old, new) for part in cast("list[Any]", document)]
    return document


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
