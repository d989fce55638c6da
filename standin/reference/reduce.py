"""Make the reduced description: `python -m standin.reference.reduce FULL.json[.gz] [OUTPUT.json.gz]`."""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from standin.rest import served_routes

OUTPUT = Path(__file__).with_name("discord-openapi.json.gz")
_REF = "#/components/schemas/"


def reduce(full: dict[str, Any], served: list[tuple[str, str]]) -> dict[str, Any]:
    """Keep the given (method, path) pairs and the schemas they need. Raises LookupError for one that Discord lacks."""
    paths: dict[str, Any] = {}
    for method, path in served:
        operation = full["paths"].get(path, {}).get(method.lower())
        if operation is None:
            raise LookupError(f"Discord has no {method} {path}")
        paths.setdefault(path, {})[method.lower()] = _operation(operation)
    schemas: dict[str, Any] = {}
    wanted = _references(paths)
    while wanted:
        name = wanted.pop()
        if name not in schemas:
            schemas[name] = _bare(full["components"]["schemas"][name])
            wanted |= _references(schemas[name])
    return {
        "openapi": full["openapi"],
        "info": {key: full["info"][key] for key in ("title", "version", "license")},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"security": operation.get("security", [])}
    request = _json(operation.get("requestBody"))
    if request is not None:
        kept["request"] = _bare(request)
    answers = {status: _json(answer) for status, answer in operation["responses"].items()}
    kept["answers"] = {status: _bare(schema) for status, schema in answers.items() if schema is not None}
    return kept


def _json(described: dict[str, Any] | None) -> dict[str, Any] | None:
    return (described or {}).get("content", {}).get("application/json", {}).get("schema")


def _bare(node: Any) -> Any:
    """The schema without its prose."""
    if isinstance(node, dict):
        prose = ("description", "title", "x-discord-union")
        # A property may be called "title"; a sentence is a string, a property's schema is not.
        return {key: _bare(value) for key, value in node.items() if key not in prose or not isinstance(value, str)}
    return [_bare(each) for each in node] if isinstance(node, list) else node


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = set().union(*(_references(value) for value in node.values())) if node else set()
        reference = node.get("$ref")
        return found | {reference.removeprefix(_REF)} if isinstance(reference, str) else found
    return set().union(*(_references(each) for each in node)) if isinstance(node, list) and node else set()


def main(arguments: list[str]) -> None:
    source = Path(arguments[0])
    raw = source.read_bytes()
    full = json.loads(gzip.decompress(raw) if source.suffix == ".gz" else raw)
    reduced = json.dumps(reduce(full, served_routes()), separators=(",", ":"), sort_keys=True).encode()
    output = Path(arguments[1]) if len(arguments) > 1 else OUTPUT
    # Without a time stamp the same description gives the same bytes.
    output.write_bytes(gzip.compress(reduced, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1:])
