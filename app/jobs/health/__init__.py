"""Watching over the process itself: samples of how it is, and what happens to it."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.health.alerts import Alerts
from app.jobs.health.job import WatchHealth
from app.jobs.health.sampler import Sampler
from app.metrics import Metrics

__all__ = ["WatchHealth", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job."""
    del metrics
    sampler = Sampler(bot)
    sampler.listen()
    job, alerts = WatchHealth(bot, sampler), Alerts(bot)
    job.watchers.append(alerts)
    bot.before_stop.append(alerts.stop)
    return job
