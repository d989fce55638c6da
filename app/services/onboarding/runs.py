"""The run of a new version of the rules: asking members again, and what becomes of who does not accept in time."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, NotFound
from app.core.onboarding.grants import Grant, Tell, What, Why, grants_to_json, read_grants, wanting
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.runs import RUN, RUNS, Run
from app.core.records import record
from app.models import BotSetting, Onboarding, OnboardingState, SettingsHistory
from app.services.onboarding.managing import require_manager
from app.services.onboarding.rows import announce
from app.services.structures import Settings, structure, wait_for_others

R = Onboarding
BATCH = 200
"""How many members one statement asks."""


class NoRun(NotFound):
    """Nobody is being asked."""

    def __init__(self) -> None:
        super().__init__("Members are not being asked about that version any more. `/rules status` shows what is so.")


@record
class RunProgress:
    """How many members have accepted the version, are asked and have not yet, are still to be asked, lost the role."""

    accepted: int
    asked: int
    to_ask: int
    lost: int


class RunService:
    """Begins, stops and continues a run, and does its steps."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings

    async def concerned(self, guild_id: int) -> int:
        """Return how many members are done, and would be asked about a new version."""
        done = (R.guild_id == guild_id, R.state == OnboardingState.COMPLETED, R.user_id > 0)
        return await self._session.scalar(select(func.count()).where(*done)) or 0

    async def start(self, actor: Actor, version: int, grace: timedelta) -> SettingsHistory:
        """Ask members to accept a version within so long. The run of an earlier version ends. Raises ManagersOnly."""
        require_manager(actor)
        run = Run(version, self._clock() + grace)
        return await self._settings.change(actor, structure(RUNS, RUN), run.to_json())

    async def stop(self, actor: Actor, version: int) -> SettingsHistory:
        """Ask nobody any more, and take no roles, until it goes on. Raises ManagersOnly, NoRun, Conflict."""
        run = await self._locked(actor, version)
        if run.stopped_at is not None:
            raise Conflict("That has been stopped already.")
        return await self._settings.change(actor, structure(RUNS, RUN), run.stopped(self._clock()).to_json())

    async def resume(self, actor: Actor, version: int) -> SettingsHistory:
        """Go on: members have as much time left as when it was stopped. Raises ManagersOnly, NoRun, Conflict."""
        run = await self._locked(actor, version)
        if run.stopped_at is None:
            raise Conflict("That is going on already.")
        return await self._settings.change(actor, structure(RUNS, RUN), run.continued(self._clock()).to_json())

    async def asking(self) -> list[tuple[int, Run]]:
        """Return the servers that ask their members at this moment, in whatever process."""
        now = self._clock()
        query = select(BotSetting.guild_id, BotSetting.value).where(BotSetting.scope == RUNS, BotSetting.key == RUN)
        found = [(guild_id, _read(value)) for guild_id, value in await self._session.execute(query)]
        return [(guild_id, run) for guild_id, run in found if run is not None and run.is_asking(now)]

    async def ask_some(self, guild_id: int, run: Run, *, after: int, directly: bool) -> int | None:
        """Write down for some members, by their ids from `after` on, that they have to accept the version.

        Returns the last one's id; None when there are no more. Whoever is asked already, with the same time left, is
        passed over, so that whoever is killed in between asks nobody twice. `directly` also writes down that they are
        to be told by a direct message.
        """
        now = self._clock()
        some = (
            select(R.guild_id, R.user_id)
            .where(R.user_id > after, *_to_ask(guild_id, run))
            .order_by(R.user_id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .cte("some")
        )
        told = literal([Tell.RULES.value], JSONB())
        is_told = or_(R.asked_version == run.version, R.to_tell.contains(told))
        due: ColumnElement[datetime] = literal(now if directly else run.accept_by, R.next_at.type)
        asked = (
            update(R)
            .where(tuple_(R.guild_id, R.user_id).in_(select(some.c.guild_id, some.c.user_id)))
            .values(
                asked_version=run.version,
                accept_by=run.accept_by,
                to_tell=case((is_told, R.to_tell), else_=R.to_tell.op("||", return_type=JSONB())(told))
                if directly
                else R.to_tell,
                next_at=func.least(func.coalesce(R.next_at, due), due),
                updated_at=now,
            )
            .returning(R.user_id)
        )
        ids = (await self._session.scalars(asked, execution_options={"synchronize_session": False})).all()
        if ids:
            await announce(self._session, now if directly else run.accept_by)
        return max(ids) if ids else None

    async def progress(self, guild_id: int, run: Run) -> RunProgress:
        """Return how far members are."""
        has_accepted = R.rules_version >= run.version
        taken = R.grants.contains([{"why": Why.RULES.value, "give": False}])
        is_asked = and_(R.asked_version == run.version, or_(R.rules_version.is_(None), ~has_accepted))
        counts = select(
            func.count().filter(has_accepted),
            func.count().filter(is_asked, ~taken),
            func.count().filter(and_(*_to_ask(guild_id, run))),
            func.count().filter(is_asked, taken),
        ).where(R.guild_id == guild_id, R.state == OnboardingState.COMPLETED)
        accepted, asked, to_ask, lost = (await self._session.execute(counts)).one()
        return RunProgress(accepted, asked, to_ask, lost)

    async def expire(self, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
        """Write down that a member loses the role for being done, if it is time; return when to look again.

        None for who has nothing to accept, and while the run is stopped: once it goes on, new moments are written down.
        """
        run, now = policy.run, self._clock()
        if run is None or run.stopped_at is not None:
            return None
        found = await self._session.scalar(
            select(R)
            .where(R.guild_id == row.guild_id, R.user_id == row.user_id, R.state == OnboardingState.COMPLETED)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is None or found.asked_version != run.version:
            return None
        if run.accept_by > now:
            # The row may have an earlier moment, if it was not reached since the run goes on.
            return run.accept_by
        grants = read_grants(found.grants)
        if policy.completion_role_id is None or any(one.why is Why.RULES and not one.give for one in grants):
            return None
        taken = Grant(What.ROLE, policy.completion_role_id, give=False, why=Why.RULES)
        found.grants = grants_to_json(wanting(grants, [taken]))
        found.grant_tries = 0
        await self._session.flush()
        return now

    async def told(self, row: Onboarding, *, since: datetime) -> bool:
        """Write down that a member was written to, or cannot be; tell whether that was tried since a moment."""
        mine = (R.guild_id == row.guild_id, R.user_id == row.user_id, R.direct_at >= since)
        rest = R.to_tell.op("-", return_type=JSONB())(literal(Tell.RULES.value, Text()))
        done = update(R).where(*mine).values(to_tell=rest).returning(R.user_id)
        return await self._session.scalar(done, execution_options={"synchronize_session": False}) is not None

    async def _locked(self, actor: Actor, version: int) -> Run:
        require_manager(actor)
        await wait_for_others(self._session, actor.guild_id)
        run = OnboardingPolicy.of(await self._settings.get_snapshot(actor.guild_id)).run
        if run is None or run.version != version or (run.stopped_at is None and run.accept_by <= self._clock()):
            raise NoRun
        return run


def _to_ask(guild_id: int, run: Run) -> list[ColumnElement[bool]]:
    return [
        R.guild_id == guild_id,
        R.state == OnboardingState.COMPLETED,
        # Nobody is behind a number below zero: somebody was erased.
        R.user_id > 0,
        or_(R.rules_version.is_(None), R.rules_version < run.version),
        or_(R.asked_version.is_distinct_from(run.version), R.accept_by.is_distinct_from(run.accept_by)),
    ]


def _read(value: object) -> Run | None:
    try:
        return Run.from_json(RUN, value)  # pyright: ignore[reportArgumentType] -- what is no object has no such methods
    except (AttributeError, TypeError, ValueError):
        return None
