"""How fast the bot answers, in words."""

from app.core import formats
from app.core.analytics.figures import Use
from app.core.interactions import Outcome
from app.core.messages import t
from app.ui.analytics.words import percent, speed


def answers(use: Use) -> str:
    """Say how long it all took, and whether it was in time."""
    said = [speed(use.durations).replace(" · ", "\n")]
    if use.answered:
        said.append(t("first answer within 1 s: {percent}", percent=percent(use.within_second, use.answered)))
    if late := use.outcomes.get(Outcome.TIMED_OUT, 0):
        said.append(t("too late for Discord: {count}", count=formats.number(late)))
    return "\n".join(line for line in said if line)
