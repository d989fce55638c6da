"""What a person pressed, chose or filled in, as the data of an interaction, with the checks of Discord's client."""

from collections.abc import Mapping
from typing import Any

from standin.components import CHECKBOX_GROUP, Select, walk
from standin.inputs import CHANNEL, MENTIONABLE, ROLE, USER, Resolved, Upload
from standin.model import Channel, Message, User
from standin.refusals import BadInput, NotPossible
from standin.reply import CHECKBOX, FILE_UPLOAD, LABEL, RADIO_GROUP, TEXT_INPUT, Field, Modal
from standin.world import World

STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 3, 5, 6, 7, 8
FILE_TYPES = {
    "image": (".png", ".gif", ".jpg", ".jpeg", ".jfif", ".webp", ".avif"),
    "video": (".mp4", ".mov", ".qt", ".webm"),
    "audio": (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac"),
}
_KIND_OF_SELECT = {USER_SELECT: USER, ROLE_SELECT: ROLE, MENTIONABLE_SELECT: MENTIONABLE, CHANNEL_SELECT: CHANNEL}


def press(message: Message, name: str, *, raw: bool = False) -> dict[str, Any]:
    """The data of pressing a button, found by custom id or label."""
    buttons = [button for button in message.buttons if button.custom_id == name]
    buttons = buttons or [button for button in message.buttons if name in (button.label, button.emoji)]
    if raw:
        return {"custom_id": (buttons and buttons[0].custom_id) or name, "component_type": 2}
    if not buttons:
        have = ", ".join(repr(button.label or button.custom_id) for button in message.buttons) or "none"
        raise NotPossible(f"There is no button {name!r}; there are: {have}.")
    if buttons[0].disabled:
        raise NotPossible(f"The button {name!r} is disabled.")
    if buttons[0].custom_id is None:
        raise NotPossible(f"The button {name!r} is a link; nothing is sent.")
    return {"custom_id": buttons[0].custom_id, "component_type": 2}


def pick(world: World, user: User, message: Message, name: str, values: Any, *, raw: bool = False) -> dict[str, Any]:
    """The data of choosing from a menu, found by custom id or placeholder."""
    menu = next((menu for menu in message.selects if name in (menu.custom_id, menu.placeholder)), None)
    given = values if isinstance(values, (list, tuple, set)) else [values]
    if menu is None:
        if raw:
            return {"custom_id": name, "component_type": STRING_SELECT, "values": [str(value) for value in given]}
        have = ", ".join(repr(each.placeholder or each.custom_id) for each in message.selects) or "none"
        raise NotPossible(f"There is no menu {name!r}; there are: {have}.")
    if menu.disabled and not raw:
        raise NotPossible(f"The menu {name!r} is disabled.")
    resolved = Resolved(world, user, message.channel)
    chosen = _chosen(resolved, menu, list(given), raw=raw)
    return {"custom_id": menu.custom_id, "component_type": menu.type, "values": chosen, **resolved.data()}


def fill_in(
    world: World, user: User, channel: Channel, modal: Modal, values: Mapping[str, Any], *, raw: bool = False
) -> dict[str, Any]:
    """The data of sending a form. Raises BadInput for what the client would not send, unless `raw`."""
    given: dict[str, Any] = {}
    for name, value in values.items():
        field = modal.field(name)
        if field is None:
            have = ", ".join(repr(each.label) for each in modal.fields)
            raise NotPossible(f"The form has no field {name!r}; it has: {have}.")
        given[field.custom_id] = value
    resolved = Resolved(world, user, channel)
    fields = {field.custom_id: field for field in modal.fields}
    components = [_sent(resolved, top, fields, given, raw=raw) for top in modal.components]
    return {"custom_id": modal.custom_id, "components": components, **resolved.data()}


def _sent(
    resolved: Resolved, top: dict[str, Any], fields: Mapping[str, Field], given: Mapping[str, Any], *, raw: bool
) -> dict[str, Any]:
    inner = [part for part in walk([top]) if part.get("custom_id") in fields]
    answers = [_answer(resolved, fields[part["custom_id"]], part, given, raw=raw) for part in inner]
    sent = {"type": top["type"], "id": top.get("id", 0)}
    if top["type"] == LABEL:
        return sent | {"component": answers[0]}
    return sent | ({"components": answers} if answers else {})


def _answer(
    resolved: Resolved, field: Field, part: dict[str, Any], given: Mapping[str, Any], *, raw: bool
) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": field.type, "custom_id": field.custom_id, "id": part.get("id", 0)}
    value = given.get(field.custom_id)
    if field.type == TEXT_INPUT:
        answer["value"] = _text(field, field.value if value is None else value, raw=raw)
    elif field.type == CHECKBOX:
        answer["value"] = bool(field.value) if value is None else bool(value)
    elif field.type == RADIO_GROUP:
        answer["value"] = _radio(field, value, raw=raw)
    elif field.type == FILE_UPLOAD:
        answer["values"] = _uploads(resolved, field, value, raw=raw)
    else:
        answer["values"] = _several(resolved, field, part, value, raw=raw)
    return answer


def _text(field: Field, value: Any, *, raw: bool) -> str:
    text = "" if value is None else str(value)
    if raw:
        return text
    if not text and field.required:
        raise BadInput(f"{field.label}: this field is required.")
    if text and field.min_length is not None and len(text) < field.min_length:
        raise BadInput(f"{field.label}: must be {field.min_length} or more in length.")
    if len(text) > (field.max_length or 4000):
        raise BadInput(f"{field.label}: must be {field.max_length or 4000} or fewer in length.")
    return text


def _radio(field: Field, value: Any, *, raw: bool) -> str | None:
    if value is None:
        value = next((option["value"] for option in field.options if option.get("default")), None)
    if value is None:
        if field.required and not raw:
            raise BadInput(f"{field.label}: this field is required.")
        return None
    return value if raw else _option(field.options, value, field.label)


def _uploads(resolved: Resolved, field: Field, value: Any, *, raw: bool) -> list[str]:
    files = [value] if isinstance(value, Upload) else list(value or ())
    minimum = field.min_values if field.required else 0
    if not raw and not minimum <= len(files) <= field.max_values:
        raise BadInput(f"{field.label}: takes {minimum} to {field.max_values} files.")
    for file in files:
        if not raw and field.file_types and not _is_of(file.name, field.file_types):
            raise BadInput(f"{field.label}: {file.name} is none of {', '.join(field.file_types)}.")
    return [resolved.add(resolved.upload(file)) for file in files]


def _is_of(name: str, types: tuple[str, ...]) -> bool:
    """Whether a file's name ends as one of the types asks for; nobody looks at its bytes."""
    endings = [ending for each in types for ending in FILE_TYPES.get(each, (each.lower(),))]
    return name.lower().endswith(tuple(endings))


def _several(resolved: Resolved, field: Field, part: dict[str, Any], value: Any, *, raw: bool) -> list[str]:
    if value is None:
        given = [option["value"] for option in field.options if option.get("default")]
        given += [default["id"] for default in part.get("default_values") or []]
    else:
        given = list(value) if isinstance(value, (list, tuple, set)) else [value]
    kind = STRING_SELECT if field.type == CHECKBOX_GROUP else field.type
    minimum = field.min_values if field.required or given else 0
    menu = Select(field.custom_id, kind, field.label, field.options, minimum, field.max_values, disabled=False)
    return _chosen(resolved, menu, given, raw=raw)


def _chosen(resolved: Resolved, menu: Select, given: list[Any], *, raw: bool) -> list[str]:
    name = menu.placeholder or menu.custom_id
    if not raw and not menu.min_values <= len(given) <= menu.max_values:
        raise BadInput(f"{name}: takes {menu.min_values} to {menu.max_values} choices.")
    if menu.type == STRING_SELECT:
        return [str(value) if raw else _option(menu.options, value, name) for value in given]
    kind = _KIND_OF_SELECT[menu.type]
    return [resolved.add(resolved.find(kind, value)) for value in given]


def _option(options: tuple[dict[str, Any], ...], value: Any, name: str) -> str:
    for option in options:
        if value in (option["value"], option["label"]):
            return option["value"]
    have = ", ".join(repr(option["label"]) for option in options)
    raise BadInput(f"{name}: {value!r} is not one of {have}.")
