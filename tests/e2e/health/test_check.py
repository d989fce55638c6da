"""`/health check`: what it shows to whom, and what its buttons mend."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from app.bot import Bot
from app.core.checks import Refusal
from app.db import DatabaseUrl
from standin import Person, StandIn, permissions
from standin.model import ChannelType
from standin.reply import Reply
from tests.fixtures.discord import Running
from tests.fixtures.postgres import execute
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

CLEAR, CHOOSE, ROLE = "1 · Clear the setting", "1 · Choose another channel", "1 · Choose another role"


def labels(reply: Reply) -> list[str]:
    return [one.label for one in reply.buttons]


def link_of(reply: Reply, label: str) -> str:
    (found,) = [one for row in reply.components for one in row["components"] if one.get("label") == label]
    return str(found["url"])


async def lost_log(town: Town, manager: Person) -> None:
    """Let the log channel be gone."""
    room = town.world.create_channel(town.guild, "changes")
    await manager.slash("settings set", key="general.log_channel", channel=room)
    town.world.delete_channel(room)


async def log_channel(bot: Bot, town: Town) -> Any:
    return (await bot.settings.get(town.guild.id)).chosen.get("general.log_channel")


async def test_all_is_right_and_only_operators_see_the_database(
    manager: Person, moderator: Person, owner: Person, alice: Person
) -> None:
    reply = await moderator.slash("health check")
    assert reply.private
    assert reply.embeds[0]["title"] == "Everything is set up right"
    assert (len(reply.embeds), labels(reply)) == (1, ["Look again"])
    reply = await owner.slash("health check")
    for told in ("PostgreSQL 1", "encoding UTF8", "plpgsql 1.0", "directly, without a pooler", "`reminders`: "):
        assert told in reply.full_text
    for told in ("The database is at the newest revision", "message content: on\nserver members: on"):
        assert told in reply.full_text
    refused = await alice.slash("health check")
    assert (refused.text, refused.private) == ("Only staff can see how the bot is doing.", True)
    assert "/health check" not in (await alice.slash("help")).full_text
    assert "/health check" in (await manager.slash("help")).full_text


async def test_a_setting_whose_channel_is_gone_is_cleared_and_that_is_undone(
    bot: Bot, town: Town, manager: Person, moderator: Person, stand_in: StandIn
) -> None:
    await lost_log(town, manager)
    was = await log_channel(bot, town)
    await manager.slash("settings set", key="general.staff_role", role=town.billing)
    seen = await moderator.slash("health check")
    assert "Log channel: its channel is gone." in seen.full_text
    assert "-# Discord would answer: 10003: Unknown Channel · `general.log_channel`" in seen.full_text
    # Who may not change settings sees no button that does.
    assert labels(seen) == ["Look again"]

    reply = await manager.slash("health check")
    assert labels(reply) == [CHOOSE, CLEAR, "Look again"]
    assert reply.embeds[0]["title"] == "One thing does not work"
    await manager.click(reply, CLEAR)
    assert await log_channel(bot, town) is None
    assert "`general.log_channel` reset" in reply.full_text
    assert "Everything is set up right" in reply.full_text
    assert labels(reply) == ["Look again", "Undo"]
    history = (await manager.slash("settings history")).full_text
    assert "`general.log_channel` reset" in history
    await manager.click(reply, "Undo")
    assert await log_channel(bot, town) == was
    await manager.click(reply, "Look again")
    assert "its channel is gone" in reply.full_text
    assert stand_in.violations == []


async def test_another_channel_is_chosen_with_a_native_picker(bot: Bot, town: Town, manager: Person) -> None:
    await lost_log(town, manager)
    reply = await manager.slash("health check")
    form = await manager.click(reply, CHOOSE)
    assert form.modal is not None
    assert form.modal.title == "Log channel"
    # One that would not work either is refused, and changes nothing.
    was = await log_channel(bot, town)
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)
    refused = await manager.submit(form, {"Which channel instead?": town.log})
    assert "That would not work either. Log channel: I cannot write in" in refused.full_text
    assert await log_channel(bot, town) == was
    done = await manager.submit(await manager.click(reply, CHOOSE), {"Which channel instead?": town.general})
    assert await log_channel(bot, town) == town.general.id
    assert "Everything is set up right" in (done.full_text + reply.full_text)


async def test_the_buttons_work_after_a_restart(running: Running, town: Town, stand_in: StandIn) -> None:
    person = stand_in.person(town.manager, town.general)
    async with running():
        await lost_log(town, person)
        reply = await person.slash("health check")
    async with running() as bot:
        await person.click(reply, CLEAR)
        assert await log_channel(bot, town) is None
        assert "reset" in reply.full_text


async def test_an_old_button_changes_nothing_that_was_chosen_since(bot: Bot, town: Town, manager: Person) -> None:
    await lost_log(town, manager)
    reply = await manager.slash("health check")
    form = await manager.click(reply, CHOOSE)
    await manager.slash("settings set", key="general.log_channel", channel=town.general)
    for press in (lambda: manager.click(reply, CLEAR), lambda: manager.click(reply, CHOOSE)):
        assert "That has been changed since. Press **Look again**" in (await press()).full_text
    late = await manager.submit(form, {"Which channel instead?": town.log})
    assert "That has been changed since" in late.full_text
    assert await log_channel(bot, town) == town.general.id


async def test_rights_are_looked_at_when_a_button_is_pressed(bot: Bot, town: Town, manager: Person) -> None:
    await lost_log(town, manager)
    reply = await manager.slash("health check")
    was = await log_channel(bot, town)
    town.guild.member(town.manager).role_ids.clear()
    for button in (CLEAR, CHOOSE):
        refused = await manager.click(reply, button)
        assert refused.modal is None
        assert "manage this server" in refused.full_text
    refused = await manager.click(reply, "Look again")
    assert "Only staff can see how the bot is doing." in refused.full_text
    assert await log_channel(bot, town) == was


async def test_a_role_above_the_bots_is_exchanged(bot: Bot, town: Town, manager: Person) -> None:
    await manager.slash("settings set", key="onboarding.completion_role", role=town.staff)
    town.world.edit_role(town.staff, position=50)
    reply = await manager.slash("health check")
    assert "Role when done: I cannot give" in reply.full_text
    assert str(Refusal.NO_PERMISSION) in reply.full_text
    button = next(one for one in labels(reply) if one.endswith("Choose another role"))
    await manager.submit(await manager.click(reply, button), {"Which role instead?": town.billing})
    chosen = (await bot.settings.get(town.guild.id)).chosen["onboarding.completion_role"]
    assert chosen == town.billing.id
    assert "Role when done: I cannot give" not in reply.full_text


async def test_structures_are_mended_by_their_own_rules(bot: Bot, office: Office, town: Town, manager: Person) -> None:
    world = town.world
    room, rooms = world.create_channel(town.guild, "board"), world.create_channel(town.guild, "r", ChannelType.CATEGORY)
    other = world.create_channel(town.guild, "other", ChannelType.CATEGORY)
    await office.configure("001", name="Help *me*", parent_id=rooms.id, team_role_ids=[town.staff.id])
    await office.set("tickets.log_channel", town.closed.id)
    world.set_overwrite(town.closed, world.bot, allow=permissions.VIEW_CHANNEL)
    await manager.slash("tickets board", channel=room)
    await manager.slash("health now")
    for gone in (room, rooms):
        world.delete_channel(gone)
    world.delete_role(town.staff)
    reply = await manager.slash("health check")
    assert reply.full_text.count("its channel is gone") == 2
    assert r"Ticket type **Help \*me\***: its role is gone" in reply.full_text

    def button(of: str, what: str) -> str:
        number = next(n for n in "1234" if f"**{n}.** {of}" in reply.full_text)
        return f"{number} · {what}"

    form = await manager.click(reply, button(r"Ticket type **Help \*me\***: its channel", "Choose another channel"))
    await manager.submit(form, {"Which channel instead?": other})
    assert reply.full_text.count("its channel is gone") == 1
    form = await manager.click(reply, button(r"Ticket type **Help \*me\***: its role", "Choose another role"))
    await manager.submit(form, {"Which role instead?": town.billing})
    chosen = (await bot.settings.get(town.guild.id)).chosen
    assert chosen["ticket_types.001"]["parent_id"] == other.id
    assert chosen["ticket_types.001"]["team_role_ids"] == [town.billing.id]
    await manager.click(reply, button("Ticket board", "Remove it"))
    assert "its channel is gone" not in reply.full_text
    assert "ticket_boards.all" not in (await bot.settings.get(town.guild.id)).chosen
    # There is no channel that it could come back to.
    refused = await manager.click(reply, "Undo")
    assert (refused.text, refused.private) == ("It needs a channel that no longer exists.", True)
    assert "ticket_boards.all" not in (await bot.settings.get(town.guild.id)).chosen


async def test_a_structure_that_was_exchanged_meanwhile_is_not_removed(
    bot: Bot, town: Town, manager: Person, own_database: DatabaseUrl
) -> None:
    room = town.world.create_channel(town.guild, "board")
    await manager.slash("tickets board", channel=room)
    await manager.slash("health now")
    town.world.delete_channel(room)
    reply = await manager.slash("health check")
    assert "Ticket board: its channel is gone" in reply.full_text
    # Another process has just posted it somewhere else, and this one has not heard of it.
    moved = "UPDATE bot_settings SET value = jsonb_set(value, '{channel_id}', $1::jsonb) WHERE scope = 'ticket_boards'"
    await execute(own_database, moved, str(town.log.id))
    refused = await manager.click(reply, "1 · Remove it")
    assert "That has been changed since" in refused.full_text
    bot.settings.invalidate(town.guild.id)
    assert (await bot.settings.get(town.guild.id)).chosen["ticket_boards.all"]["channel_id"] == town.log.id


async def test_links_open_the_channel_and_the_invitation_with_what_is_missing(
    bot: Bot, town: Town, manager: Person
) -> None:
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)
    reply = await manager.slash("health check")
    url = link_of(reply, "1 · Open the channel")
    assert url == f"https://discord.com/channels/{town.guild.id}/{town.log.id}"
    town.world.clear_overwrite(town.log, town.world.bot.id)
    (role_id,) = town.guild.members[town.world.bot.id].role_ids
    for role in (town.guild.roles[role_id], town.guild.everyone):
        town.world.edit_role(role, permissions=role.permissions & ~permissions.EMBED_LINKS)
    await manager.click(reply, "Look again")
    given = parse_qs(urlsplit(link_of(reply, "1 · Grant it to my role")).query)
    assert given["client_id"] == [str(bot.application_id)]
    assert (given["guild_id"], given["scope"]) == ([str(town.guild.id)], ["bot applications.commands"])
    asked = int(given["permissions"][0])
    assert asked & permissions.EMBED_LINKS
    # What the bot has stays: an invitation gives its role what it names, and nothing else.
    assert asked & permissions.MANAGE_CHANNELS


async def test_many_findings_have_pages(town: Town, manager: Person) -> None:
    keys = ["general.log_channel", "faq.staff_channel", "reminders.channel", "tickets.log_channel"]
    keys += ["onboarding.log_channel", "onboarding.channel", "onboarding.welcome_channel"]
    room = town.world.create_channel(town.guild, "room")
    for key in keys:
        await manager.slash("settings set", key=key, channel=room)
    town.world.delete_channel(room)
    reply = await manager.slash("health check")
    assert "Page 1 of 2" in reply.full_text
    assert "**5.**" not in reply.full_text
    await manager.click(reply, "Next")
    assert "**5.**" in reply.full_text
    assert "Page 2 of 2" in reply.full_text
    # The page that there was is shown again; with fewer findings, the last one that there is.
    for _ in range(3):
        await manager.click(reply, next(one for one in labels(reply) if one.endswith("Clear the setting")))
    assert "Page" not in str(reply.embeds[0].get("footer"))
    assert len([one for one in labels(reply) if one.endswith("Clear the setting")]) == 4


async def test_intents_that_are_off_are_told_where_something_needs_them(
    running: Running, town: Town, stand_in: StandIn
) -> None:
    stand_in.world.application.allowed_intents = 0
    person = stand_in.person(town.manager, town.general)
    operator = stand_in.person(town.owner, town.general)
    async with running(bot_admin_ids={town.owner.id}):
        assert "Everything is set up right" in (await person.slash("health check")).full_text
        await person.slash("faq auto set", channel=town.general)
        seen = await person.slash("health check")
        assert "nothing is suggested from the FAQ" in seen.full_text
        assert "message content intent" in seen.full_text
        reply = await operator.slash("health check")
        url = link_of(reply, "1 · Open the portal")
        assert url == f"https://discord.com/developers/applications/{stand_in.world.application.id}/bot"
        assert "1 · Open the portal" not in labels(seen)


async def test_a_timed_out_bot_is_told_first(bot: Bot, town: Town, manager: Person) -> None:
    await lost_log(town, manager)
    town.world.edit_member(town.guild.members[town.world.bot.id], timed_out_until=bot.clock() + timedelta(hours=1))
    reply = await manager.slash("health check")
    assert "**1.** I am timed out until" in reply.full_text
    assert "50013: Missing Permissions" in reply.full_text


async def test_discords_own_onboarding_and_the_channels_of_a_community(
    bot: Bot, office: Office, town: Town, manager: Person, stand_in: StandIn
) -> None:
    world, everybody = town.world, town.guild.everyone
    # Only a community is asked about it.
    await manager.slash("health check")
    assert stand_in.calls("GET /guilds/{guild_id}/onboarding") == []
    await office.configure(team_role_ids=[town.staff.id])
    ticket, channel = await office.open(town.alice)
    world.edit_guild(town.guild, features=["COMMUNITY"], updates_channel_id=channel.id)
    rooms = [world.create_channel(town.guild, f"room-{n}") for n in range(7)]
    town.guild.onboarding = {
        "enabled": True,
        "mode": 0,
        "default_channel_ids": [str(one.id) for one in rooms],
        "prompts": [{"options": [{"role_ids": ["7"], "channel_ids": []}]}],
    }
    world.set_overwrite(rooms[0], everybody, deny=permissions.VIEW_CHANNEL)
    await manager.slash("health now")
    pages = await whole(manager)
    assert "gives a role or a channel that is gone" in pages
    assert f"shows {rooms[0].mention}, which not everybody sees" in pages
    assert str(Refusal.NOT_OPEN) in pages
    assert f"The channel of ticket #{ticket.number} is one that the Community settings need" in pages
    assert str(Refusal.COMMUNITY) in pages
    # Which is what Discord answers.
    role = next(iter(town.guild.roles[one] for one in town.guild.members[world.bot.id].role_ids))
    world.edit_role(role, permissions=role.permissions | permissions.MANAGE_GUILD)

    async def refused(act: Any) -> Refusal:
        with pytest.raises(discord.HTTPException) as raised:
            await act
        return Refusal(raised.value.code)

    writing: dict[str, Any] = {"prompts": [], "enabled": True}
    assert await refused(bot.http.edit_onboarding(town.guild.id, writing)) is Refusal.NOT_OPEN
    assert await refused(bot.http.delete_channel(channel.id)) is Refusal.COMMUNITY
    world.clear_overwrite(rooms[0], town.guild.id)
    for room in rooms[:3]:
        world.set_overwrite(room, everybody, deny=permissions.SEND_MESSAGES)
    pages = await whole(manager)
    assert "onboarding shows: 7. Of those, everybody may write in: 4." in pages
    assert str(Refusal.FEW_OPEN) in pages
    assert await refused(bot.http.edit_onboarding(town.guild.id, writing)) is Refusal.FEW_OPEN
    stand_in.faults.fail("GET /guilds/{guild_id}/onboarding", 403, code=50013)
    assert "Discord did not say how its own onboarding is set up" in await whole(manager)


async def whole(person: Person) -> str:
    """Read every page."""
    reply = await person.slash("health check")
    text = reply.full_text
    while "Next" in labels(reply) and not next(one for one in reply.buttons if one.label == "Next").disabled:
        await person.click(reply, "Next")
        text += reply.full_text
    return text


@pytest.mark.parametrize("forged", ["health:v1:clear:general.timezone:1:0:0:0", "health:v1:clear:nothing.such:1:0:0:0"])
async def test_a_forged_button_is_refused(bot: Bot, town: Town, manager: Person, forged: str) -> None:
    await lost_log(town, manager)
    reply = await manager.slash("health check")
    assert reply.message is not None
    for row in reply.message.components:
        for one in row["components"]:
            if one.get("label") == CLEAR:
                one["custom_id"] = forged
    refused = await manager.click(reply, CLEAR)
    assert "That has been changed since" in refused.full_text
    assert await log_channel(bot, town) is not None
