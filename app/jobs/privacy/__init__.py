"""What has to be forgotten later: people for whom something was not over, and servers that removed the bot."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.privacy.job import LookAfterPrivacy
from app.jobs.privacy.metrics import measure
from app.metrics import Metrics

__all__ = ["LookAfterPrivacy", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job; what it measures is offered among the metrics."""
    job = LookAfterPrivacy(bot)
    job.servers.forgotten = measure(metrics, lambda: job.servers.gone, lambda: job.servers.soon)
    job.servers.listen()
    return job
