"""What Discord refuses in a message, at the edge and one beyond."""

import pytest

from standin import Channel, StandIn
from standin.model import COMPONENTS_V2
from tests.standin.wire import Api

BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
OPTION = {"label": "One", "value": "1"}


def row(*parts):
    return {"type": 1, "components": list(parts)}


def menu(**fields):
    return {"type": 3, "custom_id": "menu", "options": [OPTION]} | fields


REFUSED = {
    "content of 2,001 characters": ({"content": "x" * 2001}, ["content"], "BASE_TYPE_MAX_LENGTH"),
    "content that is no text": ({"content": 5}, ["content"], "BASE_TYPE_BAD_TYPE"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, ["embeds"], "BASE_TYPE_MAX_LENGTH"),
    "a title of 257": ({"embeds": [{"title": "x" * 257}]}, ["embeds", 0, "title"], "BASE_TYPE_MAX_LENGTH"),
    "a description of 4,097": (
        {"embeds": [{"description": "x" * 4097}]},
        ["embeds", 0, "description"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a footer of 2,049": (
        {"embeds": [{"footer": {"text": "x" * 2049}}]},
        ["embeds", 0, "footer", "text"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "26 fields": (
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        ["embeds", 0, "fields"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a field's name of 257": (
        {"embeds": [{"fields": [{"name": "n" * 257, "value": "v"}]}]},
        ["embeds", 0, "fields", 0, "name"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a field's value of 1,025": (
        {"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]},
        ["embeds", 0, "fields", 0, "value"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a field without a value": (
        {"embeds": [{"fields": [{"name": "n"}]}]},
        ["embeds", 0, "fields", 0, "value"],
        "BASE_TYPE_REQUIRED",
    ),
    "a blank field": (
        {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
        ["embeds", 0, "fields", 0, "value"],
        "BASE_TYPE_REQUIRED",
    ),
    "6,001 characters of embeds": (
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        ["embeds"],
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "six rows": (
        {"content": "x", "components": [row(BUTTON | {"custom_id": str(n)}) for n in range(6)]},
        ["components"],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "six buttons in a row": (
        {"content": "x", "components": [row(*(BUTTON | {"custom_id": str(n)} for n in range(6)))]},
        ["components", 0, "components"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a menu beside a button": (
        {"content": "x", "components": [row(BUTTON, menu())]},
        ["components", 0],
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    "a label of 81": (
        {"content": "x", "components": [row(BUTTON | {"label": "x" * 81})]},
        ["components", 0, "components", 0, "label"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a custom id of 101": (
        {"content": "x", "components": [row(BUTTON | {"custom_id": "x" * 101})]},
        ["components", 0, "components", 0, "custom_id"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "the same custom id twice": (
        {"content": "x", "components": [row(BUTTON), row(BUTTON)]},
        ["components", 1, "components", 0, "custom_id"],
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "a button without a custom id": (
        {"content": "x", "components": [row({"type": 2, "style": 1, "label": "x"})]},
        ["components", 0, "components", 0, "custom_id"],
        "BASE_TYPE_REQUIRED",
    ),
    "a link without an address": (
        {"content": "x", "components": [row({"type": 2, "style": 5, "label": "x"})]},
        ["components", 0, "components", 0, "url"],
        "BASE_TYPE_REQUIRED",
    ),
    "a button with nothing on it": (
        {"content": "x", "components": [row({"type": 2, "style": 1, "custom_id": "x"})]},
        ["components", 0, "components", 0],
        "BUTTON_COMPONENT_INVALID_CONTENT",
    ),
    "26 options": (
        {"content": "x", "components": [row(menu(options=[{"label": str(n), "value": str(n)} for n in range(26)]))]},
        ["components", 0, "components", 0, "options"],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "no options": (
        {"content": "x", "components": [row(menu(options=[]))]},
        ["components", 0, "components", 0, "options"],
        "BASE_TYPE_MIN_LENGTH",
    ),
    "the same option twice": (
        {"content": "x", "components": [row(menu(options=[OPTION, OPTION]))]},
        ["components", 0, "components", 0, "options", 1, "value"],
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    "more to choose than there is": (
        {"content": "x", "components": [row(menu(max_values=2))]},
        ["components", 0, "components", 0, "max_values"],
        "NUMBER_TYPE_MAX",
    ),
    "a text display without its flag": (
        {"content": "x", "components": [{"type": 10, "content": "hello"}]},
        ["components", 0, "type"],
        "BASE_TYPE_CHOICES",
    ),
    "content beside components alone": (
        {"content": "x", "flags": COMPONENTS_V2, "components": [{"type": 10, "content": "hello"}]},
        ["content"],
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "41 components": (
        {"flags": COMPONENTS_V2, "components": [{"type": 17, "components": [{"type": 10, "content": "x"}] * 40}]},
        ["components"],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "4,001 characters of text displays": (
        {
            "flags": COMPONENTS_V2,
            "components": [{"type": 10, "content": "x" * 2001}, {"type": 10, "content": "x" * 2000}],
        },
        ["components"],
        "COMPONENT_MAX_TOTAL_TEXT_LENGTH",
    ),
    "mentions both ways": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "a nonce of 26": ({"content": "x", "nonce": "x" * 26}, ["nonce"], "BASE_TYPE_MAX_LENGTH"),
    "a reply to nothing": (
        {"content": "x", "message_reference": {"message_id": "1"}},
        ["message_reference"],
        "REPLIES_UNKNOWN_MESSAGE",
    ),
    "a file that was not sent": (
        {"content": "x", "attachments": [{"id": 0, "filename": "x"}]},
        ["attachments", 0],
        "ATTACHMENT_NOT_FOUND",
    ),
}


@pytest.mark.parametrize(("body", "path", "code"), REFUSED.values(), ids=REFUSED)
async def test_refused(api: Api, general: Channel, discord_: StandIn, body, path, code):
    before = general.last_message
    refused = await api.post(f"/channels/{general.id}/messages", body)
    assert (refused.status, refused.code) == (400, 50035)
    assert code in refused.wrong(*path), refused.body
    assert len(discord_.violations) == 1
    assert general.last_message is before


@pytest.mark.parametrize("body", [{}, {"content": "  \n "}, {"components": [row(BUTTON)]}])
async def test_an_empty_message_is_refused(api: Api, general: Channel, body):
    refused = await api.post(f"/channels/{general.id}/messages", body)
    assert (refused.status, refused.code) == (400, 50006)


async def test_the_largest_of_everything_is_accepted(api: Api, general: Channel):
    rows = [row(*(BUTTON | {"custom_id": f"{r}{n}", "label": "x" * 80} for n in range(5))) for r in range(5)]
    embed = {"fields": [{"name": "n" * 100, "value": "v" * 139}] * 25}
    answered = await api.post(
        f"/channels/{general.id}/messages", {"content": "x" * 2000, "components": rows, "embeds": [embed]}
    )
    assert answered.status == 200
    text = {"type": 10, "content": "x" * 100}
    whole = {"flags": COMPONENTS_V2, "components": [{"type": 17, "components": [text] * 39}]}
    assert (await api.post(f"/channels/{general.id}/messages", whole)).status == 200
