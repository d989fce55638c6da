"""Rules for the source of a revision file."""

import ast
from collections.abc import Iterator

from app.migrate.revisions.scripts import RevisionFile


def findings(file: RevisionFile) -> tuple[str, ...]:
    """Return what is wrong with one revision file, as sentences."""
    module = ast.parse(file.source)
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    found = [f"{file.path.name} has no {name}()." for name in ("upgrade", "downgrade") if name not in functions]
    found.extend(_mixing(file, module))
    found.extend(
        f"{file.path.name} imports {name}: a revision describes the past and must not change with the bot."
        for node in ast.walk(module)
        for name in _imported(node)
        if name.partition(".")[0] == "app"
    )
    return tuple(found)


def mixes_transactions(file: RevisionFile) -> str | None:
    """Return why a revision could not be repeated after failing half-way, if that is so.

    What comes before an autocommit block is committed with it, but the version is not, and the next try would repeat
    it. So such a block has to be alone, with one statement in it.
    """
    return next(_mixing(file, ast.parse(file.source)), None) if file.leaves_transaction else None


def _mixing(file: RevisionFile, module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name in {"upgrade", "downgrade"} and _mixes(node):
            yield (
                f"{file.path.name}: {node.name}() mixes an autocommit_block with other statements. Leave one statement "
                "in the block and move the rest into another revision: what was committed half-way cannot be repeated."
            )


def _mixes(function: ast.FunctionDef) -> bool:
    blocks = [node for node in ast.walk(function) if isinstance(node, ast.With) and _is_autocommit(node)]
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    alone = len(body) == 1 and body[0] in blocks and len(blocks[0].body) == 1
    return bool(blocks) and not alone


def _is_autocommit(node: ast.With) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call)
        and isinstance(item.context_expr.func, ast.Attribute)
        and item.context_expr.func.attr == "autocommit_block"
        for item in node.items
    )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
