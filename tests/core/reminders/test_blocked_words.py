"""Words that a server does not want to read, however they are written."""

import pytest

from app.core.reminders.blocked_words import holds_blocked

BLOCKED = "nitro, free money\n*casino*, pre*, ×"


@pytest.mark.parametrize(
    "text",
    [
        "NITRO",
        "n\u200bit\u00adro",
        "ｎｉｔｒｏ",
        "get **n**itro now",
        "free   money!",
        "free\nmoney",
        "_free_ money",
        "supercasinos",
        "prefix",
        "3 × 4",
        "nitro_",
    ],
)
def test_a_blocked_word_is_found(text: str) -> None:
    assert holds_blocked(text, BLOCKED)


@pytest.mark.parametrize("text", ["nitrogen", "free, money", "freemoney", "supreme", "", "tea"])
def test_other_words_are_let_through(text: str) -> None:
    assert not holds_blocked(text, BLOCKED)


@pytest.mark.parametrize("blocked", ["", " , ,", "*", "**, *"])
def test_a_list_without_words_blocks_nothing(blocked: str) -> None:
    assert not holds_blocked("anything * at all", blocked)
