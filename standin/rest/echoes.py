"""Embeds and components as Discord returns them: with types, numbers, defaults and the addresses of files."""

import copy
import itertools
from typing import Any

from standin import errors
from standin.components import SELECT_TYPES, walk
from standin.model import Attachment

THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 11, 12, 13, 14, 17
_REFERENCE = "attachment://"

_DEFAULTS: dict[int, dict[str, Any]] = {
    CONTAINER: {"accent_color": None, "spoiler": False},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECT_TYPES},
}


def embeds(given: list[dict[str, Any]], attachments: list[Attachment]) -> list[dict[str, Any]]:
    """Typed, without nulls."""
    result = []
    for embed in given:
        described = {key: copy.deepcopy(value) for key, value in embed.items() if value is not None}
        described["type"] = "rich"
        for field in described.get("fields", []):
            field["inline"] = bool(field.get("inline"))
        for place in ("image", "thumbnail"):
            if place in described:
                address = described[place]["url"]
                if address.startswith(_REFERENCE):
                    address = _file(address, attachments).url
                described[place] |= {"url": address, "proxy_url": address}
        for place in ("footer", "author"):
            icon = described.get(place, {}).get("icon_url")
            if icon and icon.startswith(_REFERENCE):
                described[place]["icon_url"] = _file(icon, attachments).url
        result.append(described)
    return result


def components(given: list[dict[str, Any]], attachments: list[Attachment]) -> list[dict[str, Any]]:
    """Each with a number of its own and what was left out filled in."""
    described = copy.deepcopy(given)
    taken = {part["id"] for part in walk(described) if part.get("id")}
    numbers = (number for number in itertools.count(1) if number not in taken)
    for part in walk(described):
        if not part.get("id"):
            part["id"] = next(numbers)
        for key in [key for key, value in part.items() if value is None]:
            del part[key]
        for key, value in _DEFAULTS.get(part["type"], {}).items():
            part.setdefault(key, value)
        for chosen in part.get("default_values") or ():
            # As every id that Discord gives out; a browser would round a number.
            chosen["id"] = str(chosen["id"])
        if part["type"] == MEDIA_GALLERY:
            for item in part["items"]:
                _resolve(item["media"], attachments)
                item["description"], item["spoiler"] = item.get("description"), bool(item.get("spoiler"))
        elif part["type"] == THUMBNAIL:
            _resolve(part["media"], attachments)
        elif part["type"] == FILE:
            file = _resolve(part["file"], attachments)
            part["name"], part["size"] = (file.name, file.size) if file else ("", 0)
    return described


def _resolve(media: dict[str, Any], attachments: list[Attachment]) -> Attachment | None:
    """Point to the file itself, where a file of the message is meant."""
    file = _file(media["url"], attachments) if media["url"].startswith(_REFERENCE) else None
    if file is not None:
        media["url"], media["attachment_id"] = file.url, str(file.id)
    media["id"] = media.get("attachment_id", "0")
    media["proxy_url"] = media["url"]
    return file


def _file(reference: str, attachments: list[Attachment]) -> Attachment:
    name = reference.removeprefix(_REFERENCE)
    for attachment in attachments:
        if attachment.name == name:
            return attachment
    missing = f"The referenced attachment filename '{name}' was not found in the list of attachments"
    raise errors.invalid((), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", missing)
