"""The documentation says what the code does, all of it, and nothing that is gone."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.house.repository import ROOT, files, texts

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<picture>[^)\s]+)\)")
PLACE = re.compile(
    r"`((?:app|benchmarks|container|docs|migrations|monitoring|playground|scripts|standin|tests)(?:[/.][^`\s]*)|[\w.-]+\.(?:md|toml))`"
)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PAGES = [name for name, _ in texts() if name.endswith(".md")]


def _prose(page: str) -> str:
    return FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {
        f"{name}-{plain[:index].count(name)}" if plain[:index].count(name) else name for index, name in enumerate(plain)
    }


def _exists(place: str) -> bool:
    """Whether there is such a file or folder, or what a dotted name such as `app.core.messages.t` means."""
    if (ROOT / place).exists():
        return True
    module, _, name = place.rpartition(".")
    if "/" in place or not module:
        return False
    return bool(_spec(place)) or (bool(_spec(module)) and hasattr(importlib.import_module(module), name))


def _spec(module: str) -> object:
    try:
        return importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None


@pytest.mark.parametrize("page", [page for page in PAGES if page not in {"CHANGELOG.md", "docs/migrations.md"}])
def test_every_place_that_is_named_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    places = PLACE.findall(text) + re.findall(r"(?<!\S)app\.\w+(?=\s)", text)
    assert not [place for place in places if not _exists(place)]


@pytest.mark.parametrize(
    "place", ["app/ui/made_up.py", "tests/made_up/", "app.made_up", "app.core.messages.made_up", "made_up.toml"]
)
def test_a_made_up_place_is_found(place):
    assert PLACE.findall(f"`{place}`") == [place]
    assert not _exists(place)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    dead: list[str] = []
    for match in LINK.finditer(_prose(page)):
        target = match["target"] or match["picture"]
        if target.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        goal = (ROOT / page).parent / name if name else ROOT / page
        if not goal.exists() or (anchor and anchor not in _anchors(goal)):
            dead.append(target)
    assert not dead


def test_every_page_can_be_reached_from_the_readme():
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        targets = [match["target"] for match in LINK.finditer(_prose(page.relative_to(ROOT).as_posix()))]
        waiting += [page.parent / target.partition("#")[0] for target in targets if target and "//" not in target]
    lost = [path.name for path in files() if path.parent == ROOT / "docs" and path.resolve() not in reached]
    assert not [name for name in lost if name.endswith(".md")]


def test_the_readme_opens_with_what_it_is_a_picture_and_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    places = [text.index(part) for part in ("# Concierge\n", "Discord bot", "![", "\nmake run\n", "\nmake test\n")]
    assert places == sorted(places)
    assert text[: places[-1]].count("\n") < 40


def test_every_make_target_that_is_mentioned_exists_and_every_target_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9.-]+):", makefile, re.MULTILINE))
    mentioned = {
        target
        for name, text in texts()
        if name.endswith((".md", ".py", ".yml", ".yaml", ".toml", "run"))
        for target in re.findall(r"`make ([a-z0-9.-]+)|^make ([a-z0-9.-]+)", text, re.MULTILINE)
        for target in target
        if target
    }
    assert {"run", "test", "check", "lock"} <= mentioned
    assert mentioned <= targets
    explained = set(re.findall(r"^([a-z0-9.-]+):.*## \S", makefile, re.MULTILINE))
    assert targets - explained == {"environment", "environment-2.1", "tools"}


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    asked_for = {Requirement(line).name for line in lines}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z0-9-]+)` \| \S", page.partition("\n## Dependencies\n")[2], re.MULTILINE)
    assert sorted(explained) == sorted(asked_for)


def test_the_changelog_is_kept():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = re.search(r"^## Unreleased\n(?P<entries>.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert unreleased
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    released = re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert re.search(r"^- \S", unreleased["entries"], re.MULTILINE) or released[:1] == [project["version"]]
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == 1 + len(released)
