"""What people typed, as Discord shows it: read with a reading of Discord's Markdown that is not the bot's."""

import pytest

from app.ui.kit.text import UNSEEN, in_code, plain, quoted, shortened, tamed
from tests.fixtures.markdown import kinds, read, seen
from tests.fixtures.properties import given, settings, st

EMOJI, MOVING = "<:party_blob:123456789012345678>", "<a:_oh_no_:123456789012345678>"
ADDRESS = "https://x.example/a_b_c*d*"
PIECES = (
    *("#", "##", "###", "-#", "-", "+", "*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "\\", ">", ">>>"),
    *(
        "[",
        "]",
        "](",
        "(",
        ")",
        "1.",
        "2)",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "a",
        "b_c",
        "é",
        ".",
        "!",
        ":",
        "<",
        "sql\n",
    ),
    *(EMOJI, MOVING, ADDRESS, "[free](https://evil.example)", "</reminder a_b:123456789012345678>", "@everyone"),
    "<@123456789012345678>",
)
TYPED = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
WRITTEN = {"text", "address", "emoji"}
BLOCKS = {"heading", "small", "quote", "list", "masked link"}


@given(TYPED)
@settings(max_examples=600)
def test_plain_text_is_seen_as_it_was_typed_and_formats_nothing(typed: str) -> None:
    parts = read(plain(typed, 10_000))
    assert {part.kind for part in parts} <= WRITTEN
    assert seen(parts).replace(UNSEEN, "") == typed


@given(TYPED)
@settings(max_examples=600)
def test_a_quote_holds_no_heading_no_list_and_no_masked_link(typed: str) -> None:
    lines = quoted(typed).split("\n")
    assert all(line.startswith("> ") for line in lines)
    assert not kinds("\n".join(line[2:] for line in lines)) & BLOCKS
    # Nothing is lost of it but the signs that the bot adds.
    said = "\n".join(line[2:] for line in lines).replace(UNSEEN, "").replace("\\", "")
    assert said == typed.replace("\r\n", "\n").replace("\\", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (EMOJI, EMOJI),
        (f"a_b {MOVING} c_d", f"a\\_b {MOVING} c\\_d"),
        ("# Pay rent", "\\# Pay rent"),
        ("-# small", "\\-# small"),
        ("1. one\n2. two", "1\\. one\n2\\. two"),
        ("> said\n>>> all", "\\> said\n\\>>> all"),
        ("[here](https://evil.example)", "[here]\\(https://evil.example)"),
        (ADDRESS, ADDRESS),
        ("3-4 #5 1.5 > 1", "3-4 #5 1.5 > 1"),
    ],
)
def test_plain_text(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "**milk** and _eggs_",
        "`a_b[0](c)`",
        "```sql\n# all\nSELECT [a](b);\n- 1\n```",
        f"{EMOJI} ||x||",
        "\\# no",
        "a\n\nb",
    ],
)
def test_within_a_quote_words_are_formatted_and_code_shows_no_backslash(typed: str) -> None:
    assert quoted(typed) == "\n".join(f"> {line}" for line in typed.split("\n"))


def test_a_masked_link_under_a_heading_is_written_out() -> None:
    lie = "# FREE NITRO [discord.com/nitro](https://evil.example)"
    assert quoted(lie) == "> \\# FREE NITRO [discord.com/nitro]\\(https://evil.example)"
    (part,) = [part for part in read(quoted(lie)[2:]) if part.kind == "address"]
    assert part.seen == "https://evil.example)"


@pytest.mark.parametrize(
    "lie",
    [
        "[`](https://evil.example)`",
        "[```](https://evil.example)```",
        "**`** [a](https://evil.example) `",
        "[a\\](https://evil.example)",
        "\\[a](https://evil.example) [b](https://evil.example)",
        "https://x.example/` [a](https://evil.example) `",
        "[https://a](https://evil.example)",
    ],
)
def test_a_link_cannot_be_hidden_in_what_looks_like_code(lie: str) -> None:
    assert "masked link" not in kinds(quoted(lie)[2:])


@pytest.mark.parametrize("length", range(20, 40))
def test_what_is_cut_is_tamed_as_it_is_then_read(length: int) -> None:
    said = tamed("a\n```\n# b\n- c [d](e) [f](https://evil.example)\n```", length)
    assert len(said) <= length
    assert not kinds(said) & {*BLOCKS, "masked link"}


@pytest.mark.parametrize("length", range(2, 40))
def test_an_emoji_is_not_cut_through(length: int) -> None:
    assert kinds(plain(f"ab{EMOJI}c", length)) <= WRITTEN
    assert plain(f"ab{EMOJI}c", length) in {f"ab{EMOJI}c", f"ab{EMOJI}…", "ab…", "a…"}


def test_code_shows_no_backslash_and_has_no_end_within() -> None:
    assert in_code("a_b `c` *d*") == "`a_b 'c' *d*`"
    assert in_code("x" * 50, 10) == f"`{shortened('x' * 50, 10)}`"
