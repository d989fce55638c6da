"""Looking after the FAQ: what is to be looked at again, and what has to go."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.faq.job import LookAfterFaq
from app.jobs.faq.suggesting import Suggest
from app.metrics import Metrics

__all__ = ["LookAfterFaq", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job; what it measures is offered among the metrics."""
    job, suggest = LookAfterFaq(bot), Suggest(bot, metrics)
    suggest.listen()
    job.parts.append(suggest)
    return job
