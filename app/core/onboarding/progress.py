"""Where a member is on their way, and what they see next. Pure: a row, the questions and the rules decide it."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from app.core.onboarding.answers import Answer
from app.core.onboarding.checking import reference
from app.core.onboarding.path import asked, next_page, page_of, pages
from app.core.onboarding.questions import Question
from app.core.onboarding.rules import Rule
from app.core.records import record

RULES = "rules"
SUMMARY = "summary"
"""What `step` of a row says, if it is not the id of the first question of a page."""


class At(StrEnum):
    """What a member sees next."""

    RULES = "rules"
    PAGE = "page"
    SUMMARY = "summary"
    DONE = "done"


@record
class Given:
    """What was typed or chosen in one field of a form, and what it was asked under."""

    question_id: int
    reference: str
    values: tuple[str, ...] = ()


@record
class Progress:
    """What a member sees next, and what is known of their way."""

    at: At
    page: tuple[Question, ...] = ()
    """The questions of this page, at most as many as a form has parts."""
    asked: tuple[Question, ...] = ()
    """All that are asked of somebody with these answers."""
    answers: Mapping[int, Answer] = field(default_factory=dict[int, Answer])
    version: int | None = None
    """That of the rules to be accepted."""
    accepted: int | None = None
    """The version of the rules that was accepted last."""
    number: int = 1
    """Which step this is, of `count`. Answers may still add some."""
    count: int = 1
    is_first_page: bool = True
    """Whether there is no page to go back to."""
    rules: tuple[Rule, ...] = ()
    """Those to be accepted, if they were read with it."""
    held_until: datetime | None = None
    """Until when nobody else carries out what somebody gets who is done by this press, if that is up to the caller."""

    @property
    def step(self) -> str | None:
        """Return what the row says of it; None for who is done."""
        if self.at is At.DONE:
            return None
        return str(self.page[0].id) if self.page else self.at.value

    @property
    def is_answered(self) -> bool:
        """Whether every question of the page has an answer, so that it can be left as it is."""
        return all(one.id in self.answers for one in self.page)


def find(
    questions: Iterable[Question],
    answers: Mapping[int, Answer],
    step: str | None,
    *,
    version: int | None = None,
    accepted: int | None = None,
) -> Progress:
    """Say what somebody sees next who is not done.

    `version` is that of the rules which have to be accepted in this server, None if none have. The step of a row may
    name a page that is not asked any more, or a summary of what is not complete: then they see what they have to.
    """
    listed = list(questions)
    all_pages = pages(listed, answers)
    lead, count = int(version is not None), len(all_pages) + int(version is not None) + int(bool(all_pages))
    known = Progress(
        At.SUMMARY,
        asked=tuple(asked(listed, answers)),
        answers=answers,
        version=version,
        accepted=accepted,
        number=count,
        count=count,
        is_first_page=not all_pages,
    )
    if version is not None and (accepted or 0) < version:
        return replace(known, at=At.RULES, number=1)
    chosen = page_of(listed, answers, int(step)) if step is not None and step.isdecimal() else []
    page = chosen or next_page(listed, answers)
    if not page:
        return known
    place = next((place for place, one in enumerate(all_pages) if page[0] in one), 0)
    return replace(known, at=At.PAGE, page=tuple(page), number=lead + place + 1, is_first_page=place == 0)


def before(progress: Progress, questions: Iterable[Question]) -> str | None:
    """Return the step before a page or the summary; None for the first page."""
    all_pages = pages(questions, progress.answers)
    if progress.at is At.PAGE:
        place = next((place for place, one in enumerate(all_pages) if progress.page[0] in one), 0)
        return str(all_pages[place - 1][0].id) if place else None
    return str(all_pages[-1][0].id) if all_pages else None


def after(progress: Progress, questions: Iterable[Question]) -> str:
    """Return the step after a page whose questions are answered."""
    all_pages = pages(questions, progress.answers)
    place = next((place for place, one in enumerate(all_pages) if progress.page[-1] in one), len(all_pages))
    return str(all_pages[place + 1][0].id) if place + 1 < len(all_pages) else SUMMARY


def are_as_asked(given: Iterable[Given], questions: Iterable[Question]) -> bool:
    """Tell whether a form asked what is asked now, word for word."""
    by_id = {one.id: one for one in questions}
    return all(one.question_id in by_id and reference(by_id[one.question_id]) == one.reference for one in given)
