"""/settings, as people in a server meet it."""

import re
from typing import Any

import pytest

from app.core import registry
from app.core.settings import general
from app.db import DatabaseUrl
from standin import Person, StandIn, permissions
from standin.refusals import NoSuchCommand
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

PAGE_SIZE = general.PAGE_SIZE.name


async def rows(database: DatabaseUrl) -> tuple[list[Any], list[Any]]:
    """What the two tables hold."""
    values = await fetch(database, "SELECT guild_id, scope || '.' || key AS name, value FROM bot_settings")
    history = await fetch(database, "SELECT guild_id, change_type FROM settings_history ORDER BY id")
    return [tuple(row) for row in values], [tuple(row) for row in history]


async def value_of(person: Person, key: str) -> str:
    return (await person.slash("settings view", key=key)).embeds[0]["fields"][0]["value"]


async def test_a_change_is_confirmed_stored_and_undone(manager: Person, own_database: DatabaseUrl, town: Town) -> None:
    reply = await manager.slash("settings set", key=PAGE_SIZE, value="5", reason="fewer lines")
    assert reply.private
    assert reply.text == "**Page size** · `general.page_size` set: the default (`8`) → `5`.\nReason: fewer lines"
    assert await value_of(manager, PAGE_SIZE) == "`5`"
    assert await rows(own_database) == ([(town.guild.id, PAGE_SIZE, "5")], [(town.guild.id, "created")])

    undone = await manager.click(reply, "Undo")
    assert undone.text == "**Page size** · `general.page_size` restored: `5` → the default (`8`)."
    assert await value_of(manager, PAGE_SIZE) == "`8`"
    assert await rows(own_database) == ([], [(town.guild.id, "created"), (town.guild.id, "restored")])

    again = await manager.click(reply, "Undo")
    assert again.text == "That change of `general.page_size` has been undone already."
    assert len((await rows(own_database))[1]) == 2


async def test_the_overview_shows_everything_and_what_was_chosen(manager: Person) -> None:
    await manager.slash("settings set", key="general.timezone", value="Asia/Tokyo")
    overview = await manager.slash("settings view")
    shown = ""
    for part in registry.PARTS.values():
        if shown:
            await manager.click(overview, str(part.label))
        assert [button.label for button in overview.buttons if button.disabled] == [str(part.label)]
        assert re.search(r"Change a setting with </settings set:\d+>\. </settings view:\d+> with", overview.full_text)
        assert all(str(setting.help) in overview.full_text for setting in part.settings)
        assert overview.embeds[0]["title"] == f"Settings · {part.label}"
        shown += overview.embeds[0]["description"] + "\n"
    names = [line.split("`")[1] for line in shown.splitlines() if line.startswith("-# `")]
    assert names == [setting.name for setting in registry.ALL]
    (zone,) = [line for line in shown.splitlines() if "there now" in line]
    assert zone.startswith("**Time zone**: `Asia/Tokyo`")
    assert "default" not in zone
    assert shown.count(" · default\n") == len(registry.ALL) - 1


async def test_channels_and_roles_are_picked_typed_or_mentioned(manager: Person, town: Town) -> None:
    reply = await manager.slash("settings set", key="general.log_channel", channel=town.log)
    assert town.log.mention in reply.text
    reply = await manager.slash("settings set", key="general.log_channel", value="#general")
    assert town.general.mention in reply.text
    reply = await manager.slash("settings set", key="general.staff_role", role=town.staff)
    assert town.staff.mention in reply.text
    assert reply.mentions == []
    assert await value_of(manager, "general.staff_role") == town.staff.mention


async def test_a_setting_can_be_reset_and_the_reset_undone(manager: Person) -> None:
    refused = await manager.slash("settings reset", key="general.colour")
    assert refused.text == "`general.colour` already has its default value."
    await manager.slash("settings set", key="general.colour", value="gold")
    reset = await manager.slash("settings reset", key="general.colour")
    assert reset.text == "**Colour** · `general.colour` reset: Gold → the default (Blurple)."
    await manager.click(reset, "Undo")
    assert await value_of(manager, "general.colour") == "Gold"


