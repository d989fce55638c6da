"""Which questions are asked, and on which pages."""

import pytest

from app.core.errors import Conflict
from app.core.onboarding.answers import Answer
from app.core.onboarding.path import asked, check_order, next_page, page_of, pages
from app.core.onboarding.questions import Condition, Option, Question, QuestionKind


def ask(number: int, after: tuple[int, str] | None = None, **more: object) -> Question:
    """A question with the options a and b."""
    condition = None if after is None else Condition(after[0], (after[1],))
    options = (Option("a", "A"), Option("b", "B"))
    made = Question(number, number, f"Q{number}", QuestionKind.CHOICE, options, asked_if=condition)
    return Question(**{**vars(made), **more})


def said(**values: str) -> dict[int, Answer]:
    """Answers: `q1="a"`; an empty text leaves a question out."""
    return {int(key[1:]): Answer(key, "select", tuple(filter(None, [value]))) for key, value in values.items()}


def ids(page: list[Question]) -> list[int]:
    return [one.id for one in page]


SIX = [ask(number) for number in range(1, 7)]
FOLLOWED = [ask(1), ask(2, (1, "a")), ask(3, (2, "b")), ask(4)]


@pytest.mark.parametrize(
    ("questions", "answers", "all_asked", "next_ones"),
    [
        ([], {}, [], []),
        (SIX, {}, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5]),
        (SIX, said(q1="a", q2="a", q3="b", q4="a", q5="a"), [1, 2, 3, 4, 5, 6], [6]),
        (list(reversed(SIX[:2])), {}, [1, 2], [1, 2]),
        ([ask(1, enabled=False), ask(2)], {}, [2], [2]),
        ([ask(1, enabled=False), ask(2, (1, "a"))], said(q1="a"), [], []),
        (FOLLOWED, {}, [1, 4], [1]),
        (FOLLOWED, said(q1="b"), [1, 4], [4]),
        (FOLLOWED, said(q1="a"), [1, 2, 4], [2]),
        (FOLLOWED, said(q1="a", q2="b"), [1, 2, 3, 4], [3, 4]),
        # What depends on a question that is not asked is not asked, whatever was answered once.
        (FOLLOWED, said(q1="b", q2="b", q3="a"), [1, 4], [4]),
        (FOLLOWED, said(q1="b", q4="a"), [1, 4], []),
        # Left out where that is allowed, and where it is not.
        ([ask(1, required=False)], said(q1=""), [1], []),
        ([ask(1)], said(q1=""), [1], [1]),
        # The option is gone; the question takes a text now; one answer is allowed now.
        ([ask(1)], said(q1="c"), [1], [1]),
        ([ask(1, kind=QuestionKind.SHORT)], said(q1="a"), [1], [1]),
        ([ask(1)], {1: Answer("Q1", "multiselect", ("a", "b"))}, [1], [1]),
        ([ask(1, kind=QuestionKind.LONG)], {1: Answer("Q1", "text", ("Hi",))}, [1], []),
        ([ask(1, kind=QuestionKind.EMAIL)], {1: Answer("Q1", "text", ("Hi",))}, [1], [1]),
    ],
)
def test_what_is_asked_follows_from_what_was_answered(
    questions: list[Question], answers: dict[int, Answer], all_asked: list[int], next_ones: list[int]
) -> None:
    assert ids(asked(questions, answers)) == all_asked
    assert ids(next_page(questions, answers)) == next_ones


def test_going_back_shows_the_pages_that_were_shown() -> None:
    questions = [*FOLLOWED, *(ask(number) for number in range(5, 12))]
    answers: dict[int, Answer] = {}
    shown: list[list[int]] = []
    while page := next_page(questions, answers):
        shown.append(ids(page))
        answers |= said(**{f"q{one.id}": "a" for one in page})
    assert shown == [[1], [2], [4, 5, 6, 7, 8], [9, 10, 11]]
    assert [ids(page) for page in pages(questions, answers)] == shown
    assert [ids(page_of(questions, answers, page[0])) for page in shown] == shown
    assert ids(page_of(questions, answers, 5)) == [5, 6, 7, 8, 9]
    assert page_of(questions, answers, 3) == []
    assert page_of(questions, answers, 99) == []


@pytest.mark.parametrize(
    ("questions", "refusal"),
    [
        ([ask(1, (9, "a"))], "“Q1” depends on a question that is not there."),
        ([ask(1, (2, "a")), ask(2)], "“Q1” depends on “Q2”, so it has to come after it."),
        ([ask(1, (1, "a"))], "That leads in a circle: “Q1” → “Q1”."),
        ([ask(1, (3, "a")), ask(2, (1, "a")), ask(3, (2, "a"))], "in a circle: “Q1” → “Q3” → “Q2” → “Q1”."),
        ([ask(1, (2, "a")), ask(2, (3, "a")), ask(3, (2, "a"))], "“Q1” depends on “Q2”, so it has to come after it."),
        ([ask(1), ask(2, (1, "c"))], "“Q2” depends on an answer that “Q1” does not have."),
        ([ask(1, kind=QuestionKind.DATE), ask(2, (1, "a"))], "“Q1”, which has no options"),
    ],
)
def test_an_order_that_cannot_be_asked_is_refused(questions: list[Question], refusal: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_order(questions)
    assert refusal in str(refused.value.message)
    check_order(FOLLOWED)
