"""What the schema looks like at each revision, recorded in `migrations/snapshots/NNN.json`.

A snapshot is the schema of a database at that revision. `migrate check` compares with it, and can so stay read-only;
`migrate adopt` uses it to find out which revision a database is at. `python -m app.migrate.schema.record` writes them.
The tests compare the newest one with the models, and every one with its migration.
"""

import functools
from pathlib import Path

from app.core.errors import NotFound
from app.migrate.revisions import scripts
from app.migrate.schema.catalog import Catalog

FOLDER = "snapshots"


class SnapshotMissing(NotFound):
    """A revision was never recorded, or its record cannot be read."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            "The schema of revision {revision} was not recorded, or its record is broken. "
            "`python -m app.migrate.schema.record` records it.",
            revision=revision,
        )


def load(revision: str, directory: Path = scripts.MIGRATIONS) -> Catalog:
    """Return the schema at a revision. Raises SnapshotMissing."""
    path = _path(revision, directory)
    try:
        return _parse(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, ValueError):
        raise SnapshotMissing(revision) from None


def newest(directory: Path = scripts.MIGRATIONS) -> str | None:
    """Return the newest revision that is recorded, if any is."""
    files = reversed(scripts.read(directory).files)
    return next((file.revision for file in files if _path(file.revision, directory).exists()), None)


def missing(directory: Path = scripts.MIGRATIONS) -> list[str]:
    """List the revisions that are not recorded, the oldest first."""
    return [file.revision for file in scripts.read(directory).files if not _path(file.revision, directory).exists()]


def write(revision: str, catalog: Catalog, directory: Path = scripts.MIGRATIONS) -> Path:
    """Record the schema at a revision."""
    path = _path(revision, directory)
    path.parent.mkdir(exist_ok=True)
    path.write_text(catalog.to_json(), encoding="utf-8")
    return path


def _path(revision: str, directory: Path) -> Path:
    return directory / FOLDER / f"{revision}.json"


@functools.lru_cache(maxsize=256)
def _parse(path: Path, changed: int) -> Catalog:  # noqa: ARG001 -- `changed` is a part of the key
    return Catalog.from_json(path.read_bytes())
