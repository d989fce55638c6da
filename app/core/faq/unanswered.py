"""Which questions in a channel nobody has answered. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.core.faq.asking import is_worth_a_search, said_in, sounds_like_a_question
from app.core.records import record


@record
class Written:
    """A message as the channel has it."""

    channel_id: int
    message_id: int
    author_id: int
    is_by_person: bool
    text: str
    at: datetime
    replies_to: int | None = None
    """The message that it answers."""
    mentions: frozenset[int] = frozenset()


def is_a_question(one: Written) -> bool:
    """Tell whether somebody asks something with it."""
    return (
        one.is_by_person
        and one.replies_to is None
        and not one.mentions
        and is_worth_a_search(one.text)
        and sounds_like_a_question(one.text)
    )


def unanswered(written: Iterable[Written], since: datetime) -> Sequence[Written]:
    """Return the questions since then that nobody replied to, and whose writer nobody mentioned afterwards.

    That somebody wrote something else later is no answer. Who asked several times is there with the last one.
    """
    waiting: dict[int, Written] = {}
    for one in sorted(written, key=lambda each: each.message_id):
        answered = [
            author_id
            for author_id, asked in waiting.items()
            if author_id != one.author_id and (one.replies_to == asked.message_id or author_id in one.mentions)
        ]
        for author_id in answered:
            del waiting[author_id]
        if one.at >= since and is_a_question(one):
            waiting[one.author_id] = one
    return sorted(waiting.values(), key=lambda each: each.message_id)


def shown_text(one: Written) -> str:
    """Return what a question says, in one line."""
    return " ".join(said_in(one.text).split())
