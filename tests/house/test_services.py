"""What keeps one server's rows from another's people, and one service's tables from another service."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import PurePath

import pytest

import app.services
from app.core.actor import Actor
from app.models import Base
from tests.house.repository import modules, name_of, nodes, parsed, walked

# Whose an id is, not which row it is: these say where to look and are no key to anybody's data.
PLACES = {"guild_id", "channel_id", "user_id", "author_id", "member_id", "role_id", "message_id"}
# Steps of background jobs: no person stands behind them.
STEPS: frozenset[str] = frozenset()
# A table of two kinds of rows that their scope tells apart has a writer for each kind.
TWO_KINDS = {"BotSetting": {"setting", "member"}}
SEE_ROWS = ("app.bot", "app.commands", "app.models", "app.services", "app.ui", "app.uow")
"""Who imports none of these gets no row to change."""
WRITES = {"insert", "update", "delete", "upsert"}
MODELS = {mapper.class_.__name__: {one.key for one in mapper.column_attrs} for mapper in Base.registry.mappers}


def _services() -> dict[str, type]:
    return {
        name: member
        for module in pkgutil.walk_packages(app.services.__path__, "app.services.")
        for name, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if name.endswith("Service") and member.__module__ == module.name
    }


def test_whoever_names_a_row_says_who_is_asking():
    careless: list[str] = []
    taking_rows = 0
    for name, service in _services().items():
        for method, function in inspect.getmembers(service, inspect.iscoroutinefunction):
            parameters = inspect.signature(function).parameters
            rows = [parameter for parameter in parameters if parameter.endswith("_id") and parameter not in PLACES]
            if method.startswith("_") or not rows or f"{name}.{method}" in STEPS:
                continue
            taking_rows += 1
            if "actor" not in parameters or parameters["actor"].annotation is not Actor:
                careless.append(f"{name}.{method}({', '.join(rows)})")
    assert taking_rows
    assert not careless


def _subject(file: str) -> str:
    parts = PurePath(file).with_suffix("").parts
    return parts[2].split("_")[0].rstrip("s") if file.startswith("app/services/") and len(parts) > 2 else file


def _types(function: ast.AST) -> dict[str, set[str]]:
    """What the variables of a function are annotated with, or made by, as far as that can be read."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind):
                found[name] = {name_of(part) for part in ast.walk(kind) if isinstance(part, (ast.Name, ast.Attribute))}
            case ast.Assign(targets=[ast.Name(name)], value=ast.Call(func=made)) if name_of(made)[:1].isupper():
                found[name] = {name_of(made)}
            case _:
                pass
    return found


def _changed(node: ast.AST) -> list[ast.Attribute]:
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            pass
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
            targets = [target]
        case _:
            return []
    return [part for target in targets for part in _parts(target) if isinstance(part, ast.Attribute)]


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _parts(part)
        case ast.Subscript(value=part) | ast.Starred(value=part):
            yield from _parts(part)
        case _:
            yield target


