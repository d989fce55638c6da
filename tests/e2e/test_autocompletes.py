"""Every autocomplete answers, whatever has been typed: with nothing configured, with nonsense, in every language."""

import logging
from typing import Any

import pytest

from app.bot import Bot
from standin import Person, StandIn
from tests.fixtures.languages import leaves
from tests.fixtures.town import Town

NONSENSE = ("", "xx", "0", "-1", "#", "99999999999999999999", "²", "a · b", "💥" * 30, "`@everyone`", "'; --")


def autocompletes(person: Person) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return command, option and its other options, for each option with suggestions."""
    found = [
        (name, options) for command in person.commands if command["type"] == 1 for name, options in leaves(command)
    ]
    return [
        (name, one["name"], [other for other in options if other is not one])
        for name, options in found
        for one in options
        if one.get("autocomplete")
    ]


@pytest.mark.parametrize("rank", ["alice", "owner"])
async def test_every_autocomplete_answers_when_nothing_is_configured(
    rank: str, bot: Bot, stand_in: StandIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    user = getattr(town, rank)
    user.locale = "fr"
    person = stand_in.person(user, town.general)
    every = autocompletes(person)
    assert len(every) > (60 if rank == "owner" else 5)
    for command, option, others in every:
        for number, typed in enumerate(NONSENSE):
            texts = [one for one in others if one["type"] == 3 and not one.get("choices")]
            nonsense = NONSENSE[(number + 3) % len(NONSENSE)] or "xx"
            given = {one["name"]: nonsense[: one.get("max_length", 100)] for one in texts} if number else {}
            offered = await person.autocomplete(command, option, typed, options=given)
            assert len(offered) <= 25, (command, option, typed)
    wrong = [
        one.getMessage() + str(one.__dict__.get("callback")) for one in caplog.records if one.levelno >= logging.ERROR
    ]
    assert not wrong
