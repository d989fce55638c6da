"""A query that passes over what others have locked is carried out once, not for each row it is compared with."""

import ast
from collections.abc import Iterable

from tests.house.repository import modules, parsed


def repeated(sources: Iterable[str]) -> list[str]:
    """Return the lines in which rows are compared with what such a query finds, without having it found before."""
    found: list[str] = []
    for source in sources:
        for function in ast.walk(parsed(source)):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found += _in(function)
    return found


def _in(function: ast.AST) -> list[str]:
    tainted: set[str] = set()
    for one in (node for node in ast.walk(function) if isinstance(node, ast.Assign)):
        value = ast.unparse(one.value)
        names = {node.id for node in ast.walk(one.value) if isinstance(node, ast.Name)}
        if ("skip_locked" in value or names & tainted) and ".cte(" not in value and "once(" not in value:
            tainted |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    return [
        ast.unparse(call)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "in_"
        for argument in call.args
        if (used := {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}) & tainted
        and "once" not in used
    ]


def test_what_is_locked_is_found_once() -> None:
    sources = [source for _, source in modules("app/services")]
    assert sum("skip_locked" in source for source in sources) > 5
    assert repeated(sources) == []


def test_one_that_may_be_repeated_is_seen() -> None:
    query = "some = select(A.id).limit(5).with_for_update(skip_locked=True)"
    assert repeated([f"def gone():\n {query}\n return delete(A).where(A.id.in_(some))"]) == ["A.id.in_(some)"]
    derived = (
        f"def gone():\n {query}.lateral('x')\n chosen = select(some.c.id)\n return update(A).where(A.id.in_(chosen))"
    )
    assert repeated([derived]) == ["A.id.in_(chosen)"]
    assert repeated([derived.replace("in_(chosen)", "in_(once(chosen))")]) == []
    assert repeated([f"def gone():\n {query}.cte('x')\n return delete(A).where(A.id.in_(select(some.c.id)))"]) == []
