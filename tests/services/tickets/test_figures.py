"""Figures about tickets as they are read from a real database, with numbers counted by hand."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.scheduling.periods import last_days
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.figures import MAX_TICKETS, Figures, Line, Times
from app.core.tickets.policy import TicketPolicy
from app.db import session_factory
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.tickets.access import is_staff_of
from app.services.tickets.figures import FiguresNotAllowed
from app.uow import UnitOfWork, UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

MANAGER = Actor(1, 90, is_manager=True, is_staff=True)
STAFF = Actor(1, 91, is_staff=True, role_ids=frozenset({5}))
CASHIER = Actor(1, 92, role_ids=frozenset({70}))
MEMBER = Actor(1, 11, role_ids=frozenset({5}))
POLICY = TicketPolicy.of(
    SettingsSnapshot(
        1,
        {
            "ticket_types.pay": {"name": "Payments", "team_role_ids": [70]},
            "general.timezone": "CET",
            "tickets.figures_by_person": True,
        },
    )
)


def ticket(number: int, opened: datetime, **more: Any) -> SupportTicket:
    parts = {"guild_id": 1, "user_id": 11, "description": "Help", "created_at": opened, "updated_at": opened}
    return SupportTicket(number=number, **parts | more)


def closed(number: int, opened: datetime, after: timedelta, **more: Any) -> SupportTicket:
    return ticket(number, opened, status=TicketStatus.CLOSED, closed_at=opened + after, **more)


async def figures(work: UnitOfWork, actor: Actor, days: int = 7, policy: TicketPolicy = POLICY, **more: Any) -> Figures:
    return await work.tickets.figures.of(actor, policy, days=days, **more)


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


async def test_exactly_what_somebody_works_on_is_counted_once(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    luck = Random(20261129)
    made = [
        closed(
            number,
            clock.now - timedelta(hours=luck.randrange(1, 900)),
            timedelta(hours=luck.randrange(900)),
            user_id=number,
            type=luck.choice([None, "pay", "help"]),
            team_role_ids=luck.choice([[], [5], [70], [5, 70], [71]]),
            escalated_to=luck.choice([None, None, 5, 70, 72]),
        )
        for number in range(1, 400)
    ]
    async with uow() as work:
        work._session.add_all(made)
        await work._session.flush()
        for roles, is_staff, is_manager in (
            ((), True, True), ((), True, False), ((5,), True, False), ((70, 71), False, False), ((72,), False, False)
        ):  # fmt: skip
            actor = Actor(1, 91, role_ids=frozenset(roles), is_staff=is_staff, is_manager=is_manager)
            mine = [one for one in made if is_staff_of(actor, one)]
            for key, days in ((None, 30), ("pay", 30), (None, 7), ("help", 365)):
                found = await figures(work, actor, days=days, type_key=key)
                asked = [one for one in mine if key in {None, one.type}]
                opened = [one for one in asked if found.period.since <= one.created_at < found.period.until]
                closings = [one for one in asked if one.closed_at and found.period.since <= one.closed_at]
                closings = [one for one in closings if one.closed_at and one.closed_at < found.period.until]
                assert (found.total.opened, found.total.closed) == (len(opened), len(closings)), (actor, key, days)
                teams = Counter(tuple(one.team_role_ids) for one in opened)
                assert {team: line.opened for team, line in found.by_team.items() if line.opened} == teams
                assert sum(line.closed for line in found.by_team.values()) == len(closings)


async def test_what_a_team_had_is_counted_in_the_index_of_teams(own_engine: AsyncEngine) -> None:
    rows = """
        INSERT INTO support_tickets
            (guild_id, user_id, number, description, status, team_role_ids, created_at, closed_at)
        SELECT 1, n, n, '', 'closed', ARRAY[n % 10]::bigint[], at, at
        FROM generate_series(1, 5000) AS n, LATERAL (SELECT now() - n * interval '1 hour') AS moments (at)
    """
    async with own_engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(rows))
        await connection.execute(text("VACUUM ANALYZE support_tickets"))
        asked: list[tuple[str, Any]] = []
        event.listen(own_engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        async with UnitOfWorkFactory(session_factory(own_engine))() as work:
            await figures(work, Actor(1, 5, role_ids=frozenset({3})), days=30)
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for statement, given in asked:
            plan = "\n".join(one[0] for one in await driver.fetch(f"EXPLAIN {statement}", *given))
            for moment in ("created_at", "closed_at"):
                assert f"Index Only Scan using ix_support_tickets_team_{moment}" in plan, plan
            assert "Seq Scan" not in plan


async def test_staff_of_a_type_see_figures_before_there_are_any(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        assert (await figures(work, CASHIER)).total.opened == 0
        assert (await figures(work, STAFF)).total.opened == 0


async def test_of_very_many_a_sample_says_nearly_the_same_in_two_queries(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    many = 3 * MAX_TICKETS - 1
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
        assert found.every == 4
        assert (found.total.opened, found.total.closed) == (many, many)
        assert MAX_TICKETS / 2 <= found.total.first.count <= MAX_TICKETS
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


FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)  # 16:00 in Brussels
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)  # 10:00 there
OFFICE = TicketPolicy.of(
    SettingsSnapshot(
        1,
        {
            "ticket_types.pay": {"name": "Payments", "next_target": 600},
            "general.timezone": "Europe/Brussels",
            "tickets.hours": "Mon-Fri 09:00-17:00",
            "tickets.figures_by_person": True,
        },
    )
)


async def counted(uow: UnitOfWorkFactory, clock: ManualClock, *tickets: SupportTicket) -> Figures:
    """The figures of a week that ends on that Friday."""
    clock.now = FRIDAY
    async with uow() as work:
        work._session.add_all(tickets)
        await work._session.flush()
        return await figures(work, MANAGER, policy=OFFICE)


async def test_an_open_wait_counts_with_its_business_time_so_far(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    # Wednesday 10:00 to Friday 16:00 are 7 + 8 + 7 hours; Thursday noon to then, 5 + 7.
    staff = {"turn": Turn.STAFF, "turn_since": datetime(2026, 11, 26, 11, tzinfo=UTC)}
    total = (
        await counted(
            uow,
            clock,
            ticket(1, WEDNESDAY, user_id=1, **staff),
            ticket(2, WEDNESDAY, user_id=2, first_seconds=60, waits=[120, 180], **staff),
            ticket(3, WEDNESDAY, user_id=3, first_seconds=180, waits=[300], turn=Turn.MEMBER, turn_since=WEDNESDAY),
        )
    ).total
    assert (total.first.count, total.first.median) == (3, 180)
    assert total.first.ninety == pytest.approx(180 + 0.8 * (22 * 3600 - 180))
    assert (total.next.count, total.next.median) == (4, (180 + 300) / 2)
    assert total.next.ninety == pytest.approx(300 + 0.7 * (12 * 3600 - 300))
    assert total.waiting == 3


async def test_targets_are_those_that_were_met_missed_or_are_overdue(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    due, hour = FRIDAY - timedelta(days=1), timedelta(hours=1)
    done: dict[str, Any] = {"first_seconds": 5, "resolved_seconds": 50}
    staff = {"turn": Turn.STAFF, "turn_since": WEDNESDAY}
    tickets = [
        closed(1, WEDNESDAY, hour, first_due_at=due, resolution_due_at=due, **done),
        closed(2, WEDNESDAY, hour, first_due_at=due, missed=["first", "resolution"], **done),
        closed(3, WEDNESDAY, hour, **done),
        ticket(4, WEDNESDAY, first_due_at=due, **staff),  # overdue, nobody has noticed yet
        ticket(5, WEDNESDAY, first_due_at=FRIDAY + hour, **staff),  # still open
        ticket(6, WEDNESDAY, first_seconds=5, waits=[1], type="pay"),
        ticket(7, WEDNESDAY, first_seconds=5, next_due_at=due, type="pay", **staff),
        ticket(8, WEDNESDAY, first_seconds=5, waits=[1], type="bug"),  # without such a target
    ]
    for number, one in enumerate(tickets):
        one.user_id = number
    total = (await counted(uow, clock, *tickets)).total
    assert (total.first.met, total.first.targets, total.first.within) == (1, 3, pytest.approx(1 / 3))
    assert (total.next.met, total.next.targets) == (1, 2)
    assert (total.resolution.met, total.resolution.targets) == (1, 2)


async def test_groups_are_types_teams_and_people_and_what_was_merged_is_no_time(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    hour = timedelta(hours=1)
    bug: dict[str, Any] = {"type": "bug", "type_name": "Bug"}
    found = await counted(
        uow,
        clock,
        closed(1, WEDNESDAY, hour, first_answered_by=50, claimed_by=51, rating=4, first_seconds=1),
        closed(2, WEDNESDAY, hour, first_answered_by=50, first_seconds=3, resolved_seconds=9),
        ticket(3, WEDNESDAY, claimed_by=51, team_role_ids=[7, 8], user_id=1, **bug),
        ticket(4, FRIDAY - timedelta(days=100), team_role_ids=[7], user_id=2, **bug),
        closed(5, WEDNESDAY, hour, id=5000, rating=1, first_seconds=999, resolved_seconds=999, reopened=1, **bug),
    )
    async with uow() as work:
        await work._session.execute(update(SupportTicket).where(SupportTicket.number == 5).values(merged_into=5000))
        found = await figures(work, MANAGER, policy=OFFICE)
    assert found.by_type["bug"] == Line(opened=2, closed=1, waiting=2)
    assert {key: (line.opened, line.closed, line.waiting) for key, line in found.by_team.items()} == {
        (): (3, 3, 0), (7,): (0, 0, 1), (7, 8): (1, 0, 1)
    }  # fmt: skip
    # Whose ticket it is, and who answered it first.
    assert {key: (line.closed, line.waiting, line.first.count) for key, line in found.by_person.items()} == {
        51: (1, 1, 0), 50: (1, 0, 2)
    }  # fmt: skip
    assert found.by_person[51].ratings == (0, 0, 0, 1, 0)
    assert found.by_type[""].resolution == Times(1, 9, 9)
    assert found.ages == (0, 1, 0, 0, 1)
    assert found.hours[2][10] == 4
    assert sum(map(sum, found.hours)) == 4


@pytest.mark.parametrize("zone", ["Europe/Brussels", "Asia/Kolkata", "CET", "America/Havana", "Australia/Lord_Howe"])
async def test_busy_hours_are_those_of_the_zone_on_both_sides_of_a_change(
    uow: UnitOfWorkFactory, clock: ManualClock, zone: str
) -> None:
    clock.now = FRIDAY
    opened = [FRIDAY - timedelta(hours=37 * number) for number in range(1, 55)]
    policy = TicketPolicy.of(SettingsSnapshot(1, {"general.timezone": zone}))
    async with uow() as work:
        work._session.add_all(ticket(n, at, user_id=n) for n, at in enumerate(opened, 1))
        await work._session.flush()
        found = await figures(work, MANAGER, 90, policy)
    there = [at.astimezone(ZoneInfo(zone)) for at in opened]
    assert {(day, hour): count for day, row in enumerate(found.hours) for hour, count in enumerate(row) if count} == (
        Counter((at.weekday(), at.hour) for at in there)
    )


def test_a_period_begins_at_midnight_of_its_zone_also_when_the_clocks_change() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    week = last_days(7, 1, brussels, FRIDAY)
    assert (week.since, week.until, len(week.bounds)) == (datetime(2026, 11, 20, 23, tzinfo=UTC), FRIDAY, 8)
    spring = last_days(3, 1, brussels, datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert [bound.hour for bound in spring.bounds] == [23, 23, 22, 12]
    year = last_days(365, 7, brussels, FRIDAY)
    assert year.since == datetime(2025, 11, 27, 23, tzinfo=UTC)
    assert year.bounds[-2] == datetime(2026, 11, 20, 23, tzinfo=UTC)
