import re

import pytest

from app.core.when import idioms, normalise
from app.core.when.languages import LANGUAGES, translate
from app.core.when.shapes import needed, shape
from tests.core.when.test_reader import rows

REWRITERS = {
    "digits": normalise.IN_DIGITS,
    "exactly": idioms.EXACTLY,
    "idioms": idioms.IDIOMS,
    "plain": normalise.PLAIN,
    "letters": normalise.IN_LETTERS,
    **{language: translate.rewriter(language) for language in LANGUAGES},
}


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("just now", ("just now",)),
        (r"\b(?:right|just) now\b", ("just now", "right now")),
        ("[0-9]{4}-w[0-5][0-9]", ("0000-w00",)),
        ("([0-9]{1,2}) ?([ap])m", ("0am", "0pm", "0 am", "0 pm")),
        (r"[a-z]+ of (?:the )?month\b", (" of month", " of the month")),
        ("(?<=in )[a-z]+(?= may)", (" may",)),
        (r"(?<!in )(?:a|b)+x?\.", (".",)),
        ("(?:every )+day", ("every day",)),
        ("a*b*", ("",)),
        ("[^a]", ("",)),
        ("mondays|monday|fri", ("fri", "monday")),
        ("(?i)now", ("",)),
        (r"(a)\1", ("",)),
    ],
)
def test_what_a_pattern_needs_is_in_every_text_that_it_matches(pattern: str, pieces: tuple[str, ...]) -> None:
    assert needed(pattern) == pieces


def test_no_rewrite_is_passed_over_that_would_have_changed_a_phrase() -> None:
    found = rows("once", "series", "elapsed", "refused")
    english = [row.phrase.lower() for row in found if row.locale is None]
    changed = 0
    for name, rewriter in REWRITERS.items():
        texts = [row.phrase.lower() for row in found if (row.locale or "").startswith(name)] or english
        patterns = [(re.compile(pattern), needed(pattern)) for pattern, _ in rewriter.rewrites]
        for text in texts[::3]:
            held = shape(text)
            for pattern, pieces in patterns:
                if pattern.search(text):
                    changed += 1
                    assert any(piece in held for piece in pieces), (pattern.pattern, text)
    assert changed > 500
