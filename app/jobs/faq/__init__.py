"""Looking after the FAQ: what is to be looked at again, and what has to go."""

from app.bot import Bot
from app.core.runner import Job
from app.http_server import Metrics
from app.jobs.faq.job import LookAfterFaq

__all__ = ["LookAfterFaq", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job."""
    del metrics
    return LookAfterFaq(bot)
