"""What is picked in /setup is looked at before it is saved, by what the interaction says of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from standin import ChannelType, Overwrite, Person, permissions
from tests.fixtures.town import Town
from tests.fixtures.wizard import at_step, chosen, fill_in, labels

LOG = "Log channel"


async def refused(person: Person, step: str, values: Mapping[str, Any], button: str = "Choose") -> str:
    """What is said about a pick that cannot be; nothing is saved, and the form can be opened again."""
    before = (await person.slash("settings history")).full_text
    reply = await chosen(person, step, values, button)
    assert "Try again" in labels(reply)
    assert (await person.slash("settings history")).full_text == before
    return reply.text


async def test_a_channel_that_the_bot_does_not_see_is_refused(manager: Person, town: Town) -> None:
    said = await refused(manager, "logs", {LOG: [town.closed]})
    assert said.startswith("Nothing was saved.\n⚠️ Log channel: I cannot see " + town.closed.mention)
    assert "**View Channel**" in said


async def test_a_channel_in_which_the_bot_may_not_write_is_refused(manager: Person, town: Town) -> None:
    town.world.set_overwrite(town.log, town.guild.roles[town.guild.id], deny=permissions.SEND_MESSAGES)
    said = await refused(manager, "reminders", {"Reminder channel": [town.log]})
    assert f"I cannot write in {town.log.mention}" in said
    # A permission of the channel is given there, and not by an invitation.
    assert "Grant" not in said.split(town.log.mention)[0]


async def test_every_pick_is_looked_at_and_all_that_is_wrong_is_said_at_once(manager: Person, town: Town) -> None:
    town.world.set_overwrite(town.log, town.guild.roles[town.guild.id], deny=permissions.EMBED_LINKS)
    said = await refused(manager, "logs", {LOG: [town.closed], "Transcript channel": [town.log], "Staff log": []})
    assert "Log channel: I cannot see" in said
    assert "Transcript channel: I cannot do everything" in said


async def test_what_the_interaction_says_counts_and_not_what_was_heard_before(manager: Person, town: Town) -> None:
    page = await at_step(manager, "logs")
    form = await manager.click(page, "Choose")
    # The gateway has not told it yet.
    town.log.overwrites[town.guild.id] = Overwrite(town.guild.id, 0, deny=permissions.SEND_MESSAGES)
    reply = await manager.submit(form, {LOG: [town.log]})
    assert f"I cannot write in {town.log.mention}" in reply.text
    town.log.overwrites[town.guild.id] = Overwrite(town.guild.id, 0, deny=permissions.ALL)
    reply = await manager.submit(form, {LOG: [town.log]}, raw=True)
    assert f"I cannot see {town.log.mention}" in reply.text


@pytest.mark.parametrize("kind", [ChannelType.CATEGORY, ChannelType.VOICE])
async def test_a_channel_of_another_kind_is_refused(manager: Person, town: Town, kind: ChannelType) -> None:
    # The menu does not offer it, but whoever means harm sends what they like.
    other = town.world.create_channel(town.guild, "other", kind)
    form = await manager.click(await at_step(manager, "logs"), "Choose")
    reply = await manager.submit(form, {LOG: [other]}, raw=True)
    assert f"Log channel: {other.mention} is not a text channel" in reply.text


async def test_a_channel_of_another_server_is_refused(manager: Person, town: Town) -> None:
    form = await manager.click(await at_step(manager, "logs"), "Choose")
    reply = await manager.submit(form, {LOG: [town.square]}, raw=True)
    assert reply.text == "That is not a channel of this server. Choose one from the list."
    assert "*not set*" in (await at_step(manager, "logs")).full_text


async def test_what_members_are_to_use_is_in_no_age_restricted_channel(manager: Person, town: Town) -> None:
    town.world.edit_channel(town.log, nsfw=True)
    said = await refused(manager, "tickets", {"Where the panel is posted": [town.log]}, "First kind and panel")
    assert f"{town.log.mention} is age-restricted" in said
    # For staff alone it may be one, and the page says so.
    page = await chosen(manager, "reminders", {"Reminder channel": [town.log]})
    assert "`reminders.channel` set" in page.text


async def test_a_category_that_the_bot_may_not_use_is_refused(manager: Person, town: Town) -> None:
    cases = town.world.create_channel(town.guild, "Cases", ChannelType.CATEGORY)
    town.world.set_overwrite(cases, town.guild.roles[town.guild.id], deny=permissions.MANAGE_CHANNELS)
    values = {"Category of its channels": [cases], "Where the panel is posted": [town.general]}
    said = await refused(manager, "tickets", values, "First kind and panel")
    assert "**Manage Channels**" in said
    assert [one for one in manager.messages if one.visible_to is None] == []


async def test_a_role_that_the_bot_cannot_give_is_refused(manager: Person, town: Town) -> None:
    said = await refused(manager, "onboarding", {"Role when done": [town.above]})
    assert f"I cannot give {town.above.mention}, because it is not below my own highest role" in said


async def test_an_apps_role_is_refused_for_members_and_for_staff(manager: Person, town: Town) -> None:
    app = town.world.create_role(town.guild, "Music", managed=True, position=0)
    for step, field in (("onboarding", "Role when done"), ("general", "Staff role")):
        said = await refused(manager, step, {field: [app]})
        assert f"{app.mention} is an app's" in said


async def test_everybodys_role_is_refused(manager: Person, town: Town) -> None:
    everyone = town.guild.roles[town.guild.id]
    assert "everybody has" in await refused(manager, "general", {"Staff role": [everyone]})


async def test_nobody_gives_by_onboarding_what_they_could_not_give_themselves(manager: Person, town: Town) -> None:
    powers = town.world.create_role(town.guild, "Powers", permissions=permissions.KICK_MEMBERS, position=0)
    town.world.edit_role(next(one for one in town.guild.roles.values() if one.name == "Managers"), position=40)
    said = await refused(manager, "onboarding", {"Role when done": [powers]})
    assert f"{powers.mention} has permissions that you do not have" in said


async def test_a_permission_that_is_missing_everywhere_is_named_and_granted_by_a_link(
    manager: Person, town: Town
) -> None:
    page = await at_step(manager, "tickets")
    assert "Grant the permissions" not in labels(page)
    mine = next(one for one in town.guild.roles.values() if one.managed)
    town.world.edit_role(mine, permissions=mine.permissions & ~permissions.MANAGE_CHANNELS & ~permissions.PIN_MESSAGES)
    page = await manager.click(page, "Check again")
    assert "In this server I lack **Manage Channels** and **Pin Messages**" in page.full_text
    (grant,) = [button for button in page.buttons if button.label == "Grant the permissions"]
    assert grant.url is not None
    wanted = int(grant.url.partition("permissions=")[2].partition("&")[0])
    assert wanted == mine.permissions | permissions.MANAGE_CHANNELS | permissions.PIN_MESSAGES
    assert f"guild_id={town.guild.id}" in grant.url
    # Nothing is wrong yet: nobody has set tickets up.
    assert "⬜ not yet" in page.full_text
    page = await fill_in(manager, page, {"Where the panel is posted": [town.general]}, "First kind and panel")
    assert "⚠️ something is wrong" in page.full_text


async def test_what_goes_wrong_later_is_shown_with_its_step(manager: Person, town: Town) -> None:
    await chosen(manager, "reminders", {"Reminder channel": [town.log]})
    town.world.set_overwrite(town.log, town.guild.roles[town.guild.id], deny=permissions.VIEW_CHANNEL)
    page = await manager.slash("setup")
    assert "⚠️ ⏰ **Reminders** · something is wrong" in page.full_text
    page = await manager.click(page, "Reminders")
    assert f"⚠️ Reminder channel: I cannot see {town.log.mention}." in page.full_text
    # It is not touched by a form that could not have shown it otherwise.
    page = await fill_in(manager, page, {"Who makes reminders": "Staff only"})
    assert f"**Reminder channel**: {town.log.mention}" in page.full_text


async def test_a_channel_that_is_gone_stays_chosen_until_another_one_is(manager: Person, town: Town) -> None:
    await chosen(manager, "reminders", {"Reminder channel": [town.log]})
    town.world.delete_channel(town.log)
    page = await chosen(manager, "reminders", {"Who makes reminders": "Staff only"})
    assert f"**Reminder channel**: {town.log.mention}" in page.full_text
    page = await chosen(manager, "reminders", {"Reminder channel": [town.general]})
    assert f"**Reminder channel**: {town.general.mention}" in page.full_text


async def test_as_much_as_a_menu_holds_may_be_wrong(manager: Person, town: Town) -> None:
    channels = [town.world.create_channel(town.guild, f"closed-{number}") for number in range(25)]
    for one in channels:
        town.world.set_overwrite(one, town.guild.roles[town.guild.id], deny=permissions.VIEW_CHANNEL)
    said = await refused(manager, "faq", {"Channels in which I suggest answers": channels})
    assert said.startswith("Nothing was saved.\n⚠️ Suggested answers: I cannot see " + channels[0].mention)
    assert "more" in said.splitlines()[-1]
