"""Limits of application commands (documentation: "Application Commands")."""

import marshal
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from standin.commands import SLASH_COMMAND, SUBCOMMAND, SUBCOMMAND_GROUP
from standin.errors import Path, Problem, bad_length, not_a_choice, required, too_large
from standin.locales import LOCALES

MAX_COMMAND_LENGTH = 8000
STRING, INTEGER, NUMBER = 3, 4, 10
MAX_CHOICE_LENGTH = 100

# ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$; the two scripts add vowel signs, which are not letters.
_NAME = re.compile(r"[-'\w\u0900-\u097f\u0e00-\u0e7f]*")


def overwrite_problems(bodies: list[dict[str, Any]]) -> list[Problem]:
    """Problems of a list of commands that replaces all others."""
    return list(_overwrite_problems(marshal.dumps(bodies, 2)))


# The same list comes whenever a bot starts. Packed in the format in which equal values are equal bytes.
@lru_cache(maxsize=8)
def _overwrite_problems(packed: bytes) -> tuple[Problem, ...]:
    return tuple(_problems_of_all(marshal.loads(packed)))


def _problems_of_all(bodies: list[dict[str, Any]]) -> Iterator[Problem]:
    for kind in {body.get("type") or SLASH_COMMAND for body in bodies}:
        of_kind = {index: body for index, body in enumerate(bodies) if (body.get("type") or SLASH_COMMAND) == kind}
        for path in _repeated_names(of_kind):
            yield Problem(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for index, body in enumerate(bodies):
        yield from (problem.under(index) for problem in command_problems(body))


def command_problems(body: dict[str, Any]) -> Iterator[Problem]:
    yield from localization_problems(body, ())
    if (body.get("type") or SLASH_COMMAND) != SLASH_COMMAND:
        for field in ("description", "options"):
            if body.get(field):
                code = f"APPLICATION_COMMAND_CONTEXT_MENU_{field.upper()}_INVALID"
                yield Problem((field,), code, f"Context menu commands cannot have {field}")
        return
    yield from _name_problems(body, ())
    if not body.get("description"):
        yield required(("description",))
    yield from _options_problems(body.get("options") or [], ("options",), depth=0)
    if _characters(body) > MAX_COMMAND_LENGTH:
        yield Problem((), "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_COMMAND_LENGTH})")


def localization_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    """Translations of a command, option or choice into languages that Discord does not have."""
    for field in ("name_localizations", "description_localizations"):
        for locale in (part.get(field) or {}).keys() - LOCALES.keys():
            yield not_a_choice((*path, field, locale), sorted(LOCALES))


def _repeated_names(siblings: dict[int, dict[str, Any]]) -> Iterator[Path]:
    """Paths of names that appear earlier in the same list, in any language."""
    translations = {index: each.get("name_localizations") or {} for index, each in siblings.items()}
    for locale in [None, *sorted({locale for each in translations.values() for locale in each})]:
        seen: set[str] = set()
        for index, each in siblings.items():
            name = translations[index].get(locale, each["name"])
            if name in seen:
                yield (index, "name_localizations", locale) if locale in translations[index] else (index, "name")
            seen.add(name)


def _name_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    names = {("name",): part["name"]}
    names |= {("name_localizations", locale): name for locale, name in (part.get("name_localizations") or {}).items()}
    for where, name in names.items():
        if name != name.lower() or not _NAME.fullmatch(name):
            yield Problem((*path, *where), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _options_problems(options: list[dict[str, Any]], path: Path, depth: int) -> Iterator[Problem]:
    for where in _repeated_names(dict(enumerate(options))):
        yield Problem((*path, *where), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option names must be unique")
    optional_before = False
    nested = [option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in options]
    for index, option in enumerate(options):
        here = (*path, index)
        yield from _name_problems(option, here)
        yield from localization_problems(option, here)
        if nested[index]:
            is_too_deep = depth > 1 or (option["type"] == SUBCOMMAND_GROUP and depth > 0)
            if is_too_deep or not all(nested):
                mixed = "Sub-command and sub-command group option types are mutually exclusive to all other types"
                yield Problem((*here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", mixed)
            inner = option.get("options") or []
            if option["type"] == SUBCOMMAND_GROUP and (not inner or any(each["type"] != SUBCOMMAND for each in inner)):
                yield required((*here, "options"))
            # A subcommand cannot hold further subcommands.
            yield from _options_problems(inner, (*here, "options"), depth + (2 if option["type"] == SUBCOMMAND else 1))
            continue
        if option.get("required") and optional_before:
            message = "Required options must be placed before non-required options"
            yield Problem(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_before = optional_before or not option.get("required")
        yield from _option_problems(option, here)


def _option_problems(option: dict[str, Any], path: Path) -> Iterator[Problem]:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE"
        yield Problem((*path, "choices"), code, "Autocomplete cannot have choices")
    values = [choice["value"] for choice in choices]
    repeated = list(_repeated_names(dict(enumerate(choices))))
    repeated += [(index, "value") for index, value in enumerate(values) if value in values[:index]]
    for where in repeated:
        code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"
        yield Problem((*path, "choices", *where), code, "Option choice names and values must be unique")
    for index, choice in enumerate(choices):
        yield from localization_problems(choice, (*path, "choices", index))
        if option["type"] == STRING and not 1 <= len(choice["value"]) <= MAX_CHOICE_LENGTH:
            yield bad_length((*path, "choices", index, "value"), 1, MAX_CHOICE_LENGTH)
    for minimum, maximum in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(minimum), option.get(maximum)
        if low is not None and high is not None and low > high:
            yield too_large((*path, minimum), high)


def _characters(body: dict[str, Any]) -> int:
    """The length of all names, descriptions and values in the command, each in its longest language."""
    total = len(body["value"]) if isinstance(body.get("value"), str) else 0
    for key in ("name", "description"):
        texts = [body.get(key) or "", *(body.get(f"{key}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    return total + sum(_characters(inner) for key in ("options", "choices") for inner in body.get(key) or [])
