"""/settings restore, as people in a server meet it."""

from typing import Any

import pytest

from app.bot import Bot
from app.db import DatabaseUrl
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

SENTENCE = "Only people who may manage this server can see and change its settings."


async def put(person: Person, key: str, value: str) -> None:
    said = (await person.slash("settings set", key=key, value=value)).text
    assert " set: " in said or " changed: " in said, said


async def ids(database: DatabaseUrl) -> list[int]:
    return [row[0] for row in await fetch(database, "SELECT id FROM settings_history ORDER BY id")]


async def chosen(database: DatabaseUrl) -> dict[str, str]:
    rows = await fetch(database, "SELECT scope || '.' || key, value::text FROM bot_settings")
    return {row[0]: row[1] for row in rows}


async def history(database: DatabaseUrl) -> list[tuple[Any, ...]]:
    rows = await fetch(
        database, "SELECT scope || '.' || key, new_value, change_type, reason FROM settings_history ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def test_settings_go_back_to_a_moment_and_forward_again(
    manager: Person, owner: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    # First of all, or what is changed just before may be told there as well.
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await put(manager, "general.timezone", "Asia/Tokyo")
    await put(manager, "general.page_size", "5")
    held = await chosen(own_database)
    await put(owner, "general.page_size", "6")
    await put(owner, "general.colour", "red")
    await put(owner, "general.page_size", "7")
    await manager.slash("settings reset", key="general.timezone")
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 7)
    first = (await ids(own_database))[3]

    shown = await manager.slash("settings restore", when=f"before #{first}")
    assert shown.private
    assert shown.text == "Nothing is changed yet."
    for line in (
        "Back to how it was on <t:",
        "✏️ 3 settings change",
        "`general.timezone`: the default (`UTC`) → `Asia/Tokyo`",
        "`general.page_size`: `7` → `5`",
        "`general.colour`: Red → the default (Blurple)",
    ):
        assert line in shown.full_text
    assert "log_channel" not in shown.full_text
    assert (await manager.click(shown, "Leave it")).text == "The settings stay as they are."
    assert len(await ids(own_database)) == 7

    shown = await manager.slash("settings restore", when=f"before #{first}")
    done = await manager.click(shown, "Change 3 settings")
    assert done.text == "3 settings were changed."
    assert "`general.page_size` restored: `7` → `5`" in done.full_text
    assert await chosen(own_database) == held
    lines = (await history(own_database))[7:]
    assert {row[2] for row in lines} == {"restored"}
    (reason,) = {row[3] for row in lines}
    assert reason.startswith("Restored to ")
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 8)
    assert "Reason: Restored to " in manager.at(town.log).messages[7].full_text
    assert "Nothing has to be restored" in (await manager.slash("settings restore", when=f"before #{first}")).text

    undone = await manager.click(done, "Undo")
    assert undone.text == "3 settings are as they were."
    assert (await chosen(own_database))["general.page_size"] == "7"

    # Back to the beginning, by a phrase; only a part; only one setting.
    clock.move(minutes=10)
    shown = await manager.slash("settings restore", when="an hour ago", what="general.colour")
    assert "Only this: `general.colour`" in shown.full_text
    assert (await manager.click(shown, "Change 1 setting")).text == "1 setting was changed."
    assert "Nothing has to be restored" in (await manager.slash("settings restore", when="1h", what="Tickets")).text
    shown = await manager.slash("settings restore", when="1h", what="general")
    await manager.click(shown, "Change 2 settings")
    assert await chosen(own_database) == {}
    # After a change, what it made holds.
    last = (await ids(own_database))[6]
    shown = await manager.slash("settings restore", when=f"after #{last}")
    await manager.click(shown, "Change 3 settings")
    assert (await chosen(own_database)).keys() == {"general.page_size", "general.log_channel", "general.colour"}


