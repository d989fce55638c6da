"""However small the limit, no file is larger, nothing but bytes of attachments is lost, and the page says so."""

from dataclasses import replace

import pytest

from app.core.tickets.components import Attachment
from app.core.tickets.record import Answer, Facts, Note, Person, Record
from app.core.tickets.recording import with_files
from app.ui.tickets.transcript.making import html_transcript, text_transcript
from app.ui.tickets.transcript.splitting import MIN_LIMIT
from tests.fixtures.discord_messages import ALICE, BOB, EVERYTHING, attachment, message
from tests.fixtures.transcripts import LIMIT, PNG, START, ZONE, full_record, record_of, seen

MAKING = {"html": html_transcript, "txt": text_transcript}


def long_record(count: int = 600) -> Record:
    return record_of(
        [message(n, f"Message {n}. " + "<b>&words</b> " * 20, ALICE if n % 9 else BOB) for n in range(1, count)]
    )


def with_pictures(*sizes: int) -> Record:
    record = record_of(
        [message(n, f"Picture {n}", attachments=[attachment(n, f"{n}.png")]) for n in range(1, len(sizes) + 1)]
    )
    files = {n: PNG + bytes(size - len(PNG)) for n, size in enumerate(sizes, 1)}
    return replace(record, messages={key: with_files(each, files) for key, each in record.messages.items()})


@pytest.mark.parametrize("ending", MAKING)
def test_what_fits_is_one_file(ending: str):
    (file,) = MAKING[ending](long_record(5), zone=ZONE, limit=LIMIT).files()
    assert file.name == f"ticket-0042.{ending}"
    assert "Part" not in file.content.decode()


@pytest.mark.parametrize("ending", MAKING)
def test_what_does_not_fit_is_parts_that_say_which_they_are(ending: str):
    made = MAKING[ending](long_record(), zone=ZONE, limit=60_000, most=99)
    files = list(made.files())
    assert len(files) == len(made) > 3
    assert made.left_out == ()
    texts = [file.content.decode() for file in files]
    for number, (file, text) in enumerate(zip(files, texts, strict=True), 1):
        assert file.name == f"ticket-0042-{number}-of-{len(files)}.{ending}"
        assert len(file.content) <= 60_000
        assert f"Part {number} of {len(files)}" in text
        assert "2026-11-2" in text
    together = "".join(texts)
    assert [together.count(f"Message {n}. ") for n in range(1, 600)] == [1] * 599
    places = [together.index(f"Message {n}. ") for n in range(1, 600)]
    assert places == sorted(places)


def test_every_part_is_a_whole_page_that_begins_with_a_name():
    for file in html_transcript(long_record(), zone=ZONE, limit=60_000, most=99).files():
        found = seen(file.content.decode())
        assert found.misnested == []
        assert found.tags["html"] == found.tags["style"] == found.tags["h1"] == 1
        assert next(value for value in found.values("class") if value.startswith("m")) == "m"


def test_a_picture_that_fits_nowhere_is_left_out_and_named():
    made = html_transcript(with_pictures(1_000, 200_000, 1_000), zone=ZONE, limit=100_000)
    (file,) = made.files()
    assert [each.name for each in made.left_out] == ["2.png"]
    found = seen(file.content.decode())
    assert found.tags["img"] == 2
    assert "2.png · 10 bytes · left out of this file, which would be larger than Discord takes" in found.text


def test_files_are_split_before_pictures_are_left_out():
    made = html_transcript(with_pictures(*[50_000] * 6), zone=ZONE, limit=100_000, most=10)
    assert made.left_out == ()
    assert len(made) == 6
    assert sum(seen(file.content.decode()).tags["img"] for file in made.files()) == 6


def test_the_largest_pictures_are_left_out_first_beyond_so_many_files():
    made = html_transcript(with_pictures(50_000, 40_000, 45_000, 2_000, 30_000), zone=ZONE, limit=100_000, most=2)
    assert len(made) <= 2
    assert [each.name for each in made.left_out][:2] == ["1.png", "3.png"]
    assert "4.png" not in {each.name for each in made.left_out}
    assert all(len(file.content) <= 100_000 for file in made.files())


def test_text_is_never_left_out_to_save_files():
    assert len(html_transcript(long_record(), zone=ZONE, limit=60_000, most=1)) > 3


HUGE = "<&\">'" * 16_000


@pytest.mark.parametrize("ending", MAKING)
@pytest.mark.parametrize("limit", [MIN_LIMIT, 200_000])
def test_no_file_is_larger_than_the_limit_whatever_is_in_the_record(ending: str, limit: int):
    record = full_record("<b>&" * 8)
    people = {n: Person(n, "<" * 32, "<" * 32, colour=n * 77_777 % 0xFFFFFF, is_staff=True) for n in range(1, 300)}
    facts = replace(
        record.facts,
        close_reason=HUGE,
        subject=HUGE,
        labels=(HUGE, HUGE),
        staff_ids=tuple(people),
        answers=(Answer(HUGE, "long", HUGE, (HUGE,), (Attachment(7, HUGE, content=PNG * 9_000),)),),
    )
    messages = record_of(
        [*EVERYTHING, message(50, HUGE, BOB), message(51, "", type=63, thread={"name": HUGE})]
    ).messages
    record = Record(facts, record.people | people, record.roles, record.channels, messages, (Note(START, 5, HUGE),))
    made = MAKING[ending](record, zone=ZONE, limit=limit)
    assert max(len(file.content) for file in made.files()) <= limit
    if limit == MIN_LIMIT:
        assert any(b"was larger than a file may be, and was cut" in file.content for file in made.files())


def test_a_limit_below_any_page_is_refused():
    with pytest.raises(ValueError, match="bytes"):
        html_transcript(Record(facts=Facts(number=1)), zone=ZONE, limit=MIN_LIMIT - 1)
