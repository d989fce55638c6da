"""Running revisions: each in a transaction of its own, and tried again when a lock is not granted."""

import logging
import os
import random
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo, RevisionStep, StampStep
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.core.messages import Message, msg
from app.migrate.backup.making import Backup
from app.migrate.connection import release, session
from app.migrate.planning import plan
from app.migrate.revisions import scripts
from app.migrate.run import guards, history
from app.migrate.run.guards import Guarded
from app.migrate.run.progress import Progress, Stage
from app.migrate.schema import indexes

log = logging.getLogger(__name__)

CHANNEL = "concierge_schema"
"""Every process that keeps connections listens here and drops them, because their prepared statements are stale."""
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"
MAX_PAUSE = 4.0
MAX_STATEMENT = 2000

Step = RevisionStep | StampStep
Function = Callable[[Any, MigrationContext], Iterable[Step]]

# Each in one statement: every round trip counts when there are a hundred revisions.
_BEGIN = text(
    f"""
    SELECT set_config('lock_timeout', :lock, false), set_config('statement_timeout', :statement, false),
           pg_backend_pid(), ARRAY({indexes.INVALID})
    """
)
_END = text(f"SELECT pg_notify(:channel, :revision), ARRAY({indexes.INVALID}), ARRAY({history.COLUMNS})")


class RevisionFailed(CommandError):
    """A revision failed and was rolled back."""

    def __init__(self, revision: str, direction: str, error: BaseException) -> None:
        self.revision = revision
        self.error = session.sentence(error)
        self.statement = _statement(error)
        self.sqlstate = session.sqlstate(error)
        values = {"revision": revision, "direction": direction, "error": self.error, "statement": self.statement}
        self.message = (
            msg(
                "Revision {revision} failed ({direction}) and was rolled back: {error}\nThe statement was: {statement}",
                **values,
            )
            if self.statement
            else msg("Revision {revision} failed ({direction}) and was rolled back: {error}", **values)
        )
        super().__init__(str(self.message))


