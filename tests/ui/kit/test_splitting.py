"""Texts that are too long for one message are cut where a reader would cut them, and lose nothing."""

import re

import pytest

from app.ui.kit.reply import MAX_MESSAGES, WHOLE, Reply
from app.ui.kit.splitting import parts
from tests.fixtures.properties import given, settings, st

WHOLES = ("<@123456789012345678>", "<#123456789012345678>", "<t:1700000000:R>", "</faq search:123456789012345678>",
          "<:party_blob:123456789012345678>", "`one two three four`", "[two words](https://example.org/a)",
          "https://example.org/a_long_way")  # fmt: skip


def test_a_text_that_fits_is_one_piece() -> None:
    assert parts("x" * 2000) == ["x" * 2000]
    assert parts("") == [""]


def test_lines_stay_whole_and_words_where_a_line_is_too_long() -> None:
    lines = [f"• {number} " + "word " * 12 for number in range(100)]
    found = parts("\n".join(lines))
    assert "\n".join(found) == "\n".join(lines)
    assert all(len(one) <= 2000 for one in found)
    found = parts("word " * 1000)
    assert [one for piece in found for one in piece.split()] == ["word"] * 1000


@pytest.mark.parametrize("whole", WHOLES)
def test_what_belongs_together_is_never_cut(whole: str) -> None:
    for before in range(60 - len(whole), 62):
        found = parts("x" * before + whole + "y" * 40, 60)
        assert [one for one in found if whole in one], found
        assert all(len(one) <= 60 for one in found)
        assert "".join(found) == "x" * before + whole + "y" * 40


def test_a_block_of_code_goes_on_as_one() -> None:
    rows = [f"+ {number} what was added" for number in range(200)]
    found = parts("Look:\n```diff\n" + "\n".join(rows) + "\n```\nThat is all.")
    assert all(one.count("```") == 2 and len(one) <= 2000 for one in found)
    assert all(one.startswith("```diff\n") for one in found[1:])
    shown = [row for one in found for row in re.findall(r"^\+ .*$", one, re.MULTILINE)]
    assert shown == rows
    assert found[-1].endswith("\n```\nThat is all.")


PIECES = st.sampled_from((*WHOLES, "word", "x" * 70, "\n", "\n\n", " ", "```\ncode\n```", "`", "```", "<", "](", "ü"))


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(20, 90))
@settings(max_examples=300)
def test_no_piece_is_too_long_and_no_word_is_lost(text: str, longest: int) -> None:
    found = parts(text, longest)
    assert all(len(one) <= longest for one in found)
    # With something between the pieces: signs at the end of one and the beginning of the next are no fence.
    assert "".join(" ".join(found).replace("```", "").split()) == "".join(text.replace("```", "").split())


def test_an_answer_of_many_messages_is_a_file() -> None:
    short, long = Reply("x" * 2001), Reply("word " * 400 * (MAX_MESSAGES + 1))
    assert [len(one.content or "") for one in short.messages] == [2000, 1]
    (only,) = long.messages
    assert len(only.content or "") <= 2000
    assert [one.name for one in only.attachments] == [WHOLE]
    assert only.attachments[0].content.decode("utf-8-sig") == long.content
