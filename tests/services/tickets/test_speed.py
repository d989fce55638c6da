"""What keeps opening, claiming, closing and figures fast: few round trips, and statements that are built only once."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.analytics.policy import AnalyticsPolicy
from app.core.faq.policy import FaqPolicy
from app.core.onboarding.policy import OnboardingPolicy
from app.core.reminders.policy import ReminderPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
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


@pytest.mark.parametrize("policy", [AnalyticsPolicy, FaqPolicy, OnboardingPolicy, ReminderPolicy, TicketPolicy])
def test_what_a_server_chose_is_read_once(policy: Any) -> None:
    snapshots = [SettingsSnapshot(1, {"tickets.per_member": number}) for number in (1, 2)]
    first, second = (policy.of(snapshot) for snapshot in snapshots)
    assert policy.of(snapshots[0]) is first
    assert policy.of(snapshots[1]) is second
    assert first is not second
    # What was read of one is no part of what it is.
    assert snapshots[0] == SettingsSnapshot(1, {"tickets.per_member": 1})
    assert "_policies" not in repr(snapshots[0])


def test_policies_of_one_snapshot_do_not_know_each_other() -> None:
    snapshot = SettingsSnapshot(1, {"tickets.per_member": 2, "reminders.per_member": 3})
    assert (TicketPolicy.of(snapshot).per_member, ReminderPolicy.of(snapshot).per_member) == (2, 3)
    assert (TicketPolicy.of(snapshot).per_member, ReminderPolicy.of(snapshot).per_member) == (2, 3)
