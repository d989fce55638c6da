"""`concierge doctor` as an operator runs it: what it says of the servers that the bot is in, without a gateway."""

from datetime import timedelta
from typing import Any

from app.db import DatabaseUrl
from standin import StandIn, permissions
from standin.model import SPOILER_CHANNEL
from tests.fixtures.bots import Start
from tests.fixtures.postgres import execute
from tests.fixtures.town import Town

SETTINGS = "INSERT INTO bot_settings (guild_id, scope, key, value_type, value, updated_by) VALUES "


def row(guild_id: int, name: str, value: str, kind: str = "channel") -> str:
    scope, _, key = name.partition(".")
    return f"({guild_id}, '{scope}', '{key}', '{kind}', '{value}', 1)"


async def choose(database: DatabaseUrl, guild_id: int, **chosen: Any) -> None:
    """Choose channels and roles by the names of settings, with two underlines for the dot."""
    rows = [row(guild_id, name.replace("__", "."), str(value)) for name, value in chosen.items()]
    await execute(database, SETTINGS + ", ".join(rows))


async def test_every_kind_of_finding_is_said_with_what_discord_would_answer(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    world, guild = town.world, town.guild
    spoiler = world.create_channel(guild, "secrets", flags=SPOILER_CHANNEL)
    adult = world.create_channel(guild, "adult", nsfw=True)
    world.set_overwrite(town.log, world.bot, deny=permissions.SEND_MESSAGES)
    world.edit_guild(guild, features=["COMMUNITY"], rules_channel_id=town.general.id)
    guild.onboarding = {
        "enabled": True,
        "mode": 0,
        "default_channel_ids": [str(town.closed.id)],
        "prompts": [{"options": [{"role_ids": ["7"], "channel_ids": []}]}],
    }
    await choose(
        own_database,
        guild.id,
        general__log_channel=town.log.id,
        faq__staff_channel=79,
        reminders__channel=town.closed.id,
        tickets__log_channel=town.general.id,
        onboarding__channel=adult.id,
        onboarding__welcome_channel=spoiler.id,
        onboarding__join_role=town.above.id,
        onboarding__completion_role=80,
    )
    mode = row(guild.id, "onboarding.mode", '"questions"', "choice")
    await execute(own_database, f"{SETTINGS}{mode}, {row(guild.id, 'onboarding.where', chr(34) + 'channel' + chr(34))}")
    run = await start("doctor")
    # What a server's own staff have to mend does not make the bot ill.
    assert await run.ended() == 0, run.printed
    said = [line for line in run.printed.splitlines() if line.startswith("[--] server Town: ")]
    for what, answer in (
        ("Log channel: I cannot write in #log. → Grant my role these permissions there: **Send", "50013: Missing"),
        ("Channel for staff: its channel is gone. → Choose another channel", "10003: Unknown Channel"),
        ("Reminder channel: I cannot see #closed.", "50001: Missing Access"),
        ("Transcript channel: **everybody can read it** in #general. → Choose another channel: the Community", ""),
        ("Channel to begin in: #adult is age-restricted", ""),
        ("Welcome channel: #secrets is hidden as a spoiler", ""),
        ("Role on joining: I cannot give @Council", "50013: Missing Permissions"),
        ("Role when done: its role is gone.", "10011: Unknown Role"),
        ("Discord's own onboarding gives a role or a channel that is gone.", ""),
        ("Discord's own onboarding shows #closed, which not everybody sees.", "350003: Onboarding channels must be"),
        ("Channels that Discord's own onboarding shows: 1.", "350001: Cannot enable onboarding"),
    ):
        (line,) = [one for one in said if one.startswith(f"[--] server Town: {what}")] or [""]
        assert line, (what, run.printed)
        assert f"(Discord would answer {answer}" in line if answer else "Discord would answer" not in line, line
        assert " → " in line
    # Three requests for a server, two more for a community, whatever was chosen.
    for route in ("GET /guilds/{guild_id}/channels", "GET /guilds/{guild_id}/onboarding"):
        assert len(stand_in.calls(route)) == 1


async def test_a_bot_that_is_timed_out_is_ill(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    await choose(own_database, town.guild.id, general__log_channel=town.log.id)
    own = town.guild.members[stand_in.world.bot.id]
    stand_in.world.edit_member(own, timed_out_until=stand_in.world.now() + timedelta(hours=1))
    ill = await start("doctor")
    assert await ill.ended() == 1
    (line,) = [one for one in ill.printed.splitlines() if "timed out" in one]
    assert line.startswith("[!!] server Town: I am timed out until 20")
    assert line.endswith("(Discord would answer 50013: Missing Permissions)")


async def test_what_operators_chose_themselves_makes_it_ill(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    place = f'{{"guild_id": {town.guild.id}, "channel_id": {town.log.id}}}'
    await execute(own_database, SETTINGS + row(0, "health_alerts.place", place, "structure"))
    fine = await start("doctor")
    assert await fine.ended() == 0, fine.printed
    assert "Alerts about the bot: **everybody can read it** in #log." in fine.printed
    town.world.delete_channel(town.log)
    ill = await start("doctor")
    assert await ill.ended() == 1
    assert (
        "[!!] server Town: Alerts about the bot: its channel is gone. → Choose another one with `/health" in ill.printed
    )
    place = '{"guild_id": 77, "channel_id": 78}'
    await execute(own_database, f"UPDATE bot_settings SET value = '{place}' WHERE guild_id = 0")
    ill = await start("doctor")
    assert await ill.ended() == 1
    assert "[!!] alerts about the bot: go to a server that the bot is not in" in ill.printed
    assert stand_in.violations == []


async def test_servers_in_which_all_is_right_and_those_that_discord_does_not_answer_about(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    await choose(own_database, town.guild.id, general__log_channel=town.log.id)
    await choose(own_database, town.elsewhere.id, general__log_channel=town.square.id)
    well = await start("doctor")
    assert await well.ended() == 0
    assert "[ok] channels and roles: what 2 servers chose is there, and can be used" in well.printed
    # A list that Discord does not give says nothing of what is gone.
    stand_in.faults.fail("GET /guilds/{guild_id}/channels", 500, times=10)
    away = await start("doctor")
    assert await away.ended(within=120) == 0
    assert "is gone" not in away.printed
    assert "Discord did not answer: 500" in away.printed
