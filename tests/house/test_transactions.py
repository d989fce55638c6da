"""What people typed is understood before a transaction begins: no connection of the database waits for a reader."""

import ast
from collections.abc import Iterable, Iterator, Sequence

import pytest

from tests.house.repository import modules, parsed

READERS = {"when.read", "durations.parse"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _calls(node: ast.AST) -> Iterator[str]:
    """Yield what is called below a node; also what is handed to a thread."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield ast.unparse(call.func)
            if ast.unparse(call.func).endswith("to_thread"):
                yield ast.unparse(call.args[0])


def _reads(call: str, readers: set[str]) -> bool:
    # Services read rows, replies read nothing, and a unit of work opens something, whatever they are called.
    others = call.startswith(("work.", "ui.")) or call.endswith("uow.reading")
    return call in READERS or (not others and call.rpartition(".")[2] in readers)


def read_late(sources: Iterable[str]) -> list[str]:
    """Return what reads a text, itself or by what it calls, in `uow()`, `uow.reading()` or `uow.at_once(...)`."""
    trees = [parsed(source) for source in sources]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    readers: set[str] = set()
    while added := {one.name for one in functions if any(_reads(call, readers) for call in _calls(one))} - readers:
        readers |= added
    return [
        call
        for tree in trees
        for block in ast.walk(tree)
        for part in _with_a_connection(block)
        for call in _calls(part)
        if _reads(call, readers)
    ]


OPENED = ("uow()", "uow.reading()", "._work(", "._looking(")
"""What opens a unit of work; the cogs of a feature do so by the last two."""


def _with_a_connection(block: ast.AST) -> Sequence[ast.AST]:
    """Return what of a block is done while it has a connection."""
    if isinstance(block, ast.AsyncWith) and any(
        opened in ast.unparse(item) for item in block.items for opened in OPENED
    ):
        return block.body
    if isinstance(block, ast.Call) and ast.unparse(block.func).endswith("uow.at_once"):
        return block.args
    return []


def test_what_is_typed_is_read_before_the_transaction_begins():
    sources = [source for _, source in modules("app/commands")]
    assert all(any(reader in source for source in sources) for reader in READERS)
    assert read_late(sources) == []


@pytest.mark.parametrize(
    "block",
    [
        "at = when.read(typed)",
        "at = await asyncio.to_thread(when.read, typed)",
        "await work.things.edit(span_of(typed))",
        "async with other() as more: await self.reading(i).moment(typed)",
    ],
)
def test_a_phrase_that_is_read_inside_is_found(block: str):
    span = "def span_of(typed): return durations.parse(typed)"
    helpers = f"{span}\nasync def moment(self, typed): return span_of(typed)"
    begin = "await self.moment(typed)\n async with self._bot.uow() as work:"
    handler = f"async def handler(self, typed):\n {begin}\n  {block}"
    assert len(read_late([helpers, handler])) == 1
    assert len(read_late([helpers, handler.replace("uow()", "uow.reading()")])) == 1
    outside = handler.replace(f"  {block}", "  await work.things.handler(typed)")
    assert read_late([helpers, outside]) == []


def test_a_phrase_that_is_read_in_what_is_done_at_once_is_found():
    at_once = "async def handler(self, typed):\n await self._bot.uow.at_once(lambda work: work.edit(when.read(typed)))"
    assert read_late([at_once]) == ["when.read"]
