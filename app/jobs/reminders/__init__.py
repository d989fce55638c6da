"""Delivering reminders: claim what is due, send it, settle what became of it."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.reminders.deliver import DeliverReminders
from app.metrics import Metrics

__all__ = ["DeliverReminders", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job; what it measures is offered among the metrics."""
    return DeliverReminders(bot, metrics)
