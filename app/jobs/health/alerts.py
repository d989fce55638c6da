"""Telling operators how the bot is: once when something is wrong, and once when it is over.

Each process tells how it is itself. What ended or stood still cannot: the process with the first shard tells of it.
What has to be done follows from what was told and from how it is now, so what failed is done with the next sample.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from app.bot import Bot
from app.core.errors import BotError
from app.core.health.alerts import AlertPlace, Condition, OpenAlert, Step, step_of
from app.core.health.figures import HealthFigures
from app.core.health.history import SEEN_WITHIN
from app.core.health.state import StateChange
from app.core.health.trend import Cause, Incident
from app.core.health_kinds import HealthState
from app.core.one_task import OneTask
from app.effects.sending import ERRORS
from app.jobs.health.job import LEARNING
from app.jobs.health.telling import Telling
from app.ui.health import alerts as ui

log = logging.getLogger(__name__)

RENEWED_EVERY = timedelta(minutes=5)
"""So often a message is edited in which only the time has changed."""
SETTLED = timedelta(minutes=3)
"""A process that has just started calls itself well until it has looked three times."""
LOOKED_BACK = timedelta(days=1)
SERIES = timedelta(minutes=30)
"""Who ends again within this time has been told of: a process that is started and ends for ever is one thing."""
MAX_INCIDENTS = 10_000
"""Of which those that go on may be the oldest."""
MISSED_SAMPLE = timedelta(seconds=150)
"""Two samples that are further apart, in either direction: the process stood still, or its clock was set."""
SLACK = timedelta(seconds=5)
GIVEN_UP = timedelta(hours=1)
"""For so long a message is tried to be changed for the last time."""
ABSENT = frozenset({Cause.CRASHED, Cause.STOOD_STILL})


class Alerts:
    """Looks at every sample, and tells operators in a task of its own: nothing waits for Discord."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._telling = Telling(bot)
        self._condition: Condition | None = None
        self._reasons: tuple[str, ...] = ()
        self._ended: datetime | None = None
        """When all was well again."""
        self._edited: dict[str, datetime] = {}
        self._told_until: dict[str, datetime] = {}
        """Until when all that ended or stood still is told, of each process."""
        self._task = OneTask()
        self._sampled_at: datetime | None = None
        self._judges_from = bot.clock()

    async def sampled(self, figures: HealthFigures, change: StateChange | None) -> None:
        """Take in a sample, and begin to tell what has to be told."""
        self._learn(figures)
        self._note(figures, change)
        self._task.begin(self._tell(figures), "alerts")

    async def drain(self) -> None:
        """Return once everything is told."""
        await self._task.drain()

    async def stop(self) -> None:
        """Tell nothing any more."""
        await self._task.stop()

    def _learn(self, figures: HealthFigures) -> None:
        """Take nobody for gone who may just not have been able to write, or starts together with this process."""
        before, self._sampled_at = self._sampled_at, figures.at
        was_here = before is not None and abs(figures.at - before) < MISSED_SAMPLE
        if not was_here or figures.database_ms is None:
            self._judges_from = figures.at + LEARNING

    def _note(self, figures: HealthFigures, change: StateChange | None) -> None:
        before = self._condition
        began = change.at if change is not None else figures.at
        if figures.state is HealthState.OK:
            self._ended = began if before is None or before.state is not HealthState.OK else self._ended
        # A state may go on for some samples after its reasons have gone; it is still about them.
        self._reasons = tuple(figures.reasons) or (self._reasons if figures.state is not HealthState.OK else ())
        if change is not None and change.reasons:
            self._reasons = tuple(change.reasons)
        goes_on = before is not None and before.state is not HealthState.OK
        since = before.since if before is not None and goes_on else began
        self._condition = Condition(figures.service, figures.state, since, figures.version, self._reasons)

    async def _tell(self, figures: HealthFigures) -> None:
        await self._telling.refresh()
        for telling in (self._tell_of_itself, self._tell_of_absences):
            try:
                await telling(figures)
            except (*ERRORS, BotError) as error:
                log.warning("operators are told later", extra={"error": str(error)})
            except Exception:
                log.exception("operators are not told")

    async def _tell_of_itself(self, figures: HealthFigures) -> None:
        now, place, condition = figures.at, self._telling.place, self._condition
        if condition is None:
            return
        told = self._telling.told(OpenAlert.key_for(condition.service))
        if place is None:
            return
        if told is not None and condition.state is HealthState.OK and abs(now - self._bot.started_at) < SETTLED:
            return
        step = step_of(told, condition, is_paused=place.is_paused(now))
        if told is None:
            if step is Step.TELL:
                alert = _alert(condition, place)
                await self._telling.tell(alert, partial(ui.going_on, alert, now, figures), about="wrong")
                self._edited[alert.key] = now
            return
        if step is Step.END:
            await self._end(told, min(self._ended or now, now), place, now)
            return
        if step is Step.NOTHING and now - self._edited.get(told.key, told.since) < RENEWED_EVERY:
            return
        alert = replace(told, state=condition.state, version=condition.version, reasons=tuple(condition.reasons))
        if step is Step.WORSE:
            alert = replace(alert, worst=HealthState.DOWN)
            await self._telling.note(alert, partial(ui.worse, alert), about="worse")
        await self._telling.edit(alert, partial(ui.going_on, alert, now, figures))
        self._edited[alert.key] = now

    async def _tell_of_absences(self, figures: HealthFigures) -> None:
        """Tell of processes that ended or stood still; those that run again tell nothing of it themselves."""
        now, place, served = figures.at, self._telling.place, self._bot.served_shards
        if place is None or (served is not None and 0 not in served[1]) or figures.database_ms is None:
            return
        async with self._bot.uow.reading() as work:
            found = await work.health.reading.incidents(now - LOOKED_BACK, limit=MAX_INCIDENTS)
            strangers = [one for one in self._telling.conditions() if one.service != figures.service]
            heard = {one.service: one.at for one in await work.health.reading.processes()} if strangers else {}
        absent = [one for one in found.found if one.cause in ABSENT]
        judges = now >= self._judges_from
        for one in absent:
            told = self._telling.told(OpenAlert.key_for(one.service, is_absence=True))
            if one.until is None:
                # What this process was before it was started runs on, though that may not be written yet.
                is_other = one.service != figures.service
                if told is None and is_other and judges and not place.is_paused(now):
                    alert = _absence(one, place)
                    await self._telling.tell(alert, partial(ui.going_on, alert, now), about="absent")
            elif told is not None and told.since <= one.until:
                await self._end(told, one.until, place, now)
                self._told_until[one.service] = now
            elif one.until > self._told_until.get(one.service, self._bot.started_at - SLACK):
                if not place.is_paused(now) and not _goes_on_from(one, absent):
                    await self._telling.once(place, partial(ui.afterwards, one), "after", one.service, one.since)
                self._told_until[one.service] = one.until
        going_on = {one.service for one in absent if one.until is None}
        for told in self._telling.absences():
            if told.service not in going_on:
                # Other processes serve its shards now, or it was stopped as told.
                await self._end(told, now, place, now)
                self._told_until[told.service] = now
        down = {one.service for one in found.found if one.until is None and one.is_downtime}
        for told in strangers if judges else ():
            # Processes with other shards have taken over; nobody else would ever say that it is over.
            if told.service not in down and now - heard.get(told.service, told.since) > SEEN_WITHIN:
                await self._end(told, now, place, now)

    async def _end(self, told: OpenAlert, ended: datetime, place: AlertPlace, now: datetime) -> None:
        try:
            await self._telling.end(told, partial(ui.over, told, ended))
            if not place.is_paused(now):
                await self._telling.note(told, partial(ui.recovered, told, ended), about="over")
        except BotError:
            if now - ended < GIVEN_UP:
                raise
        await self._telling.forget(told)


def _goes_on_from(one: Incident, absent: Sequence[Incident]) -> bool:
    """Tell whether the same process had ended, or stood still, shortly before."""
    return any(
        other.service == one.service
        and other.until is not None
        and timedelta() <= one.since - other.until < SERIES
        and other is not one
        for other in absent
    )


def _alert(condition: Condition, place: AlertPlace) -> OpenAlert:
    return OpenAlert(
        condition.service,
        condition.state,
        condition.since,
        place.channel_id,
        condition.version,
        reasons=tuple(condition.reasons),
        worst=condition.state,
    )


def _absence(incident: Incident, place: AlertPlace) -> OpenAlert:
    return OpenAlert(
        incident.service,
        HealthState.DOWN,
        incident.since,
        place.channel_id,
        incident.version,
        worst=HealthState.DOWN,
        is_absence=True,
    )
