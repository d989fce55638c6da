"""What `/tickets stats` takes with 200,000 past tickets in one guild, beside the medians of PostgreSQL itself.

Read and summed up, without the drawing. The yardstick asks for the same counts and times in plain SQL, of all tickets
of the period: `percentile_cont` of the three times by type, and the opened and closed ones by day.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.figures import Figures
from app.core.tickets.policy import TicketPolicy
from app.db import session_factory
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.ticket_table import tickets, timed

ROUNDS = 40
MOST_MS = 100
TYPES = {
    f"ticket_types.t{number}": {"name": f"Type {number}", "team_role_ids": [700 + number] if number else []}
    for number in range(6)
}
POLICY = TicketPolicy.of(
    SettingsSnapshot(
        1, {**TYPES, "general.timezone": "Europe/Brussels", "tickets.hours": "Mon-Fri 09:00-17:30, Sat 10:00-14:00"}
    )
)
MANAGER = Actor(1, 1, is_manager=True, is_staff=True)
TEAM = Actor(1, 2, role_ids=frozenset({701, 702}))

ASKED = (
    ("30 days", MANAGER, 30),
    ("90 days", MANAGER, 90),
    ("a year", MANAGER, 365),
    ("a year, of two teams", TEAM, 365),
)

YARDSTICK = (
    """
    SELECT type, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY first_seconds) FROM support_tickets
    WHERE guild_id = 1 AND created_at >= now() - :days * interval '1 day' GROUP BY GROUPING SETS ((), (type))
    """,
    """
    SELECT type, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY wait)
    FROM support_tickets, unnest(waits) AS wait
    WHERE guild_id = 1 AND created_at >= now() - :days * interval '1 day' GROUP BY GROUPING SETS ((), (type))
    """,
    """
    SELECT type, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolved_seconds) FROM support_tickets
    WHERE guild_id = 1 AND closed_at >= now() - :days * interval '1 day' GROUP BY GROUPING SETS ((), (type))
    """,
    *(
        f"""
        SELECT date_trunc('day', {moment}), count(*) FROM support_tickets
        WHERE guild_id = 1 AND {moment} >= now() - :days * interval '1 day' GROUP BY 1
        """
        for moment in ("created_at", "closed_at")
    ),
)


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    async with tickets() as engine:
        return await _measured(engine)


async def _measured(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def ours(actor: Actor, days: int) -> Figures:
        async with uow() as work:
            return await work.tickets.figures.of(actor, POLICY, days=days)

    async def plain(days: int) -> None:
        async with engine.connect() as connection:
            for statement in YARDSTICK:
                (await connection.execute(text(statement), {"days": days})).all()

    figures = list[Figure]()
    for name, actor, days in ASKED:
        mine, theirs = list[float](), list[float]()
        for _ in range(ROUNDS):
            mine.append(await timed(lambda actor=actor, days=days: ours(actor, days)))
            theirs.append(await timed(lambda days=days: plain(days)))
        found = await ours(actor, days)
        said = f"{name}, {found.total.opened:,} opened, one in {found.every} read"
        figures += [
            Figure(f"figures of {said}: p95", quantile(mine, 0.95), "ms", most=MOST_MS),
            Figure("the same; against plain SQL", quantile(mine, 0.95), "ms", quantile(theirs, 0.95), most=2.5),
        ]
    return figures
