"""Questions that nobody has answered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.faq.unanswered import Written, unanswered

START = datetime(2026, 11, 29, 12, tzinfo=UTC)
ALICE, BOB, STAFF = 1, 2, 3


def wrote(message_id: int, author_id: int, text: str, **more: Any) -> Written:
    at = START + timedelta(minutes=message_id)
    return Written(9, message_id, author_id, **{"is_by_person": True, "text": text, "at": at, **more})


def test_a_question_waits_until_somebody_replies_or_mentions_who_asked() -> None:
    written = [
        wrote(1, ALICE, "how do I reset my password?"),
        wrote(2, BOB, "where are the rules kept?"),
        wrote(3, STAFF, "what a day that was"),
        wrote(4, 4, "is there an event next week?"),
        wrote(5, 5, "how do I link my account?"),
    ]
    since = START
    assert [one.message_id for one in unanswered(written, since)] == [1, 2, 4, 5]
    written += [
        wrote(6, STAFF, "like this", replies_to=2),
        wrote(7, ALICE, "please, how do I do that?"),
        wrote(8, STAFF, "tomorrow", mentions=frozenset({4})),
        wrote(9, 5, "nobody?", replies_to=5),
        wrote(10, 6, "thanks"),
        wrote(11, 7, "how do bots ask that?", is_by_person=False),
    ]
    assert [one.message_id for one in unanswered(reversed(written), since)] == [5, 7]
    assert unanswered(written, START + timedelta(minutes=8)) == []
