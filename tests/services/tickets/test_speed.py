"""What keeps opening, claiming, closing and figures fast: few round trips, and statements that are built only once."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import MAX_READ, TicketPolicy
from app.services.tickets.access import Which
from tests.fixtures.tickets.services import STAFF_ROLE, Tickets, kind, policy

TEAM = kind(team_role_ids=(STAFF_ROLE,), cool_down=60, max_open=50)


@contextmanager
def counted(engine: AsyncEngine) -> Generator[Callable[[], tuple[int, int]]]:
    """Yield a function that says how many statements there were since the last call, and how many were compiled."""
    seen: list[bool] = []

    def note(*given: Any) -> None:
        seen.append(given[4].cache_hit is not CacheStats.CACHE_HIT)

    def taken() -> tuple[int, int]:
        found = len(seen), sum(seen)
        seen.clear()
        return found

    event.listen(engine.sync_engine, "after_cursor_execute", note)
    yield taken
    event.remove(engine.sync_engine, "after_cursor_execute", note)


async def test_opening_claiming_closing_and_figures_take_few_statements_that_are_compiled_once(
    own_tickets: Tickets, own_engine: AsyncEngine
) -> None:
    with counted(own_engine) as taken:
        for round_ in range(3):
            # Everybody has other roles, and not as many.
            roles = frozenset({STAFF_ROLE, *range(1000, 1000 + round_)})
            staff = Actor(1, 13 + round_, is_staff=True, role_ids=roles)
            ticket = await own_tickets.open(TEAM, actor=Actor(1, 100 + round_, role_ids=roles))
            opened = taken()
            await own_tickets.work.claim(staff, Which(row_id=ticket.id))
            claimed = taken()
            await own_tickets.closing.close(staff, TicketPolicy.of(SettingsSnapshot(1)), Which(row_id=ticket.id))
            closed = taken()
            await own_tickets.figures.of(staff, policy(TEAM), days=(30, 365, 90)[round_])
            figures = taken()
    # Its row and its channel are two transactions, as the channel is made between them.
    assert (opened[0], claimed[0], closed[0]) == (3, 1, 2)
    assert figures[0] == 2
    assert (opened[1], claimed[1], closed[1], figures[1]) == (0, 0, 0, 0)


def test_what_a_server_chose_is_read_once_and_of_so_many_servers() -> None:
    snapshots = [SettingsSnapshot(number, {"tickets.per_member": 1 + number % 9}) for number in range(MAX_READ + 2)]
    read = [TicketPolicy.of(snapshot) for snapshot in snapshots]
    assert [one.per_member for one in read] == [1 + number % 9 for number in range(MAX_READ + 2)]
    assert TicketPolicy.of(snapshots[-1]) is read[-1]
    assert TicketPolicy.of(snapshots[0]) is not read[0]
    same = SettingsSnapshot(1, dict(snapshots[-1].chosen))
    assert TicketPolicy.of(same) is not read[-1]
