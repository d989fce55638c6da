"""Questions that somebody else may answer first."""

from datetime import UTC, datetime, timedelta

from app.core.faq.waiting import PATIENCE, Said, Waiting, WaitingRoom

START, WAIT = datetime(2026, 11, 29, 12, tzinfo=UTC), timedelta(seconds=5)
HERE, THERE, ALICE, BOB, STAFF = 100, 200, 1, 2, 3


def said(message_id: int, author_id: int = ALICE, *, is_question: bool = True, channel_id: int = HERE) -> Said:
    return Said(9, HERE, channel_id, message_id, author_id, (f"text {message_id}",), is_question)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def taken(room: WaitingRoom, seconds: float) -> list[int]:
    return [one.said.message_id for one in room.take_due(at(seconds))]


def test_a_question_is_looked_at_once_after_the_wait() -> None:
    room = WaitingRoom()
    assert room.ask(said(1), START, WAIT)
    assert room.next_at == at(5)
    assert taken(room, 4.9) == []
    (due,) = room.take_due(at(5))
    assert (room.next_at, len(room), taken(room, 6)) == (None, 1, [])
    room.done(due)
    assert len(room) == 0


def test_while_the_asker_writes_it_waits_but_not_for_ever() -> None:
    room = WaitingRoom()
    room.ask(said(1), START, WAIT)
    for seconds in range(4, 100, 4):
        room.goes_on(HERE, ALICE, at(seconds), WAIT)
        if taken(room, seconds):
            break
    assert seconds == 5 * PATIENCE


def test_of_what_somebody_writes_in_one_go_the_last_question_counts() -> None:
    room = WaitingRoom()
    room.ask(said(1, is_question=False), START, WAIT)
    room.ask(said(2), at(1), WAIT)
    room.ask(said(3), at(2), WAIT)
    room.ask(said(4, is_question=False), at(3), WAIT)
    room.ask(said(5, BOB), at(3), WAIT)
    room.ask(said(6, channel_id=THERE), at(3), WAIT)
    assert taken(room, 8) == [3, 5, 6]


def test_an_answer_ends_it_also_while_the_bot_looks_for_one() -> None:
    room = WaitingRoom()

    def ask() -> list[Waiting]:
        room.ask(said(1), START, WAIT)
        room.ask(said(2, BOB), START, WAIT)
        room.ask(said(3, channel_id=THERE), START, WAIT)
        return room.take_due(at(5))

    def over(asked: list[Waiting]) -> list[int]:
        found = [one.said.message_id for one in asked if one.is_over]
        room.clear()
        return found

    asked = ask()
    # Nobody answers themselves, and what is said to nobody answers nobody.
    room.answered(HERE, ALICE, to=frozenset({ALICE}), is_staff=False)
    room.answered(HERE, BOB, to=frozenset(), is_staff=False)
    assert over(asked) == []
    asked = ask()
    room.answered(HERE, BOB, to=frozenset({ALICE}), is_staff=False)
    assert over(asked) == [1]
    asked = ask()
    room.answered(HERE, STAFF, to=frozenset(), is_staff=True)
    assert over(asked) == [1, 2]
    asked = ask()
    room.gone(THERE, frozenset({1, 3}))
    assert over(asked) == [3]


def test_an_edit_takes_the_place_of_what_was_said() -> None:
    room = WaitingRoom()
    room.ask(said(1), START, WAIT)
    assert room.waits_with(said(1))
    edited = Said(9, HERE, HERE, 1, ALICE, ("better",), is_question=False)
    assert not room.waits_with(edited)
    room.gone(HERE, frozenset({1}))
    room.ask(edited, at(3), WAIT)
    assert taken(room, 5) == []
    (due,) = room.take_due(at(8))
    assert due.said.texts == ("better",)


def test_there_is_room_for_so_many_and_no_more() -> None:
    room = WaitingRoom(capacity=2)
    assert room.ask(said(1), START, WAIT)
    assert room.ask(said(2, BOB), START, WAIT)
    assert not room.ask(said(3, STAFF), START, WAIT)
    assert room.ask(said(4), START, WAIT)
    assert taken(room, 5) == [4, 2]


def test_what_somebody_asked_who_is_erased_is_dropped_there_or_everywhere() -> None:
    room = WaitingRoom()
    for number, (author_id, channel_id) in enumerate([(ALICE, HERE), (BOB, HERE), (ALICE, THERE)]):
        room.ask(said(number, author_id, channel_id=channel_id), START, WAIT)
    (first, *_) = room.take_due(at(5))
    room.forget(ALICE, 8)
    assert (len(room), first.is_over) == (3, False)
    room.forget(ALICE, 9)
    assert (len(room), first.is_over) == (1, True)
    room.forget(BOB, None)
    assert len(room) == 0
