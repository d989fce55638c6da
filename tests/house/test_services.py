"""What keeps one server's rows from another's people, and one service's tables from another service."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import PurePath

import app.services
from app.core.actor import Actor
from app.models import Base
from tests.house.repository import ROOT, modules

# Whose an id is, not which row it is: these say where to look and are no key to anybody's data.
PLACES = {"guild_id", "channel_id", "user_id", "author_id", "member_id", "role_id", "message_id"}
# Steps of background duties: no person stands behind them.
STEPS: frozenset[str] = frozenset()
# A table of two kinds of rows that their scope tells apart has a writer for each kind.
TWO_KINDS = {"BotSetting": {"setting", "member"}}
WRITES = {"insert", "update", "delete", "upsert"}


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
    return parts[2].split("_")[0].rstrip("s") if len(parts) > 2 else file


def test_every_table_is_written_by_one_subject():
    models = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    writers: dict[str, set[str]] = {}
    for path in modules("app"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            subject = node.args[0].id if node.args and isinstance(node.args[0], ast.Name) else ""
            written = called if called in models else subject if called in WRITES and subject in models else None
            if written is not None:
                writers.setdefault(written, set()).add(path.relative_to(ROOT).as_posix())
    assert {"BotSetting", "SettingsHistory"} <= set(writers)
    # A service that is split by subject is a folder, or keeps the first word of its name.
    subjects = {table: {_subject(file) for file in files} for table, files in writers.items()}
    assert all(len(names) == 1 or names == TWO_KINDS.get(table) for table, names in subjects.items()), writers
    assert all(file.startswith("app/services/") for files in writers.values() for file in files), writers


def test_services_leave_the_end_of_a_transaction_to_the_unit_of_work():
    ends = {"commit", "rollback", "close", "begin"}
    found = [
        f"{path.name}:{node.lineno}"
        for path in (ROOT / "app" / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ends
    ]
    assert not found
