"""Questions as a file."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.core.errors import Conflict, InvalidInput
from app.core.messages import speaking
from app.core.onboarding import defaults
from app.core.onboarding.drafts import carried_over, checked, in_lines, read_lines
from app.core.onboarding.exchange import Fate, differences, fingerprint, read, write
from app.core.onboarding.path import check_order
from app.core.onboarding.questions import Condition, Option, Question, QuestionKind

A = Question(
    11,
    1,
    "Do you?",
    QuestionKind.CHOICE,
    (Option("y", "Yes", "!", "👍", (2**60 + 1,), (2**60 + 3,)), Option("n", "No")),
)
B = Question(12, 2, "What?\nSay it", QuestionKind.LONG, required=False, hint="Ä", asked_if=Condition(11, ("y",)))
C = Question(13, 3, "When?", QuestionKind.DATE, enabled=False)


def file(*questions: Any, **more: Any) -> bytes:
    top = {"format": "concierge-onboarding-questions", "version": 1, "questions": list(questions), **more}
    return json.dumps(top).encode()


def q(**more: Any) -> dict[str, Any]:
    return {"text": "Q", "kind": "text", **more}


def test_what_is_written_is_read_again() -> None:
    content = write(1, [A, B, C])
    assert read(content, 1, {11, 12, 13}) == [A, B, C]
    assert read(b"\xef\xbb\xbf" + content, 1, {11, 12, 13}) == [A, B, C]
    # Of another server, or after all was removed, they are new, and conditions follow.
    for found in (read(content, 2, {11, 12, 13}), read(content, 1, {12})[:1]):
        assert found[0] == replace(A, id=-1)
    assert read(content, 2, {11})[1] == replace(B, id=-2, asked_if=Condition(-1, ("y",)))
    assert read(file(q(place=9), q(place=2, id="x")), 1, {9, 2})[0].id == -2
    assert fingerprint([A, B]) != fingerprint([B, A]) != fingerprint([replace(B, hint=""), A])


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\xff", "That is not a JSON file"),
        (b"[" * 100_000, "That is not a JSON file"),
        (b"9" * 5000, "That is not a JSON file"),
        (b" " * (1024 * 1024 + 1), "That file is too large: at most 1024 KB."),
        (b"[]", "The file has to be a JSON object"),
        (b"{}", "That is not a file of `/onboarding questions export`."),
        (file(version=2), "That is not a file of"),
        (file(extra=1), "The file has no `extra`. It may have `format`,"),
        (file(questions={}), "The file has no list of `questions`."),
        (file(*[q()] * 41), "A server has at most 40 questions. The file has 41."),
        (file(q(), 7), "Question 2 of the file: A question has to be a JSON object"),
        (file(q(role="x")), "Question 1 of the file: A question has no `role`."),
        (file(q(kind="poem")), "`kind` is one of `select`, `multiselect`, `text`"),
        (file(q(kind=[])), "`kind` is one of"),
        (file(q(text=7)), "`text` is a text."),
        (file(q(text="")), "A question has 1 to 300 characters."),
        (file(q(required=1)), "`required` is `true` or `false`."),
        (file(q(options="x")), "`options` is a list."),
        (file(q(id=1), q(id="1")), "Two questions of the file have the `id` 1."),
        (file(q(place=2), q(text="R", place=2)), "“Q” and “R” are both at place 2."),
        (file(q(place=0)), "`place` is a number from 1 on."),
        (file(q(kind="select")), "Give the options to choose from"),
        (file(q(kind="select", options=[{"label": f"{n}"} for n in range(26)])), "at most 25 options. You gave 26."),
        (file(q(kind="select", options=[{"label": "a"}, {"label": "A"}])), "“A” is there twice."),
        (file(q(kind="select", options=["a"])), "An option has to be a JSON object"),
        (file(q(kind="select", options=[{"label": "a", "role_ids": [-1]}])), "`role_ids` is a list of ids."),
        (file(q(kind="select", options=[{"label": "a", "role_ids": [True]}])), "`role_ids` is a list of ids."),
        (
            file(q(kind="select", options=[{"label": "a", "channel_ids": ["9" * 19]}])),
            "`channel_ids` is a list of ids.",
        ),
        (file(q(kind="select", options=[{"label": "a", "emoji": "x"}])), "`x` is no emoji."),
        (file(q(only_if={"question": 5, "values": ["a"]})), "`only_if` names a question that is not in the file."),
        (file(q(id=1), q(only_if={"question": 1, "values": []})), "`values` of `only_if` is a list of texts."),
        (file(q(only_if=7)), "`only_if` has to be a JSON object"),
    ],
)
def test_a_file_is_read_strictly(content: bytes, refusal: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(content, 1, set())
    assert refusal in str(refused.value.message)


def test_what_changes_is_said_once_for_each_question() -> None:
    new = Question(-1, 1, "New?", QuestionKind.SHORT)
    found = differences([A, B, C], [new, C, A, replace(B, hint="?")])
    assert [(one.fate, one.question.id) for one in found] == [
        (Fate.ADDED, -1),
        (Fate.MOVED, 13),
        (Fate.CHANGED, 12),
    ]
    assert [(one.fate, one.question.id) for one in differences([A, B, C], [B])] == [
        (Fate.REMOVED, 11),
        (Fate.REMOVED, 13),
    ]
    assert differences([A, B, C], [A, B, C]) == []


def test_options_are_typed_one_a_line_and_stay_what_they_were() -> None:
    (one, two, three) = read_lines("🎮 Games | What we  play\n\n <:go:123456789012345678> Go\n 5 a.m. ")
    assert (one.emoji, one.label, one.description) == ("🎮", "Games", "What we play")
    assert (two.emoji, two.label) == ("<:go:123456789012345678>", "Go")
    assert (three.emoji, three.label) == ("", "5 a.m.")
    assert read_lines(in_lines((one, two, three))) == (one, two, three)
    old = (Option("v1", "One", role_ids=(1,)), Option("v2", "Two", role_ids=(2,)), Option("v3", "Three"))
    # Moved; renamed in place; one more, with the value of none that is there; one fewer.
    for typed, values in {
        "Two\nOne\nThree": ["v2", "v1", "v3"],
        "One\nDeux\nThree": ["v1", "v2", "v3"],
        "One\nTwo\nThree\nv1": ["v1", "v2", "v3", "v1 2"],
        "Two\nNew": ["v2", "New"],
    }.items():
        made = carried_over(old, read_lines(typed))
        assert [each.value for each in made] == values
        assert [each.role_ids for each in made] == [{"v1": (1,), "v2": (2,)}.get(value, ()) for value in values]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_usual_questions_can_be_asked_and_are_known_again(language: str) -> None:
    with speaking(language):
        usual = defaults.usual()
    assert [checked(one) for one in usual] == usual
    check_order(usual)
    defaults.require_none([A, B, C])
    for one in usual:
        with pytest.raises(Conflict):
            defaults.require_none([A, one])
