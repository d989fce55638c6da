"""What operators were told while the database was away: in a file, until the database knows it.

Without it, a message that says what is wrong would stay for ever if the process ended before the database came back.
"""

import json
import logging
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from app.core.health.alerts import OpenAlert, read

log = logging.getLogger(__name__)


class Unwritten:
    """The file of one process, beside the backups. A directory that cannot be written to is no reason to fail."""

    def __init__(self, directory: Path, service: str) -> None:
        name = blake2b(service.encode(), digest_size=6).hexdigest()
        self._path = directory.expanduser() / f"alerts-{name}.json"
        self._kept: Mapping[str, OpenAlert | None] = {}

    def load(self) -> dict[str, OpenAlert | None]:
        """Return what the database does not know yet, by its key; None for what is over."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("what operators were told before is not known", extra={"error": str(error)})
            return {}
        kept: dict[str, OpenAlert | None] = {}
        known: dict[str, Any] = found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType] -- whatever the file holds
        for key, value in known.items():
            try:
                told = read(key, value) if value is not None else None
            except (ValueError, AttributeError) as error:
                log.warning("something that operators were told is not known", extra={"error": str(error)})
                continue
            if told is None or isinstance(told, OpenAlert):
                kept[key] = told
        self._kept = dict(kept)
        return kept

    def save(self, unwritten: Mapping[str, OpenAlert | None]) -> None:
        """Keep this, and nothing else."""
        if unwritten == self._kept:
            return
        try:
            if unwritten:
                written = {key: one.to_json() if one is not None else None for key, one in unwritten.items()}
                partial = self._path.with_suffix(".part")
                partial.write_text(json.dumps(written), encoding="utf-8")
                partial.replace(self._path)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("what operators were told is not kept over a restart", extra={"error": str(error)})
            return
        self._kept = dict(unwritten)
