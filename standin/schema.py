"""Request and response bodies against Discord's own API description.

What compares them is for developers. Where it is not installed, as in the playground of somebody who only tries the
bot, bodies are taken as they are: the tests have compared what the bot sends.
"""

import gzip
import json
import marshal
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standin.errors import Problem

if TYPE_CHECKING:
    import jsonschema_rs

IS_COMPARED = find_spec("jsonschema_rs") is not None
DESCRIPTION = Path(__file__).parent / "reference" / "discord-openapi.json.gz"

UNSHARED = 2
"""The newest format of `marshal` in which equal values are equal bytes: later ones say which objects are the same."""

_CODES: dict[str, tuple[str, str]] = {
    "maxLength": ("BASE_TYPE_MAX_LENGTH", "Must be {limit} or fewer in length."),
    "minLength": ("BASE_TYPE_MIN_LENGTH", "Must be {limit} or more in length."),
    "maxItems": ("BASE_TYPE_MAX_LENGTH", "Must be {limit} or fewer in length."),
    "minItems": ("BASE_TYPE_MIN_LENGTH", "Must be {limit} or more in length."),
    "maximum": ("NUMBER_TYPE_MAX", "int value should be less than or equal to {limit}."),
    "minimum": ("NUMBER_TYPE_MIN", "int value should be greater than or equal to {limit}."),
    "uniqueItems": ("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value."),
    "enum": ("BASE_TYPE_CHOICES", "Value must be one of {options}."),
    "const": ("BASE_TYPE_CHOICES", "Value must be one of {expected_value}."),
    "required": ("BASE_TYPE_REQUIRED", "This field is required"),
    "pattern": ("STRING_TYPE_REGEX", "String value did not match validation regex."),
    "format": ("BASE_TYPE_BAD_FORMAT", "Not a well formed {format}."),
    "type": ("BASE_TYPE_BAD_TYPE", "Must be of type {types}."),
}


def problems(method: str, path: str, body: Any) -> list[Problem]:
    """Problems of the body by Discord's description; none if the route takes no body."""
    if not IS_COMPARED:
        return []
    return list(_request_problems(method.lower(), path, marshal.dumps(body, UNSHARED)))


def answer_problems(method: str, path: str, status: int, body: Any) -> list[Problem]:
    """Problems of an answer by the description; a route without answers has no schema."""
    validator = _validator(method.lower(), path, str(status))
    if validator is None:
        return [] if body is None else [Problem((), "UNDESCRIBED", f"no answer is described for {status}")]
    return [problem for error in validator.iter_errors(body) for problem in _problems(error)]


def needs_token(method: str, path: str) -> bool:
    """Whether the route may be used with the bot's token only."""
    return {} not in _description()["paths"][path][method.lower()]["security"]


# A bot sends the same again and again, above all its commands, whenever it starts.
@lru_cache(maxsize=256)
def _request_problems(method: str, path: str, packed: bytes) -> tuple[Problem, ...]:
    validator, body = _validator(method, path, "request"), marshal.loads(packed)
    if validator is None or validator.is_valid(body):
        return ()
    return tuple(problem for error in validator.iter_errors(body) for problem in _problems(error))


@cache
def _description() -> dict[str, Any]:
    description = json.loads(gzip.decompress(DESCRIPTION.read_bytes()))
    for adapt in EXCEPTIONS:
        adapt(description)
    return description


@cache
def _validator(method: str, path: str, which: str) -> "jsonschema_rs.Validator | None":
    import jsonschema_rs

    operation = _description()["paths"].get(path, {}).get(method, {})
    schema = operation.get("request") if which == "request" else operation.get("answers", {}).get(which)
    if schema is None:
        return None
    whole = {"allOf": [schema], "components": _description()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=_FORMATS)


def _problems(error: "jsonschema_rs.ValidationError") -> Iterator[Problem]:
    kind = error.kind.name
    path = tuple(error.instance_path)
    if kind in ("oneOf", "anyOf") and error.kind.as_dict().get("context"):
        # Report the branch that was meant: the one of that "type", or else the one with the fewest problems.
        branches = [list(branch) for branch in error.kind.as_dict()["context"]]
        meant = min(branches, key=lambda branch: (any(_is_wrong_kind(each, path) for each in branch), len(branch)))
        for inner in meant:
            yield from _problems(inner)
        return
    facts = error.kind.as_dict()
    if kind == "required":
        path = (*path, facts["property"])
    code, sentence = _CODES.get(kind, ("BASE_TYPE_INVALID", "Not valid."))
    yield Problem(path, code, sentence.format_map(_Facts(facts)))


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return key


def _is_wrong_kind(error: "jsonschema_rs.ValidationError", union: tuple[Any, ...]) -> bool:
    """Whether the error shows that this branch of the union was not meant."""
    path = tuple(error.instance_path)
    return (error.kind.name == "type" and path == union) or (
        error.kind.name in ("enum", "const") and path == (*union, "type")
    )


# Where Discord differs from its description. Each entry says how that is known.


def _ids_may_be_numbers(description: dict[str, Any]) -> None:
    """Libraries send ids as JSON numbers (py-cord in `allowed_mentions` and overwrites), and Discord takes them."""
    description["components"]["schemas"]["SnowflakeType"] = {
        "anyOf": [
            {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"},
            {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
        ]
    }


def _permissions_may_be_text(description: dict[str, Any]) -> None:
    """The documentation says "string" for permission sets where the description says "integer"; Discord takes both."""
    permission_sets = ("allow", "deny", "permissions", "default_member_permissions")
    for schema in _objects(description):
        for name in permission_sets:
            field = schema["properties"].get(name)
            if field and field.get("type") == ["integer", "null"]:
                bounds = {key: value for key, value in field.items() if key != "type"}
                schema["properties"][name] = {
                    "anyOf": [
                        {"type": "integer", **bounds},
                        {"type": "string", "pattern": "^[0-9]{1,20}$"},
                        {"type": "null"},
                    ]
                }


def _messages_may_be_forwarded(description: dict[str, Any]) -> None:
    """The documentation has a second type of references ("Message Reference Types"), which messages show, too."""
    description["components"]["schemas"]["MessageReferenceType"]["oneOf"].append({"const": 1})


EXCEPTIONS: list[Callable[[dict[str, Any]], None]] = [
    _ids_may_be_numbers,
    _permissions_may_be_text,
    _messages_may_be_forwarded,
]


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def _is_snowflake(value: str) -> bool:
    return value.isdecimal() and int(value) < 2**64


_FORMATS = {"snowflake": _is_snowflake, "nonce": lambda _: True}
