"""Planning anew what goes by the clock on the wall, when the rules of a time zone are others than was known.

Each row says by which rules it was planned, so that it does not matter which process did, with which time zone data.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import InvalidInput
from app.core.scheduling.zone_data import rules_of
from app.core.scheduling.zones import zone_info
from app.models import Reminder
from app.services.reminders.life_cycle import follow_clocks, follow_pause
from app.services.reminders.rows import announce, locked

BATCH = 200
"""How many rows one transaction looks at, and so keeps others from changing."""


class Followed(StrEnum):
    """What of reminders goes by the clock on the wall. Rows of each kind are found by an index of their own."""

    TIMES = "times"
    """When they come, and end."""
    ENDS = "ends"
    """When those end that come after lengths of time."""
    PAUSES = "pauses"
    """When they go on after a pause."""


# As in the conditions of the indexes.
_IS_LEFT = and_(Reminder.state != literal_column("'done'"), Reminder.deleted_at.is_(None))
_WHICH = {
    Followed.TIMES: and_(Reminder.local_start.is_not(None), _IS_LEFT),
    Followed.ENDS: and_(Reminder.local_start.is_(None), Reminder.local_until.is_not(None), _IS_LEFT),
    Followed.PAUSES: and_(
        Reminder.resume_local.is_not(None), Reminder.state == literal_column("'paused'"), Reminder.deleted_at.is_(None)
    ),
}
_BY_ZONE = (Reminder.timezone, Reminder.zone_rules)
_COLUMNS = {
    Followed.TIMES: _BY_ZONE,
    Followed.ENDS: _BY_ZONE,
    Followed.PAUSES: (Reminder.resume_zone, Reminder.resume_rules),
}


class ReminderClocks:
    """Keeps reminders in step with the time zone data."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def zones(self, what: Followed) -> Sequence[str]:
        """Return the time zones by whose clocks something goes."""
        # From one to the next by the index, however many rows each has.
        which, (zone, _) = _WHICH[what], _COLUMNS[what]
        first = select(func.min(zone).label("name")).where(which).cte("zone", recursive=True)
        following = select(func.min(zone)).where(which, zone > first.c.name)
        every = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
        return (await self._session.scalars(select(every.c.name).where(every.c.name.is_not(None)))).all()

    async def follow(self, what: Followed, zone: str, after: int, now: datetime) -> tuple[int, int]:
        """Plan a batch anew of what goes by a zone's clocks and was planned by other rules, of ids above `after`.

        Returns the last id, 0 when none is left, and how many happen at another moment. What somebody else is changing
        just now is passed over: it is found the next time.
        """
        try:
            rules = rules_of(zone_info(zone))
        except InvalidInput:
            # A zone that this data does not have. Such a row needs attention once it is due.
            return 0, 0
        in_zone, planned_by = _COLUMNS[what]
        outdated = or_(planned_by.is_(None), planned_by != rules)
        query = locked(_WHICH[what], in_zone == zone, outdated, Reminder.id > after).limit(BATCH)
        rows = (await self._session.scalars(query.with_for_update(skip_locked=True))).all()
        change = follow_pause if what is Followed.PAUSES else follow_clocks
        # In a thread: of a rare rule it takes long to find when it comes next.
        moved = await asyncio.to_thread(lambda: [row for row in rows if change(row, now)])
        await announce(self._session, moved)
        return (rows[-1].id if rows else 0), len(moved)
