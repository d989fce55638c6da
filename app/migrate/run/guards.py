"""What has to be true before the first statement of a migration. Asked under the lock."""

import logging
from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection, text

from app.core.errors import Conflict, NotAllowed
from app.core.messages import Message, msg
from app.core.records import record
from app.db import DatabaseUrl
from app.migrate.backup import contents, making
from app.migrate.backup.making import Backup
from app.migrate.connection import release
from app.migrate.planning import facts, plan, render
from app.migrate.planning.effects import effects
from app.migrate.revisions import lint
from app.migrate.revisions.scripts import Phase, RevisionFile, Risk
from app.migrate.run.order import Order
from app.migrate.run.progress import Progress, Stage
from app.migrate.schema import ours
from app.migrate.status import SchemaStatus, State

log = logging.getLogger(__name__)

SHOWN_DIFFERENCES = 10

_PROCESSES = text(
    """
    SELECT pid, application_name, coalesce(host(client_addr), ''), backend_start FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE :prefix ORDER BY backend_start
    """
)


class OlderProcesses(Conflict):
    """A contracting revision would remove something that a running process still uses."""

    def __init__(self, revision: str, needed: str, processes: Sequence[str]) -> None:
        super().__init__(
            "Revision {revision} removes what releases before {needed} use, and such a process is connected: "
            "{processes}. Stop it or deploy {needed} there, and try again.",
            revision=revision,
            needed=needed,
            processes="; ".join(processes),
        )


class DataLoss(NotAllowed):
    """A downgrade would delete what people have entered."""

    def __init__(self, losses: Sequence[str]) -> None:
        super().__init__(
            "This downgrade deletes data: {losses}. If that is what you want, put -x allow-data-loss=yes in front "
            "of the command: `alembic -x allow-data-loss=yes downgrade -1`. A backup is made first.",
            losses="; ".join(losses),
        )


class Unattended(NotAllowed):
    """Data would be deleted, and nobody has looked at what."""

    def __init__(self, revision: str, losses: Sequence[str]) -> None:
        super().__init__(
            "Revision {revision} deletes data ({losses}), so it is not applied automatically. Look at the plan "
            "with `concierge migrate plan`, then run `concierge migrate apply`.",
            revision=revision,
            losses="; ".join(losses) or "see its file",
        )


class NotRepeatable(Conflict):
    """A revision file breaks a rule, and could not be tried again after a failure."""


@record
class Guarded:
    """The connection that is about to migrate, and everything a guard needs to know."""

    connection: Connection
    config: Config
    order: Order
    found: SchemaStatus
    database: DatabaseUrl | None
    """The address for pg_dump; None when the connection was passed in."""

    @property
    def directory(self) -> Path:
        """Where the revisions are."""
        return Path(self.config.get_main_option("script_location", "."))


def before_upgrade(guarded: Guarded, files: Sequence[RevisionFile], digest: str) -> Backup | None:
    """Refuse what must not run, and make a backup if these revisions want one.

    Raises NotApplicable, PlanChanged, OptionRefused, NotRepeatable, OlderProcesses, Unattended, and what a backup
    raises.
    """
    order, connection = guarded.order, guarded.connection
    plan.require_applicable(guarded.found, allow_unmanaged=order.options.allow_unmanaged)
    if order.digest is not None and order.digest != digest:
        raise plan.PlanChanged
    _refuse_options(guarded, files, "upgrade")
    for file in files:
        if (mixed := lint.mixes_transactions(file)) is not None:
            raise NotRepeatable("{reason}", reason=mixed)
        if file.phase is Phase.CONTRACT and not order.options.allow_older_processes:
            _refuse_older(connection, file)
    if guarded.found.state is State.EMPTY:
        return None
    losses = {file.revision: _losses_of_upgrade(guarded, file) for file in files}
    destructive = [file for file in files if losses[file.revision] or file.risk is Risk.DESTRUCTIVE]
    wanting = [file.revision for file in files if file in destructive or file.risk is Risk.MAJOR]
    known = ours.at(guarded.found.versions, guarded.directory)
    worth_it = bool(wanting) and bool(facts.tables_with_rows(connection, known.names))
    connection.rollback()
    if not worth_it:
        return None
    if destructive and order.unattended:
        raise Unattended(destructive[0].revision, losses[destructive[0].revision])
    return _back_up(guarded, msg("Revision {revisions} needs a backup first.", revisions=", ".join(wanting)))


def before_downgrade(guarded: Guarded, files: Sequence[RevisionFile]) -> Backup | None:
    """Refuse a downgrade that deletes data unless that was allowed, and then back up first.

    Only rows count: going back on an empty database loses nothing. Raises NotApplicable, OptionRefused and DataLoss.
    """
    if guarded.found.state not in plan.APPLICABLE | {State.EDITED, State.DRIFTED}:
        raise plan.NotApplicable(guarded.found)
    _refuse_options(guarded, files, "downgrade")
    losses = [loss for file in files if not file.downgrade_keeps_data for loss in _losses(guarded, file)]
    guarded.connection.rollback()
    if not losses:
        return None
    if not guarded.order.options.allow_data_loss:
        raise DataLoss(losses)
    for loss in losses:
        log.warning("This downgrade deletes %s.", loss)
    return _back_up(guarded, msg("A downgrade that deletes data needs a backup first."))


