"""/settings export and import, as people in a server meet them."""

import json
from typing import Any

import pytest

from app.core import registry
from app.db import DatabaseUrl
from app.models import ChangeType
from standin import Person, StandIn, Upload
from standin.reply import Reply
from tests.fixtures.discord import Running
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

SENTENCE = "Only people who may manage this server can see and change its settings."


def as_file(settings: dict[str, Any], **more: Any) -> Upload:
    content = {"format": "concierge-settings", "version": 1, "settings": settings, **more}
    return Upload("mine.json", json.dumps(content, indent=1).encode())


def file_of(reply: Reply) -> dict[str, Any]:
    (file,) = reply.message.attachments
    return json.loads(file.content)


async def history(database: DatabaseUrl, guild: int) -> list[tuple[Any, ...]]:
    rows = await fetch(
        database,
        "SELECT scope || '.' || key, old_value, new_value, change_type, reason FROM settings_history "
        f"WHERE guild_id = {guild} ORDER BY id",
    )
    return [tuple(row) for row in rows]


async def some_choices(manager: Person, town: Town) -> None:
    for key, value in (
        ("general.timezone", "Asia/Tokyo"),
        ("general.undo_within", "2w3d"),
        ("general.page_size", "5"),
        ("general.private_replies", "off"),
        ("general.contact", "„Anna“ *at* the desk"),
        ("onboarding.mode", "rules"),
    ):
        assert " set: " in (await manager.slash("settings set", key=key, value=value)).text
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await manager.slash("settings set", key="general.staff_role", role=town.staff)


async def test_settings_leave_as_a_file_and_say_what_is_not_in_it(manager: Person, town: Town) -> None:
    await some_choices(manager, town)
    given = await manager.slash("settings export")
    assert given.private
    assert given.text.startswith("8 settings that this server chose.")
    assert "Not in it: entries of the FAQ (</faq export:" in given.text
    found = file_of(given)
    assert found["server"] == {"id": str(town.guild.id), "name": "Town"}
    assert found["settings"] == {
        "general.timezone": "Asia/Tokyo",
        "general.log_channel": {"id": str(town.log.id), "name": "log"},
        "general.staff_role": {"id": str(town.staff.id), "name": "Staff"},
        "general.private_replies": False,
        "general.page_size": 5,
        "general.contact": "„Anna“ *at* the desk",
        "general.undo_within": "2w3d",
        "onboarding.mode": "rules",
    }
    everything = file_of(await manager.slash("settings export", defaults=True))
    assert everything["settings"].keys() | everything["defaults"].keys() == {one.name for one in registry.ALL}
    assert everything["defaults"]["reminders.catch_up"] == "1d"
    town.world.delete_channel(town.log)
    again = await manager.slash("settings export")
    assert "The channel or role of these is gone: `general.log_channel`" in again.text
    assert file_of(again)["settings"]["general.log_channel"]["name"] is None


async def test_a_file_is_shown_confirmed_recorded_announced_and_undone(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await some_choices(manager, town)
    exported = file_of(await manager.slash("settings export"))
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 2)
    before = await history(own_database, town.guild.id)
    wanted = {
        **exported["settings"],
        "general.page_size": 6,
        "general.contact": None,
        "general.colour": "gold",
        "general.undo_within": "90d",
    }
    del wanted["onboarding.mode"]
    file = as_file(wanted, server=exported["server"])
    shown = await manager.slash("settings import", file=file)
    assert shown.private
    assert shown.text == "Nothing is changed yet."
    for line in (
        "✏️ 4 settings change",
        "4 are so already",
        "What the file does not name stays as it is",
        "`general.page_size`: `5` → `6`",
        "`general.colour`: the default (Blurple) → Gold",
        "`general.undo_within`: 2 weeks 3 days → 12 weeks 6 days",
    ):
        assert line in shown.full_text
    assert await history(own_database, town.guild.id) == before
    assert (await manager.click(shown, "Leave it")).text == "The settings stay as they are."

    shown = await manager.slash("settings import", file=file)
    done = await manager.click(shown, "Change 4 settings")
    assert done.text == "4 settings were changed."
    assert "`general.page_size` changed: `5` → `6`" in done.full_text
    assert (await history(own_database, town.guild.id))[len(before) :] == [
        ("general.page_size", "5", "6", ChangeType.UPDATED, "Imported from a file"),
        ("general.contact", '"„Anna“ *at* the desk"', None, ChangeType.RESET, "Imported from a file"),
        ("general.undo_within", "1468800", "7776000", ChangeType.UPDATED, "Imported from a file"),
        ("general.colour", None, '"gold"', ChangeType.CREATED, "Imported from a file"),
    ]
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 3)
    (posted,) = manager.at(town.log).messages[2:]
    assert f"{manager.mention}: 4 settings\nReason: Imported from a file\n" in posted.full_text
    assert posted.pinged == []
    assert "That would change nothing" in (await manager.slash("settings import", file=file)).text

    undone = await manager.click(done, "Undo")
    assert undone.text == "4 settings are as they were."
    assert file_of(await manager.slash("settings export"))["settings"] == exported["settings"]
    again = await manager.click(done, "Undo")
    assert again.text == "Those changes have been undone already."
    await manager.click(undone, "Undo")
    assert "That would change nothing" in (await manager.slash("settings import", file=file)).text

    reset = await manager.slash("settings import", file=file, others="reset")
    assert "`onboarding.mode`: Accept the rules → the default (Nothing)" in reset.full_text
    done = await manager.click(reset, "Change 1 setting")
    assert done.text == "1 setting was changed."
    assert "Imported from a file" in (await manager.slash("settings history")).full_text
    # One message each for two choices, the file, both ways of Undo, and the other file.
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 6)
    assert "general.private_replies" not in "".join(one.full_text for one in manager.at(town.log).messages)


