"""Servers that the bot is not in any more, for a monitoring system."""

from collections.abc import Callable

from app.metrics import Metrics


def measure(metrics: Metrics, gone: Callable[[], float], soon: Callable[[], float]) -> Callable[[], None]:
    """Offer what the job knows, and return what counts a server that was forgotten."""
    told = "Servers of which something is stored and that the bot is not in any more, of the shards of this process."
    metrics.gauge("concierge_servers_gone", told, gone)
    told = "Those of them of which everything is deleted within a week."
    metrics.gauge("concierge_servers_forgotten_soon", told, soon)
    told = "Servers of which everything was deleted, because the bot is not in them any more."
    return metrics.counters("concierge_servers_forgotten", told, []).inc
