"""Checksums of the revision files that were released, and must never change again.

`python -m app.migrate.revisions.manifest` adds the files that are new, as a part of making a release.

`migrations/manifest.json` has two for each file: of the text, which is cheap to compare, and of the code without
comments and docstrings, which decides if the text differs, so that comments may be corrected.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from app.core.records import record

FILE = "manifest.json"


@record
class Release:
    """The checksums of one released file."""

    text: str
    code: str

    def matches(self, source: str) -> bool:
        """Say whether `source` still does what was released."""
        if checksum(source) == self.text:
            return True
        try:
            return code_checksum(source) == self.code
        except SyntaxError:
            return False


def read(directory: Path) -> Mapping[str, Release]:
    """Return the released files of a migrations directory by name; none when there is no manifest."""
    try:
        text = (directory / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return {name: Release(**values) for name, values in json.loads(text).items()}


def write(directory: Path, paths: Iterable[Path]) -> list[str]:
    """Add files that are not in the manifest yet, and return their names.

    Raises ValueError for a file that is in it with another content: what is released stays as it is.
    """
    known = dict(read(directory))
    added: list[str] = []
    for path in sorted(paths):
        source = path.read_text(encoding="utf-8")
        if path.name not in known:
            known[path.name] = Release(checksum(source), code_checksum(source))
            added.append(path.name)
        elif not known[path.name].matches(source):
            raise ValueError(f"{path.name} was changed after it was released: write a new revision instead.")
    content = {name: asdict(known[name]) for name in sorted(known)}
    (directory / FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return added


def main() -> int:
    """Release every revision file that is not released yet."""
    directory = Path(__file__).resolve().parents[3] / "migrations"
    try:
        added = write(directory, (directory / "versions").glob("[0-9]*.py"))
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a command
        return 1
    print(f"Released: {', '.join(added)}" if added else "Every revision file is released already.")  # noqa: T201 -- as above
    return 0


def checksum(source: str) -> str:
    """Return the SHA-256 of a text whose line ends and trailing blanks do not count."""
    lines = [line.rstrip() for line in source.replace("\r\n", "\n").split("\n")]
    return hashlib.sha256("\n".join(lines).rstrip("\n").encode()).hexdigest()


def code_checksum(source: str) -> str:
    """Return the SHA-256 of the code alone, the same under every version of Python.

    Raises SyntaxError when it is not Python.
    """
    return hashlib.sha256(_canonical(ast.parse(source)).encode()).hexdigest()


def _canonical(node: object) -> str:
    # ast.dump would do, but what it prints changes between versions of Python.
    if isinstance(node, list):
        return f"[{','.join(_canonical(item) for item in cast('list[object]', node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields: list[str] = []
    documented = isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    for name, field in ast.iter_fields(node):
        docstring = documented and name == "body" and ast.get_docstring(node, clean=False) is not None
        value = field[1:] if docstring else field
        if name in {"ctx", "kind", "type_comment", "type_ignores", "type_params"} or value in (None, []):
            continue
        fields.append(f"{name}={_canonical(value)}")
    return f"{type(node).__name__}({','.join(fields)})"


if __name__ == "__main__":
    sys.exit(main())
