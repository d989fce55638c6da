"""How punctual reminders are, for a monitoring system."""

from collections.abc import Callable
from datetime import datetime

from app.core.reminders.delivery import DeliveryOutcome, Result
from app.metrics import Metrics
from app.services.reminders.due import Delivery

MINUTE, HOUR, DAY = 60, 3600, 86400
DELAYS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY)


class DeliveryMetrics:
    """What one process counts while it delivers."""

    def __init__(self, metrics: Metrics, *, under_way: Callable[[], int], overdue_seconds: Callable[[], float]) -> None:
        self._delay = metrics.histogram(
            "concierge_reminder_delay_seconds", "From when a reminder was due until Discord had it.", DELAYS
        )
        self._outcomes = metrics.counter(
            "concierge_reminders", "What became of reminders that were due.", "outcome", [_word(one) for one in Result]
        )
        metrics.gauge("concierge_reminders_under_way", "Reminders that this process has taken.", under_way)
        metrics.gauge(
            "concierge_reminders_overdue_seconds",
            "For how long the oldest that this process could take has been waiting.",
            overdue_seconds,
        )

    def count(self, delivery: Delivery, outcome: DeliveryOutcome, now: datetime) -> None:
        """Take note of what became of one; after its message was sent, if one was."""
        self._outcomes.labels(_word(outcome.result)).inc()
        if outcome.result in {Result.SENT, Result.TO_AUTHOR}:
            self._delay.observe(max((now - delivery.due).total_seconds(), 0.0))


def _word(result: Result) -> str:
    return result.name.lower()
