"""What holds for every file: its length, its imports, its names, its place."""

import ast
import re

import pytest

from tests.house.repository import ROOT, modules, texts

MAX_LINES = 400
CODE = ("app", "benchmarks", "container", "migrations", "playground", "scripts", "standin", "tests")
VAGUE = {"common", "data", "helper", "helpers", "info", "manager", "managers", "misc", "util", "utils"}
"""Names that tell a reader nothing about what is inside."""


def test_no_file_is_too_long_to_be_read():
    lengths = {name: text.count("\n") for name, text in texts() if name.endswith((".py", ".js", ".css", ".html"))}
    assert lengths
    # A revision is one step and imports nothing of ours, so there is nowhere to move a part of it to.
    lengths = {name: length for name, length in lengths.items() if not name.startswith("migrations/versions/")}
    assert not {name: length for name, length in lengths.items() if length > MAX_LINES}


def test_annotations_stay_what_they_are():
    # py-cord reads them while the bot runs; turned into strings, every option of a command becomes text, silently.
    asked = f"from {'__future__'} import annotations"
    assert not [path.name for path in modules() if asked in path.read_text(encoding="utf-8")]


def test_nothing_is_used_that_the_next_sqlalchemy_warns_of():
    # The whole of it: `make test-sqlalchemy-2.1`. This is what `make check` can see of it.
    gone = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in modules("app", "benchmarks", "playground", "tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tuples"
    ]
    assert not gone


def test_names_say_what_is_inside():
    paths = [path.relative_to(ROOT) for path in modules(*CODE)]
    assert not [path for path in paths if VAGUE & {path.stem, *path.parts[:-1]}]


def test_every_module_of_the_programme_says_what_it_is_for():
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in modules("app", "benchmarks", "container", "playground", "scripts", "standin")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_migrations_do_not_import_the_programme():
    # A migration describes the past. What it imports from the present changes under it.
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert versions
    for path in versions:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [name for name in imported if name.split(".")[0] in {"app", "standin", "playground"}], path.name


def test_migrations_are_one_chain_by_number():
    # Also what keeps two people from both writing the next one: the second to merge fails here.
    names = [path.stem for path in sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    assert [name[:4] for name in names] == [f"{number:03}_" for number in range(1, len(names) + 1)]
    for number, name in enumerate(names, 1):
        text = (ROOT / "migrations" / "versions" / f"{name}.py").read_text(encoding="utf-8")
        stated = dict(re.findall(r"^(revision|down_revision)\b[^=\n]*= (?:\"(\d+)\"|None)$", text, re.MULTILINE))
        assert stated == {"revision": f"{number:03}", "down_revision": f"{number - 1:03}" if number > 1 else ""}, name


@pytest.mark.parametrize("silencer", ["type: " + "ignore", "no" + "qa", "pyright: " + "ignore"])
def test_a_silenced_warning_is_named_and_justified(silencer):
    """`# noqa: S606 - why`: the rule in full, then the reason."""
    unexplained = []
    for path in modules():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            _, mark, rest = line.partition("# " + silencer)
            if not mark:
                continue
            rule, dash, reason = rest.partition(" -")
            if not (rule.strip(" :[]") and dash and reason.strip(" -")):
                unexplained.append(f"{path.relative_to(ROOT)}:{number}")
    assert not unexplained


def test_tests_of_core_and_ui_need_no_server(request: pytest.FixtureRequest):
    pure = ("tests/core/", "tests/ui/")
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    assert not [item.nodeid for item in items if item.nodeid.startswith(pure) and "started" in item.fixturenames]
