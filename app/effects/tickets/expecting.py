"""How long a first answer usually takes, as whoever opens a ticket is told: asked of the database now and then."""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app.bot import Bot
from app.core.errors import BotError
from app.models import SupportTicket

KEPT = timedelta(minutes=10)
MAX_KEPT = 5_000
_known: WeakKeyDictionary[Bot, dict[tuple[int, str], tuple[datetime, timedelta | None]]] = WeakKeyDictionary()


async def usual_wait(bot: Bot, ticket: SupportTicket) -> timedelta | None:
    """Return in what time half of such tickets were answered lately; None if there were none, or nobody knows.

    The time is business time. Asks the database at most once in ten minutes for each type.
    """
    if ticket.type is None:
        return None
    known, now, key = _known.setdefault(bot, {}), bot.clock(), (ticket.guild_id, ticket.type)
    until, wait = known.get(key, (now, None))
    if now < until:
        return wait
    try:
        async with bot.uow() as work:
            wait = (await work.tickets.finding.waits(ticket.guild_id, {ticket.type})).get(ticket.type)
    except BotError:
        # It is said beside what matters, and never in its place.
        return None
    if len(known) >= MAX_KEPT:
        known.clear()
    known[key] = now + KEPT, wait
    return wait