async def test_what_is_gone_is_told_and_the_rest_goes_back(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await manager.slash("settings set", key="reminders.channel", channel=town.log)
    await put(manager, "general.page_size", "5")
    await manager.slash("settings reset", key="reminders.channel")
    await put(manager, "general.page_size", "6")
    before = (await ids(own_database))[2]
    town.world.delete_channel(town.log)
    shown = await manager.slash("settings restore", when=f"#{before}")
    assert shown.text == "Nothing is changed yet.\nWhat cannot be is left out if you go on."
    assert "⚠️ `reminders.channel`: That channel no longer exists." in shown.full_text
    done = await manager.click(shown, "Change 1 setting")
    assert done.text == "1 setting was changed."
    assert await chosen(own_database) == {"general.page_size": "5"}


async def test_what_changes_between_the_look_and_the_button_is_shown_anew(
    manager: Person, owner: Person, own_database: DatabaseUrl
) -> None:
    await put(manager, "general.page_size", "5")
    await put(manager, "general.page_size", "6")
    second = (await ids(own_database))[1]
    shown = await manager.slash("settings restore", when=f"before #{second}")
    await put(owner, "general.page_size", "9")
    again = await manager.click(shown, "Change 1 setting")
    assert again.text.startswith("The settings were changed meanwhile, so nothing was done.")
    assert "`9` → `5`" in again.full_text
    assert len(await ids(own_database)) == 3
    await manager.click(again, "Change 1 setting")
    assert await chosen(own_database) == {"general.page_size": "5"}


async def test_who_presses_twice_is_left_the_confirmation_and_its_undo(
    manager: Person, own_database: DatabaseUrl
) -> None:
    await put(manager, "general.page_size", "5")
    await put(manager, "general.page_size", "6")
    shown = await manager.slash("settings restore", when=f"before #{(await ids(own_database))[1]}")
    button = next(one.custom_id for one in shown.buttons if one.label == "Change 1 setting")
    done = await manager.click(shown, button)
    assert done.text == "1 setting was changed."
    again = await manager.click(shown, button, raw=True)
    assert again.text.startswith("Nothing has to be restored: the settings are as they were then.")
    assert again.private
    assert done.text == "1 setting was changed."
    assert len(await ids(own_database)) == 3
    await manager.click(done, "Undo")
    assert await chosen(own_database) == {"general.page_size": "6"}


async def test_the_buttons_survive_a_restart(
    running: Running, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    person = stand_in.person(town.manager, town.general)
    async with running():
        for value in ("5", "6"):
            await put(person, "general.page_size", value)
        shown = await person.slash("settings restore", when=f"before #{(await ids(own_database))[1]}")
    async with running():
        done = await person.click(shown, "Change 1 setting")
        assert done.text == "1 setting was changed."
        assert "`general.page_size` restored: `6` → `5`" in done.full_text


async def test_moments_and_parts_are_suggested(
    manager: Person, own_database: DatabaseUrl, clock: ManualClock, town: Town, bot: Bot
) -> None:
    await put(manager, "general.timezone", "Asia/Tokyo")
    await put(manager, "general.page_size", "5")
    first, second = await ids(own_database)
    offered = await manager.autocomplete("settings restore", "when", "")
    assert [one["value"] for one in offered] == [f"before #{second}", f"before #{first}"]
    assert offered[0]["name"].startswith(f"before #{second} · Page size, ")
    # Who sends the label means the same.
    shown = await manager.slash("settings restore", when=offered[0]["name"])
    assert "`general.page_size`: `5` → the default (`8`)" in shown.full_text
    clock.move(hours=1)
    typed = await manager.autocomplete("settings restore", "when", "2 hours ago")
    assert typed[0]["value"] == "2 hours ago"
    assert len(typed) == 3
    by_name = await manager.autocomplete("settings restore", "when", "page")
    assert [one["value"] for one in by_name] == [f"before #{second}"]
    parts = await manager.autocomplete("settings restore", "what", "tick")
    assert parts[0]["value"] == "tickets"
    assert {"value": "tickets.rating", "name": "Ratings · tickets.rating"}.items() <= next(
        one for one in parts if one["value"] == "tickets.rating"
    ).items()
    # In German, too, a change is named by its number, and a phrase is read.
    manager.user.locale = "de"
    offered = await manager.autocomplete("settings restore", "when", "")
    assert offered[0]["value"] == f"vor #{second}"
    shown = await manager.slash("settings restore", when=offered[0]["value"])
    assert "`general.page_size`: `5` → " in shown.full_text
    assert "muss nicht" in (await manager.slash("settings restore", when=f"nach #{second}")).text
    (first_offer, *_) = await manager.autocomplete("settings restore", "when", "vor 2 Stunden")
    assert first_offer["value"] == "vor 2 Stunden"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"when": "tomorrow 9am"}, "That is no moment of the past that I can read: `yesterday 15:00`"),
        ({"when": "soon"}, "That is no moment of the past that I can read"),
        ({"when": "@everyone"}, "That is no moment of the past that I can read"),
        ({"when": "x" * 4000}, "That is no moment of the past that I can read"),
        ({"when": "before #999999999"}, "There is no such change in the history of this server."),
        ({"when": "1 hour ago", "what": "nothing.there"}, "There is no such part or setting."),
    ],
)
async def test_bad_input_gets_one_sentence_and_changes_nothing(
    given: dict[str, str], sentence: str, manager: Person, own_database: DatabaseUrl
) -> None:
    reply = await manager.slash("settings restore", raw=True, **given)
    assert reply.text.startswith(sentence)
    assert reply.private
    assert reply.mentions == []
    assert await ids(own_database) == []


async def test_only_who_manages_the_server_may(
    mallory: Person, manager: Person, own_database: DatabaseUrl, stand_in: StandIn, town: Town
) -> None:
    await put(manager, "general.page_size", "5")
    (first,) = await ids(own_database)
    assert (await mallory.slash("settings restore", raw=True, when=f"before #{first}")).text == SENTENCE
    shown = await manager.slash("settings restore", when=f"before #{first}")
    button = next(one.custom_id for one in shown.buttons if one.label == "Change 1 setting")
    assert (await mallory.click(shown, button, raw=True)).text == SENTENCE
    mayor = stand_in.person(town.stranger, town.square)
    refused = await mayor.slash("settings restore", when=f"before #{first}")
    assert refused.text == "There is no such change in the history of this server."
    assert await chosen(own_database) == {"general.page_size": "5"}
