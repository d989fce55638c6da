"""How busy a process is with members on their way, for a monitoring system."""

from collections.abc import Callable

from app.metrics import Metrics


def measure(metrics: Metrics, under_way: Callable[[], float]) -> None:
    """Offer what the job knows."""
    metrics.gauge(
        "concierge_onboarding_under_way",
        "Members on their way whom this process looks after at the moment.",
        under_way,
    )
