"""What people are told when something cannot be done."""

from app.core.errors import InvalidInput
from app.ui.kit.errors import explain
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.reply import Reply


def test_a_refusal_is_told_in_whole_however_long_it_is() -> None:
    for length in (10, MAX_CONTENT, MAX_CONTENT + 1, 3 * MAX_CONTENT):
        words = "word " * (length // 5)
        told = Reply(explain(InvalidInput("{typed}", typed=words))).messages
        assert all(len(one.content or "") <= MAX_CONTENT and one.private for one in told)
        assert " ".join(one.content or "" for one in told).split() == words.split()
