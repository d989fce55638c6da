"""Looking after members on their way: who joins and leaves, what they get, and that nobody is stuck."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.onboarding.job import LookAfterMembers
from app.jobs.onboarding.metrics import measure
from app.metrics import Metrics

__all__ = ["LookAfterMembers", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job; what it measures is offered among the metrics."""
    job = LookAfterMembers(bot)
    measure(metrics, lambda: job.work.under_way)
    bot.vitals.queue("onboarding_under_way", lambda: job.work.under_way)
    job.arrivals.listen()
    job.versions.listen()
    return job
