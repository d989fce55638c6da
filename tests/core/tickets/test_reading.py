"""Discord's JSON becomes a record of which nothing is missing."""

import json
from datetime import UTC, datetime

import pytest

from app.core.tickets.components import Button, Container, File, Gallery, Row, Section, Select, Text, Thumbnail, Unknown
from app.core.tickets.reading import links, people_of, read_message, read_messages
from app.core.tickets.record import Message, message_from_json, message_to_json
from tests.fixtures.discord_messages import ALICE, BOB, BOT, CDN, EVERYTHING, HOOK, SIGNED, attachment, message, user

READ = read_messages(EVERYTHING)


def _read(number: int) -> Message:
    return READ[1_000_000 + number]


def test_the_oldest_comes_first_whatever_order_discord_gave():
    assert list(READ) == list(read_messages(reversed(EVERYTHING))) == sorted(READ)
    assert len(READ) == len(EVERYTHING)


def test_every_kind_survives_as_json():
    for each in READ.values():
        assert message_from_json(json.loads(json.dumps(message_to_json(each)))) == each


def test_text_time_and_author():
    read = _read(1)
    assert (read.body.content, read.author_id) == ("Hello **world**", int(ALICE))
    assert read.at == datetime(2026, 11, 20, 10, 1, 0, 250000, tzinfo=UTC)
    assert _read(7).edited_at == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    assert _read(8).is_pinned


def test_replies_keep_what_they_answer():
    assert (_read(2).reply_to, _read(2).reply_author_id, _read(2).reply_text) == (
        1_000_001,
        int(ALICE),
        "Hello **world**",
    )
    assert (_read(3).reply_to, _read(3).reply_text) == (1_000_999, "")


def test_forwards_are_snapshots():
    (forward,) = _read(4).forwards
    assert forward.body.content == "It was **said** elsewhere"
    assert forward.body.attachments[0].name == "forwarded.txt"
    (hidden,) = read_message(message(1, message_reference={"type": 1, "message_id": "5"})).forwards
    assert not hidden.body.content
    assert _read(4).reply_to is None


def test_polls_have_votes():
    poll = _read(5).body.poll
    assert poll is not None
    assert [(each.text, each.emoji, each.votes) for each in poll.answers] == [("Red", "🟥", 3), ("Blue", "", 0)]
    assert poll.takes_several
    assert poll.is_over


def test_stickers_and_reactions():
    assert [each.name for each in _read(6).body.stickers] == ["Wave"]
    assert [(each.emoji, each.count) for each in _read(21).reactions] == [("👍", 2), (":blob:", 1)]


def test_embeds():
    (embed,) = _read(13).body.embeds
    assert (embed.title, embed.colour, embed.author, embed.footer) == ("Order 12", 0x3498DB, "The shop", "Sent by hand")
    assert [(each.name, each.is_inline) for each in embed.fields] == [("Weight", True), ("Note", False)]
    assert embed.image == "https://shop.example/12.png"


def test_buttons_and_selects():
    row, choice = _read(13).body.components
    assert row == Row(
        (
            Button("Claim", "✋"),
            Button("The site", url="https://shop.example/help"),
            Button("Gone", is_disabled=True),
        )
    )
    assert isinstance(choice, Row)
    (select,) = choice.items
    assert isinstance(select, Select)
    assert select.placeholder == "Choose one"
    assert [(each.label, each.emoji, each.is_default) for each in select.options] == [
        ("First", "", False),
        ("Second", ":blob:", True),
    ]


def test_components_of_the_second_kind():
    text, box, later = _read(14).body.components
    assert text == Text("At the top")
    assert later == Unknown(99)
    assert isinstance(box, Container)
    assert box.colour == 0xE91E63
    _, line, section, gallery, file, _ = box.items
    assert line.has_line
    assert isinstance(section, Section)
    assert isinstance(section.accessory, Thumbnail)
    assert (section.accessory.media.id, section.accessory.media.url) == (81, f"{CDN}/thumb.png")
    assert isinstance(gallery, Gallery)
    assert [each.is_spoiler for each in gallery.items] == [True, False]
    assert gallery.items[1].url == "https://pictures.example/two.jpg?size=9"
    assert isinstance(file, File)
    assert (file.media.name, file.media.size) == ("list.csv", 12)
    assert [each.id for each in _read(14).files()] == [81, 82, 0, 83]


def test_attachments_are_kept_without_their_signature():
    (cat,) = _read(15).body.attachments
    assert (cat.name, cat.is_spoiler, cat.type) == ("cat.png", True, "image/png")
    assert cat.url == f"{CDN}/SPOILER_cat.png"
    assert "ex=" not in json.dumps([message_to_json(each) for each in READ.values()])
    (voice,) = _read(16).body.attachments
    assert (voice.seconds, voice.type, _read(16).is_voice) == (4.2, "audio/ogg", True)


@pytest.mark.parametrize(
    ("given", "name", "is_spoiler"),
    [
        (attachment(1, "a.txt", flags=1 << 3), "a.txt", True),
        (attachment(1, "image.png", title="写真"), "写真.png", False),
    ],
)
def test_names_and_spoilers_of_attachments(given: dict, name: str, is_spoiler: bool):
    (read,) = read_message(message(1, attachments=[given])).body.attachments
    assert (read.name, read.is_spoiler) == (name, is_spoiler)


def test_the_addresses_that_can_be_read_now():
    assert links(EVERYTHING[14]) == {72: f"{CDN}/SPOILER_cat.png{SIGNED}"}
    assert links(EVERYTHING[3]) == {71: f"{CDN}/forwarded.txt{SIGNED}"}
    assert set(links(EVERYTHING[13])) == {81, 82, 83}


def test_people_are_all_that_are_told_of():
    people = people_of(EVERYTHING)
    assert {int(ALICE), int(BOB), int(BOT), int(HOOK)} <= set(people)
    assert people[int(ALICE)].shown_name == "Alice"
    assert people[int(HOOK)].is_bot
    nick = people_of([message(1, member={"nick": "Ally"})])
    assert nick[int(ALICE)].shown_name == "Ally"
    told = people_of([message(1, mentions=[user("9", "carol") | {"member": {"nick": "Caz"}}])])
    assert told[9].shown_name == "Caz"


def test_webhooks_and_commands():
    assert (_read(17).author_name, _read(1).author_name) == ("Shop news", "")
    assert (_read(18).command, _read(18).command_by, _read(18).author_name) == ("ticket close", int(BOB), "")


def test_what_discord_writes_itself():
    assert _read(9).reply_to == 1_000_008
    assert _read(10).mentioned == (int(ALICE),)
    assert _read(20).thread == "Notes"
    assert (_read(24).author_id, _read(24).body.content) == (int(ALICE), "Hello **world**")


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, [None], {"id": 3}, True, -1, "\0", "\ud800", [[{}]]])
def test_one_odd_value_spoils_nothing(odd: object):
    for raw in EVERYTHING:
        for key in raw:
            read = read_message(raw | {key: odd})
            assert read is None or message_from_json(json.loads(json.dumps(message_to_json(read)))) == read


def test_text_that_postgresql_cannot_hold_is_mended():
    assert _text("a\0b\ud800c") == "ab?c"


def _text(content: str) -> str:
    return read_message(message(1, content)).body.content