def before_anything(guarded: Guarded, *, purge: bool) -> None:
    """Refuse to work on unknown versions, and to forget versions. Raises NotApplicable and NotAllowed."""
    if not purge:
        if guarded.found.state in {State.UNKNOWN, State.SEVERAL_VERSIONS}:
            raise plan.NotApplicable(guarded.found)
    elif not guarded.order.options.allow_purge:
        raise NotAllowed(
            "--purge forgets which revisions were applied, and nobody can find out afterwards. `concierge migrate "
            "adopt` finds out at which revision the database really is. To purge all the same: "
            "alembic -x allow-purge=yes stamp --purge …"
        )


def before_stamp(guarded: Guarded, revision: str) -> None:
    """Warn if the database does not look like the revision that it is about to be stamped with."""
    differences = _differences(guarded, revision)
    if differences:
        more = len(differences) - SHOWN_DIFFERENCES
        shown = [*differences[:SHOWN_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])]
        log.warning(
            "THIS DATABASE DOES NOT LOOK LIKE REVISION %s. A stamp changes only the number, and every later upgrade "
            "trusts it. The differences:\n  %s\n"
            "To find the revision that fits: concierge migrate adopt",
            revision,
            "\n  ".join(shown),
        )


def _differences(guarded: Guarded, revision: str) -> list[str]:
    """Compare the database with what was recorded of a revision; `base` is a database without tables."""
    from app.migrate.drift.compare import check, structural
    from app.migrate.schema.snapshots import SnapshotMissing

    if revision == "base":
        return ["there are tables"] if guarded.found.tables else []
    try:
        report = check(guarded.connection, revision=revision, directory=guarded.directory)
    except SnapshotMissing as missing:
        return [str(missing)]
    finally:
        guarded.connection.rollback()
    return [finding.sentence for finding in structural(report.findings)]


def _refuse_options(guarded: Guarded, files: Sequence[RevisionFile], direction: render.Direction) -> None:
    """Ask every revision now. Otherwise the last one might refuse after those before it were applied."""
    for file in files:
        if file.reads_options:
            rendered = render.render(guarded.config, file, direction)
            if rendered.refusal is not None:
                raise plan.OptionRefused(file.revision, rendered.refusal)


def _refuse_older(connection: Connection, file: RevisionFile) -> None:
    needed = file.min_release or release.release()
    older = [
        f"process {pid} ({name}{f' from {address}' if address else ''}, since {since:%Y-%m-%d %H:%M} UTC)"
        for pid, name, address, since in connection.execute(_PROCESSES, {"prefix": f"{release.APPLICATION}/%"})
        if (running := release.release_of(name)) is not None and release.is_older(running, needed)
    ]
    if older:
        raise OlderProcesses(file.revision, needed, older)


def _losses_of_upgrade(guarded: Guarded, file: RevisionFile) -> list[str]:
    rendered = render.render(guarded.config, file, "upgrade")
    losses = [loss for _, loss in _destroyed(rendered)]
    return [*dict.fromkeys(losses), *(["what its SQL does not show"] if rendered.suspicious else [])]


def _losses(guarded: Guarded, file: RevisionFile) -> list[str]:
    rendered = render.render(guarded.config, file, "downgrade")
    if rendered.suspicious:
        return [f"what the downgrade of {file.revision} finds (its SQL does not show it)"]
    found = _destroyed(rendered)
    with_rows = facts.tables_with_rows(guarded.connection, {table for table, _ in found if table is not None})
    return list(dict.fromkeys(loss for table, loss in found if table is None or table in with_rows))


def _destroyed(rendered: render.Rendered) -> list[tuple[str | None, str]]:
    """List what is deleted, each with its table if there is one."""
    found = [effect for statement in rendered.statements for effect in effects(statement, {})]
    return [(effect.table, effect.destroys) for effect in found if effect.destroys]


def _back_up(guarded: Guarded, why: Message) -> Backup | None:
    order = guarded.order
    if not order.options.backup:
        log.warning("%s Continuing without one: -x backup=no was given.", why)
        return None
    if guarded.database is None or order.backups is None:
        # Whoever passes a connection gives no address for pg_dump, and has to decide.
        raise Conflict(
            "{why} It cannot be made over a connection that was passed in: pass an address, or backup=no.", why=why
        )
    wanted = contents.look(guarded.connection, guarded.found.versions, guarded.directory)
    guarded.connection.rollback()
    if wanted is None:
        return None
    megabytes = f"{wanted.bytes / 1024**2:.0f}"
    order.report(Progress(Stage.BACKUP, msg("{why} Backing up {megabytes} MB.", why=why, megabytes=megabytes)))
    made = making.create(
        guarded.database, wanted, order.backups, revision=guarded.found.current or "base", keep=order.keep
    )
    done = msg(
        "Backed up to {path} ({megabytes} MB, {seconds} s).",
        path=made.path,
        megabytes=f"{made.bytes / 1024**2:.1f}",
        seconds=f"{made.seconds:.1f}",
    )
    order.report(Progress(Stage.BACKUP, done, seconds=made.seconds, path=str(made.path)))
    return made
