"""Figures about the use of commands. What they mean is in `app.core.analytics.figures`.

They are read from the sums of days and months, so that they cost the same however much happened. What happened since
the newest of these, which is a day at most, is counted.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.analytics.errors import StillAddingUp
from app.core.analytics.figures import CommandFigures, CommandUse, ErrorGroup, OwnUse, UsageFigures, UsagePart
from app.core.analytics.policy import AnalyticsPolicy
from app.core.clock import Clock
from app.core.interactions import FAILURES, Outcome
from app.services.analytics import counting
from app.services.analytics.counted import Counted
from app.services.analytics.counting import STEP_BITS
from app.services.analytics.rows import LOST, NO_USE
from app.services.analytics.staff import require_staff
from app.services.analytics.window import NOW, Range, Sum, Window

USUAL = timedelta(days=3)
"""What happened in so long is counted in any case."""
MOST_LIVE = 150_000
"""Of what is in no sum yet, so much can be counted while somebody waits."""


class UsageFiguresService:
    """Reads and counts in a few queries, however many interactions there were: all of them, exactly."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def of(
        self,
        actor: Actor,
        policy: AnalyticsPolicy,
        *,
        days: int,
        everywhere: bool = False,
        parts: Collection[UsagePart] = tuple(UsagePart),
    ) -> UsageFigures:
        """Return the figures of the last days: of this server by its clock, or of all servers by UTC.

        Parts that are not asked for are empty.
        Raises StatisticsNotAllowed, NotAnOperator if it is to be about all servers, and StillAddingUp for a few minutes
        after an upgrade of a database with many interactions.
        """
        require_staff(actor, everywhere=everywhere)
        window = self._window(actor, policy, days, everywhere=everywhere)
        counted = Counted(window, parts)
        ranges, summed_until = await self._whole(window, counted)
        names = dict[int, tuple[str, str]]()
        for named, *use in await self._session.execute(counting.uses(), _facts(window, ranges)):
            names[named >> STEP_BITS] = use[1], use[2]
            counted.add_uses([use])
        now = [one for one in ranges if one.part == NOW]
        if UsagePart.DURATIONS in parts:
            for keys, counts in await self._session.execute(counting.steps(), _facts(window, now)):
                counted.add_keyed_steps(names, keys or (), counts or ())
        facts = await self._unsummed(window, summed_until)
        await self._live(counting.live(everywhere=everywhere), window, facts, counted)
        if UsagePart.PEOPLE in parts:
            for day, gap, many in await self._session.execute(counting.live_people(everywhere=everywhere), facts):
                counted.add_people(day, [gap], [many])
        return UsageFigures(
            window.period,
            everywhere,
            counted.commands(),
            counted.days(),
            counted.people(),
            await self._errors(counting.errors, window.facts, window) if UsagePart.ERRORS in parts else (),
            counted.lost,
            await self._since(window),
        )

    async def command(
        self, actor: Actor, policy: AnalyticsPolicy, name: str, *, days: int, everywhere: bool = False
    ) -> CommandFigures | None:
        """Return the figures of one command by its full name; None if it was used neither now nor before.

        Raises the same as `of`.
        """
        require_staff(actor, everywhere=everywhere)
        window = self._window(actor, policy, days, everywhere=everywhere)
        counted = Counted(window)
        facts = {**window.facts, "name": name}
        rows = (await self._session.execute(counting.of_command(), facts)).all()
        for start, end, kind, outcome, many, answered, within, steps, step_counts in rows:
            day = window.day(Sum(start, end).middle)
            if day < 0 or kind in NO_USE:
                continue
            counted.add_uses([(window.part(day), name, kind, outcome, many, answered, within)])
            counted.add_day(day, many, many if Outcome(outcome) in FAILURES else 0)
            if window.part(day) == NOW:
                counted.add_steps(name, kind, steps or (), step_counts or ())
        facts |= await self._unsummed(window, await self._session.scalar(counting.summed_until(), facts))
        await self._live(counting.live(everywhere=everywhere, of_command=True), window, facts, counted)
        if (use := CommandUse.together(counted.commands())) is None:
            return None
        return CommandFigures(
            window.period,
            everywhere,
            use,
            counted.days(),
            await self._errors(partial(counting.errors, of_command=True), {**window.facts, "name": name}, window),
            await self._since(window),
        )

    async def mine(self, actor: Actor, policy: AnalyticsPolicy, *, days: int) -> OwnUse:
        """Return what this person used here themselves, as long as that is kept."""
        window = self._window(actor, policy, days, everywhere=False)
        counted = Counted(window)
        for part, name, kind, outcome, step, *counts in await self._session.execute(
            counting.mine(), {**window.facts, "user": actor.user_id}
        ):
            counted.add_uses([(part, name, kind, outcome, *counts)])
            if part == NOW and step is not None:
                counted.add_steps(name, kind, [step], [counts[0]])
        since = self._clock() - min(policy.keep_events, policy.keep_figures)
        return OwnUse(window.period, counted.commands(), since if since > window.period.since else None)

    def _window(self, actor: Actor, policy: AnalyticsPolicy, days: int, *, everywhere: bool) -> Window:
        return Window.of(days, policy.timezone, self._clock(), guild_id=actor.guild_id, everywhere=everywhere)

    async def _whole(self, window: Window, counted: Counted) -> tuple[list[Range], datetime | None]:
        """Add what is known of days as a whole; return which sums are of commands, and where the newest ends."""
        day_grain, _ = window.grains
        days, months = set[Sum](), set[Sum]()
        for grain, start, end, many, failed, gaps, gap_counts in await self._session.execute(
            counting.whole(), window.facts
        ):
            one = Sum(start, end)
            if grain != day_grain:
                months.add(one)
                continue
            days.add(one)
            day = window.day(one.middle)
            if day >= 0:
                counted.add_day(day, many, failed)
                counted.add_people(day, gaps or (), gap_counts or ())
        return window.ranges(list(days), list(months)), max((one.end for one in days), default=None)

    async def _unsummed(self, window: Window, summed_until: datetime | None) -> dict[str, Any]:
        """Return the parameters about what is in no sum yet. Raises StillAddingUp if that is too much."""
        since = max(summed_until or window.since, window.since)
        facts = {**window.facts, "since": since}
        if since < self._clock() - USUAL:
            most = {**facts, "most": MOST_LIVE}
            if (await self._session.scalar(counting.many_live(everywhere=window.everywhere), most) or 0) >= MOST_LIVE:
                raise StillAddingUp
        return facts

    async def _live(self, statement: Any, window: Window, facts: Mapping[str, Any], counted: Counted) -> None:
        for day, name, kind, outcome, steps, step_counts, *counts in await self._session.execute(statement, facts):
            part = window.part(day)
            counted.add_uses([(part, name, kind, outcome, *counts)])
            if part == NOW and kind != LOST:
                counted.add_day(day, counts[0], counts[0] if Outcome(outcome) in FAILURES else 0)
                counted.add_steps(name, kind, steps or (), step_counts or ())

    async def _since(self, window: Window) -> datetime | None:
        first = await self._session.scalar(counting.first_of_all(everywhere=window.everywhere), window.facts)
        day = window.day(first) if first is not None else 0
        return window.starts[day] if day > 0 else None

    async def _errors(
        self, statement: Callable[..., Any], facts: Mapping[str, Any], window: Window
    ) -> tuple[ErrorGroup, ...]:
        errors = (await self._session.execute(statement(everywhere=window.everywhere), facts)).all()
        if not errors:
            return ()
        of_guilds = (
            await self._session.execute(counting.error_guilds(everywhere=window.everywhere), window.facts)
        ).all()
        guilds = {row.fingerprint: row.many for row in of_guilds}
        ids = sorted({found for _, _, first, last, _ in errors for found in (first, last)})
        found = {row.id: row for row in await self._session.execute(counting.error_rows(), {"ids": ids})}
        groups = [
            ErrorGroup(
                fingerprint,
                (last := found[last_id]).error_message or "",
                many,
                tuple(names),
                guilds[fingerprint],
                (first := found[first_id]).created_at,
                last.created_at,
                last.release,
                first.release,
                last.reference,
            )
            for fingerprint, many, first_id, last_id, names in errors
            # They are deleted once they are old enough, perhaps between two queries.
            if fingerprint in guilds and first_id in found and last_id in found
        ]
        return tuple(sorted(groups, key=lambda one: one.last_at, reverse=True))


def _facts(window: Window, ranges: Collection[Range]) -> dict[str, Any]:
    return {
        "guild": window.guild_id,
        "parts": [one.part for one in ranges],
        "grains": [one.grain.value for one in ranges],
        "starts": [one.start for one in ranges],
        "lasts": [one.last for one in ranges],
    }
