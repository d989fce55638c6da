"""What `concierge migrate` prints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from app.migrate.backup.making import Backup, Rehearsal
from app.migrate.backup.restoring import Restored
from app.migrate.planning.plan import Impact, Plan, PlannedRevision
from app.migrate.run.apply import ApplyResult, RunOutcome
from app.migrate.run.history import Entry
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus, State

if TYPE_CHECKING:
    from app.migrate.drift.adopt import Adoption
    from app.migrate.drift.compare import Report

MEGABYTE = 1024 * 1024
COLOURS = {
    Stage.WAITING: "yellow",
    Stage.BACKUP: "cyan",
    Stage.STARTED: "bold",
    Stage.RETRYING: "yellow",
    Stage.RUNNING: "dim",
    Stage.FINISHED: "green",
    Stage.FAILED: "red",
}


def status(console: Console, found: SchemaStatus) -> None:
    """Print the state of the database."""
    colour = {State.AT_HEAD: "green", State.BEHIND: "yellow", State.EMPTY: "yellow"}.get(found.state, "red")
    console.print(f"[{colour}]{escape(str(found.sentence))}[/]")
    if found.pending and found.versions:
        console.print(f"Pending: {', '.join(found.pending)}")
    if found.running is not None:
        console.print(f"[cyan]A migration is running: {escape(str(found.running))}[/]")
    if found.fix:
        console.print(f"Next: [bold]{escape(found.fix)}[/]")


def plan(console: Console, made: Plan, *, sql: bool = True) -> None:
    """Print what would be done: first what matters, then the SQL if wanted."""
    if not made.revisions:
        console.print(f"[green]Nothing to do: the database is at {made.head}.[/]")
        return
    console.print(
        f"From {made.current or 'an empty database'} to {made.head}, {_count(len(made.revisions), 'revision')}."
    )
    for revision in made.revisions:
        _revision(console, revision, sql=sql)
    if made.needs_backup:
        console.print("[cyan]A backup is made first.[/]")
    console.print(f"[dim]Digest {made.digest}[/]")


def result(console: Console, came: ApplyResult) -> None:
    """Print what came of a run."""
    colour = "green" if came.ok else "yellow" if came.outcome is RunOutcome.CANCELLED else "red"
    console.print(f"[{colour}]{escape(str(came.sentence))}[/]")
    if came.backup is not None:
        console.print(f"Backup made before: {escape(came.backup)}")
    if not came.ok and came.status is not None and came.status.fix:
        console.print(f"When the cause is fixed: [bold]{escape(came.status.fix)}[/]")


def history(console: Console, entries: Sequence[Entry]) -> None:
    """Print what was recorded, newest first."""
    if not entries:
        console.print("Nothing is recorded yet.")
        return
    table = Table("when (UTC)", "what", "revision", "by", "took", "result", box=None, pad_edge=False)
    for entry in entries:
        seconds = entry.details.get("seconds")
        outcome = "[green]done[/]" if entry.success else f"[red]{escape((entry.error or 'failed').splitlines()[0])}[/]"
        if backup_path := entry.details.get("backup"):
            outcome += f"\n[dim]{escape(str(backup_path))}[/]"
        table.add_row(
            f"{entry.at:%Y-%m-%d %H:%M:%S}" if entry.at else "",
            entry.command,
            f"{entry.details.get('revision', '')} {entry.details.get('direction', '')}".strip(),
            escape(entry.author.name),
            f"{seconds:.1f} s" if isinstance(seconds, (int, float)) else "",
            outcome,
        )
    console.print(table)


def adoption(console: Console, found: "Adoption") -> None:
    """Print which revision a database is at, or how it differs from the nearest one."""
    console.print(f"[{'green' if found.succeeded else 'red'}]{escape(found.sentence)}[/]")
    for finding in found.differences:
        console.print(f"  {escape(finding.sentence)}")
        if finding.fix:
            _sql(console, finding.fix)
    if found.foreign:
        console.print(f"Not ours, left alone: {escape(', '.join(found.foreign))}")
    console.print(escape(found.advice))


def backup(console: Console, made: Backup) -> None:
    """Print where a backup is and how to get it back."""
    console.print(
        f"[green]Backed up {made.tables} tables to[/] {escape(str(made.path))} "
        f"({made.bytes / MEGABYTE:.1f} MB, {made.seconds:.1f} s). {escape(_tested(made))}"
    )
    console.print(f"Restore it with: [bold]concierge migrate restore {escape(str(made.path))} --into NAME[/]")


def restored(console: Console, result: Restored, name: str | None, erased: int | None) -> None:
    """Print where a restored database is, what of the file is not in it, and who was erased from it again."""
    console.print(f"[green]Restored into[/] {escape(str(result.database))}")
    if result.left_out:
        console.print(
            "Left out, because no table needs it and this role may not make it, or because it is no part of a copy: "
            f"{escape(', '.join(result.left_out))}"
        )
    if erased is None:
        console.print(
            "[yellow]People who were erased after this backup are still in it[/]: its schema is older than this "
            "release. They are erased again when the bot starts, before it logs in."
        )
    elif erased:
        console.print(f"Erasures that came after this backup and were done again: {erased}")
    if name is not None:
        console.print(
            f"The old database is unchanged. To use the new one, put its name ({escape(name)}) into DATABASE_URL."
        )


def report(console: Console, found: "Report") -> None:
    """Print the differences between the live schema and its revision."""
    console.print(f"[{'green' if found.clean else 'red'}]{escape(found.sentence)}[/]")
    for finding in found.findings:
        colour = {"error": "red", "warning": "yellow"}.get(finding.severity.value, "dim")
        console.print(f"[{colour}]{finding.severity.value}[/] {escape(finding.sentence)}")
        if finding.fix:
            _sql(console, finding.fix)


def progress(console: Console, event: Progress) -> None:
    """Print what a run reports while it runs, with its place among the revisions."""
    place = f"[dim]{event.position}/{event.total}[/] " if event.total else ""
    console.print(f"{place}[{COLOURS[event.stage]}]{escape(str(event.sentence))}[/]")


def _tested(made: Backup) -> str:
    match made.rehearsal:
        case Rehearsal.COMPLETE:
            return "It was restored for a test."
        case Rehearsal.STRUCTURE:
            return "Its structure was restored for a test, and its rows were read."
        case Rehearsal.NONE:
            return f"It was read, but not restored for a test: {made.why_not}."


def _revision(console: Console, revision: PlannedRevision, *, sql: bool) -> None:
    console.print()
    console.print(f"[bold]{revision.revision}[/] {escape(revision.title)}  [dim]{escape(revision.file)}[/]")
    for obstacle in revision.obstacles:
        console.print(f"  [red]will fail[/]: {escape(str(obstacle.sentence))}")
    for loss in revision.destroys:
        console.print(f"  [red]deletes {escape(loss)}[/]")
    for impact in revision.impacts:
        console.print(f"  {_impact(impact)}")
    if revision.outside_transaction:
        console.print(
            "  [yellow]runs outside a transaction[/]: if it fails, what it left is removed, and it can be repeated"
        )
    if revision.phase == "contract":
        console.print("  [yellow]contracts[/]: no process of an older release may be running meanwhile")
    if revision.unknown:
        console.print(
            f"  [yellow]{_count(len(revision.unknown), 'statement')} with unpredictable effects[/]: read the SQL"
        )
    if revision.gap:
        console.print(f"  [yellow]its SQL is incomplete[/]: it depends on the data ({escape(revision.gap)})")
    if sql and revision.sql:
        _sql(console, revision.sql.rstrip())


def _sql(console: Console, text: str) -> None:
    if console.is_terminal:
        console.print(Syntax(text, "sql", background_color="default", word_wrap=True), soft_wrap=False)
    else:
        console.out(text, highlight=False)


def _impact(impact: Impact) -> str:
    colour = {"reads and writes": "red", "writes": "yellow"}.get(impact.blocks, "green")
    size = f"{impact.rows:,} rows, {impact.bytes / MEGABYTE:,.1f} MB"
    blocks = f"[{colour}]blocks {impact.blocks}[/]" if impact.blocks != "nothing" else "[green]blocks nothing[/]"
    duration = "a moment" if impact.seconds < 1 else f"about {impact.seconds:,.0f} s"
    return f"{escape(impact.table)} ({size}): {impact.lock.value}, {blocks} for {duration}; {impact.work.value}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
