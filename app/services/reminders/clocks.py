"""Planning anew what comes by the clock on the wall, when the rules of a time zone are others than was known.

Each row says by which rules it was planned, so that it does not matter which process did, with which time zone data.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import InvalidInput
from app.core.scheduling.zone_data import rules_of
from app.core.scheduling.zones import zone_info
from app.models import Reminder
from app.services.reminders.life_cycle import follow_clocks
from app.services.reminders.rows import announce, locked

BATCH = 200
"""How many rows one transaction looks at, and so keeps others from changing."""

# As in the condition of the index.
_BY_CLOCK = and_(
    Reminder.local_start.is_not(None), Reminder.state != literal_column("'done'"), Reminder.deleted_at.is_(None)
)


class ReminderClocks:
    """Keeps reminders in step with the time zone data."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def zones(self) -> Sequence[str]:
        """Return the time zones that reminders are planned in."""
        # From one to the next by the index, however many rows each has.
        first = select(func.min(Reminder.timezone).label("name")).where(_BY_CLOCK).cte("zone", recursive=True)
        following = select(func.min(Reminder.timezone)).where(_BY_CLOCK, Reminder.timezone > first.c.name)
        every = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
        return (await self._session.scalars(select(every.c.name).where(every.c.name.is_not(None)))).all()

    async def follow(self, zone: str, after: int, now: datetime) -> tuple[int, int]:
        """Plan a batch of a zone's reminders anew that were planned by other rules, those with ids above `after`.

        Returns the last id, 0 when none is left, and how many come at another moment. What somebody else is changing
        just now is passed over: it is found the next time.
        """
        try:
            rules = rules_of(zone_info(zone))
        except InvalidInput:
            # A zone that this data does not have. Such a row needs attention once it is due.
            return 0, 0
        outdated = or_(Reminder.zone_rules.is_(None), Reminder.zone_rules != rules)
        query = locked(_BY_CLOCK, Reminder.timezone == zone, outdated, Reminder.id > after).limit(BATCH)
        rows = (await self._session.scalars(query.with_for_update(skip_locked=True))).all()
        moved = [row for row in rows if follow_clocks(row, now)]
        await announce(self._session, moved)
        return (rows[-1].id if rows else 0), len(moved)
