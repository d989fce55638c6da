"""A record grows with what happens in the channel, and shows each side what it may see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.core.tickets.components import Attachment, Unkept
from app.core.tickets.reading import read_message, read_messages
from app.core.tickets.record import Answer, Facts, Message, Note, Person, Record, Version
from app.core.tickets.recording import deleted, edited, filled, merged, with_files
from app.core.tickets.searchable import MAX_SEARCHABLE, searchable_text
from app.core.tickets.views import member_view, staff_view
from tests.fixtures.discord_messages import ALICE, BOB, EVERYTHING, attachment, message, reference

START = datetime(2026, 11, 20, 10, 0, 0, 250000, tzinfo=UTC)
OPENER, STAFF = int(ALICE), int(BOB)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def read(number: int, content: str = "", author: str = ALICE, **more) -> Message:
    found = read_message(message(number, content, author, **more))
    assert found is not None
    return found


def edit(before: Message, content: str, minute: int) -> Message:
    return edited(before, replace(before, body=replace(before.body, content=content), edited_at=at(minute)))


def test_an_edit_keeps_what_was_said_before():
    twice = edit(edit(read(1, "one"), "two", 5), "three", 9)
    assert twice.body.content == "three"
    assert twice.earlier == (Version("one", at(1)), Version("two", at(5)))
    assert edited(twice, replace(twice, earlier=(), is_pinned=True)).earlier == twice.earlier


def test_what_may_not_be_read_overwrites_nothing():
    assert edited(read(1, "secret"), read(1, "")).body.content == "secret"


def test_an_edit_keeps_the_bytes_of_files():
    first = with_files(read(1, "a", attachments=[attachment(7, "x.png"), attachment(8, "y")]), {7: b"", 8: Unkept.GONE})
    again = edited(first, read(1, "b", attachments=[attachment(7, "x.png"), attachment(8, "y")]))
    assert [(file.content, file.unkept) for file in again.files()] == [(b"", ""), (None, "gone")]


def test_bytes_reach_every_place_that_shows_a_file():
    for raw in EVERYTHING:
        before = read_message(raw)
        assert before is not None
        numbers = {file.id for file in before.files() if file.id}
        after = with_files(before, dict.fromkeys(numbers, b"abc"))
        assert {file.id for file in after.files() if file.content == b"abc"} == numbers


def test_bytes_reach_the_files_of_the_form_as_well():
    record = Record(Facts(answers=(Answer("Proof", "files", files=(Attachment(7), Attachment(8))),)))
    record = replace(record, messages={1: read(1, attachments=[attachment(9, "x")])})
    assert [file.content for file in filled(record, {7: b"a", 9: b"b"}).files()] == [b"a", None, b"b"]


def test_a_deleted_message_keeps_what_it_said():
    gone = deleted(deleted(read(1, "one"), at(3)), at(4), STAFF)
    assert (gone.body.content, gone.deleted_at, gone.deleted_by) == ("one", at(3), STAFF)
    assert edited(gone, read(1, "one")).deleted_at == at(3)


def test_what_a_full_reading_lacks_was_deleted():
    stored = Record(messages={each.id: each for each in (read(1, "one"), read(2, "two"))})
    new = merged(stored, [read(2, "zwei"), read(3, "three")], complete_at=at(9))
    first, second, third = new.in_order()
    assert first.deleted_at == at(9)
    assert [each.content for each in second.earlier] == ["two"]
    assert third.body.content == "three"
    assert merged(stored, [read(2, "two")]).in_order()[0].deleted_at is None


def test_people_keep_what_a_later_message_does_not_say():
    stored = Record(people={1: Person(1, "bob", "Bobby", is_staff=True, colour=5)})
    assert merged(stored, (), people=[Person(1, "bobby")]).people[1] == Person(
        1, "bobby", "Bobby", is_staff=True, colour=5
    )


# What the member may see. It is closed at minute 30.


def closed(*messages: Message, **more) -> Record:
    facts = Facts(opener_id=OPENER, closed_at=at(30), staff_ids=(STAFF, 999), priority="high", labels=("vip",))
    people = {OPENER: Person(OPENER, "alice"), STAFF: Person(STAFF, "bob", is_staff=True)}
    people |= {999: Person(999, "carol", is_staff=True), 5: Person(5, "bot", is_bot=True)}
    return Record(facts=facts, people=people, messages={each.id: each for each in messages}, **more)


def texts(record: Record) -> list[str]:
    return [each.body.content for each in record.in_order()]


def test_staff_see_all_of_it():
    record = closed(read(1, "a"), read(40, "b", BOB), notes=(Note(at(2), STAFF, "n"),))
    assert staff_view(record) == record


def test_the_member_sees_nothing_of_after_the_closing_and_nothing_internal():
    internal = replace(read(3, "internal", BOB), is_staff_only=True)
    record = closed(read(1, "a"), internal, read(29, "b", BOB), read(40, "after", BOB), notes=(Note(at(2), 999, "n"),))
    view = member_view(record)
    assert texts(view) == ["a", "b"]
    assert view.notes == ()
    assert (view.facts.staff_ids, view.facts.priority, view.facts.labels) == ((STAFF,), "", ())
    assert 999 not in view.people
    assert "internal" not in str(view.to_json())


def test_a_message_changed_after_the_closing_reads_as_before():
    changed = edit(edit(read(2, "one", BOB), "two", 5), "unfriendly", 35)
    own = edit(read(3, "mine"), "mine too", 35)
    record = closed(changed, own, deleted(read(4, "still there", BOB), at(40)))
    first, second, third = member_view(record).in_order()
    assert (first.body.content, first.edited_at, first.earlier) == ("two", at(5), ())
    assert (second.body.content, second.edited_at) == ("mine", None)
    assert (third.body.content, third.deleted_at) == ("still there", None)


def test_a_change_of_unknown_content_after_the_closing_is_not_shown():
    late = {"edited_timestamp": at(35).isoformat()}
    record = closed(read(1, "unfriendly", BOB, **late), read(2, "mine", **late), read(3, "The header", "5", **late))
    assert texts(member_view(record)) == ["", "mine", "The header"]


def test_what_others_took_back_is_gone_for_the_member_but_not_for_staff():
    slip = deleted(read(1, "wrong ticket", BOB, attachments=[attachment(7, "x")]), at(2))
    quoting = read(
        3, "What?", type=19, message_reference=reference(1), referenced_message=message(1, "wrong ticket", BOB)
    )
    record = closed(
        slip, edit(read(2, "password", BOB), "-", 3), quoting, deleted(edit(read(4, "own"), "own!", 5), at(6))
    )
    view = member_view(record)
    assert "wrong ticket" not in str(view.to_json())
    assert "password" not in str(view.to_json())
    gone, _, _, own = view.in_order()
    assert gone.deleted_at == at(2)
    assert not gone.body.attachments
    assert (own.body.content, own.earlier[0].content) == ("own!", "own")
    assert "password" in str(staff_view(record).to_json())


def test_an_answer_does_not_give_away_what_is_hidden():
    internal = replace(read(1, "internal", BOB), is_staff_only=True)
    answer = read(2, "ok", type=19, message_reference=reference(1), referenced_message=message(1, "internal", BOB))
    assert "internal" not in str(member_view(closed(internal, answer)).to_json())


def test_an_open_ticket_is_seen_as_far_as_it_is():
    record = replace(closed(*read_messages(EVERYTHING).values()), facts=Facts(opener_id=OPENER))
    assert len(member_view(record).messages) == len(EVERYTHING)


def test_what_the_member_may_read_can_be_found_and_nothing_else():
    internal = replace(read(40, "internal", BOB), is_staff_only=True)
    record = closed(*read_messages(EVERYTHING).values(), internal, deleted(read(41, "slip", BOB), at(2)))
    found = searchable_text(
        replace(record, facts=replace(record.facts, closed_at=at(99)), notes=(Note(at(1), 5, "note"),))
    )
    for words in (
        "Hello **world**",
        "said** elsewhere",
        "Which colour?",
        "Order 12",
        "In a box",
        "cat.png",
        "Weight",
        "Second",
    ):
        assert words in found
    assert not {"internal", "slip", "note"} & set(found.split())
    long = closed(*(read(n, "word " * 800) for n in range(1, 99)))
    assert len(searchable_text(replace(long, facts=Facts()))) == MAX_SEARCHABLE
