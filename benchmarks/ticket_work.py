"""What opening, claiming and closing a ticket take with 200,000 past ones in one guild, without Discord's own calls.

The yardstick is what a bot that keeps no promises would do in one transaction of plain SQL: the next number and a row,
or a row that is changed. A hundred members then open one each at the same moment.
"""

import asyncio
import time
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.db import session_factory
from app.services.tickets.access import Which
from app.services.tickets.opening import Request
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.ticket_table import tickets, timed

ROUNDS = 200
AT_ONCE = 100
MOST = 2.5
POLICY = TicketPolicy.of(
    SettingsSnapshot(
        1,
        {
            "ticket_types.001": {"name": "Help", "team_role_ids": [701], "first_target": 3600},
            "tickets.hours": "Mon-Fri 09:00-17:30",
            "tickets.per_server": 5000,
        },
    )
)
KIND = POLICY.types["001"]
STAFF = Actor(1, 2, role_ids=frozenset({701}))
OPENED = """
INSERT INTO support_tickets (guild_id, user_id, number, description, status)
SELECT 1, :user, max(number) + 1, 'My order has not arrived yet', 'open' FROM support_tickets WHERE guild_id = 1
RETURNING id
"""
CLAIMED = (
    "UPDATE support_tickets SET status = 'claimed', claimed_by = 2, claimed_at = now() WHERE id = :id RETURNING id"
)
CLOSED = "UPDATE support_tickets SET status = 'closed', closed_at = now(), closed_by = 2 WHERE id = :id RETURNING id"


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    async with tickets() as engine:
        return [*await _one_by_one(engine), *await _at_once(engine)]


async def _one_by_one(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def plain(statement: str, **values: int) -> int:
        async with engine.begin() as connection:
            return (await connection.execute(text(statement), values)).scalar_one()

    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ("open", "claim", "close")}
    for user in range(1000, 1000 + ROUNDS):
        made: list[int] = []

        async def opened(user: int = user, made: list[int] = made) -> None:
            ticket = await uow.at_once(
                lambda work: work.tickets.opening.begin(Actor(1, user), POLICY, Request(KIND, "Where is it?"))
            )
            made.append(ticket.id)

        taken["open"][0].append(await timed(opened))
        begun = time.perf_counter()
        row = await plain(OPENED, user=user + 10_000)
        taken["open"][1].append((time.perf_counter() - begun) * 1000)
        which = Which(row_id=made[0])
        async with uow() as work:
            ticket = await work.tickets.work.get(Actor(1, user), which)
            await work.tickets.opening.complete(ticket, 10_000_000 + user)

        async def claimed(which: Which = which) -> None:
            await uow.at_once(lambda work: work.tickets.work.claim(STAFF, which))

        async def closed(which: Which = which) -> None:
            await uow.at_once(lambda work: work.tickets.closing.close(STAFF, POLICY, which, reason="Found"))

        for name, ours, statement in (("claim", claimed, CLAIMED), ("close", closed, CLOSED)):
            taken[name][0].append(await timed(ours))
            taken[name][1].append(await timed(partial(plain, statement, id=row)))
    return [
        Figure(f"{name}: median", quantile(ours, 0.5), "ms", quantile(theirs, 0.5), most=MOST)
        for name, (ours, theirs) in taken.items()
    ]


async def _at_once(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def opened(user: int) -> int:
        ticket = await uow.at_once(
            lambda work: work.tickets.opening.begin(Actor(1, user), POLICY, Request(KIND, "Where is it?"))
        )
        return ticket.number

    begun = time.perf_counter()
    numbers = sorted(await asyncio.gather(*(opened(user) for user in range(50_000, 50_000 + AT_ONCE))))
    taken = time.perf_counter() - begun
    gaps = numbers[-1] - numbers[0] + 1 - len(set(numbers))
    return [
        Figure(f"{AT_ONCE} members at once, all of them", taken, "s", most=3),
        Figure("numbers that are missing or double", gaps + AT_ONCE - len(set(numbers)), "numbers", most=0),
    ]
