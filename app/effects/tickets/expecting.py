"""How long a first answer usually takes, as whoever opens a ticket is told: asked of the database now and then."""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app.bot import Bot
from app.core.errors import BotError

KEPT = timedelta(minutes=10)
MAX_KEPT = 5_000
_known: WeakKeyDictionary[Bot, dict[tuple[int, str], tuple[datetime, timedelta | None]]] = WeakKeyDictionary()


async def usual_wait(bot: Bot, guild_id: int, type_key: str | None) -> timedelta | None:
    """Return in what time half of the tickets of a type were answered lately; None if there were none, or nobody knows.

    The time is business time. Asks the database at most once in ten minutes for each type.
    """
    if type_key is None:
        return None
    known, now, key = _known.setdefault(bot, {}), bot.clock(), (guild_id, type_key)
    until, wait = known.get(key, (now, None))
    if now < until:
        return wait
    try:
        async with bot.uow() as work:
            wait = (await work.tickets.finding.waits(guild_id, {type_key})).get(type_key)
    except BotError:
        # It is said beside what matters, and never in its place.
        return None
    if len(known) >= MAX_KEPT:
        known.clear()
    known[key] = now + KEPT, wait
    return wait
