"""What is found by walking through a schedule is found in a thread: a rare or dense one holds up nobody."""

import ast
from collections.abc import Iterable, Iterator

from tests.house.repository import modules, name_of, walked

WALKS = {"moved_by", "next_after", "next_from", "upcoming"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _called(node: ast.AST) -> set[str]:
    return {name_of(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


def walking(sources: Iterable[str]) -> set[str]:
    """Return the functions that walk through a schedule, themselves or by what they call."""
    functions = [node for source in sources for node in walked(source) if isinstance(node, FUNCTIONS)]
    found = set(WALKS)
    while added := {one.name for one in functions if _called(one) & found} - found:
        found |= added
    return found - WALKS


def on_the_loop(sources: Iterable[str], walkers: set[str]) -> Iterator[str]:
    """Yield what walks and is called by itself, and not by `composed` in a thread."""
    for source in sources:
        nodes = walked(source)
        others = {node.name for node in nodes if isinstance(node, FUNCTIONS)}
        for node in nodes:
            if isinstance(node, ast.Call) and name_of(node.func) in walkers - others:
                yield ast.unparse(node)


def test_replies_about_schedules_are_made_in_a_thread():
    walkers = walking(source for _, source in modules("app/ui/reminders"))
    assert {"details", "created", "more", "ask_to_shift"} <= walkers
    assert not list(
        on_the_loop((source for _, source in modules("app/commands/reminders", "app/jobs/reminders")), walkers)
    )


def test_how_a_schedule_repeats_is_said_from_its_rule_alone():
    """So it may be said on the loop, for each reminder of a list."""
    said = [source for path, source in modules("app/core/scheduling") if path.endswith("words.py")]
    assert "describe" in {node.name for source in said for node in walked(source) if isinstance(node, FUNCTIONS)}
    assert not walking(said)


def test_one_that_is_made_on_the_loop_is_found():
    walkers = walking(["def coming(one): return one.upcoming(3)\ndef details(one): return coming(one)"])
    assert walkers == {"coming", "details"}
    wrong = ["async def show(self): await ui.details(one).send(i)"]
    right = ["async def show(self): await (await composed(ui.details, one)).send(i)"]
    assert [len(list(on_the_loop(each, walkers))) for each in (wrong, right)] == [1, 0]
