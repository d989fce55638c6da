"""Which questions a member is asked, in which order and on which pages. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from app.core.errors import Conflict
from app.core.onboarding.answers import Answer
from app.core.onboarding.limits import PAGE
from app.core.onboarding.questions import CHOOSING, Question, QuestionKind

Answers = Mapping[int, Answer]
MAX_NAMED = 10
"""Questions that one sentence names."""
_TEXTS = frozenset({QuestionKind.SHORT, QuestionKind.LONG})


def in_order(questions: Iterable[Question]) -> list[Question]:
    """Return questions in the order of asking."""
    return sorted(questions, key=lambda one: (one.place, one.id))


def fits(question: Question, answer: Answer) -> bool:
    """Tell whether an answer still answers the question, which may have been changed since.

    An answer without values says that a question was left out, which only some questions can be.
    """
    if not answer.values:
        return not question.required
    if question.kind in CHOOSING:
        one_is_enough = question.kind is QuestionKind.CHOICES or len(answer.values) == 1
        return one_is_enough and all(question.option(value) is not None for value in answer.values)
    if question.kind in _TEXTS:
        return answer.kind not in CHOOSING
    return answer.kind == question.kind


def asked(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """Return the questions that somebody with these answers is asked, in order, also those that they answered.

    A condition holds if the earlier question is asked itself, and one of the values was chosen.
    """
    found: dict[int, Question] = {}
    for question in in_order(questions):
        if question.enabled and _holds(question, found, answers):
            found[question.id] = question
    return list(found.values())


def next_page(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """Return what is asked next: the first questions without an answer that fits. Empty when all are answered.

    A page ends before a question that depends on one of it, so that what is asked stays in order.
    """
    listed = in_order(questions)
    left = {one.id for one in asked(listed, answers) if one.id not in answers or not fits(one, answers[one.id])}
    return (_cut(listed, left) or [[]])[0]


def pages(questions: Iterable[Question], answers: Answers) -> list[list[Question]]:
    """Return all pages of somebody with these answers. Questions that depend on answers to come are not among them."""
    listed = in_order(questions)
    return _cut(listed, {one.id for one in asked(listed, answers)})


def page_of(questions: Iterable[Question], answers: Answers, question_id: int) -> list[Question]:
    """Return the page that begins with a question, answered or not. Empty when that question is not asked."""
    listed = in_order(questions)
    among = {one.id for one in asked(listed, answers)}
    if question_id not in among:
        return []
    start = next(place for place, one in enumerate(listed) if one.id == question_id)
    return _cut(listed[start:], among)[0]


def dependent(questions: Iterable[Question], question_id: int) -> list[Question]:
    """Return the questions that are only asked after certain answers to this one, in order."""
    return [one for one in in_order(questions) if one.asked_if is not None and one.asked_if.question_id == question_id]


def check_order(questions: Iterable[Question]) -> None:
    """Raise Conflict unless every condition is about options of an earlier question that is there."""
    listed = in_order(questions)
    by_id = {one.id: one for one in listed}
    earlier: set[int] = set()
    for question in listed:
        if question.asked_if is not None:
            _check(question, by_id, earlier)
        earlier.add(question.id)


def _holds(question: Question, before: Mapping[int, Question], answers: Answers) -> bool:
    condition = question.asked_if
    if condition is None:
        return True
    about, answer = before.get(condition.question_id), answers.get(condition.question_id)
    return about is not None and answer is not None and not set(condition.values).isdisjoint(answer.values)


def _cut(listed: Sequence[Question], wanted: set[int]) -> list[list[Question]]:
    made: list[list[Question]] = []
    page: list[Question] = []
    for question in listed:
        depends = question.asked_if is not None and any(one.id == question.asked_if.question_id for one in page)
        if page and question.enabled and (len(page) == PAGE or depends):
            made.append(page)
            page = []
        if question.id in wanted:
            page.append(question)
    return [*made, page] if page else made


def _check(question: Question, by_id: Mapping[int, Question], earlier: set[int]) -> None:
    condition = question.asked_if
    assert condition is not None
    about = by_id.get(condition.question_id)
    if about is None:
        raise Conflict(
            "“{question}” depends on a question that is not there. Let it be asked of everybody, or choose another.",
            question=question.short,
        )
    circle = _circle(question, by_id)
    if circle:
        raise Conflict(
            "That leads in a circle: {questions}. A question can only depend on an earlier one.",
            questions=" → ".join(f"“{one.short}”" for one in circle[:MAX_NAMED]),
        )
    if about.id not in earlier:
        raise Conflict(
            "“{question}” depends on “{other}”, so it has to come after it.", question=question.short, other=about.short
        )
    if about.kind not in CHOOSING:
        raise Conflict(
            "“{question}” cannot depend on “{other}”, which has no options to choose from.",
            question=question.short,
            other=about.short,
        )
    if not condition.values or any(about.option(value) is None for value in condition.values):
        raise Conflict(
            "“{question}” depends on an answer that “{other}” does not have.",
            question=question.short,
            other=about.short,
        )


def _circle(question: Question, by_id: Mapping[int, Question]) -> list[Question]:
    way = [question]
    while (condition := way[-1].asked_if) is not None and (found := by_id.get(condition.question_id)) is not None:
        if found.id == question.id:
            return [*way, question]
        if found in way:
            break
        way.append(found)
    return []
