"""Limits of messages and embeds (documentation: "Embed Limits", "Create Message", "Allowed Mentions")."""

from collections.abc import Iterator
from typing import Any

from standin.errors import Problem, required
from standin.limits.components import component_problems
from standin.model import COMPONENTS_V2

MAX_CONTENT_LENGTH = 2000
MAX_EMBEDS_LENGTH = 6000

_LEGACY_FIELDS = ("content", "embeds", "sticker_ids", "poll")


def message_problems(body: dict[str, Any], flags: int) -> Iterator[Problem]:
    """Problems of a message with these flags; `body` holds the fields that are set or changed."""
    if len(body.get("content") or "") > MAX_CONTENT_LENGTH:
        yield Problem(("content",), "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_CONTENT_LENGTH} or fewer in length.")
    yield from _embed_problems(body.get("embeds") or [])
    yield from _mention_problems(body.get("allowed_mentions") or {})
    if flags & COMPONENTS_V2:
        yield from (legacy_field(name) for name in _LEGACY_FIELDS if body.get(name))
    yield from component_problems(body.get("components") or [], is_v2=bool(flags & COMPONENTS_V2))


def legacy_field(name: str) -> Problem:
    message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    return Problem((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _embed_problems(embeds: list[dict[str, Any]]) -> Iterator[Problem]:
    if sum(_length(embed) for embed in embeds) > MAX_EMBEDS_LENGTH:
        yield Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_EMBEDS_LENGTH}")
    for number, embed in enumerate(embeds):
        for index, field in enumerate(embed.get("fields") or []):
            for part in ("name", "value"):
                if not field[part].strip():
                    yield required(("embeds", number, "fields", index, part))


def _length(embed: dict[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field["name"], field["value"]]
    return sum(len(text) for text in texts if text)


def _mention_problems(allowed: dict[str, Any]) -> Iterator[Problem]:
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or ()):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield Problem(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
