"""What is taken out of a ticket for others, without the people in it."""

from datetime import UTC, datetime

from app.core.tickets.lesson import Lesson, lesson_of, without_people
from app.core.tickets.record import Body, Message, Person, Record

PEOPLE = {
    1: Person(1, "alice", "Alice A."),
    2: Person(2, "helper", "Helper One", is_staff=True),
    3: Person(3, "concierge", is_bot=True, is_staff=True),
    4: Person(4, "al", is_staff=True),
}


def record(*said: Message) -> Record:
    return Record(people=PEOPLE, messages={one.id: one for one in said})


def said(number: int, author: int, text: str, **more: object) -> Message:
    return Message(number, author, body=Body(text), **more)  # type: ignore[arg-type] -- fields of a message


def test_the_question_and_the_last_answer_of_staff_are_taken_without_names() -> None:
    now = datetime.now(UTC)
    found = lesson_of(
        record(
            said(1, 1, "I am Alice A."),
            said(2, 2, "Hi <@1>, ask @Helper One: **reset** it, alice!\nAl is al, the *helpers* know."),
            said(3, 2, "deleted", deleted_at=now),
            said(4, 2, "secret", is_staff_only=True),
            said(5, 2, "joined", type=7),
            said(6, 3, "I am a bot."),
            said(7, 1, "Thanks"),
            said(8, 4, "  "),
        ),
        "\n  How do I, Alice A., reset it?  \nMore",
        opener_id=1,
    )
    assert found == Lesson("How do I, reset it?", "Hi, ask: **reset** it!\nAl is al, the *helpers* know.")
    assert lesson_of(Record(), "", opener_id=1) == Lesson("", "")


def test_text_without_names_stays_as_it_is() -> None:
    text = "1. First: `a  b`\n    code, here.\n\n- <#5> and <@&6>"
    assert without_people(text, {"x", "Nobody"}) == text
