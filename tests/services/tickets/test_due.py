"""Sharing the tickets that have to be looked at among any number of processes."""

from datetime import timedelta

from app.core.actor import Actor
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from app.services.tickets.due import LEASE, Share
from tests.fixtures.tickets.services import STAFF, Tickets

SHARE = Share((TicketStatus.OPEN, TicketStatus.CLAIMED))


async def test_what_is_due_is_leased_to_one_and_comes_back_if_nobody_settles_it(tickets: Tickets) -> None:
    ticket = await tickets.open()
    assert await tickets.due.find_next(SHARE) == tickets.clock.now
    (claimed,) = await tickets.due.claim(SHARE, limit=5)
    assert (claimed.id, claimed.next_at) == (ticket.id, tickets.clock.now + LEASE)
    assert await tickets.due.claim(SHARE, limit=5) == []
    tickets.clock.move(seconds=30)
    kept = await tickets.due.renew({claimed.id: claimed.next_at, 0: claimed.next_at})
    assert kept == {claimed.id: tickets.clock.now + LEASE}
    tickets.clock.move(seconds=59)
    assert await tickets.due.claim(SHARE, limit=5) == []
    tickets.clock.move(seconds=1)
    (again,) = await tickets.due.claim(SHARE, limit=5)
    later = tickets.clock.now + timedelta(days=1)
    assert not await tickets.due.settle(claimed, claimed.next_at, later)
    assert await tickets.due.settle(again, again.next_at, later)
    assert await tickets.due.find_next(SHARE) == later


async def test_what_people_change_meanwhile_is_looked_at_again(tickets: Tickets) -> None:
    ticket = await tickets.open()
    (claimed,) = await tickets.due.claim(SHARE, limit=5)
    tickets.clock.move(seconds=1)
    await tickets.work.claim(STAFF, Which(row_id=ticket.id))
    assert not await tickets.due.settle(claimed, claimed.next_at, None)
    assert await tickets.due.find_next(SHARE) == tickets.clock.now
    assert await tickets.due.find_next(SHARE, but={ticket.id}) is None

    (newer,) = await tickets.due.claim(SHARE, limit=5)
    # The first one may still have shown in Discord what was so before the change.
    assert not await tickets.due.settle(claimed, claimed.next_at, None)
    assert await tickets.due.find_next(SHARE) == tickets.clock.now
    assert not await tickets.due.settle(newer, newer.next_at, None)
    (last,) = await tickets.due.claim(SHARE, limit=5)
    assert await tickets.due.settle(last, last.next_at, None)
    assert await tickets.due.find_next(SHARE) is None


async def test_what_a_process_gives_back_is_due_at_once(tickets: Tickets) -> None:
    await tickets.open()
    (claimed,) = await tickets.due.claim(SHARE, limit=5)
    await tickets.due.give_back({claimed.id: claimed.next_at + timedelta(seconds=1)})
    assert await tickets.due.claim(SHARE, limit=5) == []
    await tickets.due.give_back({claimed.id: claimed.next_at})
    assert [one.id for one in await tickets.due.claim(SHARE, limit=5)] == [claimed.id]


async def test_a_process_looks_only_at_its_states_and_servers(tickets: Tickets) -> None:
    await tickets.open()
    elsewhere = await tickets.open(actor=Actor(3 << 22, 11))
    assert await tickets.due.claim(Share((TicketStatus.CLOSING,)), limit=5) == []
    assert await tickets.due.find_next(Share(SHARE.statuses, (4, [1, 2]))) is None
    (claimed,) = await tickets.due.claim(Share(SHARE.statuses, (4, [3])), limit=5)
    assert claimed.id == elsewhere.id
