"""Looking after tickets: what is half made, what is due, what is shown of them in Discord."""

from app.bot import Bot
from app.core.runner import Job
from app.jobs.tickets.job import LookAfterTickets
from app.metrics import Metrics

__all__ = ["LookAfterTickets", "make"]


def make(bot: Bot, metrics: Metrics) -> Job:
    """Make the job; what it measures is offered among the metrics."""
    job = LookAfterTickets(bot, metrics)
    bot.add_listener(job.conversations.on_message, "on_message")
    bot.add_listener(job.conversations.on_ticket_opened, "on_ticket_opened")
    job.places.listen()
    job.journal.listen(bot._connection.parsers)  # noqa: SLF001 -- py-cord hands what it was told to nobody else
    job.boards.listen()
    bot.before_erasing += [job.conversations.drain, job.journal.drain]
    return job
