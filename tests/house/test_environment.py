"""What `make` installs: who runs the bot gets what it needs, and developers what they need beside it, once."""

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.repository import ROOT

BACKEND = """
import base64, hashlib, pathlib, zipfile

def build_editable(directory, config_settings=None, metadata_directory=None):
    name = "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / name, "w") as wheel:
        wheel.writestr("tiny.pth", str(pathlib.Path.cwd()))
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    return name
"""
PROJECT = """
[build-system]
requires = ["linker>=1"]
build-backend = "linker"

[project]
name = "tiny"
version = "1.0"
"""


def wheel(place: Path, name: str, version: str, code: str = "") -> str:
    """Make a wheel, and return what a lock says of it."""
    path = place / f"{name}-{version}-py3-none-any.whl"
    files = {
        f"{name}.py": code,
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}-{version}.dist-info/RECORD"
    lines = [f"{file},{_digest(text)},{len(text.encode())}" for file, text in files.items()]
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, record: "\n".join([*lines, f"{record},,"])}.items():
            archive.writestr(file, text)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


class Checkout:
    """A tiny project with wheels of its own, and what `make` does in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.wheels = directory / "wheels"
        self.wheels.mkdir()
        (directory / "pyproject.toml").write_text(PROJECT)
        self.engine, self.hammer = (wheel(self.wheels, name, "1.0") for name in ("engine", "hammer"))
        self.linker = wheel(self.wheels, "linker", "1.0", BACKEND)
        self.lock()

    def lock(self) -> None:
        """Write the locks, as a pull would."""
        (self.directory / "requirements.txt").write_text(self.engine)
        (self.directory / "requirements-dev.txt").write_text(self.engine + self.hammer + self.linker)

    def set_up(self, lock: str) -> subprocess.CompletedProcess[str]:
        """Bring the environment up to date."""
        return subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "environment.py"), ".venv", lock],
            cwd=self.directory,
            env={
                "PATH": os.environ["PATH"],
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_FIND_LINKS": str(self.wheels),
                "PIP_NO_INDEX": "1",
                "PIP_NO_CACHE_DIR": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> dict[str, int]:
        """What is in the environment beside what Python puts there, with the moment at which it came."""
        found = (self.directory / ".venv").glob("lib/python*/site-packages/*.dist-info")
        names = {one.name.removesuffix(".dist-info"): one.stat().st_mtime_ns for one in found}
        return {name: at for name, at in names.items() if not name.startswith(("pip-", "setuptools-"))}


@pytest.mark.slow
def test_developers_tools_come_on_top_of_what_the_bot_needs_and_nothing_is_installed_twice(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    assert "is ready" in checkout.set_up("requirements.txt").stderr
    first = checkout.installed()
    assert set(first) == {"engine-1.0", "linker-1.0", "tiny-1.0"}
    again = checkout.set_up("requirements.txt")
    assert (again.returncode, again.stderr) == (0, "")

    assert "is ready" in checkout.set_up("requirements-dev.txt").stderr
    with_tools = checkout.installed()
    assert set(with_tools) == {*first, "hammer-1.0"}
    assert first.items() <= with_tools.items()
    for lock in ("requirements.txt", "requirements-dev.txt"):
        again = checkout.set_up(lock)
        assert (again.returncode, again.stderr) == (0, "")
    assert checkout.installed() == with_tools

    # What a pull changed comes with whatever is asked for first, and nothing else comes again.
    checkout.engine = wheel(checkout.wheels, "engine", "1.1")
    checkout.lock()
    assert "is ready" in checkout.set_up("requirements.txt").stderr
    renewed = checkout.installed()
    assert set(renewed) == {"engine-1.1", "hammer-1.0", "linker-1.0", "tiny-1.0"}
    assert renewed["hammer-1.0"] == with_tools["hammer-1.0"]
    assert renewed["tiny-1.0"] == with_tools["tiny-1.0"]
    assert checkout.set_up("requirements-dev.txt").stderr == ""

    # What failed half-way is done by the next run.
    right, checkout.hammer = wheel(checkout.wheels, "hammer", "1.1"), "hammer==1.1 \\\n    --hash=sha256:" + "0" * 64
    checkout.lock()
    failed = checkout.set_up("requirements-dev.txt")
    assert failed.returncode != 0
    assert "You can safely run the same command again." in failed.stderr
    assert checkout.set_up("requirements.txt").stderr == ""
    checkout.hammer = right
    checkout.lock()
    assert checkout.set_up("requirements-dev.txt").returncode == 0
    assert "hammer-1.1" in checkout.installed()


@pytest.mark.parametrize(
    ("lock", "targets"),
    [
        ("requirements.txt", ["run", "play", "migrate"]),
        ("requirements-dev.txt", ["test", "check", "bench", "docs", "translations", "lock", "revision"]),
    ],
)
def test_each_target_installs_what_it_needs(lock: str, targets: list[str]) -> None:
    for target in targets:
        said = subprocess.run(
            ["make", "-n", target, "m=x"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        first = next(line for line in said.splitlines() if "environment.py" in line)
        assert first.split()[-2:] == [".venv", lock], target
        assert said.splitlines()[0] == first, target


ALONE = """
import importlib, importlib.metadata, pathlib, pkgutil, re, sys

root = pathlib.Path(sys.argv[1])
pins = {line.partition("==")[0] for line in (root / "requirements.txt").read_text().splitlines() if "==" in line}
for name, owners in importlib.metadata.packages_distributions().items():
    if not {re.sub("[-_.]+", "-", one).lower() for one in owners} & {*pins, "concierge"}:
        sys.modules[name] = None  # as if it were not installed
for package in ("app", "playground", "standin"):
    for module in pkgutil.walk_packages([str(root / package)], f"{package}."):
        importlib.import_module(module.name)
from standin import schema
print(len(sys.modules) > 1000, schema.IS_COMPARED)
"""


def test_the_bot_and_the_playground_need_nothing_of_developers() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ALONE, str(ROOT)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.stdout == "True False\n", run.stderr[-2000:]
