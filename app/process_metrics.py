"""What can be said of a process at any moment without asking anybody, for a monitoring system."""

import math
import platform

from prometheus_client import ProcessCollector

from app.bot import Bot
from app.core.release import release
from app.core.scheduling import zone_data
from app.listener import Listener
from app.metrics import Figures, Metrics


def measure(metrics: Metrics, bot: Bot, listener: Listener) -> None:
    """Offer what the process knows of itself, of its connections to Discord and of those to the database."""
    # Memory, processor time, open files and when it started, under the names that every program has for them.
    ProcessCollector(registry=metrics.registry)
    data = zone_data.used()
    metrics.facts("concierge_build", "What runs.", release=release(), python=platform.python_version())
    metrics.facts(
        "concierge_time_zone_data", "The time zone data in use.", version=data.version, source=str(data.source)
    )
    metrics.gauge("concierge_guilds", "Servers the bot is in.", lambda: len(bot.guilds))
    metrics.gauge(
        "concierge_announcements_connected", "1 while other processes are heard.", lambda: listener.is_connected
    )
    _measure_gateway(metrics, bot)
    _measure_pool(metrics, bot)


def _measure_gateway(metrics: Metrics, bot: Bot) -> None:
    def connected() -> Figures:
        return {str(number): not shard.is_closed() for number, shard in sorted(bot.shards.items())}

    def latency() -> Figures:
        latencies = {number: shard.latency for number, shard in sorted(bot.shards.items()) if not shard.is_closed()}
        return {str(number): seconds if math.isfinite(seconds) else None for number, seconds in latencies.items()}

    metrics.gauge("concierge_gateway_ready", "1 once the process has logged in to Discord.", bot.is_ready)
    metrics.gauges("concierge_gateway_connected", "1 while a shard is connected to Discord.", "shard", connected)
    told = "Time until Discord answered the last heartbeat of a connected shard."
    metrics.gauges("concierge_gateway_latency_seconds", told, "shard", latency)


def _measure_pool(metrics: Metrics, bot: Bot) -> None:
    pool = bot.database
    metrics.gauge("concierge_database_connections_in_use", "Connections out of the pool.", lambda: pool.in_use)
    metrics.gauge("concierge_database_connections_limit", "Connections that there can be.", lambda: pool.most)
    metrics.gauge("concierge_database_connections_waiting", "Who waits for a connection.", lambda: pool.waiting)