async def test_the_history_has_pages_filters_and_undo(manager: Person, owner: Person) -> None:
    for number in (3, 4, 5, 6, 7, 9, 10, 11, 12):
        await manager.slash("settings set", key=PAGE_SIZE, value=str(number))
    await owner.slash("settings set", key=PAGE_SIZE, value="3")
    await owner.slash("settings set", key="general.colour", value="red")
    shown = await manager.slash("settings history")
    assert shown.private
    assert shown.embeds[0]["footer"]["text"] == "Page 1 of 4 · 11 in all"
    assert "`general.colour` set: the default (Blurple) → Red" in shown.full_text
    assert next(button for button in shown.buttons if button.label == "Newer").disabled

    older = await manager.click(shown, "Older")
    assert older.embeds[0]["footer"]["text"] == "Page 2 of 4 · 11 in all"
    assert "colour" not in older.full_text

    mine = await manager.slash("settings history", key=PAGE_SIZE, member=owner.user)
    assert mine.embeds[0]["footer"]["text"] == "Page 1 of 1 · 1 in all"
    (menu,) = mine.selects
    undone = await manager.choose(mine, menu.custom_id, [menu.options[0]["value"]])
    assert undone.text == "**Page size** · `general.page_size` restored: `3` → `12`."
    # What was undone, or changed again since, is listed and no longer offered.
    shown = await manager.slash("settings history", key=PAGE_SIZE)
    assert "`3` → `12`" in shown.full_text
    (menu,) = shown.selects
    assert [option["description"].split()[0] for option in menu.options] == ["restored", "changed"]


async def test_changes_are_announced_in_the_log_channel_without_pings(
    manager: Person, town: Town, stand_in: StandIn
) -> None:
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await manager.slash("settings set", key="general.contact", value="@everyone, ask <@&1> or @here")
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 2)
    posted = manager.at(town.log).messages
    assert manager.mention in posted[0].full_text
    assert [message.pinged for message in posted] == [[], []]


async def test_an_unreachable_log_channel_does_not_spoil_the_change(
    manager: Person, town: Town, stand_in: StandIn
) -> None:
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    town.world.delete_channel(town.log)
    reply = await manager.slash("settings set", key=PAGE_SIZE, value="5")
    assert reply.text.startswith("**Page size** · `general.page_size` set")
    assert await value_of(manager, "general.log_channel") == town.log.mention


async def test_keys_and_values_are_suggested(manager: Person, town: Town) -> None:
    names = [choice["value"] for choice in await manager.autocomplete("settings set", "key", "zone")]
    assert names == ["general.timezone"]
    everything = await manager.autocomplete("settings set", "key", "")
    assert len(everything) == min(25, len(registry.ALL))
    zones = await manager.autocomplete("settings set", "value", "new y", key="general.timezone")
    assert [choice["value"] for choice in zones] == ["America/New_York"]
    (mumbai,) = await manager.autocomplete("settings set", "value", "mumbai", key="general.timezone")
    assert (mumbai["value"], mumbai["name"][:24]) == ("Asia/Kolkata", "Mumbai, IN: Asia/Kolkata")
    channels = await manager.autocomplete("settings set", "value", "lo", key="general.log_channel")
    assert [choice["value"] for choice in channels] == [str(town.log.id)]
    toggles = await manager.autocomplete("settings set", "value", "", key="general.private_replies")
    assert [choice["name"] for choice in toggles] == ["on · now", "off"]
    assert await manager.autocomplete("settings set", "value", "x", key="no.such.setting") == []


async def test_public_replies_are_a_choice(manager: Person) -> None:
    assert (await manager.slash("settings view")).private
    await manager.slash("settings set", key="general.private_replies", value="off")
    assert not (await manager.slash("settings view")).private
    assert not (await manager.slash("settings history")).private


BAD_INPUT = [
    ({"key": PAGE_SIZE, "value": "many"}, "a whole number from 3 to 15"),
    ({"key": PAGE_SIZE, "value": "21"}, "a whole number from 3 to 15"),
    ({"key": PAGE_SIZE, "value": "12abc"}, "a whole number from 3 to 15"),
    ({"key": PAGE_SIZE, "value": "9" * 4000}, "a whole number from 3 to 15"),
    ({"key": PAGE_SIZE}, "Give `general.page_size` exactly one value"),
    ({"key": "general.contact", "value": "x" * 4000}, "a text of 1 to 200 characters"),
    ({"key": "no.such_setting", "value": "1"}, "There is no setting called `no.such_setting`"),
    ({"key": "@everyone", "value": "1"}, "There is no setting called"),
    ({"key": "x" * 4000, "value": "1"}, "There is no setting called"),
    ({"key": "general.log_channel", "value": "@everyone"}, "a channel of this server"),
    ({"key": "general.staff_role", "value": "@everyone"}, "Everybody has that role"),
    ({"key": "general.timezone", "value": "Mars/Olympus"}, "There is no time zone"),
    ({"key": "general.undo_within", "value": "5 fortnights"}, "a length of time from 1 minute to"),
    ({"key": "general.colour", "value": "octarine"}, "one of `blurple`"),
    ({"key": "general.contact", "value": "x", "reason": "y" * 4000}, "at most 300 characters"),
]


