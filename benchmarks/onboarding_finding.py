"""What `/onboarding stats`, `member` and `export` take with 100,000 members in one guild, beside plain SQL.

Read and summed up, without the drawing. The yardstick of the figures asks for the same counts and medians in plain SQL,
of all members of the period; that of a page of the export reads the same rows.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.csv_parts import CsvParts
from app.core.onboarding.funnel import Funnel
from app.db import session_factory
from app.ui.onboarding import export
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.onboarding_table import MEMBERS, members
from benchmarks.ticket_table import timed

ROUNDS = 40
MOST_MS = 100
MANAGER = Actor(1, 1, is_manager=True, is_staff=True)
PERIODS = (("30 days", 30), ("90 days", 90), ("a year", 366))
YARDSTICK = (
    """
    SELECT step, state, count(*), count(asked_at), count(started_at), count(completed_at) FROM onboarding
    WHERE guild_id = 1 AND joined_at >= now() - :days * interval '1 day' GROUP BY step, state
    """,
    """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at - joined_at),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at - started_at) FROM onboarding
    WHERE guild_id = 1 AND joined_at >= now() - :days * interval '1 day' AND completed_at IS NOT NULL
    """,
)
ROWS = "SELECT * FROM onboarding WHERE guild_id = 1 AND user_id > :after ORDER BY user_id LIMIT 1000"


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    async with members() as (engine, _):
        return [*await _figures(engine), *await _reading(engine)]


async def _figures(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def ours(days: int) -> Funnel:
        async with uow() as work:
            return await work.onboarding.figures.of(MANAGER, days=days)

    async def plain(days: int) -> None:
        async with engine.connect() as connection:
            for statement in YARDSTICK:
                (await connection.execute(text(statement), {"days": days})).all()

    figures = list[Figure]()
    for name, days in PERIODS:
        mine, theirs = list[float](), list[float]()
        for _ in range(ROUNDS):
            mine.append(await timed(lambda days=days: ours(days)))
            theirs.append(await timed(lambda days=days: plain(days)))
        joined = (await ours(days)).joined
        taken = quantile(mine, 0.95)
        figures += [
            Figure(f"funnel of {name}, {joined:,} joined: p95", taken, "ms", most=MOST_MS),
            Figure("the same; against plain SQL", taken, "ms", quantile(theirs, 0.95), most=2.2),
        ]
    return figures


async def _reading(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def member() -> None:
        async with uow() as work:
            await work.onboarding.finding.member(MANAGER, 150_000)

    async def page() -> None:
        async with uow() as work:
            questions = await work.onboarding.finding.questions(MANAGER)
            await work.onboarding.finding.page(MANAGER, questions, 150_000)

    async def rows() -> None:
        async with engine.connect() as connection:
            (await connection.execute(text(ROWS), {"after": 150_000})).all()

    async def table() -> None:
        async with uow() as work:
            questions = await work.onboarding.finding.questions(MANAGER)
        parts, after, many = CsvParts(export.NAME, export.header(questions), 10 * 1024 * 1024), 0, 0
        while True:
            async with uow() as work:
                found = await work.onboarding.finding.page(MANAGER, questions, after)
            if not found:
                break
            parts.add(export.rows(found, questions, {}))
            after, many = found[-1].user_id, many + len(found)
        assert many == MEMBERS
        parts.finish()

    one, mine, theirs = list[float](), list[float](), list[float]()
    for _ in range(ROUNDS):
        one.append(await timed(member))
        mine.append(await timed(page))
        theirs.append(await timed(rows))
    return [
        Figure("one member: p95", quantile(one, 0.95), "ms", most=MOST_MS),
        Figure(
            "a page of the export, 1,000 members: p95; against reading the rows",
            quantile(mine, 0.95),
            "ms",
            quantile(theirs, 0.95),
        ),
        Figure(f"the whole table of {MEMBERS:,} members", await timed(table) / 1000, "s"),
    ]
