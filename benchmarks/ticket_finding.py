"""What lists and searches take with 200,000 tickets in one guild, beside PostgreSQL's own search of one rare word.

Each ticket has its words: one that all have, one of a hundred that every hundredth has, and one of its own.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.tickets import searching
from app.core.tickets.list_filter import Shown, TicketFilter
from app.db import session_factory
from app.services.tickets.access import Which
from app.services.tickets.finding import TicketPage
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.ticket_table import tickets, timed

ROUNDS = 40
MOST_MS = 100
MANAGER = Actor(1, 1, is_manager=True, is_staff=True)
TEAM = Actor(1, 2, role_ids=frozenset({701, 702}))
NEW_TEAM = Actor(1, 3, role_ids=frozenset({799}))
"""Works on five tickets, the oldest."""
MEMBER = Actor(1, 4242)
WORDS = """
UPDATE support_tickets SET
    user_id = CASE WHEN number % 20000 = 7 THEN 4242 ELSE 100000 + number % 30000 END,
    team_role_ids = CASE WHEN number <= 5 THEN ARRAY[799]::bigint[] ELSE team_role_ids END,
    labels = CASE WHEN number % 20000 = 3 THEN ARRAY['refund'] ELSE '{}' END,
    search_text = 'please help with payment topic' || number % 100 || ' invoice' || number || ' ' || repeat(
        'lorem ipsum dolor sit amet number' || number % 977 || ' ', 20)
"""
NEWEST = "SELECT max(number) FROM support_tickets WHERE guild_id = 1 AND team_role_ids = '{701}' AND status = 'closed'"
RARE = "SELECT id FROM support_tickets WHERE guild_id = 1 AND search @@ to_tsquery('simple', 'invoice4711:*') LIMIT 9"


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    async with tickets(WORDS) as engine:
        return await _measured(engine)


async def _measured(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)
    async with engine.connect() as connection:
        number = (await connection.execute(text(NEWEST))).scalar_one()

    def search(actor: Actor, words: str, page: int = 0, *, own: bool = False) -> Callable[[], Awaitable[TicketPage]]:
        async def ask() -> TicketPage:
            async with uow() as work:
                return await work.tickets.finding.search(actor, searching.query(words), page, own=own)

        return ask

    def listed(actor: Actor, page: int = 0, **chosen: Any) -> Callable[[], Awaitable[TicketPage]]:
        async def ask() -> TicketPage:
            async with uow() as work:
                return await work.tickets.finding.worked(actor, TicketFilter(**chosen), page)

        return ask

    async def own() -> TicketPage:
        async with uow() as work:
            return await work.tickets.finding.own(MEMBER, 0)

    async def similar() -> TicketPage:
        async with uow() as work:
            _, found = await work.tickets.similar.similar(TEAM, Which(number=number))
        return TicketPage(found, 0, has_more=False, waits={})

    asked = {
        "one's own": own,
        "open ones of a team": listed(TEAM),
        "all, page 20": listed(MANAGER, 20, shown=Shown.ALL),
        "closed with a rare label": listed(TEAM, shown=Shown.FINISHED, label="refund"),
        "closed of a team with five": listed(NEW_TEAM, shown=Shown.FINISHED),
        "search for a word of one": search(MANAGER, "invoice4711"),
        "search for a word of one in a hundred": search(MANAGER, "topic42"),
        "search for a word of all": search(MANAGER, "payment"),
        "search for the beginning of a word of all": search(MANAGER, "pay"),
        "search for words of all and one of none": search(MANAGER, "payment help nowhere"),
        "search for a word of all, team": search(TEAM, "payment"),
        "search for a word of all, team with five": search(NEW_TEAM, "payment"),
        "what is like a ticket": similar,
        "search for a word of all in one's own": search(MEMBER, "payment", own=True),
    }
    figures = list[Figure]()
    for name, ask in asked.items():
        mine, theirs = list[float](), list[float]()
        for _ in range(ROUNDS):
            mine.append(await timed(ask))
            theirs.append(await timed(lambda: _rare(engine)))
        found = len((await ask()).entries)
        taken = quantile(mine, 0.95)
        figures += [
            Figure(f"{name} ({found} found): p95", taken, "ms", most=MOST_MS),
            Figure("the same; against PostgreSQL's search", taken, "ms", quantile(theirs, 0.95)),
        ]
    return figures


async def _rare(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        (await connection.execute(text(RARE))).all()
