"""The locks hold what pyproject.toml asks for, no more and no less, and nothing about anybody's machine."""

import re
import tomllib
from contextlib import suppress
from importlib import metadata

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.repository import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-sqlalchemy-2.1.txt"]


def _pins(lock: str) -> dict[str, tuple[Version, Marker | None]]:
    found = filter(None, map(PIN.match, (ROOT / lock).read_text(encoding="utf-8").splitlines()))
    return {
        match["name"]: (Version(match["version"]), Marker(match["marker"]) if match["marker"] else None)
        for match in found
    }


def _asked_for(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = sum((project["optional-dependencies"][extra] for extra in extras), project["dependencies"])
    return [Requirement(line) for line in lines]


def _needed(requirements: list[Requirement]) -> dict[str, list[Requirement]]:
    """Follow the requirements of what is installed, as far as they apply here; each name with all who ask for it."""
    needed: dict[str, list[Requirement]] = {}
    waiting = list(requirements)
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        needed.setdefault(name, []).append(requirement)
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        # What was never installed here is in no lock, and reported below.
        with suppress(metadata.PackageNotFoundError):
            for further in map(Requirement, metadata.requires(name) or []):
                extras = requirement.extras or {""}
                if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in extras):
                    waiting.append(further)
    return needed


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_names_versions_and_hashes(lock):
    for number, line in enumerate((ROOT / lock).read_text(encoding="utf-8").splitlines(), 1):
        assert PIN.match(line) or HASH.match(line), f"{lock}:{number} is neither a pin nor a hash: {line}"


@pytest.mark.parametrize(("lock", "extras"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])])
def test_a_lock_is_in_step_with_the_project(lock, extras):
    pins = _pins(lock)
    needed = _needed(_asked_for(*extras))
    missing = sorted(set(needed) - set(pins))
    assert not missing, f"{lock} lacks {missing}: run make lock"
    refused = [
        f"{requirement} but {pins[name][0]}"
        for name, requirements in needed.items()
        for requirement in requirements
        if not requirement.specifier.contains(pins[name][0], prereleases=True)
    ]
    assert not refused, f"{lock} is out of range: {refused}; run make lock"
    elsewhere = {name for name, (_, marker) in pins.items() if marker is not None and not marker.evaluate()}
    superfluous = sorted(set(pins) - set(needed) - elsewhere)
    assert not superfluous, f"Nobody needs {superfluous} of {lock}: run make lock"


def test_what_is_shipped_is_what_is_tested():
    tested = _pins("requirements-dev.txt")
    for name, pin in _pins("requirements.txt").items():
        assert tested[name] == pin, name


def test_each_line_of_sqlalchemy_has_its_lock():
    assert _pins("requirements.txt")["sqlalchemy"][0].release[:2] == (2, 0)
    assert _pins("requirements-sqlalchemy-2.1.txt")["sqlalchemy"][0].release[:2] == (2, 1)
    (asked,) = [requirement for requirement in _asked_for() if requirement.name == "sqlalchemy"]
    for line in ("requirements.txt", "requirements-sqlalchemy-2.1.txt"):
        assert asked.specifier.contains(_pins(line)["sqlalchemy"][0])
