"""/settings check, as people in a server meet it: what settings name, and nothing else."""

import asyncio
from typing import Any

from app.bot import Bot
from app.models import SettingsHistory
from standin import Person, StandIn
from standin.reply import Reply
from tests.fixtures.discord import Running
from tests.fixtures.town import Town

SENTENCE = "Only people who may manage this server can see and change its settings."
CLEAR, CHOOSE = "1 · Clear the setting", "1 · Choose another channel"


def labels(reply: Reply) -> list[str]:
    return [one.label for one in reply.buttons]


async def lost_channel(town: Town, manager: Person) -> None:
    room = town.world.create_channel(town.guild, "room")
    await manager.slash("settings set", key="reminders.channel", channel=room)
    town.world.delete_channel(room)


async def chosen(bot: Bot, town: Town, name: str = "reminders.channel") -> Any:
    return (await bot.settings.get(town.guild.id)).chosen.get(name)


async def test_settings_that_are_right_are_said_to_be(manager: Person) -> None:
    reply = await manager.slash("settings check")
    assert reply.private
    assert reply.embeds[0]["title"] == "Everything is set up right"
    assert labels(reply) == ["Look again"]


async def test_what_is_gone_is_mended_in_place_and_that_is_undone(
    bot: Bot, town: Town, manager: Person, stand_in: StandIn
) -> None:
    await lost_channel(town, manager)
    was = await chosen(bot, town)
    reply = await manager.slash("settings check")
    assert "Reminder channel: its channel is gone." in reply.full_text
    assert "-# Discord would answer: 10003: Unknown Channel · `reminders.channel`" in reply.full_text
    assert labels(reply) == [CHOOSE, CLEAR, "Look again"]
    await manager.click(reply, CLEAR)
    assert await chosen(bot, town) is None
    assert "Everything is set up right" in reply.full_text
    await manager.click(reply, "Undo")
    assert await chosen(bot, town) == was
    await manager.click(reply, "Look again")
    form = await manager.click(reply, CHOOSE)
    await manager.submit(form, {"Which channel instead?": town.general})
    assert await chosen(bot, town) == town.general.id
    assert stand_in.violations == []


async def test_contradictions_between_settings_are_named_and_other_findings_are_not(
    manager: Person, town: Town
) -> None:
    for key, value in (
        ("onboarding.mode", "rules"),
        ("reminders.per_member", "30"),
        ("reminders.per_server", "20"),
        ("onboarding.kick_after", "1d"),
    ):
        await manager.slash("settings set", key=key, value=value)
    for key in ("onboarding.join_role", "onboarding.completion_role"):
        await manager.slash("settings set", key=key, role=town.staff)
    text = await _all_of(manager, "settings check")
    for line in (
        "Each member may have more reminders than there may be in this server.",
        "The role on joining and the role when done are the same",
        "Nobody is removed, because nobody is warned before.",
        "Members are to accept the rules, and none are published.",
    ):
        assert line in text, line
    # What the bot would like to have chosen is no contradiction.
    advice = "Staff are not told who is done and what went wrong."
    assert advice not in text
    assert advice in await _all_of(manager, "health check")


async def _all_of(manager: Person, command: str) -> str:
    reply = await manager.slash(command)
    text = reply.full_text
    while any(button.label == "Next" and not button.disabled for button in reply.buttons):
        await manager.click(reply, "Next")
        text += reply.full_text
    return text


async def test_the_buttons_work_after_a_restart(running: Running, town: Town, stand_in: StandIn) -> None:
    person = stand_in.person(town.manager, town.general)
    async with running():
        await lost_channel(town, person)
        reply = await person.slash("settings check")
    async with running() as bot:
        await person.click(reply, "Look again")
        assert "Reminder channel: its channel is gone." in reply.full_text
        await person.click(reply, CLEAR)
        assert await chosen(bot, town) is None


async def test_only_who_manages_the_server_may(mallory: Person, moderator: Person) -> None:
    for person in (mallory, moderator):
        assert (await person.slash("settings check", raw=True)).text == SENTENCE


async def test_each_feature_hears_of_each_change_and_the_log_has_one_message(
    bot: Bot, manager: Person, town: Town, stand_in: StandIn
) -> None:
    heard: list[str] = []

    async def on_setting_changed(change: SettingsHistory) -> None:
        heard.append(f"{change.scope}.{change.key}")

    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 1)
    bot.add_listener(on_setting_changed, "on_setting_changed")
    for value in ("5", "6"):
        await manager.slash("settings set", key="general.page_size", value=value)
    await manager.slash("settings set", key="general.colour", value="red")
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 4)
    heard.clear()
    shown = await manager.slash("settings restore", when="1h")
    await manager.click(shown, "Change 3 settings")
    async with asyncio.timeout(30):
        while len(heard) < 3:
            await asyncio.sleep(0.02)
    assert sorted(heard) == ["general.colour", "general.log_channel", "general.page_size"]
    assert len(manager.at(town.log).messages) == 4
