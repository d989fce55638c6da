"""Who may import whom: the contracts of pyproject.toml hold, and each of them can be broken."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.repository import ROOT

PACKAGES = ("app", "playground", "standin")
COMMAND = Path(sys.executable).with_name("lint-imports")

# For each contract, what somebody in a hurry might write: the file and the line. Hidden imports count too.
TEMPTATIONS = {
    "layers": [("app/core/clock.py", "import app.models.reminder")],
    "discord": [("app/services/member_zones.py", "import discord")],
    "queries": [("app/ui/kit/text.py", "import sqlalchemy")],
    "values": [("app/services/member_zones.py", "import app.config")],
    "commands": [("app/commands/first.py", "import app.commands.second"), ("app/commands/second.py", "")],
    "jobs": [("app/jobs/first.py", "import app.jobs.second"), ("app/jobs/second.py", "")],
    "services": [("app/services/first.py", "import app.services.second"), ("app/services/second.py", "")],
    "core": [("app/core/scheduling/zones.py", "import app.core.settings.snapshot")],
    "ui": [("app/ui/help.py", "import app.ui.settings.replies")],
    "migrate": [("app/migrate/connection/lock.py", "import app.migrate.status")],
    "models": [("app/models/bot_setting.py", "import app.core.settings.snapshot")],
    "when": [("app/commands/timezone.py", "import app.core.when.tokens")],
    "circles": [("app/core/scheduling/zones.py", "def late():\n    import app.core.scheduling.schedule")],
    "shipped": [("app/logs.py", "import standin")],
    "standin-layers": [
        ("standin/world.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import standin.person")
    ],
    "standin": [("standin/refusals.py", "import app.core.clock")],
}


def _lint(directory: Path) -> str:
    run = subprocess.run(
        [COMMAND, "--no-logo", "--no-cache"], cwd=directory, capture_output=True, text=True, check=False
    )
    assert run.returncode in {0, 1}, run.stderr
    return run.stdout + run.stderr


def _copy(directory: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, directory / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", directory)
    return directory


def _names() -> dict[str, str]:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return {table["id"]: table["name"] for table in tables}


def test_the_contracts_hold():
    assert re.search(r"\b0 broken", _lint(ROOT))


def test_every_contract_can_be_broken(tmp_path):
    assert set(TEMPTATIONS) == set(_names())
    _copy(tmp_path)
    for additions in TEMPTATIONS.values():
        for name, line in additions:
            with (tmp_path / name).open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
    said = _lint(tmp_path)
    assert [name for name in _names().values() if f"{name} BROKEN" not in said] == []


def test_a_new_module_must_be_given_its_place(tmp_path):
    _copy(tmp_path)
    (tmp_path / "app" / "stray.py").write_text('"""Nobody said where this belongs."""\n')
    said = _lint(tmp_path)
    assert f"{_names()['layers']} BROKEN" in said
    assert "stray" in said


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_looked_at(package):
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert package in tables["root_packages"]
