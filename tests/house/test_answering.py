"""Whoever may have to wait for the database answers Discord in time all the same."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from tests.house.repository import modules, name_of, walked

Function = ast.AsyncFunctionDef
COMMANDS = ("command", "slash_command", "user_command", "message_command")


@dataclass(frozen=True)
class Wait:
    """Something a handler waits for: the name of what it calls, and the `answering` around it."""

    name: str
    around: ast.Call | None


def _called(node: ast.expr | None) -> str:
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def _waits(node: ast.AST, methods: dict[str, Function], around: ast.Call | None = None) -> Iterator[Wait]:
    """Yield what is waited for, in the order of the source; what a method of the same class waits for instead of it."""
    if isinstance(node, ast.AsyncWith):
        for item in node.items:
            if _called(item.context_expr) == "answering":
                assert isinstance(item.context_expr, ast.Call)
                around = item.context_expr
            else:
                yield Wait(_called(item.context_expr), around)
        children: list[ast.AST] = [*node.body]
    elif isinstance(node, ast.Await) and isinstance(node.value, ast.IfExp):
        children = [ast.Await(node.value.body), ast.Await(node.value.orelse)]
    elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
        call = node.value
        # Arguments first, as they are evaluated first.
        for argument in ast.iter_child_nodes(call):
            yield from _waits(argument, methods, around)
        own = methods.get(_called(call)) if ast.unparse(call.func) == f"self.{_called(call)}" else None
        if own is None:
            yield Wait(_called(call), around)
            return
        children = [*own.body]
    else:
        children = [*ast.iter_child_nodes(node)]
    for child in children:
        yield from _waits(child, methods, around)


def _is_handler(function: Function) -> bool:
    return any(_called(decorator) in {"responds_to", *COMMANDS} for decorator in function.decorator_list)


def _handlers(sources: Iterable[str]) -> Iterator[tuple[str, list[Wait]]]:
    """Yield every handler, as class and method, and what it waits for."""
    classes = {node.name: node for source in sources for node in walked(source) if isinstance(node, ast.ClassDef)}
    for name, node in classes.items():
        methods = _methods(node, classes)
        for function in node.body:
            if isinstance(function, Function) and _is_handler(function):
                yield f"{name}.{function.name}", list(_waits(ast.Module(function.body, []), methods))


def _methods(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> dict[str, Function]:
    methods: dict[str, Function] = {}
    for base in reversed(node.bases):
        if isinstance(base, ast.Name) and base.id in classes:
            methods |= _methods(classes[base.id], classes)
    return methods | {one.name: one for one in node.body if isinstance(one, Function)}


def _wrong(waits: list[Wait]) -> str:
    names = [wait.name for wait in waits]
    if "send_modal" in names:
        # A form has to be the first response, so there is nothing that could be deferred.
        within = [wait for wait in waits if wait.name == "send_modal" and wait.around is not None]
        return "opens a form inside `answering`" if within else ""
    if not waits or waits[0].around is None:
        return "waits outside `answering`"
    for wait in waits:
        updates = wait.around is not None and "update" in {keyword.arg for keyword in wait.around.keywords}
        if wait.name == "replace" and wait.around is not None and not updates:
            return "replaces the message inside an `answering` without `update=True`"
    return ""


def test_every_handler_is_in_time_however_slow_the_database_is():
    handlers = dict(_handlers(source for _, source in modules("app/commands")))
    assert len(handlers) > 20
    assert {name: _wrong(waits) for name, waits in handlers.items() if _wrong(waits)} == {}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("await reply.send(interaction)", "waits outside"),
        ("async with self.bot.uow() as work:\n  pass", "waits outside"),
        ("await self.turn(interaction)", "waits outside"),
        ("async with answering(i):\n  await self.turn(i)", "without `update=True`"),
        ("async with answering(i):\n  await (a.replace(i) if a else b.send(i))", "without `update=True`"),
        ("await self.inherited(i)", ""),
        ("async with answering(i):\n  await i.response.send_modal(form)", "opens a form inside"),
        ("async with answering(i, update=True):\n  await self.turn(i)\nawait self.tell()", ""),
        ("async with answering(i):\n  await (await find()).send(i)", ""),
        ("async with uow() as work:\n  pass\nawait i.response.send_modal(form)", ""),
    ],
)
def test_a_handler_that_may_be_late_is_found(body, wrong):
    lines = "\n".join(f"  {line}" for line in body.splitlines())
    source = (
        "class Base:\n async def inherited(self, i):\n  async with answering(i):\n   await reply.send(i)\n"
        "class Cog(Base):\n"
        f" @responds_to(ROUTE)\n async def handler(self, i):\n{lines}\n"
        " async def turn(self, i):\n  await reply.replace(i)\n"
    )
    ((_, waits),) = _handlers([source])
    assert wrong in _wrong(waits)
    assert bool(wrong) == bool(_wrong(waits))
