"""People of the page join servers, pass the screening, leave and come back, and the bot hears of it."""

from typing import Any

import pytest

from standin import Change, ChangeKind, StandIn
from tests.fixtures.town import Town
from tests.playground.conftest import Page


def _members(guild: dict[str, Any]) -> set[str]:
    return {member["username"] for member in guild["members"]}


async def test_a_new_person_joins_passes_the_screening_leaves_and_comes_back(
    page: Page, town: Town, stand_in: StandIn
) -> None:
    happened: list[ChangeKind] = []

    def note(change: Change) -> None:
        if change.kind.startswith("member_"):
            happened.append(change.kind)

    unsubscribe = stand_in.subscribe(note)
    guild_id, general = str(town.guild.id), str(town.general.id)
    view = (await page.ask("add_person", name="  Pia   Park "))["view"]
    assert (view["me"]["name"], view["me"]["username"], view["guilds"]) == ("Pia Park", "pia_park", [])
    assert "in no server" in {person["note"] for person in view["people"] if person["id"] == view["me"]["id"]}
    assert {"id": guild_id, "name": "Town"} in view["elsewhere"]
    assert await page.refused("open", channel=general) == "There is no such channel."
    assert await page.refused("leave", guild=guild_id) == "You are not in that server."

    view = (await page.ask("join", guild=guild_id, pending=True))["view"]
    (guild,) = view["guilds"]
    assert guild["pending"]
    assert "pia_park" in _members(guild)
    assert await page.ask("open", channel=general)
    assert "screening" in await page.refused("say", channel=general, text="Hello")
    assert "already" in await page.refused("join", guild=guild_id)

    (guild,) = (await page.ask("pass_screening", guild=guild_id))["view"]["guilds"]
    assert not guild["pending"]
    await page.ask("say", channel=general, text="Hello at last")
    await page.message("Hello at last")
    assert await page.refused("pass_screening", guild=guild_id) == "There is nothing to agree to."

    before = town.guild.member("pia_park").joined_at
    view = (await page.ask("leave", guild=guild_id))["view"]
    assert view["guilds"] == []
    view = (await page.ask("join", guild=guild_id))["view"]
    assert town.guild.member("pia_park").joined_at > before
    assert happened == [
        ChangeKind.MEMBER_JOINED,
        ChangeKind.MEMBER_UPDATED,
        ChangeKind.MEMBER_LEFT,
        ChangeKind.MEMBER_JOINED,
    ]
    unsubscribe()


async def test_what_cannot_be_is_said(page: Page, town: Town) -> None:
    assert "1 to 32" in await page.refused("add_person", name=" ")
    assert "1 to 32" in await page.refused("add_person", name="x" * 33)
    assert await page.refused("join", guild="1") == "There is no such server."
    first = (await page.ask("add_person", name="Łukasz"))["view"]["me"]
    second = (await page.ask("add_person", name="łukasz"))["view"]["me"]
    assert (first["username"], second["username"]) == ("ukasz", "ukasz2")
    await page.ask("become", person=str(town.owner.id))
    assert "cannot leave" in await page.refused("leave", guild=str(town.guild.id))


@pytest.mark.usefixtures("small_bot")
async def test_who_is_in_the_screening_presses_and_commands_nothing(page: Page, town: Town, stand_in: StandIn) -> None:
    here = str(town.general.id)
    await page.ask("slash", channel=here, name="sample buttons", options={})
    message = (await page.message("Counted to 0."))["id"]
    stand_in.world.edit_member(town.guild.member("alice"), pending=True)
    about: dict[str, dict[str, Any]] = {
        "press": {"message": message, "custom_id": "sample:count"},
        "slash": {"name": "sample buttons", "options": {}},
        "user_command": {"name": "Greet", "target": str(town.mallory.id)},
    }
    for op, what in about.items():
        assert "screening" in await page.refused(op, channel=here, **what), op
    stand_in.world.edit_member(town.guild.member("alice"), pending=False)
    await page.ask("press", channel=here, message=message, custom_id="sample:count")
    await page.message("Counted to 1.")
