"""What others may learn from a ticket: its question and the last answer to it, without the people in it. Pure."""

import re
from collections.abc import Collection

from app.core.records import record
from app.core.tickets.record import Record

SPOKEN = frozenset({0, 19})
"""Discord's kinds of what people write: a message, and a reply."""
MIN_NAME = 3
"""Shorter names are parts of too many words."""
_MENTION = "<@!?[0-9]{1,20}>"


@record
class Lesson:
    """A question, and its answer; empty if there is none."""

    question: str
    answer: str


def lesson_of(record: Record, subject: str, *, opener_id: int) -> Lesson:
    """Take out of a ticket what was asked, and what a person of the staff said last, without anybody's name."""
    names = {name for one in record.people.values() for name in (one.display_name, one.name) if not one.is_bot}
    said = ""
    for message in reversed(record.in_order()):
        author = record.people.get(message.author_id)
        is_answer = author is not None and author.is_staff and not author.is_bot and message.author_id != opener_id
        is_seen = message.deleted_at is None and not message.is_staff_only and message.type in SPOKEN
        if is_answer and is_seen and message.body.content.strip():
            said = message.body.content
            break
    first = next((line for line in subject.splitlines() if line.strip()), "")
    return Lesson(without_people(first, names), without_people(said, names))


def without_people(text: str, names: Collection[str]) -> str:
    """Return a text without mentions of people and without these names, as whole words in any case."""
    known = sorted((re.escape(name) for name in names if len(name) >= MIN_NAME), key=len, reverse=True)
    who = "|".join([_MENTION, *(f"@?{name}" for name in known)])
    named = re.compile(rf"[ \t]*,?[ \t]*(?<!\w)(?:{who})(?!\w)(?P<comma>[ \t]*,)?(?P<space>[ \t]*)", re.IGNORECASE)

    def without(found: re.Match[str]) -> str:
        if found.start() == 0 or text[found.start() - 1] == "\n":
            return ""
        return ("," if found["comma"] else "") + found["space"]

    return named.sub(without, text).strip()
