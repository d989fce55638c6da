"""A member's way as a manager tries it out: the same steps, without a row. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from app.core.onboarding.answers import Answer
from app.core.onboarding.checking import answer_to
from app.core.onboarding.errors import FormChanged, NothingToDo, QuestionNotFound, RulesChanged
from app.core.onboarding.path import asked
from app.core.onboarding.progress import SUMMARY, At, Given, Progress, after, are_as_asked, before, find
from app.core.onboarding.questions import Question
from app.core.records import record


@record
class Script:
    """What a server asks at this moment: its questions, and the version of the rules to be accepted."""

    questions: tuple[Question, ...]
    version: int | None


@record
class Rehearsal:
    """How far somebody has come who tries it out. Every step returns another one, and changes nothing."""

    answers: Mapping[int, Answer] = field(default_factory=dict[int, Answer])
    accepted: int | None = None
    step: str | None = None

    def progress(self, script: Script, *, step: str | None = None) -> Progress:
        """Say what is seen now, or at another step."""
        step = self.step if step is None else step
        return find(script.questions, self.answers, step, version=script.version, accepted=self.accepted)

    def begun(self, script: Script) -> "Rehearsal":
        """Begin. Raises NothingToDo."""
        if script.version is None and not asked(script.questions, {}):
            raise NothingToDo
        return Rehearsal(step=self.progress(script).step)

    def page(self, script: Script, question_id: int, *, alone: bool) -> Sequence[Question]:
        """Return the page that begins with a question, or that question alone. Raises QuestionNotFound."""
        page = self.progress(script, step=str(question_id)).page
        if not page or page[0].id != question_id:
            raise QuestionNotFound
        return page[:1] if alone else page

    def accept(self, script: Script, version: int) -> "Rehearsal":
        """Accept a version of the rules. Raises RulesChanged for another one than the newest."""
        if version != script.version:
            raise RulesChanged
        return replace(self, accepted=version, step="")

    def answer(self, script: Script, given: Iterable[Given], now: datetime) -> "Rehearsal":
        """Take a form, whole or not at all. Raises FormChanged, and InvalidInput, which names the question."""
        listed = list(given)
        by_id = {one.id: one for one in asked(script.questions, self.answers)}
        if not listed or not are_as_asked(listed, by_id.values()):
            raise FormChanged
        answers = {one.question_id: answer_to(by_id[one.question_id], one.values, now) for one in listed}
        return replace(self, answers={**self.answers, **answers}, step="")

    def go(self, script: Script, from_step: str, *, back: bool) -> "Rehearsal":
        """Go to the page before or after the one that is looked at; forward only from what is answered."""
        seen = self.progress(script, step=from_step)
        if seen.at is At.RULES:
            return self
        if back:
            to = before(seen, script.questions)
        else:
            to = after(seen, script.questions) if seen.page and seen.is_answered else seen.step
        return replace(self, step=to or "")

    def is_over(self, script: Script, *, confirmed: bool = False) -> bool:
        """Tell whether a member would be done: nothing is left, and nothing is there that they would confirm."""
        progress = self.progress(script, step=SUMMARY)
        return progress.at is At.SUMMARY and (confirmed or not progress.asked)
