"""How often a channel's name and topic may change: each twice in ten minutes, of which no header tells beforehand."""

from collections.abc import Iterable
from datetime import timedelta

from standin.errors import RateLimited
from standin.model import Channel
from standin.rest.routing import Call

MAX_CHANGES = 2
WINDOW = timedelta(minutes=10)


def count(call: Call, channel: Channel, fields: Iterable[str]) -> None:
    """Count changes of these fields. Raises RateLimited, which is a violation too: a library would wait for minutes."""
    now = call.world.now()
    channel.changes = [(field, at) for field, at in channel.changes if now - at < WINDOW]
    changed = [field for field in ("name", "topic") if field in fields]
    for field in changed:
        times = [at for each, at in channel.changes if each == field]
        if len(times) >= MAX_CHANGES:
            call.backend.violations.append(f"{call.method} {call.route}: a third {field} within ten minutes")
            raise RateLimited((times[0] + WINDOW - now).total_seconds())
    channel.changes += [(field, now) for field in changed]
