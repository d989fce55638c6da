"""What in a database is the bot's: what some recorded revision has, by its name."""

import re
from collections.abc import Collection
from pathlib import Path

from app.core.records import record
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import VERSION_TABLE


@record
class Ours:
    """The names of the bot's tables, sequences, views, functions and types, and the extensions that they may need."""

    names: frozenset[str] | None
    """None for a database at a revision that was not recorded: it may have what is known nowhere else."""
    extensions: frozenset[str]


def at(versions: Collection[str], directory: Path = scripts.MIGRATIONS) -> Ours:
    """Return what is the bot's in a database at these revisions, whatever it has already or still of the others."""
    missing = set(snapshots.missing(directory))
    recorded = [file.revision for file in scripts.read(directory).files if file.revision not in missing]
    names, extensions = {VERSION_TABLE}, set[str]()
    for revision in recorded:
        catalog = snapshots.load(revision, directory)
        names |= {one.name for one in (*catalog.tables, *catalog.sequences)}
        names |= {_without_arguments(one.label) for one in catalog.others}
        extensions |= set(catalog.extensions)
    known = bool(recorded) and set(versions) <= set(recorded)
    return Ours(frozenset(names) if known else None, frozenset(extensions))


def _without_arguments(label: str) -> str:
    """Return the name of a function from its label, which quotes it where that is needed."""
    if label.startswith('"'):
        quoted = re.match(r'"((?:[^"]|"")*)"', label)
        return quoted[1].replace('""', '"') if quoted is not None else label
    return label.partition("(")[0]
