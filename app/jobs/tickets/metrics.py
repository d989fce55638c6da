"""How busy a process is with tickets, for a monitoring system."""

from collections.abc import Callable

from app.metrics import Metrics


def measure(metrics: Metrics, under_way: Callable[[], float]) -> None:
    """Offer what the job knows."""
    metrics.gauge("concierge_tickets_under_way", "Tickets that this process looks after at the moment.", under_way)
