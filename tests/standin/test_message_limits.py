"""What Discord refuses in a message, at the edge and one beyond."""

import pytest

from standin import Channel, StandIn
from standin.model import COMPONENTS_V2
from tests.standin.wire import Api

TOO_LONG = "BASE_TYPE_MAX_LENGTH"
TOO_SHORT = "BASE_TYPE_MIN_LENGTH"
BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"
REQUIRED = "BASE_TYPE_REQUIRED"
TOO_WIDE = "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
TOO_MUCH_TEXT = "COMPONENT_MAX_TOTAL_TEXT_LENGTH"
ID_TAKEN = "COMPONENT_CUSTOM_ID_DUPLICATED"
OPTION_TAKEN = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
LEGACY_FIELD = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
FIRST = "components.0.components.0"
BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
OPTION = {"label": "One", "value": "1"}


def row(*parts):
    return {"type": 1, "components": list(parts)}


def in_row(*parts):
    return {"content": "x", "components": [row(*parts)]}


def rows(*parts):
    return {"content": "x", "components": [row(part) for part in parts]}


def fields(*parts):
    return {"embeds": [{"fields": list(parts)}]}


def menu(**fields):
    return {"type": 3, "custom_id": "menu", "options": [OPTION]} | fields


def text(length):
    return {"type": 10, "content": "x" * length}


def second(*parts):
    """A message of the second generation."""
    return {"flags": COMPONENTS_V2, "components": list(parts)}


BUTTONS = [BUTTON | {"custom_id": str(n)} for n in range(6)]
BLANK_BUTTON = {"type": 2, "style": 1, "custom_id": "x"}


REFUSED = {
    "content of 2,001 characters": ({"content": "x" * 2001}, "content", TOO_LONG),
    "content that is no text": ({"content": 5}, "content", "BASE_TYPE_BAD_TYPE"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds", TOO_LONG),
    "a title of 257": ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", TOO_LONG),
    "a description of 4,097": ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", TOO_LONG),
    "a footer of 2,049": ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text", TOO_LONG),
    "26 fields": (fields(*[{"name": "n", "value": "v"}] * 26), "embeds.0.fields", TOO_LONG),
    "a field's name of 257": (fields({"name": "n" * 257, "value": "v"}), "embeds.0.fields.0.name", TOO_LONG),
    "a field's value of 1,025": (fields({"name": "n", "value": "v" * 1025}), "embeds.0.fields.0.value", TOO_LONG),
    "a field without a value": (fields({"name": "n"}), "embeds.0.fields.0.value", REQUIRED),
    "a blank field": (fields({"name": "n", "value": " "}), "embeds.0.fields.0.value", REQUIRED),
    "6,001 characters of embeds": (
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        "embeds",
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "six rows": (rows(*BUTTONS), "components", BAD_LENGTH),
    "six buttons in a row": (in_row(*BUTTONS), "components.0.components", TOO_LONG),
    "a menu beside a button": (in_row(BUTTON, menu()), "components.0", TOO_WIDE),
    "a label of 81": (rows(BUTTON | {"label": "x" * 81}), f"{FIRST}.label", TOO_LONG),
    "a custom id of 101": (rows(BUTTON | {"custom_id": "x" * 101}), f"{FIRST}.custom_id", TOO_LONG),
    "the same custom id twice": (rows(BUTTON, BUTTON), "components.1.components.0.custom_id", ID_TAKEN),
    "a button without a custom id": (rows({"type": 2, "style": 1, "label": "x"}), f"{FIRST}.custom_id", REQUIRED),
    "a link without an address": (rows({"type": 2, "style": 5, "label": "x"}), f"{FIRST}.url", REQUIRED),
    "a button with nothing on it": (rows(BLANK_BUTTON), FIRST, "BUTTON_COMPONENT_INVALID_CONTENT"),
    "26 options": (
        rows(menu(options=[{"label": str(n), "value": str(n)} for n in range(26)])),
        f"{FIRST}.options",
        TOO_LONG,
    ),
    "no options": (rows(menu(options=[])), f"{FIRST}.options", TOO_SHORT),
    "the same option twice": (rows(menu(options=[OPTION, OPTION])), f"{FIRST}.options.1.value", OPTION_TAKEN),
    "more to choose than there is": (rows(menu(max_values=2)), f"{FIRST}.max_values", "NUMBER_TYPE_MAX"),
    "a text display without its flag": (second(text(5)) | {"flags": 0}, "components.0.type", "BASE_TYPE_CHOICES"),
    "content beside components alone": (second(text(5)) | {"content": "x"}, "content", LEGACY_FIELD),
    "41 components": (second({"type": 17, "components": [text(1)] * 40}), "components", BAD_LENGTH),
    "4,001 characters of text displays": (second(text(2001), text(2000)), "components", TOO_MUCH_TEXT),
    "mentions both ways": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "a nonce of 26": ({"content": "x", "nonce": "x" * 26}, "nonce", TOO_LONG),
    "a reply to nothing": (
        {"content": "x", "message_reference": {"message_id": "1"}},
        "message_reference",
        "REPLIES_UNKNOWN_MESSAGE",
    ),
    "a file that was not sent": (
        {"content": "x", "attachments": [{"id": 0, "filename": "x"}]},
        "attachments.0",
        "ATTACHMENT_NOT_FOUND",
    ),
}


@pytest.mark.parametrize(("body", "place", "code"), REFUSED.values(), ids=REFUSED)
async def test_refused(api: Api, general: Channel, path: str, discord_: StandIn, body, place, code):
    before = general.last_message
    refused = await api.post(path, body)
    assert refused.refusal == (400, 50035)
    assert code in refused.wrong(place), refused.body
    assert len(discord_.violations) == 1
    assert general.last_message is before


@pytest.mark.parametrize("body", [{}, {"content": "  \n "}, {"components": [row(BUTTON)]}])
async def test_an_empty_message_is_refused(api: Api, path: str, body):
    assert (await api.post(path, body)).refusal == (400, 50006)


async def test_the_largest_of_everything_is_accepted(api: Api, path: str):
    rows = [row(*(BUTTON | {"custom_id": f"{r}{n}", "label": "x" * 80} for n in range(5))) for r in range(5)]
    embed = {"fields": [{"name": "n" * 100, "value": "v" * 139}] * 25}
    answered = await api.post(path, {"content": "x" * 2000, "components": rows, "embeds": [embed]})
    assert answered.status == 200
    whole = second({"type": 17, "components": [text(100)] * 39})
    assert (await api.post(path, whole)).status == 200
