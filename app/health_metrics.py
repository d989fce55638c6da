"""What the newest sample of a process says, and what is counted of it meanwhile, for a monitoring system.

These are the figures that `/health trend` shows and that alerts look at; what has to be measured is measured by the
health job, so nobody waits for it here.
"""

from collections.abc import Callable

from app.core.health.figures import HealthFigures
from app.core.health.state import Reason
from app.core.health.vitals import Vitals
from app.core.health_kinds import HealthState
from app.metrics import Figures, Metrics

Read = Callable[[HealthFigures], float | None]


def measure(metrics: Metrics, vitals: Vitals, fits: Callable[[tuple[str, ...]], bool]) -> None:
    """Offer it all; `fits` says whether the bot was made for a schema at these revisions."""

    def newest(read: Read) -> Callable[[], float | None]:
        return lambda: read(vitals.latest) if vitals.latest is not None else None

    def gauge(name: str, told: str, read: Read) -> None:
        metrics.gauge(f"concierge_{name}", told, newest(read))

    gauge("health_sample_timestamp_seconds", "When the newest sample was taken.", lambda newest: newest.at.timestamp())
    gauge("database_up", "1 if the database answered the newest sample.", lambda newest: newest.database_ms is not None)
    gauge(
        "database_round_trip_seconds",
        "How long the database took to answer the newest sample.",
        lambda newest: _seconds(newest.database_ms),
    )
    told = "By how much the event loop was late in the minute before the newest sample, on average."
    gauge("event_loop_lag_seconds", told, lambda newest: _seconds(newest.loop_lag_ms))
    told = "By how much the event loop was late in the minute before the newest sample, at most."
    gauge("event_loop_lag_max_seconds", told, lambda newest: _seconds(newest.highest_loop_lag_ms))
    gauge(
        "schema_fits",
        "1 if the schema is the one that the bot was made for.",
        lambda newest: fits(tuple(newest.revision.split(", "))) if newest.revision is not None else None,
    )
    _measure_state(metrics, vitals)
    _measure_requests(metrics, vitals)


def _measure_state(metrics: Metrics, vitals: Vitals) -> None:
    def states() -> Figures:
        newest = vitals.latest
        return {state.value: newest.state is state for state in HealthState} if newest is not None else {}

    def reasons() -> Figures:
        newest = vitals.latest
        return {reason.value: reason in newest.reasons for reason in Reason} if newest is not None else {}

    def schema() -> Figures:
        newest = vitals.latest
        return {newest.revision: 1} if newest is not None and newest.revision is not None else {}

    metrics.gauges("concierge_health_state", "1 for the state that the process is in.", "state", states)
    metrics.gauges("concierge_health_reason", "1 for each reason why the process is not well.", "reason", reasons)
    metrics.gauges("concierge_schema_info", "The revision that the schema is at.", "revision", schema)
    metrics.gauges("concierge_queue_length", "How much waits in a queue.", "queue", vitals.queues)
    told = "Samples that could not be kept until the database was back."
    metrics.count("concierge_health_samples_lost", told, lambda: vitals.lost_samples)
    metrics.count(
        "concierge_gateway_reconnects", "How often a shard had to connect anew.", lambda: vitals.reconnections
    )


def _measure_requests(metrics: Metrics, vitals: Vitals) -> None:
    requests = vitals.requests
    told = "Answers 429 of Discord."
    metrics.count("concierge_discord_rate_limited", told, lambda: requests.rate_limited)
    told = "Answers 401, 403 and 429 of Discord that count against the bot."
    metrics.count("concierge_discord_refused", told, lambda: requests.refused)
    told = "Requests that were not sent, because Discord had refused too many."
    metrics.count("concierge_discord_held_back", told, lambda: requests.held_back)
    told = "Answers of the last ten minutes that count against the bot; Discord bans an address that has 10,000."
    metrics.gauge("concierge_discord_invalid_requests", told, lambda: requests.recent)


def _seconds(milliseconds: float | None) -> float | None:
    return milliseconds / 1000 if milliseconds is not None else None
