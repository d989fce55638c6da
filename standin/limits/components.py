"""Limits of message components and modals (documentation: "Component Reference")."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from standin.components import CHECKBOX_GROUP, SELECT_TYPES, bounds, walk
from standin.errors import Path, Problem, bad_length, not_a_choice, required, too_large

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
TEXT_DISPLAY, LABEL, FILE_UPLOAD, RADIO_GROUP = 10, 18, 19, 21
LINK, PREMIUM = 5, 6

MAX_ROWS = 5
MAX_BUTTONS_IN_ROW = 5
MAX_COMPONENTS_IN_V2 = 40
MAX_TEXT_IN_V2 = 4000
MAX_IN_MODAL = 5


def component_problems(components: list[dict[str, Any]], *, is_v2: bool) -> Iterator[Problem]:
    if is_v2:
        total = sum(1 for _ in walk(components))
        if total > MAX_COMPONENTS_IN_V2:
            yield bad_length(("components",), 1, MAX_COMPONENTS_IN_V2)
        text = sum(len(part["content"]) for part in walk(components) if part["type"] == TEXT_DISPLAY)
        if text > MAX_TEXT_IN_V2:
            message = f"Displayable component text exceeds maximum size of {MAX_TEXT_IN_V2}"
            yield Problem(("components",), "COMPONENT_MAX_TOTAL_TEXT_LENGTH", message)
    else:
        if len(components) > MAX_ROWS:
            yield bad_length(("components",), 1, MAX_ROWS)
        for index, part in enumerate(components):
            if part["type"] != ROW:
                yield not_a_choice(("components", index, "type"), [ROW])
    yield from _duplicates(components)
    for path, part in _located(components, ("components",)):
        yield from _part_problems(part, path)


def modal_problems(modal: dict[str, Any]) -> Iterator[Problem]:
    components = modal["components"]
    if len(components) > MAX_IN_MODAL:
        yield bad_length(("data", "components"), 1, MAX_IN_MODAL)
    yield from (problem.under("data") for problem in _duplicates(components))
    for path, part in _located(components, ("data", "components")):
        if part["type"] == ROW and len(part["components"]) != 1:
            yield Problem(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
        if part["type"] == TEXT_INPUT:
            yield from _text_input_problems(part, path)
        elif part["type"] in SELECT_TYPES | {CHECKBOX_GROUP, FILE_UPLOAD, RADIO_GROUP}:
            yield from _choosing_problems(part, path)


def _located(components: list[dict[str, Any]], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, part in enumerate(components):
        here = (*path, index)
        yield here, part
        yield from _located(part.get("components") or [], (*here, "components"))
        for slot in ("component", "accessory"):
            if part.get(slot):
                yield (*here, slot), part[slot]


def _duplicates(components: list[dict[str, Any]]) -> Iterator[Problem]:
    located = list(_located(components, ("components",)))
    for key, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        seen = Counter(part[key] for _, part in located if part.get(key))
        for path, part in located:
            if part.get(key) and seen[part[key]] > 1:
                yield Problem((*path, key), code, f"Component {key.replace('_', ' ')} cannot be duplicated")


def _part_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    if part["type"] == ROW:
        selects = sum(inner["type"] in SELECT_TYPES for inner in part["components"])
        if len(part["components"]) > MAX_BUTTONS_IN_ROW or (selects and len(part["components"]) > 1):
            yield Problem(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
    elif part["type"] == BUTTON:
        yield from _button_problems(part, path)
    elif part["type"] in SELECT_TYPES:
        yield from _select_problems(part, path)


def _button_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    if part["style"] == PREMIUM:
        return
    if not part.get("label") and not part.get("emoji"):
        yield Problem(path, "BUTTON_COMPONENT_INVALID_CONTENT", "A button must have a label or an emoji")
    if part["style"] == LINK:
        if not part.get("url"):
            yield required((*path, "url"), "A url is required")
        if part.get("custom_id"):
            yield Problem(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
    else:
        if not part.get("custom_id"):
            yield required((*path, "custom_id"), "A custom id is required")
        if part.get("url"):
            yield Problem((*path, "url"), "BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url")


def _choosing_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    """Problems of what offers a choice in a form."""
    if part.get("disabled"):
        yield Problem((*path, "disabled"), "MODAL_COMPONENT_DISABLED", "Modals cannot have disabled components")
    if part.get("min_values") == 0 and part.get("required") is not False:
        message = "min_values must be at least 1 when the component is required"
        yield Problem((*path, "min_values"), "COMPONENT_REQUIRED_MIN_VALUES", message)
    yield from _select_problems(part, path)


def _select_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    minimum, maximum = bounds(part).values()
    if minimum > maximum:
        yield too_large((*path, "min_values"), maximum)
    if part["type"] not in (STRING_SELECT, CHECKBOX_GROUP, RADIO_GROUP):
        return
    options = part["options"]
    if maximum > len(options):
        yield too_large((*path, "max_values"), len(options))
    values = [option["value"] for option in options]
    for index, value in enumerate(values):
        if value in values[:index]:
            code, message = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
            yield Problem((*path, "options", index, "value"), code, message)
    if sum(bool(option.get("default")) for option in options) > maximum:
        yield Problem((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")


def _text_input_problems(part: dict[str, Any], path: Path) -> Iterator[Problem]:
    # In a row the field has its own label; inside a Label component it must not.
    in_row = "components" in path[2:]
    if in_row and not part.get("label"):
        yield required((*path, "label"))
    if not in_row and part.get("label"):
        yield Problem((*path, "label"), "TEXT_INPUT_COMPONENT_LABEL_NOT_ALLOWED", "The label is on the outer component")
    minimum, maximum = part.get("min_length") or 0, part.get("max_length") or 4000
    if minimum > maximum:
        yield too_large((*path, "min_length"), maximum)
    value = part.get("value")
    if value and not minimum <= len(value) <= maximum:
        yield bad_length((*path, "value"), minimum, maximum)
