"""Figures about tickets as they are read from a real database, with numbers counted by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.figures import MAX_ROWS, Figures, summed_up
from app.core.tickets.policy import TicketPolicy
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.tickets.figures import FiguresNotAllowed
from app.services.tickets.targets import hours_of
from app.uow import UnitOfWork, UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

MANAGER = Actor(1, 90, is_manager=True, is_staff=True)
STAFF = Actor(1, 91, is_staff=True, role_ids=frozenset({5}))
CASHIER = Actor(1, 92, role_ids=frozenset({70}))
MEMBER = Actor(1, 11, role_ids=frozenset({5}))
POLICY = TicketPolicy.of(
    SettingsSnapshot(1, {"ticket_types.pay": {"name": "Payments", "team_role_ids": [70]}, "general.timezone": "CET"})
)


def ticket(number: int, opened: datetime, **more: Any) -> SupportTicket:
    parts = {"guild_id": 1, "user_id": 11, "description": "Help", "created_at": opened, "updated_at": opened}
    return SupportTicket(number=number, **parts | more)


def closed(number: int, opened: datetime, after: timedelta, **more: Any) -> SupportTicket:
    return ticket(number, opened, status=TicketStatus.CLOSED, closed_at=opened + after, **more)


async def figures(work: UnitOfWork, actor: Actor, days: int = 7, **more: Any) -> Figures:
    found = await work.tickets.figures.read(actor, POLICY, days=days, **more)
    return summed_up(found.rows, found.counts, found.period, hours_of(POLICY), every=found.every)


async def test_figures_are_those_of_the_period_of_the_server_and_of_the_team(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    # Not shortly after midnight, so that what happened an hour ago was today.
    clock.now = clock.now.replace(hour=12)
    hour, day = timedelta(hours=1), timedelta(days=1)
    now = clock.now
    pay: dict[str, Any] = {"type": "pay", "type_name": "Payments", "team_role_ids": [70]}
    async with uow() as work:
        work._session.add_all(
            [
                closed(1, now - 40 * day, 2 * day),  # from long ago
                closed(2, now - 40 * day, 38 * day, resolved_seconds=9000, rating=1, user_id=12),
                closed(
                    3, now - 2 * day, day, first_seconds=100, resolved_seconds=1000, waits=[10, 30], rating=5, **pay
                ),
                closed(4, now - 2 * day, day, first_seconds=300, resolved_seconds=3000, waits=[50], reopened=1, **pay),
                ticket(5, now - hour, turn=Turn.STAFF, turn_since=now - hour, claimed_by=92, **pay),
                ticket(6, now - 90 * day, user_id=13),  # the predecessor knew neither type nor turn
                closed(7, now - 3 * day, hour, merged_into=None, missed=["first"], first_seconds=7, user_id=14),
                ticket(8, now - day, guild_id=2, first_seconds=1),
            ]
        )
        await work._session.flush()

        every = await figures(work, MANAGER)
        assert (every.total.opened, every.total.closed, every.total.waiting) == (4, 4, 2)
        assert every.total.first.count == 4
        assert every.total.first.median == 200
        assert every.total.first.ninety == pytest.approx(300 + 0.7 * 3300)
        assert (every.total.first.met, every.total.first.targets) == (0, 1)
        assert (every.total.next.count, every.total.next.median) == (3, 30)
        assert (every.total.resolution.count, every.total.resolution.median) == (3, 3000)
        assert (every.total.reopened, every.total.ratings) == (1, (1, 0, 0, 0, 1))
        assert {key: (line.opened, line.waiting) for key, line in every.by_type.items()} == {"": (1, 1), "pay": (3, 1)}
        assert every.type_names["pay"] == "Payments"
        assert set(every.by_team) == {(), (70,)}
        assert every.by_person[92].waiting == 1
        assert [(step.opened, step.closed) for step in every.steps] == [(0, 0)] * 3 + [(1, 1), (2, 1), (0, 2), (1, 0)]
        assert every.ages == (1, 0, 0, 0, 1)
        # CET is a zone with summer time in Python, whatever the server of the database takes it for.
        there = (now - hour).astimezone(every.period.zone)
        assert every.hours[there.weekday()][there.hour] == 1

        assert (await figures(work, MANAGER, type_key="pay")).total.opened == 3
        assert (await figures(work, MANAGER, days=90)).total.opened == 6
        year = await figures(work, MANAGER, days=365)
        assert (year.total.opened, len(year.steps)) == (7, 53)

        theirs = await figures(work, CASHIER)
        assert (theirs.total.opened, theirs.total.waiting, set(theirs.by_team)) == (3, 1, {(70,)})
        others = await figures(work, STAFF)
        assert (others.total.opened, others.total.closed, set(others.by_team)) == (1, 2, {()})
        with pytest.raises(FiguresNotAllowed):
            await figures(work, MEMBER)


async def test_staff_of_a_type_see_figures_before_there_are_any(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        assert (await figures(work, CASHIER)).total.opened == 0
        assert (await figures(work, STAFF)).total.opened == 0


async def test_of_very_many_a_sample_says_nearly_the_same_in_two_queries(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    many = 3 * MAX_ROWS - 1
    async with uow() as work:
        await work._session.execute(
            text(
                """
                INSERT INTO support_tickets (guild_id, user_id, description, number, created_at, updated_at, status,
                    closed_at, first_seconds, resolved_seconds)
                SELECT 1, n, '', n, at - n * interval '1 minute', at, 'closed', at - n * interval '30 seconds',
                    (n * 7919) % 10000, n
                FROM (SELECT CAST(:now AS timestamptz)) AS moments (at), generate_series(1, CAST(:many AS integer)) AS n
                """
            ),
            {"now": clock.now, "many": many},
        )
        exact = await work._session.execute(
            text("SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY first_seconds) FROM support_tickets")
        )
        median, ninety = exact.scalar_one()
        statements: list[str] = []
        connection = (await work._session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = await figures(work, MANAGER)
        assert len(statements) == 2
        assert found.every == 3
        assert (found.total.opened, found.total.closed) == (many, many)
        assert MAX_ROWS - 1 <= found.total.first.count <= MAX_ROWS
        assert found.total.first.median == pytest.approx(median, rel=0.05)
        assert found.total.first.ninety == pytest.approx(ninety, rel=0.05)
        assert found.by_type[""].opened == pytest.approx(many, rel=0.01)


async def test_of_fewer_than_a_sample_medians_are_those_of_the_database(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    async with uow() as work:
        work._session.add_all(
            ticket(number, clock.now - timedelta(minutes=number), user_id=number, first_seconds=number**3 % 1009)
            for number in range(1, 100)
        )
        await work._session.flush()
        exact = await work._session.execute(
            text("SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY first_seconds) FROM support_tickets")
        )
        found = (await figures(work, MANAGER)).total.first
        assert (found.count, [found.median, found.ninety]) == (99, pytest.approx(exact.scalar_one()))
