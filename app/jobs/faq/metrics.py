"""What becomes of messages in channels with suggested answers, for a monitoring system."""

from collections.abc import Callable, Sequence

from prometheus_client import Counter

from app.metrics import Metrics


def measure(metrics: Metrics, outcomes: Sequence[str], waiting: Callable[[], float]) -> Counter:
    """Offer what the job knows, and return what counts the outcomes."""
    told = "Messages in channels with suggested answers that somebody may still answer."
    metrics.gauge("concierge_faq_automatic_waiting", told, waiting)
    told = "Messages in channels with suggested answers, by what became of them."
    return metrics.counter("concierge_faq_automatic", told, "outcome", outcomes)
