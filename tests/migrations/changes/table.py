"""All rows of the table, from the modules in `kinds/`: each has a list CHANGES, and is found without an edit here."""

import importlib
from pathlib import Path

from tests.migrations.changes.row import Change


def _read() -> dict[str, list[Change]]:
    names = sorted(path.stem for path in (Path(__file__).parent / "kinds").glob("*.py"))
    return {name: list(importlib.import_module(f"tests.migrations.changes.kinds.{name}").CHANGES) for name in names}


TABLE = _read()
"""By subject."""
CHANGES = [change for changes in TABLE.values() for change in changes]
