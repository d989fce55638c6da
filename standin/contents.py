"""What a message can hold beside text and files: polls, stickers, and copies of other messages."""

from copy import copy
from datetime import datetime, timedelta
from typing import Any

from standin.model import HAS_SNAPSHOT, REPLY, Message

FORWARDABLE = frozenset({0, REPLY, 20, 23})
"""Types of messages: ordinary ones, replies, and answers to commands."""
MAX_REACH_DAYS = 14
"""How old a message may be to be deleted together with others."""


def poll(asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A poll as Discord tells of it, from one as it is sent; `duration` is in hours. Nobody has voted."""
    return {
        "question": {"text": asked["question"].get("text") or ""},
        "answers": [
            {"answer_id": number, "poll_media": _media(answer["poll_media"])}
            for number, answer in enumerate(asked["answers"], 1)
        ],
        "expiry": (now + timedelta(hours=asked.get("duration") or 24)).isoformat(),
        "allow_multiselect": bool(asked.get("allow_multiselect")),
        "layout_type": asked.get("layout_type") or 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }


def _media(asked: dict[str, Any]) -> dict[str, Any]:
    media = {key: value for key, value in asked.items() if value is not None}
    if "emoji" in media:
        media["emoji"] = {"id": None, **media["emoji"]}
    return media


def with_votes(described: dict[str, Any], votes: dict[str, int], *, is_over: bool = False) -> dict[str, Any]:
    """The same poll with so many votes for each answer, by its text."""
    numbers = {answer["poll_media"].get("text"): answer["answer_id"] for answer in described["answers"]}
    counts = [{"id": numbers[text], "count": count, "me_voted": False} for text, count in votes.items()]
    return described | {"results": {"is_finalized": is_over, "answer_counts": counts}}


def sticker(sticker_id: int, name: str, format_type: int = 1) -> dict[str, Any]:
    """A sticker as messages show it: 1 PNG, 2 APNG, 3 Lottie, 4 GIF."""
    return {"id": str(sticker_id), "name": name, "format_type": format_type}


def forwarding(message: Message) -> dict[str, Any]:
    """The fields of a message that forwards another: a copy that later changes do not reach."""
    original = message.snapshot or message
    snapshot = copy(original)
    snapshot.attachments, snapshot.embeds = list(original.attachments), list(original.embeds)
    return {"refers_to": message, "snapshot": snapshot, "flags": HAS_SNAPSHOT}
