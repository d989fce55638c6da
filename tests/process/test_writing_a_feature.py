"""docs/writing-a-feature.md is true: a copy of the repository gets its code, and runs its commands."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from app.db import DatabaseUrl
from tests.fixtures.postgres import url_text
from tests.house.repository import ROOT, files

BLOCK = re.compile(r"^```(?P<language>\w+) ?(?P<place>\S*)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = list(BLOCK.finditer((ROOT / "docs" / "writing-a-feature.md").read_text(encoding="utf-8")))
HOUSE = ("answering", "commands", "services", "transactions")
RULES = (
    "ruff check --quiet .",
    "ruff format --check --quiet .",
    "lint-imports --no-logo",
    "python -m pytest -n0 " + " ".join(f"tests/house/test_{name}.py" for name in HOUSE),
)

pytestmark = [pytest.mark.slow, pytest.mark.long]


def _patched(source: str, difference: str) -> str:
    lines = difference.splitlines()
    before, after = ("\n".join(line[1:] for line in lines if line[:1] != sign) for sign in "+-")
    assert source.count(before) == 1, f"not there, or not only there:\n{before}"
    return source.replace(before, after)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with the code of the page."""
    root = tmp_path / "concierge"
    for path in files():
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for package in ("app", "scripts", "standin", "tests"):
        # What is compiled comes along (it knows the time of its source), or every program would compile it again.
        for compiled in (ROOT / package).rglob("__pycache__"):
            shutil.copytree(compiled, root / compiled.relative_to(ROOT), dirs_exist_ok=True)
    for block in BLOCKS:
        place = root / block["place"]
        if block["language"] == "python":
            place.write_text(block["text"], encoding="utf-8")
        elif block["language"] == "diff":
            place.write_text(_patched(place.read_text(encoding="utf-8"), block["text"]), encoding="utf-8")
    return root


async def _run(line: str, copy: Path, **environment: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    process = await asyncio.create_subprocess_shell(
        line,
        cwd=copy,
        env={"PATH": path, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, f"{line}\n{said}"


async def test_the_feature_of_the_page_works(copy: Path, own_database: DatabaseUrl, server: DatabaseUrl) -> None:
    blocks = [block["text"] for block in BLOCKS if block["language"] == "console"]
    assert len(blocks) == 2
    for block in blocks:
        line = block.removeprefix("$ ")
        await _run(line, copy, DATABASE_URL=url_text(own_database), TEST_DATABASE_URL=url_text(server))


@pytest.mark.parametrize("line", RULES, ids=lambda line: line.split()[0])
async def test_the_feature_of_the_page_keeps_the_rules(line: str, copy: Path) -> None:
    await _run(line, copy)


def test_a_change_that_does_not_fit_is_found() -> None:
    assert _patched("a\nb\nc\n", " b\n+d\n") == "a\nb\nd\nc\n"
    for difference in (" x\n+d\n", " a\n c\n"):
        with pytest.raises(AssertionError, match="not there"):
            _patched("a\nb\nc\n", difference)