class Steps:
    """The revisions that one command applies. Counts what is done, so that a new attempt goes on there."""

    def __init__(self, guarded: Guarded, function: Function, revisions: scripts.Revisions, *, purge: bool) -> None:
        self._guarded = guarded
        self._connection = guarded.connection
        self._order = guarded.order
        self._function = function
        self._purge = purge
        self._revisions = revisions
        self._files = {file.revision: file for file in revisions.files}
        self._steps: list[Step] = []
        self._done = 0
        self._attempt = 1
        self._started = 0.0
        self._invalid_before: frozenset[str] = frozenset()
        self._backup: Backup | None = None

    def __call__(self, heads: object, migration: MigrationContext) -> Iterator[Step]:
        """Yield what is left to do; Alembic commits each before it asks for the next."""
        del heads, migration
        for step in self._steps[self._done :]:
            self._start(step)
            yield step
            self._finish(step)

    def applied(self, ctx: MigrationContext, step: MigrationInfo, heads: object, run_args: object) -> None:
        """Complete a revision inside its transaction: Alembic calls this between its last statement and COMMIT."""
        del ctx, heads, run_args
        reached = ",".join(step.destination_revision_ids) or "base"
        _, invalid, columns = self._connection.execute(_END, {"channel": CHANNEL, "revision": reached}).one()
        left = frozenset(invalid) - self._invalid_before
        if left:
            raise CommandError(f"It built an index that is not valid: {', '.join(sorted(left))}.")
        history.write(self._connection, self._entry(self._steps[self._done]), frozenset(columns))

    def run(self) -> None:
        """Do all steps. Raises RevisionFailed and what the guards raise; whatever was committed before stays."""
        migration = context.get_context()
        self._steps = self._wanted(migration)
        self._connection.rollback()
        self._clear_leftovers(migration)
        deadline = time.monotonic() + self._order.options.retry
        while True:
            try:
                context.run_migrations()
            except Exception as error:
                alive = self._undo(migration)
                if not (alive and self._should_retry(error, deadline)):
                    raise self._failure(error, record=alive) from error
            else:
                self._connection.commit()
                return

    def _wanted(self, migration: MigrationContext) -> list[Step]:
        """Find out what to do, and ask the guards whether it may be done."""
        found = self._guarded.found
        guards.before_anything(self._guarded, purge=self._purge)
        steps = list(self._function(() if self._purge else migration.get_current_heads(), migration))
        self._connection.rollback()
        files = [self._files[_revision(step)] for step in steps if isinstance(step, RevisionStep)]
        if steps and isinstance(steps[0], StampStep):
            guards.before_stamp(self._guarded, _revision(steps[-1]))
        elif steps and not steps[0].is_upgrade:
            self._backup = guards.before_downgrade(self._guarded, files)
        else:
            pending = self._revisions.pending(found.versions)
            digest = plan.digest(found.versions, pending, self._order.options.given)
            self._backup = guards.before_upgrade(self._guarded, files, digest)
        return steps

    def _start(self, step: Step) -> None:
        self._started = time.monotonic()
        file = self._files.get(_revision(step))
        limits = self._order.options.limits
        if file is not None and file.leaves_transaction:
            # An index that is built CONCURRENTLY waits for old transactions, and nobody waits behind it.
            limits = {"lock": "0", "statement": "0"}
        *_, backend, invalid = self._connection.execute(_BEGIN, limits).one()
        self._invalid_before = frozenset(invalid)
        self._tell(Stage.STARTED, step, msg("{step} started.", step=_describe(step)), backend=backend)

    def _finish(self, step: Step) -> None:
        seconds = time.monotonic() - self._started
        self._done += 1
        self._tell(
            Stage.FINISHED, step, msg("{step} done in {seconds} s.", step=_describe(step), seconds=f"{seconds:.1f}")
        )
        self._attempt = 1

    def _should_retry(self, error: Exception, deadline: float) -> bool:
        if session.sqlstate(error) not in {LOCK_NOT_AVAILABLE, DEADLOCK} or self._done >= len(self._steps):
            return False
        pause = min(0.25 * 2**self._attempt, MAX_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311 -- jitter
        if time.monotonic() + pause > deadline:
            return False
        step = self._steps[self._done]
        self._tell(
            Stage.RETRYING,
            step,
            msg(
                "{step} did not get its lock within {timeout} ms. Trying again in {pause} s (attempt {attempt}).",
                step=_describe(step),
                timeout=f"{self._order.options.lock_timeout:.0f}",
                pause=f"{pause:.1f}",
                attempt=self._attempt,
            ),
        )
        self._attempt += 1
        time.sleep(pause)
        return True

    def _undo(self, migration: MigrationContext) -> bool:
        """Leave nothing of the revision that failed. Returns whether the connection still works."""
        try:
            self._connection.rollback()
            left = indexes.invalid(self._connection) - self._invalid_before
            self._connection.rollback()
            indexes.drop(migration, self._connection, left)
        except SQLAlchemyError as error:
            # The server rolls back by itself when a connection is gone; an index that is left is found by the next run.
            log.warning("Could not tidy up after the failure: %s", session.sentence(error))
            return False
        return True

    def _failure(self, error: Exception, *, record: bool) -> Exception:
        if self._done >= len(self._steps):
            return error
        step = self._steps[self._done]
        if not isinstance(error, (DBAPIError, CommandError)):
            # A mistake in the revision itself: its author needs the place.
            log.error("revision raised", exc_info=error)
        failure = RevisionFailed(_revision(step), "upgrade" if step.is_upgrade else "downgrade", error)
        if record:
            history.write(self._connection, self._entry(step, failure))
            self._connection.commit()
        self._tell(Stage.FAILED, step, failure.message)
        return failure

    def _clear_leftovers(self, migration: MigrationContext) -> None:
        invalid = indexes.invalid(self._connection)
        self._connection.rollback()
        if not invalid:
            return
        sources = [file.source for file in self._files.values()]
        leftovers = frozenset(name for name in invalid if any(name in source for source in sources))
        for name in sorted(invalid - leftovers):
            log.warning("Index %s is not valid, and no pending revision builds it. REINDEX or drop it.", name)
        indexes.drop(migration, self._connection, leftovers)

    def _entry(self, step: Step, failure: RevisionFailed | None = None) -> history.Entry:
        file = self._files.get(_revision(step))
        details = {
            "revision": _revision(step),
            "direction": "stamp" if isinstance(step, StampStep) else "upgrade" if step.is_upgrade else "downgrade",
            "seconds": round(time.monotonic() - self._started, 3),
            "attempts": self._attempt,
            "release": release.release(),
            "host": f"{socket.gethostname()}:{os.getpid()}",
            "checksum": file.checksum if file is not None else None,
            "backup": str(self._backup.path) if self._backup is not None else None,
            "options": dict(self._order.options.given) or None,
            "statement": failure.statement if failure is not None and failure.statement else None,
        }
        return history.Entry(
            self._order.command,
            self._order.author,
            success=failure is None,
            details={name: value for name, value in details.items() if value is not None},
            error=failure.error if failure is not None else None,
        )

    def _tell(self, stage: Stage, step: Step, sentence: Message, *, backend: int | None = None) -> None:
        self._order.report(
            Progress(
                stage=stage,
                sentence=sentence,
                revision=_revision(step),
                title=_title(step),
                position=min(self._done + (stage is not Stage.FINISHED), len(self._steps)),
                total=len(self._steps),
                seconds=time.monotonic() - self._started if self._started else 0.0,
                attempt=self._attempt,
                backend=backend,
            )
        )


def _revision(step: Step) -> str:
    moved = step.to_revisions if step.is_upgrade or isinstance(step, StampStep) else step.from_revisions
    return ",".join(moved) or "base"


def _title(step: Step) -> str:
    return (step.doc or "").rstrip(".")


def _describe(step: Step) -> Message:
    named = f"{_revision(step)} ({_title(step)})" if step.doc else _revision(step)
    if isinstance(step, StampStep):
        return msg("Stamp {revision}", revision=named)
    if step.is_upgrade:
        return msg("Revision {revision}", revision=named)
    return msg("Downgrade of {revision}", revision=named)


def _statement(error: BaseException) -> str:
    statement = getattr(error, "statement", None)
    if not isinstance(statement, str):
        return ""
    flat = statement.strip()
    return flat if len(flat) <= MAX_STATEMENT else f"{flat[:MAX_STATEMENT]} …"
