"""What has more characters than one message is told in whole, in several of them."""

import logging
from typing import Any

import pytest

from app.core.tickets.types import Question, QuestionKind, Route
from standin import Message, Person, StandIn
from standin.reply import Reply
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town

LABEL = "Worum geht es bei dieser langen Frage genau?"
CHOICES = tuple(f"Antwort {number:02}: " + "Donaudampfschifffahrtsgesellschaft " * 2 for number in range(25))
CHOICES = tuple(one.strip() for one in CHOICES)


async def messages_of(reply: Reply, count: int, stand_in: StandIn) -> list[Message]:
    await stand_in.until(lambda: len(reply.followups) == count - 1)
    assert reply.message is not None
    return [reply.message, *reply.followups]


@pytest.fixture
async def long_type(desk: Desk, town: Town) -> None:
    routes = tuple(Route(LABEL, one, team_role_ids=(town.billing.id,)) for one in CHOICES[:24])
    question = Question(LABEL, QuestionKind.SELECT, options=CHOICES)
    await desk.offer(name="Anfrage", questions=(question,), routes=routes)


async def test_a_long_answer_comes_in_whole_and_its_button_works(
    manager: Person, stand_in: StandIn, long_type: None, caplog: pytest.LogCaptureFixture
) -> None:
    manager.user.locale = "de"
    of: dict[str, Any] = {"type": "Anfrage", "question": LABEL, "answer": CHOICES[24]}
    routed = await manager.slash("tickets type route", **of, priority=3, first_answer="30m")
    said = await messages_of(routed, 3, stand_in)
    assert all(one.private and len(one.text) <= 2000 for one in said)
    assert "".join(one.text for one in said).count(" → ") == 25
    assert all(choice in "\n".join(one.text for one in said) for choice in CHOICES)
    assert [[button.label for button in one.buttons] for one in said] == [[], [], ["Rückgängig"]]
    undone = await manager.click(said[-1], "Rückgängig")
    assert "Anfrage" in undone.full_text
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_a_long_refusal_names_everything_that_would_work(
    manager: Person, stand_in: StandIn, long_type: None, caplog: pytest.LogCaptureFixture
) -> None:
    refused = await manager.slash("tickets type route", type="Anfrage", question=LABEL, answer="x", priority=3)
    said = await messages_of(refused, 2, stand_in)
    assert all(one.private and len(one.text) <= 2000 for one in said)
    assert all(choice in " ".join(one.text for one in said) for choice in CHOICES)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