def _outermost(tree: ast.AST) -> Iterator[ast.AST]:
    """Functions that are in no other function, and statements outside of all."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _outermost(node)
        else:
            yield node


def writes(source: str) -> Iterator[tuple[int, frozenset[str], str]]:
    """The line of each write to a row, the models that it may be a row of, and the column; no column for whole rows.

    A variable of which nothing can be read may be a row of every model with such a column.
    """
    tree = parsed(source)
    imported = {node.module or "" for node in walked(source) if isinstance(node, ast.ImportFrom)}
    sees_rows = any(module.startswith(SEE_ROWS) for module in imported)
    for scope in _outermost(tree) if sees_rows else ():
        types = _types(scope)
        for node in ast.walk(scope):
            for target in _changed(node):
                kinds = types.get(name_of(target.value), set(MODELS)) if name_of(target.value) != "self" else set()
                if found := frozenset(kind for kind in kinds if target.attr in MODELS.get(kind, ())):
                    yield target.lineno, found, target.attr
            if not isinstance(node, ast.Call):
                continue
            called, first = name_of(node.func), name_of(node.args[0]) if node.args else ""
            if called in MODELS or (called in WRITES and first in MODELS):
                yield node.lineno, frozenset({called if called in MODELS else first}), ""
            elif called in {"setattr", "delattr"} and (kinds := types.get(first, set(MODELS)) & set(MODELS)):
                yield node.lineno, frozenset(kinds), "?"


def test_every_table_is_written_by_one_service_alone():
    found = [(file, *write) for file, source in modules("app") for write in writes(source)]
    # Whoever makes rows of a table owns it. A service that is split is a folder, or keeps the first word of its name.
    owners: dict[str, set[str]] = {}
    for file, _, (model, *more), column in found:
        if not column and not more:
            owners.setdefault(model, set()).add(_subject(file))
    assert {"BotSetting", "Reminder", "SettingsHistory"} <= set(owners)
    assert all(len(names) == 1 or names == TWO_KINDS.get(model) for model, names in owners.items()), owners
    foreign = [
        f"{file}:{line} {sorted(models)} {column}"
        for file, line, models, column in found
        if not file.startswith("app/services/") or not any(_subject(file) in owners.get(one, ()) for one in models)
    ]
    assert not foreign


@pytest.mark.parametrize(
    "line",
    [
        "reminder.state = 1",
        "reminder.attempts += 1",
        "del reminder.state",
        "reminder.next_at, other = 1, 2",
        "for reminder.state in (): pass",
        "reminder.subscribers[0] = 1",
        "setattr(reminder, name, 1)",
        "update(Reminder).values(state=1)",
        "session.execute(delete(models.Reminder))",
        "Reminder(state=1)",
        "found = find()\n    found.wake_at = None",
        "def nested():\n        reminder.state = 1",
    ],
)
def test_a_write_is_found(line: str):
    head = "from app.models import Reminder\n\ndef change(reminder: Reminder | None, name: str):\n    "
    assert {"Reminder"} <= set().union(*(models for _, models, _ in writes(head + line)))
    assert not list(writes(head + "embed = discord.Embed()\n    embed.message = 1\n    self.state = reminder.state"))


def test_a_write_is_found_where_rows_are_only_handed_in():
    source = "from app.ui.reminders import replies\n\ndef show(reminder):\n    reminder.state = 1"
    assert [column for _, _, column in writes(source)] == ["state"]


def test_the_state_of_a_reminder_is_written_by_its_life_cycle_alone():
    states = {
        "state", "next_at", "wake_at", "attempts", "through", "warned_for", "again_at", "repeats", "skipped",
        "message_id", "message_channel_id", "last_sent_at", "problem", "problem_at", "resume_at", "deleted_at",
        "deleted_by", "channel_paused", "acknowledged_for", "planned_local", "zone_rules",
        "resume_local", "resume_zone", "resume_rules",
    }  # fmt: skip
    assert states <= MODELS["Reminder"]
    places = modules("app/services/reminders")
    files = {file: {column for _, _, column in writes(source)} for file, source in places}
    assert states - {"message_channel_id"} <= files.pop("app/services/reminders/life_cycle.py")
    assert not {name: found for name, columns in files.items() if (found := columns & states)}


def test_a_file_of_models_defines_one_table():
    tables = [
        (file, node.name)
        for file, node in nodes(ast.ClassDef, "app/models")
        if "__tablename__" in {name_of(t) for s in node.body if isinstance(s, ast.Assign) for t in s.targets}
    ]
    without = {f"app/models/{name}.py" for name in ("__init__", "base")}
    assert sorted(file for file, _ in tables) == sorted({file for file, _ in modules("app/models")} - without)
    assert {name for _, name in tables} == set(MODELS)


def test_services_leave_the_end_of_a_transaction_to_the_unit_of_work():
    ends = {"commit", "rollback", "close", "begin"}
    found = [f"{file}:{node.lineno}" for file, node in nodes(ast.Attribute, "app/services") if node.attr in ends]
    assert not found
