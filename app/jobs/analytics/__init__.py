"""Looking after the statistics: what is added up, what is kept, and what is shown by itself."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.analytics.job import LookAfterStatistics
from app.metrics import Metrics

__all__ = ["LookAfterStatistics", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job."""
    del metrics
    job = LookAfterStatistics(bot)
    job.pinned.listen()
    return job
