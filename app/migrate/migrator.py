"""Everything that can be done with the schema, for the terminal, for Discord and at boot."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from app.core.errors import Conflict
from app.core.messages import Message, msg
from app.db import DatabaseUrl
from app.migrate import status
from app.migrate.backup import contents, making, restoring
from app.migrate.backup.making import Backup
from app.migrate.backup.restoring import Restored
from app.migrate.connection import lock, session
from app.migrate.connection.options import Options
from app.migrate.planning.plan import APPLICABLE, Plan, require_applicable
from app.migrate.planning.plan import digest as digest_of
from app.migrate.revisions import scripts
from app.migrate.run import apply, history, watch, wire
from app.migrate.run.apply import ApplyResult, Gathered, RunOutcome
from app.migrate.run.history import Entry
from app.migrate.run.order import KEPT_BACKUPS, Author
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus, State

if TYPE_CHECKING:
    from app.migrate.drift.adopt import Adoption
    from app.migrate.drift.compare import Report

log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
T = TypeVar("T")

PAUSE_SECONDS = 0.4


class Migrator:
    """Looks after the schema of one database.

    Opens connections of its own, one at a time and never one of the bot's pool, and never blocks the event loop:
    revisions are rendered and run by a process of their own. `options` are those of `alembic -x`.
    """

    def __init__(
        self,
        database: DatabaseUrl,
        *,
        backups: Path,
        migrations: Path = scripts.MIGRATIONS,
        keep: int = KEPT_BACKUPS,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._database = database
        self._backups = backups
        self._migrations = migrations
        self._keep = keep
        self._options = Options(options or {})
        self._cancelled = asyncio.Event()

    async def status(self) -> SchemaStatus:
        """Read the state of the database. Creates nothing, and answers while revisions are being applied.

        Raises Unavailable when the database cannot be reached, and ValueError for a file that is no revision.
        """
        return await status.fetch(self._database, await self._revisions())

    async def require_place(self) -> None:
        """Raise NoPlace for a database that could not hold the bot's tables, whatever their revision."""
        await status.require_place(self._database)

    async def plan(self) -> Plan:
        """Find out what is pending and what it would do to this database. Changes nothing.

        Raises InvalidInput for an option that cannot be used, Refused if nothing may be applied, and Unavailable.
        """
        await self._check_options()
        found = await self.status()
        if found.is_at_head:
            # Nothing to render, so no process has to be started to say so.
            nothing = digest_of(found.versions, (), self._options.given)
            return Plan(found.current, found.head, nothing, (), has_rows=False, options=self._options.given)
        message = await apply.run_worker(self._job("plan"), lambda _: None, asyncio.Event())
        return Plan.from_json(message["plan"])

    async def apply(
        self,
        digest: str | None,
        author: Author,
        on_progress: OnProgress | None = None,
        *,
        command: str = "migrate apply",
        unattended: bool = False,
    ) -> ApplyResult:
        """Apply what is pending, under the lock, and return what came of it.

        With a `digest`, only the plan with that digest is applied. `unattended` refuses what deletes data.
        `on_progress` is called on the event loop and must not block. Cancelling the task, or `cancel()`, stops the
        running statement and rolls its revision back. A revision that fails is a result, not an exception. If
        nothing has begun, it raises InvalidInput, Refused, NotApplicable, PooledConnection, AlreadyMigrating or
        Unavailable.
        """
        await self._check_options()
        started = time.monotonic()
        self._cancelled.clear()
        gathered = Gathered(on_progress)
        async with self._our_turn(gathered) as found:
            if found.is_at_head:
                return ApplyResult(RunOutcome.NOTHING_TO_DO, found.sentence, status=found)
            if self._cancelled.is_set():
                told = msg("Cancelled before it began. {state}", state=found.sentence)
                return ApplyResult(RunOutcome.CANCELLED, told, status=found)
            require_applicable(found, allow_unmanaged=self._options.allow_unmanaged)
            job = self._job("apply", command=command, author=vars(author), digest=digest, unattended=unattended)
            async with watch.indexes(self._database, gathered):
                message = await self._run(job, gathered)
            return await self._result(message, gathered, author, command, time.monotonic() - started)

    async def apply_on_boot(self, on_progress: OnProgress | None = None) -> ApplyResult:
        """Apply what is pending without confirmation, as `MIGRATIONS_ON_BOOT=auto` does.

        Of several processes that start at once one migrates and the others wait for it. What deletes data is refused.
        Raises like `apply`.
        """
        return await self.apply(None, Author.at_the_terminal(), on_progress, command="migrate auto", unattended=True)

    def cancel(self) -> None:
        """Stop an `apply` that is running here; it returns a result that says so."""
        self._cancelled.set()

    async def history(self, *, limit: int = 50) -> list[Entry]:
        """Return who changed the schema, when and with which result, newest first."""
        return await self._on_connection(lambda connection: history.read(connection, limit=limit), read_only=True)

    async def backup(self, author: Author) -> Backup:
        """Back the database up now, under the lock, so that it never shows a migration half done.

        Raises AlreadyMigrating, NoPlace, Conflict if nothing there is the bot's, ToolMissing, NoSpace and BackupFailed.
        """
        revisions = await self._revisions()

        def make(connection: Connection) -> Backup:
            with lock.hold(connection, wait=self._options.lock_wait):
                found = status.read(connection, revisions, ask_who_runs=False)
                wanted = contents.look(connection, found.versions, self._migrations)
                connection.rollback()
                if wanted is None:
                    raise Conflict(
                        "The database {database} has no tables of the bot: there is nothing to back up.",
                        database=str(self._database.url.database),
                    )
                revision = found.current or "base"
                made = making.create(self._database, wanted, self._backups, revision=revision, keep=self._keep)
                details = {"backup": str(made.path), "bytes": made.bytes, "seconds": round(made.seconds, 3)}
                history.write(connection, Entry("migrate backup", author, success=True, details=details))
                connection.commit()
            return made

        # pg_dump blocks its thread for as long as it takes, so it gets a thread with a loop of its own.
        return await asyncio.to_thread(lambda: asyncio.run(self._on_connection(make)))

    async def restore(self, path: Path, name: str | None = None) -> Restored:
        """Restore a backup into a new database of that name, or into this one.

        Nothing is ever overwritten: a new database must not exist yet, and this one has to be empty. Raises what
        `app.migrate.backup.restoring.restore` raises.
        """
        return await asyncio.to_thread(restoring.restore, self._database, path, name)

    async def adopt(self, author: Author, *, rehearse: bool = False) -> "Adoption":
        """Find out which revision an existing database is at, and record that if the match is exact.

        A rehearsal writes nothing. Raises AlreadyMigrating, and SnapshotMissing.
        """
        # Imported only here: most processes never need it, and it would take memory in every bot.
        from app.migrate.drift import adopt

        def work(connection: Connection) -> "Adoption":
            if rehearse:
                return adopt.recognise(connection, directory=self._migrations)
            adoption = adopt.adopt(connection, directory=self._migrations, lock_wait=self._options.lock_wait)
            if adoption.outcome is adopt.AdoptionOutcome.ADOPTED:
                details = {"revision": adoption.revision, "direction": "adopt"}
                history.write(connection, Entry("migrate adopt", author, success=True, details=details))
                connection.commit()
            return adoption

        return await asyncio.to_thread(lambda: asyncio.run(self._on_connection(work, read_only=rehearse)))

    async def check(self) -> "Report":
        """Compare the live schema with what the revision it claims to be at should have made. Reads only.

        Raises SnapshotMissing for a revision that was not recorded.
        """
        from app.migrate.drift import compare as drift

        current = (await self.status()).current
        revisions = await self._revisions()
        known = current if current is not None and revisions.find(current) is not None else None
        work = partial(drift.check, revision=known, directory=self._migrations)
        return await self._on_connection(work, read_only=True)

    @asynccontextmanager
    async def _our_turn(self, report: OnProgress) -> AsyncGenerator[SchemaStatus]:
        """Yield the state once it is this process's turn, or once there is nothing left to do.

        A process that waits here has not started a worker: of twenty processes, nineteen never do.
        """
        deadline = time.monotonic() + self._options.lock_wait
        told = False
        async with session.opened(self._database, autocommit=True) as connection:
            while True:
                found = await connection.run_sync(status.read, await self._revisions())
                if found.running is None:
                    applicable = found.state in APPLICABLE or found.state is State.UNMANAGED
                    ready = found.is_at_head or not applicable
                    if not ready:
                        ready = await connection.run_sync(lock.try_queue)
                    if ready:
                        # Whoever was in front may just have finished.
                        yield await connection.run_sync(status.read, await self._revisions())
                        return
                if self._cancelled.is_set():
                    yield found
                    return
                if time.monotonic() > deadline:
                    raise lock.AlreadyMigrating(found.running, self._options.lock_wait)
                if not told:
                    who = found.running or msg("another process, which is about to start")
                    waiting = msg("Waiting for {process}, which is migrating this database.", process=who)
                    report(Progress(Stage.WAITING, waiting))
                    told = True
                await asyncio.sleep(random.uniform(PAUSE_SECONDS / 2, PAUSE_SECONDS))  # noqa: S311 -- not in step

    async def _run(self, job: Mapping[str, Any], gathered: Gathered) -> dict[str, Any]:
        try:
            return await apply.run_worker(job, gathered, self._cancelled)
        except apply.WorkerBroke as error:
            if gathered.current is None and not gathered.applied:
                raise
            failed = msg("The migration failed: {error}", error=error)
            return {"failed": wire.pack(failed), "error": str(error), "broke": True}

    async def _result(
        self, message: dict[str, Any], gathered: Gathered, author: Author, command: str, seconds: float
    ) -> ApplyResult:
        after = await self.status()
        applied = tuple(gathered.applied)
        numbers = ", ".join(one.revision for one in applied)
        error, outcome = message.get("error"), RunOutcome.APPLIED if applied else RunOutcome.NOTHING_TO_DO
        values: dict[str, object] = {"revisions": numbers, "seconds": f"{seconds:.1f}", "state": after.sentence}
        sentence: Message = after.sentence
        if "cancelled" in message:
            outcome, error = RunOutcome.CANCELLED, "cancelled"
            sentence = (
                msg("Cancelled after {revisions}: nothing is half done. {state}", **values)
                if applied
                else msg("Cancelled: nothing is half done. {state}", **values)
            )
        elif "failed" in message:
            outcome = RunOutcome.FAILED
            sentence = msg("{failure}\n{state}", failure=wire.unpack(message["failed"]), state=after.sentence)
        elif applied:
            sentence = msg("Applied {revisions} in {seconds} s. {state}", **values)
        if "cancelled" in message or "broke" in message:
            await self._record_end(gathered, author, command, str(error))
        failing = message.get("statement") or None
        return ApplyResult(outcome, sentence, applied, seconds, gathered.backup, error, failing, after)

    async def _record_end(self, gathered: Gathered, author: Author, command: str, error: str) -> None:
        """Record what the worker could not: that it was stopped."""
        current = gathered.current
        details = {"revision": current.revision, "direction": "upgrade"} if current is not None else {}

        def write(connection: Connection) -> None:
            history.write(connection, Entry(command, author, success=False, details=details, error=error))
            connection.commit()

        await self._on_connection(write)

    def _job(self, do: str, **more: object) -> dict[str, Any]:
        return {
            "do": do,
            "database": wire.pack_address(self._database),
            "migrations": str(self._migrations),
            "options": dict(self._options.given),
            "backups": str(self._backups),
            "keep": self._keep,
            **more,
        }

    async def _on_connection(self, function: Callable[[Connection], T], *, read_only: bool = False) -> T:
        async with session.opened(self._database) as connection:
            if read_only:
                await connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            return await connection.run_sync(function)

    async def _check_options(self) -> None:
        self._options.check(file.source for file in (await self._revisions()).files)

    async def _revisions(self) -> scripts.Revisions:
        return await asyncio.to_thread(scripts.read, self._migrations)
