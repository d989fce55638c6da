"""What holds for every file: its length, its imports, its names, its place."""

import ast
import re
from pathlib import PurePath

import pytest

from app.models import Base
from tests.house.repository import modules, name_of, nodes, parsed, texts

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
    assert not [name for name, source in modules() if asked in source]


def test_nothing_is_used_that_the_next_sqlalchemy_warns_of():
    # The whole of it: `make test-sqlalchemy-2.1`. This is what `make check` can see of it.
    gone = [
        f"{name}:{call.lineno}"
        for name, call in nodes(ast.Call, "app", "benchmarks", "playground", "tests")
        # Hypothesis has strategies of that name.
        if isinstance(call.func, ast.Attribute) and call.func.attr == "tuples" and ast.unparse(call.func.value) != "st"
    ]
    assert not gone


def test_computed_columns_say_whether_they_are_stored():
    # On PostgreSQL 18 SQLAlchemy 2.0 stores those that do not say, and 2.1 computes them anew for every reader.
    silent = [
        f"{name}:{call.lineno}"
        for name, call in nodes(ast.Call, "app", "benchmarks", "migrations", "playground", "tests")
        if name_of(call.func) == "Computed"
        if not any(keyword.arg == "persisted" for keyword in call.keywords)
    ]
    assert not silent


def test_no_computed_column_of_the_models_leaves_it_open():
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert not [str(column) for column in columns if column.computed is not None and column.computed.persisted is None]


def test_names_say_what_is_inside():
    paths = [PurePath(name) for name, _ in modules(*CODE)]
    assert not [path for path in paths if VAGUE & {path.stem, *path.parts[:-1]}]


def test_every_module_of_the_programme_says_what_it_is_for():
    programme = modules("app", "benchmarks", "container", "playground", "scripts", "standin")
    assert not [name for name, source in programme if not ast.get_docstring(parsed(source))]


def test_migrations_do_not_import_the_programme():
    # A migration describes the past. What it imports from the present changes under it.
    imported = [(file, name.name) for file, node in nodes(ast.Import, "migrations/versions") for name in node.names]
    imported += [(file, node.module or "") for file, node in nodes(ast.ImportFrom, "migrations/versions")]
    assert imported
    assert not [each for each in imported if each[1].split(".")[0] in {"app", "standin", "playground"}]


def test_migrations_are_one_chain_by_number():
    # Also what keeps two people from both writing the next one: the second to merge fails here.
    versions = sorted(modules("migrations/versions"))
    numbers = [PurePath(name).name[:4] for name, _ in versions]
    assert numbers == [f"{number:03}_" for number in range(1, len(versions) + 1)]
    for number, (name, text) in enumerate(versions, 1):
        stated = dict(re.findall(r"^(revision|down_revision)\b[^=\n]*= (?:\"(\d+)\"|None)$", text, re.MULTILINE))
        assert stated == {"revision": f"{number:03}", "down_revision": f"{number - 1:03}" if number > 1 else ""}, name


@pytest.mark.parametrize("silencer", ["type: " + "ignore", "no" + "qa", "pyright: " + "ignore"])
def test_a_silenced_warning_is_named_and_justified(silencer):
    """`# noqa: S606 - why`: the rule in full, then the reason."""
    unexplained = []
    for name, source in modules():
        for number, line in enumerate(source.splitlines(), 1):
            _, mark, rest = line.partition("# " + silencer)
            if not mark:
                continue
            rule, dash, reason = rest.partition(" -")
            if not (rule.strip(" :[]") and dash and reason.strip(" -")):
                unexplained.append(f"{name}:{number}")
    assert not unexplained


def test_frozen_dataclasses_are_records():
    """`app.core.records` says why."""
    frozen = re.compile(r"@dataclass\(frozen=True(?:, kw_only=True)?\)$", re.MULTILINE)
    assert not [name for name, source in modules() if name.startswith("app/") and frozen.search(source)]


def test_tests_of_core_and_ui_need_no_server(request: pytest.FixtureRequest):
    pure = ("tests/core/", "tests/ui/")
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    assert not [item.nodeid for item in items if item.nodeid.startswith(pure) and "started" in item.fixturenames]
