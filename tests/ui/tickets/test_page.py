"""A page shows everything that a ticket can hold, and says of what is missing why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.tickets.components import Attachment, Container, Embed, Text
from app.core.tickets.record import Answer, Body, Message, Note, Person, Record
from app.core.tickets.recording import with_files
from app.ui.tickets.transcript.colours import DARK, LEAST_CONTRAST, LIGHT, contrast, readable
from app.ui.tickets.transcript.wording import duration, file_size
from tests.fixtures.discord_messages import BOB, BOT, EVERYTHING, attachment, message
from tests.fixtures.transcripts import (
    CAROL,
    CHANNEL,
    OGG,
    PNG,
    ROLE,
    START,
    full_record,
    page,
    record_of,
    seen,
    seen_of,
    text_of,
)

UNKNOWN = 999999999999999999

SHOWN = {
    1: "Hello world",
    2: "↱ Alice Hello **world**An answer",
    3: "↱ An answer to a message that is not there any moreTo nothing",
    4: "Forwarded · 2026-11-01 09:00It was said elsewhereforwarded.txt · 10 bytes · not kept",
    5: "Which colour?🟥 Red3Blue03 votes · over · several answers",
    6: "Sticker: Wave",
    7: "Edited 2026-11-20 12:00",
    9: "Bob pinned a message.",
    10: "Bob added Alice.",
    11: "Bob removed Alice.",
    12: "Alice joined the server.",
    13: "Order 12 (https://shop.example/orders/12)It is on its wayWeight2 kgNote-",
    14: "At the topIn a boxBeside a picture",
    15: "cat.png · 4 bytes · Spoiler · not kept",
    16: "voice-message.ogg · 900 bytes · 0:04 · not kept",
    17: "Shop newsBot",
    18: "Bob used /ticket closeDone.",
    19: "The poll of Bob is over: Which colour? → Red (3 of 4 votes)",
    20: "Bob started a thread: Notes",
    21: "👍 2:blob: 1",
    22: "Bob changed the channel's name: new-name",
    23: "Discord noted something about Bob (kind 63).",
    24: "Hello world",
}


@pytest.mark.parametrize("number", SHOWN)
def test_each_kind_of_message_is_shown(number: int):
    record = record_of(EVERYTHING)
    key = 1_000_000 + number
    alone = replace(record, messages={each: record.messages[each] for each in {key, 1_000_001}})
    assert SHOWN[number] in seen(page(alone)).text


def test_the_oldest_message_comes_first():
    text = seen_of(message(9, "later"), message(2, "earlier")).text
    assert text.index("earlier") < text.index("later")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("# Title", '<div class="h1" role="heading" aria-level="3">Title</div>'),
        ("-# small", '<div class="small">small</div>'),
        ("> said\n> again", "<blockquote>said\nagain</blockquote>"),
        ("||hidden||", '<span class="spoiler" tabindex="0">hidden</span>'),
        ("```py\n<b>\n```", '<div class="language">py</div><pre dir="ltr"><code>&lt;b&gt;</code></pre>'),
        ("- a", '<div class="item d1"><span class="dot">•</span><div>a</div></div>'),
        ("2. a", '<div class="item d1"><span class="dot">2.</span><div>a</div></div>'),
        ("~~**a**~~ __*b*__", "<s><strong>a</strong></s> <u><em>b</em></u>"),
        ("<:blob:123456789012345678>", '<span class="emoji">:blob:</span>'),
        ("<t:1763632800:R>", '<span class="moment">2025-11-20 11:00</span>'),
        ("<t:1763632800:T>", '<span class="moment">11:00:00</span>'),
        ("<t:9999999999999>", '<span class="moment">&lt;t:9999999999999&gt;</span>'),
        (f"<@{CAROL}>", '<span class="mention"><bdi>@Carol</bdi></span>'),
        (f"<@&{ROLE}>", '<span class="mention c992d22"><bdi>@Support</bdi></span>'),
        (f"<#{CHANNEL}>", '<span class="mention"><bdi>#help</bdi></span>'),
        (f"<@{UNKNOWN}>", f"<bdi>@Unknown ({UNKNOWN})</bdi>"),
        (f"<@&{UNKNOWN}>", f"<bdi>@Unknown ({UNKNOWN})</bdi>"),
        (f"<#{UNKNOWN}>", f"<bdi>#Unknown ({UNKNOWN})</bdi>"),
        ("@everyone", "<bdi>@everyone</bdi>"),
        (f"</ticket open:{CAROL}>", '<span class="mention">/ticket open</span>'),
        ("<id:guide>", '<span class="mention">Server Guide</span>'),
        (
            "[a](https://b.example)",
            'nofollow" href="https://b.example">a</a> <span class="target">(https://b.example)</span>',
        ),
    ],
)
def test_markdown_is_shown_as_discord_shows_it(typed: str, html: str):
    assert html in page(record_of([message(1, typed)]))


def test_who_wrote_is_named_with_what_they_are():
    found = seen_of(message(1, "a"), message(2, "b", BOB), message(3, "c", BOT), message(4, "d", pinned=True))
    assert "AliceMember2026-11-20 11:01" in found.text
    assert "BobStaff2026-11-20 11:02" in found.text
    assert "conciergeBot2026-11-20 11:03" in found.text
    assert "AliceMemberPinned2026-11-20 11:04" in found.text


def test_messages_that_follow_each_other_stand_below_one_name():
    found = seen_of(message(1, "a"), message(2, "b"), message(20, "c"), message(21, "d", BOB))
    assert found.values("class").count("m next") == 1
    assert found.values("class").count("name") == 2


def test_a_new_day_is_said():
    text = seen_of(message(1, "a"), message(700, "b")).text
    assert "2026-11-20" in text
    assert "2026-11-21" in text


def test_somebody_who_is_not_known_any_more_is_called_by_their_id():
    record = record_of([message(1, "a", "777")])
    assert "Unknown (777)" in seen(page(replace(record, people={}))).text


def test_deletions_and_earlier_versions_are_shown():
    record = full_record("said")
    text = seen(page(record)).text
    assert "Deleted 2026-11-20 11:00 by said" in text
    assert "Edited 2026-11-20 12:002026-11-20 11:00said" in text
    assert 'class="m gone"' in page(record).replace("m next gone", "m gone")


def test_kept_files_are_in_the_page_and_others_named_with_why():
    files = [attachment(1, "a.png", description="A cat"), attachment(2, "b.ogg"), attachment(3, "c.bin", 3)]
    files += [attachment(4, "d.zip", 25_000_000), attachment(5, "SPOILER_e.png")]
    record = record_of([message(1, attachments=files)])
    held = {1: PNG, 2: OGG, 3: b"abc", 4: "too_large", 5: PNG}
    found = seen(page(replace(record, messages={1: with_files(record.in_order()[0], held)})))
    assert found.tags["img"] == 2
    assert found.tags["audio"] == 1
    assert found.values("alt") == ["A cat", "e.png"]
    assert found.values("download") == ["c.bin"]
    assert "data:application/octet-stream;base64,YWJj" in found.values("href")
    assert "d.zip · 25 MB · not kept: larger than one file may be" in found.text
    assert "Spoiler · e.png" in found.text


def test_a_file_that_a_component_shows_is_shown_once():
    raw = EVERYTHING[13] | {"attachments": [attachment(83, "list.csv")]}
    assert seen_of(raw).text.count("list.csv") == 1


@pytest.mark.parametrize("reason", ["too_large", "full", "gone", "failed", "whatever comes later"])
def test_every_reason_has_its_words(reason: str):
    record = record_of([message(1, attachments=[attachment(1, "x")])])
    assert "not kept" in seen(page(replace(record, messages={1: with_files(record.in_order()[0], {1: reason})}))).text


def test_notes_stand_among_the_messages_at_their_time():
    record = replace(
        record_of([message(1, "first"), message(5, "last")]),
        notes=(Note(START + timedelta(minutes=3), int(BOB), "**n**ote"),),
    )
    text = seen(page(record)).text
    assert text.index("first") < text.index("BobInternal note2026-11-20 11:03note") < text.index("last")
    assert "Bob (Internal note)\n    **n**ote" in text_of(record)


def test_the_facts_and_answers_stand_at_the_top():
    record = record_of(
        [message(1, "Hello")],
        guild_name="The shop",
        type_name="Billing",
        opened_by=int(BOB),
        closed_by=int(BOB),
        close_reason="Solved",
        staff_ids=(int(BOB),),
        answers=(
            Answer("What?", "checkbox", values=("One", "Two")),
            Answer("Proof", "files", files=(Attachment(5, "p.png"),)),
        ),
    )
    text = seen(page(record)).text
    for words in (
        "Ticket #42 · Billing",
        "Opened2026-11-20 11:00 by Bob",
        "Closed2026-11-20 16:00 by Bob",
        "ReasonSolved",
    ):
        assert words in text
    assert text.index("What?One, Two") < text.index("Proofp.png") < text.index("Hello")
    written = text_of(record)
    assert "Closed: 2026-11-20 16:00 by Bob" in written
    assert "What?\n    One, Two" in written


def test_what_the_bot_may_not_read_is_said():
    record = record_of([message(1, "")])
    assert "Nothing that could be kept." in seen(page(record)).text
    assert "The bot may not read what stands here." in seen(page(replace(record, lacks_content=True))).text


def test_an_empty_ticket_has_a_page():
    assert "0 messages" in seen(page(Record())).text
    assert "Ticket #0" in text_of(Record())


def test_a_container_with_a_spoiler_is_closed():
    body = Body(components=(Container((Text("inside"),), is_spoiler=True),))
    found = seen(page(Record(messages={1: Message(1, 1, START, body=body)})))
    assert "embed hidden" in found.values("class")


def test_previews_of_addresses_are_named():
    body = Body(
        "https://a.example", embeds=(Embed("link", "A page", "About it", "https://a.example", provider="A site"),)
    )
    assert (
        "A siteA page (https://a.example)About it"
        in seen(page(Record(messages={1: Message(1, 1, START, body=body)}))).text
    )


def test_the_first_and_the_last_moment_that_there_is():
    moments = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    messages = {n: Message(n, 1, moment, body=Body("x")) for n, moment in enumerate(moments, 1)}
    assert seen(page(Record(messages=messages))).tags["article"] == 2


@pytest.mark.parametrize("colour", [0x000001, 0xFFFFFF, 0xFFFF00, 0x0000FF, 0x992D22, 0x808080, 0x2ECC71])
def test_names_can_be_read_on_both_backgrounds(colour: int):
    rgb = (colour >> 16, colour >> 8 & 0xFF, colour & 0xFF)
    for background in (LIGHT, DARK):
        assert contrast(readable(rgb, background), background) >= LEAST_CONTRAST
    people = {1: Person(1, "a", colour=colour)}
    html = page(Record(people=people, messages={1: Message(1, 1, START, body=Body("x"))}))
    assert f'class="name c{colour:06x}"' in html
    assert f".c{colour:06x}{{" in html


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_600, "1.0 MB"),
        (25_000_000, "25 MB"),
        (5 * 10**12, "5,000 GB"),
    ],
)
def test_sizes(size: int, words: str):
    assert file_size(size) == words


def test_durations():
    assert [duration(seconds) for seconds in (0, 4.2, 61, 3600)] == ["", "0:04", "1:01", "60:00"]


def test_the_text_has_everything_too():
    written = text_of(full_record("word"))
    for words in (
        "Which colour",
        "Sticker",
        "Forwarded",
        "pinned a message",
        "(Deleted 2026",
        "(Before it was edited",
        "[word",
    ):
        assert words.replace("Which colour", "word (3 votes") in written
    assert "> word: word" in written
    assert f"@Carol @Support #help @Unknown ({UNKNOWN}) :blob: 2025-11-20 11:00" in text_of(
        record_of([message(1, f"<@{CAROL}> <@&{ROLE}> <#{CHANNEL}> <@{UNKNOWN}> <:blob:{CAROL}> <t:1763632800:R>")])
    )