async def test_what_is_wrong_is_told_line_by_line_and_left_out(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    town.world.create_channel(town.guild, "twice")
    town.world.create_channel(town.guild, "twice")
    file = as_file(
        {
            "general.page_sise": 5,
            "general.page_size": 99,
            "general.private_replies": "perhaps",
            "general.undo_within": 86400,
            "general.timezone": "Mars/Olympus",
            "general.colour": ["red"],
            "general.log_channel": {"id": "123456789012345678"},
            "general.staff_role": {"id": str(town.above.id), "name": "Council"},
            "reminders.channel": {"name": "nowhere"},
            "onboarding.channel": {"id": "1", "name": "closed"},
            "onboarding.log_channel": "#twice",
            "onboarding.welcome_channel": {"channel": "log"},
            "tickets.enabled": True,
            "tickets.rating": False,
            "@everyone": 1,
        },
        settigs={},
    )
    shown = await manager.slash("settings import", file=file)
    assert shown.text == "Nothing is changed yet.\nWhat cannot be is left out if you go on."
    text = shown.full_text
    if any(button.label == "Next" for button in shown.buttons):
        text += (await manager.click(shown, "Next")).full_text
    for line in (
        "⚠️ Line 35, `settigs`: A file of settings has nothing of that name.",
        "⚠️ Line 5, `general.page_sise`: There is no setting of that name. Perhaps `general.page_size` is meant.",
        "⚠️ Line 6, `general.page_size`: That does not fit",
        "⚠️ Line 7, `general.private_replies`: That does not fit",
        "⚠️ Line 8, `general.undo_within`: That does not fit",
        "⚠️ Line 9, `general.timezone`: There is no time zone",
        "⚠️ Line 10, `general.colour`: That does not fit",
        "⚠️ Line 13, `general.log_channel`: No channel here has that id.",
        "is above my own role",
        "`reminders.channel`: There is no channel called “nowhere” in this server.",
        "`onboarding.channel`: I cannot write in",
        "`onboarding.log_channel`: Several channels here are called “twice”.",
        "`onboarding.welcome_channel`: Write it as",
        "`@everyone`: There is no setting of that name.",
        "1 is so already",
    ):
        assert line in text, line
    assert shown.mentions == []
    assert await history(own_database, town.guild.id) == []
    done = await manager.click(shown, "Change 1 setting")
    assert done.text == "1 setting was changed."
    assert [row[0] for row in await history(own_database, town.guild.id)] == ["tickets.rating"]


async def test_a_file_of_another_server_is_found_by_names(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await some_choices(manager, town)
    exported = await manager.slash("settings export")
    (file,) = exported.message.attachments
    town.world.create_channel(town.elsewhere, "Log")
    mayor = stand_in.person(town.stranger, town.square)
    shown = await mayor.slash("settings import", file=Upload("x.json", file.content))
    assert "The file is from another server, **Town**." in shown.full_text
    assert "found by its name" in shown.full_text
    assert "There is no role called “Staff” in this server." in shown.full_text
    done = await mayor.click(shown, "Change 7 settings")
    assert done.text == "7 settings were changed."
    made = await history(own_database, town.elsewhere.id)
    assert {row[4] for row in made} == {"Imported from a file of Town"}
    assert len(await history(own_database, town.guild.id)) == 8


async def test_what_changes_between_the_look_and_the_button_is_shown_anew(
    manager: Person, owner: Person, own_database: DatabaseUrl, town: Town
) -> None:
    file = as_file({"general.page_size": 6, "general.colour": "gold"})
    shown = await manager.slash("settings import", file=file)
    await owner.slash("settings set", key="general.page_size", value="9")
    again = await manager.click(shown, "Change 2 settings")
    assert again.text.startswith("The settings were changed meanwhile, so nothing was done.")
    assert "`9` → `6`" in again.full_text
    assert len(await history(own_database, town.guild.id)) == 1
    assert (await manager.click(again, "Change 2 settings")).text == "2 settings were changed."
    # The channel that was found may be gone by then, too.
    shown = await manager.slash("settings import", file=as_file({"reminders.channel": "#log"}))
    town.world.delete_channel(town.log)
    again = await manager.click(shown, "Change 1 setting")
    assert "There is no channel called “log” in this server." in again.full_text
    assert [button.label for button in again.buttons] == ["Leave it"]


async def test_the_buttons_survive_a_restart_and_a_long_preview_has_pages(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    person = stand_in.person(town.manager, town.general)
    text = "Welcome, {member}! " + "x" * 80
    settings: dict[str, Any] = {
        "onboarding.welcome_text": text,
        "onboarding.direct_text": text,
        **{f"nothing.of_the_kind_{number}": number for number in range(60)},
    }
    async with running():
        shown = await person.slash("settings import", file=as_file(settings))
        assert shown.embeds[0]["footer"]["text"].startswith("Page 1 of ")
    async with running():
        second = await person.click(shown, "Next")
        assert second.embeds[0]["footer"]["text"].startswith("Page 2 of ")
        done = await person.click(second, "Change 2 settings")
        assert done.text == "2 settings were changed."
    async with running():
        assert (await person.click(done, "Undo")).text == "2 settings are as they were."


BAD_FILES = [
    (b"\x89PNG\r\n\x1a\n\xff\xfe", "That is not a JSON file, or it is damaged."),
    (b'{\n"format": "concierge-settings",\n"version" 1}', "That is not a JSON file, or it is damaged on line 3."),
    (b"[" * 100_000, "That is not a JSON file, or it is damaged."),
    (b"", "That is not a JSON file, or it is damaged"),
    (b"[]", "That is not a file of `/settings export`."),
    (b'{"settings": {}}', "That is not a file of `/settings export`."),
    (b'{"format": "concierge-faq", "version": 1}', "That is a file for `/faq import`."),
    (b'{"format": "concierge-settings", "version": true, "settings": {}}', "That is not a file of `/settings export`."),
    (b'{"format": "concierge-settings", "version": 3, "release": "9.1"}', "That file was made by a newer version"),
    (b'{"format": "concierge-settings", "version": 1, "settings": []}', "The file has no `settings`, in braces."),
    (b" " * (6 * 2**20 + 1), "That file is too large: at most 6 MB."),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES)
async def test_a_file_that_is_none_gets_one_sentence(
    content: bytes, sentence: str, manager: Person, own_database: DatabaseUrl, town: Town
) -> None:
    reply = await manager.slash("settings import", file=Upload("a.json", content))
    assert reply.text.startswith(sentence)
    assert reply.private
    assert reply.buttons == []
    assert await history(own_database, town.guild.id) == []


async def test_only_who_manages_the_server_may(
    mallory: Person, manager: Person, own_database: DatabaseUrl, town: Town
) -> None:
    file = as_file({"general.page_size": 6})
    assert (await mallory.slash("settings export", raw=True)).text == SENTENCE
    assert (await mallory.slash("settings import", raw=True, file=file)).text == SENTENCE
    shown = await manager.slash("settings import", file=file)
    for label in ("Change 1 setting", "Leave it"):
        button = next(one.custom_id for one in shown.buttons if one.label == label)
        assert (await mallory.click(shown, button, raw=True)).text == SENTENCE
    assert await history(own_database, town.guild.id) == []


async def test_a_file_with_other_defaults_than_a_message_holds_is_read(manager: Person, town: Town) -> None:
    shown = await manager.slash("settings import", file=as_file({}, defaults=dict.fromkeys(registry.BY_NAME, "?")))
    assert shown.text == "That would change nothing: the settings are so already."
    assert shown.full_text.count("the file names another default") > 10
    assert "more" in shown.full_text.splitlines()[-1]