@pytest.mark.parametrize(("given", "sentence"), BAD_INPUT)
async def test_bad_input_gets_one_sentence_and_changes_nothing(
    given: dict[str, str], sentence: str, manager: Person, own_database: DatabaseUrl
) -> None:
    reply = await manager.slash("settings set", raw=True, **given)
    assert sentence in reply.text
    assert reply.private
    assert reply.text.count("\n") == 0
    assert len(reply.text) < 400
    assert reply.mentions == []
    assert await rows(own_database) == ([], [])


async def test_channels_and_roles_the_bot_cannot_work_with_are_refused(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    for given, sentence in (
        ({"key": "general.log_channel", "channel": town.square}, "not a channel of this server"),
        ({"key": "general.log_channel", "value": str(town.square.id)}, "not a channel of this server"),
        ({"key": "general.log_channel", "channel": town.closed}, "I cannot write in"),
        ({"key": "general.log_channel", "role": town.staff}, "does not take a role"),
        ({"key": "general.staff_role", "role": town.above}, "is above my own role"),
        ({"key": "general.staff_role", "value": str(town.guild.id)}, "Everybody has that role"),
        ({"key": "general.staff_role", "value": "123456789012345678"}, "not a role of this server"),
        ({"key": "general.staff_role", "channel": town.general}, "does not take a channel"),
        ({"key": "general.log_channel", "channel": town.log, "value": "x"}, "exactly one value"),
    ):
        reply = await manager.slash("settings set", raw=True, **given)
        assert sentence in reply.text, (given, reply.text)
        assert reply.mentions == []
    assert await rows(own_database) == ([], [])


async def test_members_are_not_offered_the_command_and_cannot_force_it(
    mallory: Person, manager: Person, own_database: DatabaseUrl, town: Town
) -> None:
    with pytest.raises(NoSuchCommand):
        await mallory.slash("settings set", key=PAGE_SIZE, value="5")
    sentence = "Only people who may manage this server can see and change its settings."
    assert (await mallory.slash("settings set", raw=True, key=PAGE_SIZE, value="5")).text == sentence
    assert (await mallory.slash("settings history", raw=True)).text == sentence
    assert (await mallory.slash("settings view", raw=True)).text == sentence
    await manager.slash("settings set", key="general.private_replies", value="off")
    shown = await manager.slash("settings history")
    assert (await mallory.choose(shown, shown.selects[0].custom_id, ["1"], raw=True)).text == sentence
    assert await value_of(manager, "general.private_replies") == "off"
    assert len((await rows(own_database))[1]) == 1


async def test_nothing_leaks_between_servers(manager: Person, stand_in: StandIn, town: Town) -> None:
    mayor = stand_in.person(town.stranger, town.square)
    changed = await manager.slash("settings set", key=PAGE_SIZE, value="5")
    assert await value_of(mayor, PAGE_SIZE) == "`8`"
    assert "Nothing was changed yet" in (await mayor.slash("settings history")).full_text
    theirs = await mayor.slash("settings set", key=PAGE_SIZE, value="9")
    # The same button, its number replaced by the other server's.
    forged = changed.buttons[0].custom_id
    refused = await mayor.click(theirs, forged, raw=True)
    assert refused.text == "There is no such change in the history of this server."
    assert await value_of(manager, PAGE_SIZE) == "`5`"


async def test_nobody_lets_the_bot_give_a_role_that_they_could_not_give(
    manager: Person, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    world, guild = town.world, town.guild
    strong = world.create_role(guild, "Strong", permissions=permissions.MANAGE_MESSAGES)
    world.edit_role(strong, position=1)
    managers = next(role for role in guild.roles.values() if role.name == "Managers")
    for key in ("onboarding.join_role", "onboarding.completion_role"):
        for role, refusal in (
            (managers, f"{managers.mention} is not below your own highest role"),
            (strong, f"{strong.mention} has permissions that you do not have"),
        ):
            for given in ({"role": role}, {"value": str(role.id)}):
                refused = await manager.slash("settings set", key=key, **given)
                assert refused.text.startswith(refusal), refused.text
    assert await rows(own_database) == ([], [])
    # A role that is not given to anybody may be any that the bot can work with.
    assert "set:" in (await manager.slash("settings set", key="general.staff_role", role=managers)).text
    owner = stand_in.person(town.owner, town.general)
    assert "set:" in (await owner.slash("settings set", key="onboarding.completion_role", role=strong)).text
