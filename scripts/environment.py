"""Make the virtual environment that every `make` target uses, unless it is up to date.

Usage: python3 scripts/environment.py DIRECTORY LOCK [LOCK ...]

Needs nothing but Python and its standard library. What the locks pin is installed by hash, and the project itself in
editable form. Of a package in several locks the last one counts. The environment records what is in it, so that only
what is new is installed, whichever locks it came from: `requirements.txt` is a part of `requirements-dev.txt`, and
costs nothing after that. It is made anew for another interpreter, or after it was moved. When two of these run at the
same time, one waits.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

MIN_VERSION = (3, 11)
CANDIDATES = [f"python3.{minor}" for minor in range(14, MIN_VERSION[1] - 1, -1)]
NOTE = "concierge-environment"
INSTALLING = Path("requirements-dev.txt")
"""The lock that pins what installs an environment and links the project into it, whichever locks that is made of."""
PIP = "pip"
"""Made new first: what comes with Python may be years old, and needs thrice as long for the rest."""
OURS = ("app", "migrations", "playground", "standin")
"""What the first start would have to compile."""


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


class Record:
    """What an environment says that it holds, in a file of its own; nothing, if there is no such file."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / NOTE
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            self.made_for: str = found["made for"]
            self.project: str = found["project"]
            self.pins: dict[str, str] = found["pins"]
        except (OSError, ValueError, KeyError, TypeError):
            self.forget()

    def forget(self) -> None:
        """Forget everything, as of an environment that was just made."""
        self.made_for, self.project, self.pins = "", "", {}

    def save(self) -> None:
        """Write it down."""
        known = {"made for": self.made_for, "project": self.project, "pins": self.pins}
        self._file.write_text(json.dumps(known, indent=1), encoding="utf-8")


def pins(*locks: Path) -> dict[str, str]:
    """Return what the locks pin: the lines of each package, by its name."""
    found: dict[str, str] = {}
    for lock in locks:
        for lines in re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8").strip()):
            found[lines.partition("==")[0]] = lines
    return found


def project() -> tuple[str, dict[str, str]]:
    """Return a hash of what the link to the project depends on, and the pins of what installs."""
    import tomllib

    told = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    metadata = [told["build-system"], told["project"], told.get("tool", {}).get("setuptools")]
    names = {PIP, *(re.split(r"[^A-Za-z0-9._-]", one)[0] for one in told["build-system"]["requires"])}
    digest = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode()).hexdigest()
    return digest, {name: lines for name, lines in pins(INSTALLING).items() if name in names}


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
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    # A linked project makes setuptools warn of what a link is.
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    status = subprocess.run([*command, "--no-compile", *arguments], env=quiet, check=False).returncode
    if status != 0:
        sys.exit("Installing failed; pip's message is above. You can safely run the same command again.")


def install_pinned(python: Path, lines: Iterable[str]) -> None:
    """Install these pins."""
    with tempfile.TemporaryDirectory() as directory:
        wanted = Path(directory) / "pins.txt"
        wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        install(python, "--require-hashes", "--requirement", str(wanted))


@contextmanager
def compiling(*places: str) -> Iterator[None]:
    """Compile what is in these directories with all processors, beside what is done inside the block.

    By this Python, which is that of the environment. What cannot be compiled is for nobody to import.
    """
    if not places:  # which would mean all of Python
        yield
        return
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", *places]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield
        except BaseException:
            running.terminate()
            raise


def main() -> None:
    """Bring the environment up to date."""
    import fcntl

    directory, *locks = map(Path, sys.argv[1:])
    python = directory / "bin" / "python"
    # Held until this process ends. Not the directory, which may not exist yet: environments of one project share what
    # links it.
    with Path("pyproject.toml").open(encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        made_for = f"{sys.version} in {sys.base_prefix}, at {directory.resolve()}"
        digest, installing = project()
        wanted = {**installing, **pins(*locks)}
        record = Record(directory)
        is_done = record.made_for == made_for and record.project == digest and wanted.items() <= record.pins.items()
        if is_done and python.exists():
            return
        started = time.monotonic()
        print(
            f"Setting up {directory} (the first time this takes about half a minute) ...", file=sys.stderr, flush=True
        )
        # One that says nothing of itself is an older release's: what is right in it stays.
        if record.made_for not in {"", made_for} or not is_alive(python):
            create(directory)
            record.forget()
        missing = {name: lines for name, lines in wanted.items() if record.pins.get(name) != lines}
        # Not in it until all of it is done: whatever ends this now, the next run begins here again.
        record.made_for = made_for
        record.pins = {name: lines for name, lines in record.pins.items() if name not in missing}
        record.project = digest if record.project == digest else ""
        record.save()
        # Beside the rest, which waits for the network.
        with compiling(*filter(os.path.isdir, OURS)):
            if PIP in missing:
                install_pinned(python, [missing[PIP]])
                record.pins[PIP] = missing.pop(PIP)
            if missing:
                install_pinned(python, missing.values())
            record.pins |= missing
            if record.project != digest:
                install(python, "--no-build-isolation", "--editable", ".")
        with compiling(str(directory / "lib")):
            record.project = digest
            record.save()
        print(f"{directory} is ready after {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
