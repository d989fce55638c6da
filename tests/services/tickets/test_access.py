"""Whoever asks, lists and searches find the tickets that they work on, all of them and no others."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.errors import NotAllowed
from app.core.tickets import searching
from app.core.tickets.limits import PER_PAGE
from app.core.tickets.list_filter import Shown, TicketFilter
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets import finding
from app.services.tickets.access import FINAL, is_staff_of, visible_to, worked_by
from app.services.tickets.newest import newest
from app.uow import UnitOfWork, UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

CHANCE = random.Random(7)
ROLES = (1, 2, 3, 4)
WORDS = ("alpha", "beta", "gamma", "delta")
LABELS = ("bug", "refund")


def some(given: tuple[Any, ...]) -> list[Any]:
    return CHANCE.sample(given, CHANCE.choice((0, 0, 1, 1, 2)))


def tickets(clock: ManualClock) -> list[SupportTicket]:
    """Of three servers, as a predecessor, people and time leave them behind."""
    return [
        SupportTicket(
            guild_id=CHANCE.choice((1, 1, 1, 2)), user_id=CHANCE.randrange(20, 26), number=number,
            description=CHANCE.choice(WORDS), created_at=clock.now, updated_at=clock.now,
            status=CHANCE.choice((TicketStatus.CLOSED, TicketStatus.CLOSED, TicketStatus.ARCHIVED, TicketStatus.OPEN)),
            closed_at=clock.now - timedelta(hours=number), type=CHANCE.choice((None, f"{number:03}")),
            team_role_ids=some(ROLES), escalated_to=CHANCE.choice((None, None, *ROLES)), labels=some(LABELS),
            added_user_ids=some((20, 21)), added_role_ids=some(ROLES), priority=CHANCE.randrange(4),
            claimed_by=CHANCE.choice((None, 30, 31)),
        )
        for number in range(1, 121)
    ]  # fmt: skip


def actors() -> list[Actor]:
    ranks = [{}, {"is_staff": True}, {"is_staff": True, "is_manager": True}]
    made = [Actor(1, 20 + n % 6, role_ids=frozenset(some(ROLES)), **ranks[n % 2]) for n in range(6)]
    return [*made, Actor(1, 20, **ranks[2]), Actor(3, 20, **ranks[1])]


def may_see(actor: Actor, one: SupportTicket) -> bool:
    """The rule, in other words than in SQL."""
    is_added = actor.user_id in {one.user_id, *one.added_user_ids} or actor.role_ids & {*one.added_role_ids}
    return one.guild_id == actor.guild_id and (bool(is_added) or is_staff_of(actor, one))


async def pages(work: UnitOfWork, actor: Actor, ask: Any) -> list[int]:
    """The numbers on all pages, one after the other."""
    numbers, page = list[int](), 0
    while True:
        try:
            found = await ask(page)
        except NotAllowed:
            assert not numbers
            assert not actor.is_staff
            return numbers
        assert len(found.entries) <= PER_PAGE
        numbers += [one.ticket.number for one in found.entries]
        if not found.has_more:
            return numbers
        page += 1


@pytest.mark.parametrize("looked_at", [5, 1000], ids=["rare", "common"])
async def test_lists_and_searches_find_what_a_person_works_on_and_nothing_else(
    uow: UnitOfWorkFactory, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    # So that both ways to look for a word are gone in a small table.
    words = searching.query("gam")
    monkeypatch.setattr(finding, "NEWEST", looked_at)
    all_of_them = tickets(clock)
    async with uow() as work:
        work._session.add_all(all_of_them)
        await work._session.flush()
        newest_first = sorted(all_of_them, key=lambda one: -one.number)
        for actor in actors():
            seen = set(await work._session.scalars(select(SupportTicket.id).where(visible_to(actor))))
            assert seen == {one.id for one in all_of_them if may_see(actor, one)}
            ids = set(await work._session.scalars(select(SupportTicket.id).where(worked_by(actor))))
            theirs = [one for one in newest_first if is_staff_of(actor, one)]
            assert ids == {one.id for one in theirs}

            filters = {
                TicketFilter(shown=Shown.ALL): lambda _: True,
                TicketFilter(shown=Shown.FINISHED): lambda one: one.status in FINAL,
                TicketFilter(shown=Shown.FINISHED, priority=2): lambda one: one.status in FINAL and one.priority == 2,
                TicketFilter(shown=Shown.ALL, claimed_by=30): lambda one: one.claimed_by == 30,
                TicketFilter(shown=Shown.ALL, member_id=22): lambda one: one.user_id == 22,
                TicketFilter(shown=Shown.ALL, label="refund"): lambda one: "refund" in one.labels,
                TicketFilter(shown=Shown.OPEN, label="bug"): lambda one: (
                    one.status is TicketStatus.OPEN and "bug" in one.labels
                ),
            }
            for chosen, fits in filters.items():
                found = await pages(
                    work, actor, lambda page, by=chosen, who=actor: work.tickets.finding.worked(who, by, page)
                )
                assert found == [one.number for one in theirs if fits(one)], (actor, chosen)
            found = await pages(
                work, actor, lambda page, who=actor: work.tickets.finding.search(who, words, page, own=False)
            )
            assert found == [one.number for one in theirs if one.description == "gamma"], actor


async def test_the_newest_of_a_team_are_found_in_the_index_alone(own_engine: AsyncEngine) -> None:
    rows = """
        INSERT INTO support_tickets (guild_id, user_id, number, description, status, team_role_ids)
        SELECT 1, n, n, '', 'closed', CASE WHEN n > 3 THEN ARRAY[1]::bigint[] ELSE ARRAY[2]::bigint[] END
        FROM generate_series(1, 2000) AS n
    """
    for role in (1, 2):
        query = select(newest(Actor(1, 5, role_ids=frozenset({role})), 9))
        asked = str(query.compile(dialect=own_engine.dialect, compile_kwargs={"literal_binds": True}))
        asked = asked.replace(f"ARRAY[{role}]", f"ARRAY[{role}]::bigint[]")
        async with own_engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if role == 1:
                await connection.execute(text(rows))
                await connection.execute(text("VACUUM ANALYZE support_tickets"))
            plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {asked}")).scalars())
        assert "Index Only Scan Backward using ix_support_tickets_team" in plan
        assert "Seq Scan" not in plan
