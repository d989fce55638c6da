"""What counts as an answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.core.errors import InvalidInput
from app.core.onboarding.answers import Answer
from app.core.onboarding.checking import answer_to, reference
from app.core.onboarding.questions import Option, Question, QuestionKind

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
COLOURS = (Option("red", "Red"), Option("blue", "Blue", role_ids=(7,)))


def ask(kind: QuestionKind, **more: object) -> Question:
    options = COLOURS if kind in {QuestionKind.CHOICE, QuestionKind.CHOICES} else ()
    return replace(Question(1, 1, "Which?", kind, options), **more)


CHOICE, CHOICES, SHORT, LONG, EMAIL, NUMBER, DATE = (ask(kind) for kind in QuestionKind)


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (CHOICE, "red", "red"),
        (SHORT, "  two \n words ", "two words"),
        (SHORT, "x" * 200, "x" * 200),
        (LONG, " two\nlines ", "two\nlines"),
        (EMAIL, "Ann.Lee+x@Example.ORG", "Ann.Lee+x@example.org"),
        (EMAIL, "jürgen@münchen.example", "jürgen@münchen.example"),
        (EMAIL, "a@b-c.co", "a@b-c.co"),
        (NUMBER, "007", "7"),
        (NUMBER, "1.50", "1.5"),
        (NUMBER, "1,5", "1.5"),
        (NUMBER, "-0", "0"),
        (NUMBER, "\u22123", "-3"),
        (NUMBER, "１２", "12"),
        (NUMBER, "٣", "3"),
        (NUMBER, "1 500", "1500"),
        (NUMBER, "1'500.25", "1500.25"),
        (NUMBER, "0.125", "0.125"),
        (DATE, "2026-1-9", "2026-01-09"),
        (DATE, "9.1.2026", "2026-01-09"),
        (DATE, "31/12/1999", "1999-12-31"),
        (DATE, "12/31/1999", "1999-12-31"),
        (DATE, "5/5/1999", "1999-05-05"),
        (DATE, "29. November 2026", "2026-11-29"),
        (DATE, "Nov 29th, 2026", "2026-11-29"),
        (DATE, "3 MÄRZ 2026", "2026-03-03"),
        (DATE, "29 février 2024", "2024-02-29"),
        (DATE, "3 januari 2026", "2026-01-03"),
        (DATE, "5 mei 2026", "2026-05-05"),
        (DATE, "1er fevrier 2026", "2026-02-01"),
        (DATE, "15 août 2026", "2026-08-15"),
        (DATE, "1 augustus 2026", "2026-08-01"),
        (DATE, "29 de noviembre de 2026", "2026-11-29"),
        (DATE, "1º de enero del 2026", "2026-01-01"),
        (DATE, "3 ago 2026", "2026-08-03"),
    ],
)
def test_what_answers_is_kept_in_one_form(question: Question, given: str, kept: str) -> None:
    labels = tuple(one.label for one in question.options if one.value == kept)
    assert answer_to(question, [given], NOW) == Answer("Which?", question.kind.value, (kept,), labels, NOW)


def test_several_are_kept_in_the_order_of_the_question_and_nothing_where_it_may_be() -> None:
    chosen = answer_to(CHOICES, ["blue", "red", "blue"], NOW)
    assert (chosen.values, chosen.labels) == (("red", "blue"), ("Red", "Blue"))
    for question in (CHOICE, CHOICES, SHORT, DATE):
        assert answer_to(replace(question, required=False), ["  "], NOW).values == ()
        with pytest.raises(InvalidInput, match="needs an answer"):
            answer_to(question, [], NOW)


@pytest.mark.parametrize(
    ("question", "given", "refusal"),
    [
        (CHOICE, ["red", "blue"], "takes one answer"),
        (CHOICE, ["green"], "has other answers by now. Choose one of: Red, Blue."),
        (SHORT, ["x" * 201], "takes at most 200 characters. You gave 201."),
        (LONG, ["x" * 1001], "at most 1000"),
        (SHORT, ["a\0"], "takes a text"),
        *((EMAIL, [one], "takes an e-mail address, such as") for one in (
            "ann", "ann@", "@example.org", "ann@example", "a b@example.org", "ann@@example.org", "ann@example..org",
            ".ann@example.org", "ann@-x.org", "Ann <ann@example.org>", "ann@127.0.0.1", "a@b.c",
            "x" * 65 + "@example.org", "ann@" + "x" * 64 + ".org",
            "ann@exam_ple.org", "ann@example.org, bob@example.org", "ann\u200b@example.org",
        )),
        *((NUMBER, [one], "takes a number") for one in (
            "one", "1e5", "nan", "inf", "1.2.3", "", "5 €", "1 5", "9" * 16, "1,500", "1.500", "--1", "½",
        ) if one),
        *((DATE, [one], "takes a date, such as") for one in (
            "today", "2026-02-29", "31.2.2026", "29 nov", "1.1.26", "1 ju 2026", "13/13/2026", "0-0-0", "1.1.0026",
        )),
        (DATE, ["3/4/2026"], "can be two days. Write `2026-04-03` or `2026-03-04`."),
    ],
)  # fmt: skip
def test_what_does_not_answer_is_refused_by_name(question: Question, given: list[str], refusal: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer_to(question, given, NOW)
    assert refusal in str(refused.value.message)
    assert "“Which?”" in str(refused.value.message)


def test_a_reference_stands_for_what_is_asked_and_not_for_what_it_gives() -> None:
    given = replace(CHOICE, options=(replace(COLOURS[0], role_ids=(1,), emoji="🔴", description="!"), COLOURS[1]))
    assert reference(CHOICE) == reference(replace(given, place=9, hint="?")) == reference(replace(CHOICE))
    others = [
        replace(CHOICE, id=2),
        replace(CHOICE, text="What?"),
        replace(CHOICE, options=COLOURS[:1]),
        replace(CHOICE, kind=QuestionKind.CHOICES),
        replace(CHOICE, required=False),
    ]
    assert len({reference(one) for one in (CHOICE, *others)}) == 6
