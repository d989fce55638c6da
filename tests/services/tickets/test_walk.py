"""Whatever people, processes and clocks do to tickets, in any order: a small model says the same as the rows.

`TICKET_WALKS=500 TICKET_WALK_LENGTH=100 TICKET_WALK_SEED=9` takes more than the two walks by default.
"""

import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.actor import Actor
from app.core.errors import UserError
from app.core.tickets.deadlines import CLOSINGS
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.access import Which
from app.services.tickets.messages import AWAY, Heard
from app.services.tickets.timing import plan_of
from tests.fixtures.tickets.services import OTHER_STAFF, STAFF, Tickets, kind, policy

WALKS = int(os.environ.get("TICKET_WALKS", "2"))
LENGTH = int(os.environ.get("TICKET_WALK_LENGTH", "50"))
FIRST = int(os.environ.get("TICKET_WALK_SEED", "1"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KIND = kind(remind_after=3600, warn_after=2 * 86400, close_after=86400, next_target=7200, first_target=3600)
RULES = policy(KIND)


@dataclass
class Model:
    """One ticket, as a person would keep it on paper. `None` for the moment of what is not planned."""

    now: datetime
    status: str = "open"
    claimed_by: int | None = None
    turn: str | None = "staff"
    since: datetime | None = None
    answered: bool = False
    waits: list[int] = field(default_factory=list[int])
    snoozed_until: datetime | None = None
    asked_until: datetime | None = None
    warned_at: datetime | None = None
    reminded: bool = False
    told: int = 0
    reminders: int = 0
    tell_at: datetime | None = None
    closed_by: int | None = None

    @property
    def works(self) -> bool:
        return self.status not in {"closing", "closed", "archived"}

    def active(self) -> str:
        return "claimed" if self.claimed_by else "open"

    def turns(self, to: str) -> None:
        self.turn, self.since, self.warned_at, self.reminded, self.tell_at = to, self.now, None, False, None

    def writes(self, *, staff: bool) -> None:
        if not self.works:
            return
        if not staff:
            if self.turn != "staff":
                self.turns("staff")
            self.asked_until = None
            if self.status == "snoozed":
                self.status, self.snoozed_until = self.active(), None
            return
        if self.answered and self.turn == "staff" and self.since is not None:
            self.waits.append(int((self.now - self.since).total_seconds()))
        self.answered = True
        if self.turn != "member":
            seen = self.since
            self.turns("member")
            self.tell_at = max(self.now, (seen or self.now - AWAY) + AWAY)

    def close(self, by: int | None) -> None:
        self.status, self.closed_by, self.turn, self.since = "closing", by, None, None
        self.snoozed_until = self.asked_until = None

    def look(self) -> None:
        """What happens by itself up to now."""
        if not self.works:
            return
        ends = [self.asked_until, self.idle_ends() if self.status != "snoozed" else None]
        if any(end is not None and end <= self.now for end in ends):
            self.close(None)
        if not self.works:
            return
        if self.status == "snoozed":
            if self.snoozed_until is None or self.snoozed_until > self.now:
                return
            self.status, self.snoozed_until = self.active(), None
            if self.turn == "staff":
                self.reminded = True
            else:
                self.since = self.now
        assert self.since is not None
        if self.turn == "staff":
            if not self.reminded and self.since + HOUR <= self.now:
                self.reminded, self.reminders = True, self.reminders + 1
            return
        if self.tell_at is not None and self.tell_at <= self.now:
            self.told, self.tell_at = self.told + 1, None
        if self.asked_until is not None or self.warned_at is not None:
            return
        if not self.reminded and self.since + HOUR <= self.now:
            self.reminded, self.reminders = True, self.reminders + 1
        if self.since + 2 * DAY <= self.now:
            self.warned_at = self.now

    def idle_ends(self) -> datetime | None:
        if self.turn != "member" or self.warned_at is None or self.asked_until is not None:
            return None
        return self.warned_at + DAY


class Walk:
    """One ticket and its model, side by side."""

    def __init__(self, tickets: Tickets, seed: int) -> None:
        self.tickets = tickets
        self.opener = Actor(1, 1000 + seed)
        self.random = random.Random(seed)
        self.done: list[str] = []
        self.told = self.reminders = 0

    async def take(self) -> None:
        self.tickets.clock.move(days=400)
        self.ticket = await self.tickets.open(KIND, actor=self.opener)
        self.which = Which(row_id=self.ticket.id)
        self.model = Model(self.tickets.clock.now, since=self.tickets.clock.now)
        steps = [self.wait, self.wait, self.member, self.member, self.staff, self.staff, self.claim, self.unclaim]
        steps += [self.snooze, self.wake, self.turn, self.ask, self.decline, self.close]
        weights = [3, 3, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 0.3]
        for step in self.random.choices(steps, weights, k=LENGTH):
            await step()
            await self.compare()

    async def tried(self, name: str, ok: bool, call: Awaitable[object], then: Callable[[], None]) -> None:
        self.done.append(f"{name} ({ok})")
        try:
            await call
        except UserError:
            assert not ok, self.done
        else:
            assert ok, self.done
            then()

    async def wait(self) -> None:
        hours = self.random.choice([0.05, 0.5, 2, 12, 30, 50])
        self.done.append(f"wait {hours}")
        self.tickets.clock.move(hours=hours)
        self.model.now = self.tickets.clock.now
        self.model.look()
        await self.look()

    async def look(self) -> None:
        """What the job does, without its messages."""
        row = await self.tickets.row(self.ticket)
        while row.status in {"open", "claimed", "snoozed", "escalated"} and (
            due := plan_of(row, RULES, self.tickets.clock.now).due
        ):
            taken = await self.tickets.timing.take(row, due[0], RULES)
            assert taken is not None
            # Whoever comes second, because a lease ran out, does nothing.
            if due[0] in CLOSINGS:
                assert await self.tickets.closing.close_by_bot(row, RULES, "over")
                assert not await self.tickets.closing.close_by_bot(row, RULES, "over")
            else:
                assert await self.tickets.timing.take(row, due[0], RULES) is None
            self.told += due[0].name == "TELL"
            self.reminders += due[0].name.startswith("REMIND")
            row = await self.tickets.row(self.ticket)

    async def member(self) -> None:
        await self.write(staff=False)

    async def staff(self) -> None:
        await self.write(staff=True)

    async def write(self, *, staff: bool) -> None:
        self.done.append("staff write" if staff else "member writes")
        by = STAFF.user_id if staff else self.opener.user_id
        heard = Heard(self.ticket.id, 1, by, staff, not staff, self.tickets.clock.now)
        await self.tickets.messages.hear([heard, heard], {1: RULES})
        self.model.writes(staff=staff)

    async def claim(self) -> None:
        who, m = self.random.choice([STAFF, OTHER_STAFF]), self.model

        def then() -> None:
            m.status, m.claimed_by, m.snoozed_until = "claimed", who.user_id, None

        await self.tried("claim", m.works and not m.claimed_by, self.tickets.work.claim(who, self.which), then)

    async def unclaim(self) -> None:
        who, m = self.random.choice([STAFF, OTHER_STAFF]), self.model

        def then() -> None:
            m.status, m.claimed_by, m.snoozed_until = "open", None, None

        ok = m.works and m.claimed_by == who.user_id
        await self.tried("unclaim", ok, self.tickets.work.unclaim(who, self.which), then)

    async def snooze(self) -> None:
        until, m = self.random.choice([None, self.tickets.clock.now + DAY]), self.model

        def then() -> None:
            m.status, m.snoozed_until = "snoozed", until

        await self.tried("snooze", m.works, self.tickets.work.snooze(STAFF, self.which, until), then)

    async def wake(self) -> None:
        m = self.model

        def then() -> None:
            m.status, m.snoozed_until = m.active(), None

        await self.tried("wake", m.status == "snoozed", self.tickets.work.wake(STAFF, self.which), then)

    async def turn(self) -> None:
        to, m = self.random.choice([*Turn]), self.model
        call = self.tickets.work.set_turn(STAFF, RULES, self.which, to)
        await self.tried(f"turn {to}", m.works and m.turn != to, call, lambda: m.turns(to.value))

    async def ask(self) -> None:
        m = self.model

        def then() -> None:
            m.asked_until = m.now + DAY

        call = self.tickets.closing.request(STAFF, RULES, self.which)
        await self.tried("ask", m.works and m.asked_until is None, call, then)

    async def decline(self) -> None:
        m = self.model

        def then() -> None:
            m.asked_until = None
            if m.turn != "staff":
                m.turns("staff")

        call = self.tickets.closing.decline(self.opener, RULES, self.which)
        await self.tried("decline", m.asked_until is not None, call, then)

    async def close(self) -> None:
        m = self.model
        call = self.tickets.closing.close(self.opener, RULES, self.which)
        await self.tried("close", m.works, call, lambda: m.close(self.opener.user_id))

    async def compare(self) -> None:
        row, m = await self.tickets.row(self.ticket), self.model
        assert (row.status, row.claimed_by, row.turn, row.turn_since) == (m.status, m.claimed_by, m.turn, m.since), (
            self.done
        )
        assert (row.snoozed_until, row.close_runs_out_at) == (m.snoozed_until, m.asked_until), self.done
        assert (row.waits, row.first_answered_at is not None) == (m.waits, m.answered), self.done
        assert (self.told, self.reminders) == (m.told, m.reminders), self.done
        if m.works:
            assert (row.tell_at, row.warned_at) == (m.tell_at, m.warned_at), self.done
        else:
            assert row.closed_by == m.closed_by, self.done
        assert row.status is not TicketStatus.CLOSING or row.turn is None


async def test_random_walks_end_as_the_model_says(tickets: Tickets) -> None:
    for seed in range(FIRST, FIRST + WALKS):
        await Walk(tickets, seed).take()
