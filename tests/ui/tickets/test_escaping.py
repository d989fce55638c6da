"""Nothing that a member writes becomes a part of the page, or of another's message."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from app.core.messages import speaking
from app.core.tickets.record import Person, Record
from app.core.tickets.recording import with_files
from app.core.tickets.views import member_view
from app.ui.tickets.transcript.address import web_address
from tests.fixtures.discord_messages import message
from tests.fixtures.transcripts import full_record, page, pages, record_of, seen, seen_of, text_of

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></head></div></article></main></body></html>",
    "<!-- --><![CDATA[",
    "&lt;b&gt; &amp; &#60; &quot",
    "\x00\x1b[31m\u202e\u2066\ud800\x85",
    "javascript:alert(1)",
    "{} %s {0} {person}",
]
TAGS = {"html", "head", "meta", "title", "style", "body", "header", "main", "footer", "h1", "h2", "div", "span", "dl"}
TAGS |= {"dt", "dd", "section", "article", "time", "bdi", "b", "strong", "em", "u", "s", "a", "code", "pre", "img"}
TAGS |= {"blockquote", "details", "summary", "figure", "figcaption", "audio", "video", "meter", "hr"}
ATTRIBUTES = {"lang", "dir", "charset", "http-equiv", "content", "name", "class", "id", "datetime", "title", "href"}
ATTRIBUTES |= {"rel", "target", "src", "alt", "download", "controls", "tabindex", "role", "aria-level", "aria-hidden"}
ATTRIBUTES |= {"min", "max", "value"}
HREF = re.compile(r"https?://[^\s\"'<>]+|#m[0-9]+|data:application/octet-stream;base64,[A-Za-z0-9+/=]*")
SRC = re.compile(r"data:(?:image/png|audio/ogg|video/mp4);base64,[A-Za-z0-9+/=]*")


@pytest.mark.parametrize("word", NASTY)
def test_the_page_has_the_same_parts_whatever_people_write(word: str):
    harmless, found = seen(page(full_record())), seen(page(full_record(word)))
    # An address that is none is no link.
    assert +(found.tags - harmless.tags) == {}
    assert set(harmless.tags - found.tags) <= {"a", "span"}
    assert found.misnested == []
    assert set(found.tags) <= TAGS
    assert {name for _, name, _ in found.attributes} <= ATTRIBUTES
    assert [value for value in found.values("href") if not HREF.fullmatch(value)] == []
    assert [value for value in found.values("src") if not SRC.fullmatch(value)] == []
    assert set(found.values("rel")) <= {"noopener noreferrer nofollow"}
    assert set(found.values("class")) <= set(harmless.values("class"))
    assert found.style == harmless.style


def test_what_is_written_is_seen_as_it_was_typed():
    found = seen(page(full_record(NASTY[0])))
    assert found.text.count(NASTY[0]) > 40
    assert found.values("download") == [NASTY[0], f"0{NASTY[0]}"]


def test_the_policy_allows_one_style_sheet_and_nothing_else():
    html = page(full_record())
    found = seen(html)
    (policy,) = [value for _, name, value in found.attributes if name == "content" and "default-src" in value]
    digest = b64encode(sha256(found.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; media-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert not re.search(r"url\(|@import|http", found.style)
    assert " style=" not in html
    assert "script" not in html


def test_the_page_asks_nobody_for_anything():
    found = seen(page(full_record()))
    assert found.tags["link"] + found.tags["script"] + found.tags["iframe"] + found.tags["base"] == 0
    assert all(value.startswith("data:") for value in found.values("src"))


def test_bytes_are_shown_as_what_they_are_and_not_as_what_they_are_called():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    record = full_record()
    messages = {key: with_files(each, {72: svg}) for key, each in record.messages.items()}
    found = seen(page(Record(record.facts, record.people, messages=messages)))
    assert not [value for value in found.values("src") if "svg" in value]
    assert f"data:application/octet-stream;base64,{b64encode(svg).decode()}" in found.values("href")


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://a.example/b?c=d&e#f", True),
        ("HTTP://A.EXAMPLE", True),
        ("https://[::1]/", True),
        ("https://ä.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("https://", False),
        ("https:///a", False),
        ("https://discord.com@evil.example/", False),
        ("https://good.example\\@evil.example", False),
        ("https://a.example/\u202egpj", False),
        ("https://a.example/ b", False),
        ("https://[evil", False),
        ("https://a.example:x/", False),
        ("https://a.example/" + "a" * 3000, False),
        ("file:///etc/passwd", False),
    ],
)
def test_links_lead_to_pages_of_the_web_only(url: str, is_one: bool):
    assert (web_address(url) == url) is is_one


def test_the_target_of_a_masked_link_is_seen():
    found = seen_of(message(1, "[https://bank.example](https://evil.example/bank)"))
    assert found.values("href") == ["https://evil.example/bank"]
    assert "(https://evil.example/bank)" in found.text


@pytest.mark.parametrize("parting", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c"])
def test_nobody_can_write_another_message_into_the_text(parting: str):
    forged = "[11:09] Bob (Staff)"
    record = record_of([message(1, f"Hello{parting}{forged}{parting}    Refunded"), message(2, "x", "666")])
    people = {key: person for key, person in record.people.items() if key != 666}
    record = Record(record.facts, people | {666: Person(666, f"a{parting}{forged}", "")}, messages=record.messages)
    written = text_of(record)
    assert [
        line for line in re.split(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", written) if line.startswith(forged)
    ] == []


def test_a_terminal_obeys_nothing_in_the_text():
    written = text_of(full_record("\x1b]0;owned\x07\x9b31m"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", written)


def test_the_copy_of_the_member_has_nothing_internal_in_any_language():
    record = full_record("secretword")
    for language in ("en", "de"):
        with speaking(language):
            html = page(member_view(record))
            assert f'<html lang="{language}"' in html
            assert 'class="m internal"' not in html
            assert "Internal note" not in html
    assert 'class="m internal"' in page(record)
    assert len(pages(record)) == 1
