"""Making a plan: render every pending revision, and look up what its statements affect in the catalogue.

Works with Alembic's globals, and therefore only where no alembic command is running: in a worker.
"""

from collections.abc import Mapping
from dataclasses import replace

from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.migrate import status
from app.migrate.planning import facts, render
from app.migrate.planning.effects import Effect, Lock, Work, effects
from app.migrate.planning.facts import Facts
from app.migrate.planning.obstacles import Obstacle, Obstacles
from app.migrate.planning.plan import Impact, OptionRefused, Plan, PlannedRevision, digest, require_applicable
from app.migrate.revisions.scripts import RevisionFile, Revisions
from app.migrate.schema import ours

MEGABYTE = 1024 * 1024
# Measured on a small virtual machine with tables of some hundred megabytes, rounded down.
SPEED = {Work.SCAN: 250 * MEGABYTE, Work.INDEX: 60 * MEGABYTE, Work.REWRITE: 40 * MEGABYTE, Work.ROWS: 20 * MEGABYTE}


def make(
    connection: Connection, config: Config, revisions: Revisions, options: Mapping[str, str], *, unmanaged: bool = False
) -> Plan:
    """Plan the pending revisions.

    Not in a process in which an alembic command is running. Raises NotApplicable and OptionRefused. Leaves the
    transaction to the caller.
    """
    found = status.read(connection, revisions)
    require_applicable(found, allow_unmanaged=unmanaged)
    pending = revisions.pending(found.versions)
    known = facts.gather(connection)
    created: set[str] = set()
    with render.outside_env(config):
        obstacles = Obstacles(connection, known.types)
        planned = tuple(_revision(config, file, known, created, obstacles) for file in pending)
    return Plan(
        current=found.current,
        head=found.head,
        digest=digest(found.versions, pending, options),
        revisions=planned,
        has_rows=bool(planned) and _has_rows(connection, ours.at(found.versions, revisions.directory).names),
        options=dict(options),
    )


def _has_rows(connection: Connection, names: frozenset[str] | None) -> bool:
    try:
        with connection.begin_nested():
            return bool(facts.tables_with_rows(connection, names))
    except DBAPIError:
        # Somebody has locked a table exclusively. A table that cannot be read is assumed to have rows.
        return True


def _revision(
    config: Config, file: RevisionFile, known: Facts, created: set[str], obstacles: Obstacles
) -> PlannedRevision:
    rendered = render.render(config, file, "upgrade")
    if rendered.refusal is not None:
        raise OptionRefused(file.revision, rendered.refusal)
    found: list[tuple[Effect, float]] = []
    unknown: list[str] = []
    fails: list[Obstacle] = []
    for statement in rendered.statements:
        fails.extend(obstacles.of(statement))
        for effect in effects(statement, known.types):
            if effect.work in {Work.ROWS, Work.UNKNOWN}:
                obstacles.note(effect.table)
            if effect.creates and effect.table is not None:
                created.add(effect.table)
            if effect.work is Work.UNKNOWN:
                unknown.append(statement)
            if effect.table not in created:
                found.append((effect, _seconds(effect, known)))
    destroys = [effect.destroys for effect, _ in found if effect.destroys is not None]
    if rendered.suspicious:
        destroys.append("what its SQL does not show")
    return PlannedRevision(
        revision=file.revision,
        title=file.title,
        file=file.path.name,
        checksum=file.checksum,
        risk=file.risk,
        phase=file.phase,
        statements=rendered.statements,
        impacts=_impacts(found, known),
        destroys=tuple(dict.fromkeys(destroys)),
        outside_transaction=file.leaves_transaction or any(effect.outside for effect, _ in found),
        unknown=tuple(unknown),
        gap=rendered.gap,
        seconds=round(sum(seconds for _, seconds in found), 1),
        obstacles=tuple(fails),
    )


def _impacts(found: list[tuple[Effect, float]], known: Facts) -> tuple[Impact, ...]:
    """Collect what happens to each table: a lock is held from its statement to the end of the revision."""
    locks, works = list(Lock), list(Work)
    impacts: dict[str, Impact] = {}
    remaining = sum(seconds for _, seconds in found)
    for effect, seconds in found:
        if effect.table is not None and effect.lock is not None:
            size = known.sizes.get(effect.table, facts.Size(0, 0))
            new = Impact(effect.table, effect.lock, effect.work, size.rows, size.bytes, round(remaining, 1))
            old = impacts.get(effect.table, new)
            strongest = max(old, new, key=lambda impact: locks.index(impact.lock))
            heaviest = max(old, new, key=lambda impact: works.index(impact.work))
            impacts[effect.table] = replace(strongest, work=heaviest.work)
        remaining -= seconds
    return tuple(impacts.values())


def _seconds(effect: Effect, known: Facts) -> float:
    speed = SPEED.get(effect.work)
    size = known.sizes.get(effect.table) if effect.table is not None else None
    return size.bytes / speed if speed is not None and size is not None else 0.0
