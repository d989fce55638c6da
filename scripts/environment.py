"""Make the virtual environment that every `make` target uses, unless it is up to date.

Usage: python3 scripts/environment.py DIRECTORY LOCK [LOCK ...]

Needs nothing but Python and its standard library. Each lock is installed by hash, in the order given, and then the
project itself in editable form. The environment records the locks, the project's metadata, the interpreter and its
path; while these are the same, nothing happens. When two of these run at the same time, one waits.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

MIN_VERSION = (3, 11)
CANDIDATES = [f"python3.{minor}" for minor in range(14, MIN_VERSION[1] - 1, -1)]
NOTE = "concierge-environment"


def use_a_new_enough_python():
    """Continue under a Python that is new enough, or exit with a sentence that says what to do."""
    if sys.version_info >= MIN_VERSION:
        return
    for name in CANDIDATES:
        found = shutil.which(name)
        # Tried first: version switchers have commands for versions that are not active.
        if found is not None and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - nothing here for a shell to do
    sys.exit(
        f"Concierge needs Python {MIN_VERSION[0]}.{MIN_VERSION[1]} or newer, and this is {sys.version.split()[0]}"
        f" ({sys.executable}).\nInstall a newer one, or say where it is: make PYTHON=/path/to/python3 ..."
    )


if __name__ == "__main__":
    # Here and not below: an older Python cannot read the annotations that follow.
    use_a_new_enough_python()


def fingerprint(directory: Path, locks: list[Path]) -> str:
    """Return a hash of everything that decides the contents of the environment."""
    import json
    import tomllib

    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    metadata = [project["build-system"], project["project"], project["tool"]["setuptools"]]
    parts = [json.dumps(metadata, sort_keys=True), sys.version, sys.base_prefix, str(directory.resolve())]
    parts += [lock.read_text(encoding="utf-8") for lock in locks]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_alive(python: Path) -> bool:
    """Tell whether the environment's interpreter still runs and has this version."""
    if not python.exists():
        return False
    question = [str(python), "-c", "import sys, pip; print(sys.version)"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def create(directory: Path) -> None:
    """Make an empty environment with pip in it."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(directory)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        shutil.rmtree(directory, ignore_errors=True)
        sys.exit(
            f"This Python cannot make virtual environments ({sys.executable}).\n"
            "On Debian and Ubuntu, install python3-venv; or use another Python: make PYTHON=/path/to/python3\n"
            + (made.stderr or made.stdout).strip()
        )


def install(python: Path, *arguments: str) -> None:
    """Run pip; exit if it fails."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    status = subprocess.run([*command, *arguments], check=False).returncode
    if status != 0:
        sys.exit("Installing failed; pip's message is above. You can safely run the same command again.")


def main() -> None:
    """Bring the environment up to date."""
    import fcntl

    directory, *locks = map(Path, sys.argv[1:])
    python = directory / "bin" / "python"
    note = directory / NOTE
    # Held until this process ends. The lock file is locked rather than the directory, which may not exist yet.
    with locks[0].open(encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted = fingerprint(directory, locks)
        if note.exists() and note.read_text(encoding="utf-8") == wanted and python.exists():
            return
        started = time.monotonic()
        print(f"Setting up {directory} (the first time this takes about a minute) ...", file=sys.stderr, flush=True)
        if not is_alive(python):
            create(directory)
        note.unlink(missing_ok=True)
        for lock in locks:
            install(python, "--require-hashes", "--no-deps", "--requirement", str(lock))
        install(python, "--no-deps", "--no-build-isolation", "--editable", ".")
        note.write_text(wanted, encoding="utf-8")
        print(f"{directory} is ready after {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
