"""Texts are put together by the catalogue, and words that agree with what they are about say what that is."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest

from scripts import translations
from tests.house.repository import modules, name_of, parsed, walked

EDGE = ("app/commands/", "app/core/", "app/effects/", "app/jobs/", "app/services/", "app/ui/")
JOINED = re.compile(r"^(?:[,;]| and| or) $")
COLON = re.compile(r"[^\w\s(?]*:\s")
"""French has a space before it."""
ALLOWED = {
    "app/core/checks.py": "an error as Discord writes it",
    "app/core/formats.py": "this is where texts are joined",
    "app/core/health/services.py": "the name of a process, as it is stored",
    "app/core/records.py": "what a developer sees",
    "app/core/scheduling/calendar_words.py": "only English",
    "app/core/tickets/business_week.py": "it is read back as it is written",
    "app/core/when/idioms.py": "what the phrase reader goes on with",
    "app/jobs/health/sampler.py": "the revisions of a metric",
    "app/services/onboarding/queries.py": "SQL",
    "app/services/tickets/rows.py": "SQL",
    "app/ui/tickets/transcript/page.py": "a content security policy",
}
"""Files in which something is joined that is no sentence and no list of the reader's language, and why."""
NOT_SAID = {"log", "re"}
ERRORS = {"ValueError", "TypeError", "LookupError", "RuntimeError"}

AGREEING = re.compile(
    r"^(?:all|any|none|one|other|others|both|new|open|done|free|empty|unknown|first|last|next|optional|required"
    r"|[a-z]+ed|not [a-z]+ed|switched (?:on|off)|(?:none|nothing) yet)[.:]?$",
    re.IGNORECASE,
)
"""Words that have a form of their own for each gender and number in other languages."""
ALIKE = {
    "Nothing yet.": "no thing has a gender",
    "Worked": "the bot",
    "Changed.": "no language says what: a question, a reminder",
    "Forwarded": "a message",
    "Pinned": "a message",
    "Opened": "the moment when a ticket was",
    "Closed": "the moment when a ticket was",
    "Joined": "the moment when a member did",
    "Started": "the moment when a member did",
    "Failed": "how often something did",
    "First": "the first time",
    "Last": "the last time",
    "Next": "a button that turns a page",
    "New": "people, both times",
    "Resumed.": "a reminder",
    "All": "the line of a table with the totals",
    "none yet": "a length of time, or a panel or kind of ticket, which are of one gender",
    "optional": "a question",
    "required": "a question",
    "not posted": "a panel",
    "untitled": "a reminder",
}
"""Words that are about the same wherever they are said, and what that is."""


def _joined(source: str) -> Iterator[str]:
    """Yield what a module puts together without the catalogue."""
    exempt = set[int]()
    for node in walked(source):
        is_log = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and name_of(node.func.value) in NOT_SAID
        )
        raised = node.exc if isinstance(node, ast.Raise) else None
        is_error = isinstance(raised, ast.Call) and name_of(raised.func) in ERRORS
        if is_log or is_error:
            exempt |= {id(each) for each in ast.walk(node)}
    for node in walked(source):
        if id(node) in exempt:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            between = node.func.value
            if isinstance(between, ast.Constant) and isinstance(between.value, str) and JOINED.match(between.value):
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.JoinedStr):
            yield from (f"{node.lineno}: {ast.unparse(node)}" for _ in _colons(node))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
            if any(isinstance(side, str) and re.search(r":\s+$", side) for side in sides):
                yield f"{node.lineno}: {ast.unparse(node)}"


def _colons(node: ast.JoinedStr) -> Iterator[str]:
    """Yield the pieces of an f-string that begin with a colon and a space behind a value."""
    for before, part in pairwise(node.values):
        if isinstance(before, ast.FormattedValue) and isinstance(part, ast.Constant) and COLON.match(str(part.value)):
            yield str(part.value)


SOURCES = {file: source for file, source in modules("app") if file.startswith(EDGE)}


def test_texts_are_joined_by_the_catalogue() -> None:
    assert len(SOURCES) > 300
    found = {file: list(_joined(source)) for file, source in SOURCES.items() if file not in ALLOWED}
    wanted = "formats.labelled, listed, AllOf, AnyOf, or codes where commas are right in every language"
    assert not {file: each for file, each in found.items() if each}, wanted


def test_what_may_be_joined_still_is() -> None:
    assert not [file for file in ALLOWED if file != "app/core/formats.py" and not list(_joined(SOURCES[file]))]


@pytest.mark.parametrize(
    "said",
    [
        'x = ", ".join(names)',
        'x = f"**{label}**: {value}"',
        'x = f"{name}: {value}"',
        'x = f"<@{person}>: " + said',
        'x = name + ": " + said',
        'x = " and ".join(names)',
    ],
)
def test_texts_that_are_put_together_are_found(said: str) -> None:
    assert list(_joined(said))


@pytest.mark.parametrize(
    "said", ['x = f"{scope}:{key}"', 'x = " ".join(words)', 'log.info(f"{a}: {b}")', 'raise ValueError(f"{a}: {b}")']
)
def test_what_is_no_text_is_left_alone(said: str) -> None:
    assert not list(_joined(said))


def test_words_that_agree_say_what_they_are_about() -> None:
    used = defaultdict[str, set[str]](set)
    for file, source in modules("app"):
        for call in translations.sentence_calls(parsed(source)):
            (one, *more) = (ast.literal_eval(form) for form in translations.forms_of(call))
            if not more and translations.context_of(call) is None and AGREEING.match(one):
                used[one].add(file)
    shared = {one for one, files in used.items() if len(files) > 1}
    assert shared <= set(ALIKE), "give them a context with tc or msgc, or say here what they are all about"
    assert set(ALIKE) <= set(used), "nobody says these any more"


def test_a_plural_is_by_the_number_that_it_is_said_of() -> None:
    wrong = list[str]()
    for file, source in modules("app"):
        for call in translations.sentence_calls(parsed(source)):
            one, *more = (ast.literal_eval(form) for form in translations.forms_of(call))
            if more and re.search(r"\{\w+\} (?:of|from|out of) \{count\}", one):
                wrong.append(f"{file}:{call.lineno}: {one}")
    assert not wrong, "in `{done} of {count} steps`, languages choose the verb by one number and the noun by the other"
