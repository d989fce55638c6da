"""The files of this repository, as a checkout has them."""

import ast
import fnmatch
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).resolve().parents[2]
TEXT = {"", ".cfg", ".css", ".example", ".html", ".ini", ".js", ".json", ".lock", ".mako", ".md", ".po", ".py", ".sh"}
TEXT |= {".sql", ".svg", ".toml", ".txt", ".yaml", ".yml"}


@cache
def parsed(source: str) -> ast.Module:
    """Parse a file once per process. What is parsed stays until the end, so no collection of garbage looks at it."""
    gc.disable()
    tree = ast.parse(source)
    gc.freeze()
    gc.enable()
    return tree


@cache
def walked(source: str) -> list[ast.AST]:
    """Return all nodes of a file, in the order of `ast.walk`, which takes twice as long and is done by many tests."""
    found: list[ast.AST] = [parsed(source)]
    # It grows meanwhile.
    for node in found:
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [one for one in value if isinstance(one, ast.AST)]
    return found


def _ignored() -> list[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _is_ignored(relative: str, name: str, patterns: list[str]) -> bool:
    # The ignore file holds two forms only, both told apart by their first character: /from/the/root and *.anywhere.
    return any(
        relative == pattern.strip("/") if pattern.startswith("/") else fnmatch.fnmatch(name, pattern.rstrip("/"))
        for pattern in [*patterns, ".git"]
    )


def files() -> Iterator[Path]:
    """Yield every file that is or could be committed. Works without git, as in an unpacked archive."""
    patterns = _ignored()
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if _is_ignored(path.relative_to(ROOT).as_posix(), path.name, patterns):
                continue
            if path.is_dir():
                waiting.append(path)
            else:
                yield path


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name, as seen from the root, and the contents of every text file."""
    for path in files():
        if path.suffix in TEXT:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def modules(*places: str) -> Iterator[tuple[str, str]]:
    """Yield the same of the Python files below the given directories, or of all."""
    for name, source in texts():
        if name.endswith(".py") and (not places or name.startswith(tuple(f"{place}/" for place in places))):
            yield name, source


def nodes(kind: type[Node], *places: str) -> Iterator[tuple[str, Node]]:
    """Yield the nodes of a kind in these files, each with the name of its file."""
    for name, source in modules(*places):
        for node in walked(source):
            if isinstance(node, kind):
                yield name, node


def name_of(node: ast.expr | None) -> str:
    """Return the last part of a name: `Reminder` for `models.Reminder`."""
    return getattr(node, "id", getattr(node, "attr", ""))
