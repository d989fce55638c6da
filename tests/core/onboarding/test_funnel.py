"""What is made of counted members."""

from app.core.onboarding.funnel import Funnel, Group, StepCount, funnel
from app.core.onboarding.questions import Question, QuestionKind

QUESTIONS = [
    Question(id=7, place=2, text="Second?", kind=QuestionKind.SHORT),
    Question(9, 1, "First?", QuestionKind.SHORT),
]


def group(count: int, step: str | None = None, **more: bool) -> Group:
    told = {"is_done": False, "has_left": False, "has_started": step is not None, "could_begin": True} | more
    return Group(step=step, count=count, **told)


def test_steps_are_counted_from_the_end_in_the_order_of_asking() -> None:
    made = funnel(
        30,
        [
            group(50, is_done=True, has_started=True),
            group(2, is_done=True, has_left=True, has_started=True),
            group(1, is_done=True, could_begin=False),  # let in by staff
            group(10, could_begin=False),
            group(5, could_begin=False, has_left=True),
            group(4),
            group(3, "rules"),
            group(6, "9", has_left=True),
            group(2, "9"),
            group(7, "7"),
            group(1, "summary"),
            group(8, "99"),  # a question that was removed since
        ],
        QUESTIONS,
        (60.0, 30.0, 50),
    )
    assert (made.joined, made.could_begin, made.started, made.finished, made.left) == (99, 84, 80, 53, 11)
    assert made.steps == (
        StepCount("rules", "", reached=72, here=3),
        StepCount("9", "First?", reached=69, here=2, left=6),
        StepCount("7", "Second?", reached=61, here=7),
        StepCount("summary", "", reached=54, here=1),
    )
    assert made.worst is not None
    assert made.worst.step == "9"
    assert (made.from_joining, made.from_beginning, made.timed) == (60.0, 30.0, 50)


def test_nobody_makes_an_empty_funnel() -> None:
    assert funnel(7, [], QUESTIONS) == Funnel(7)
    assert Funnel(7).worst is None
