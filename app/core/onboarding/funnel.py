"""How far those who joined have come: what is counted, and what it means. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.onboarding.path import in_order
from app.core.onboarding.questions import Question
from app.core.records import record

RULES_STEP = "rules"
SUMMARY_STEP = "summary"
MAX_TIMED = 20_000
"""Of how many who are done, the latest, times are read."""


@record
class Group:
    """How many members are alike in everything that the funnel tells apart. `step` is None for who is done."""

    step: str | None
    is_done: bool
    has_left: bool
    has_started: bool
    could_begin: bool
    count: int


@record
class StepCount:
    """One step: how many came to it or past it, and of those who stopped there, how many are still here or left."""

    step: str
    question: str
    """What is asked there; empty for the rules and the summary."""
    reached: int
    here: int = 0
    left: int = 0

    @property
    def stopped(self) -> int:
        """How many came no further."""
        return self.here + self.left


@record
class Funnel:
    """What became of those who joined in the last days."""

    days: int
    joined: int = 0
    could_begin: int = 0
    started: int = 0
    finished: int = 0
    left: int = 0
    """Before they were done."""
    steps: tuple[StepCount, ...] = ()
    from_joining: float | None = None
    """Half of those who are done took at most so many seconds from joining."""
    from_beginning: float | None = None
    timed: int = 0
    """Of how many who are done these times are."""

    @property
    def worst(self) -> StepCount | None:
        """Return the step at which most stopped, if any did."""
        return max((one for one in self.steps if one.stopped), key=lambda one: one.stopped, default=None)


@dataclass
class _Stopped:
    here: int = 0
    left: int = 0


def funnel(
    days: int,
    groups: Sequence[Group],
    questions: Iterable[Question],
    times: tuple[float | None, float | None, int] = (None, None, 0),
) -> Funnel:
    """Make the funnel of what was counted.

    Steps are the rules, the first questions of pages on which somebody stopped, and the summary. Whoever came to a
    later one counts as past the earlier ones, also if they were not asked them. A question that was removed since is
    left out; who stopped there counts as started.
    """
    stopped = dict[str, _Stopped]()
    for group in groups:
        if group.step is not None and group.has_started and not group.is_done:
            at = stopped.setdefault(group.step, _Stopped())
            if group.has_left:
                at.left += group.count
            else:
                at.here += group.count
    texts = {str(one.id): one.text for one in in_order(questions)}
    known = [step for step in (RULES_STEP, *texts, SUMMARY_STEP) if step in stopped]
    finished = sum(one.count for one in groups if one.is_done)
    steps = list[StepCount]()
    beyond = finished
    for step in reversed(known):
        beyond += stopped[step].here + stopped[step].left
        steps.insert(0, StepCount(step, texts.get(step, ""), beyond, stopped[step].here, stopped[step].left))
    return Funnel(
        days=days,
        joined=sum(one.count for one in groups),
        could_begin=sum(one.count for one in groups if one.could_begin or one.has_started or one.is_done),
        started=sum(one.count for one in groups if one.has_started or one.is_done),
        finished=finished,
        left=sum(one.count for one in groups if one.has_left and not one.is_done),
        steps=tuple(steps),
        from_joining=times[0],
        from_beginning=times[1],
        timed=times[2],
    )
