"""/health, as staff, operators and everybody else meet it."""

from app.bot import Bot
from app.core.scheduling import zone_data
from standin import Person
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import HEAD
from tests.fixtures.town import Town

REFUSAL = "Only staff can see how the bot is doing."


async def test_staff_see_what_concerns_their_server_and_operators_the_whole_bot(
    bot: Bot, moderator: Person, owner: Person
) -> None:
    reply = await moderator.slash("health now")
    assert reply.private
    assert "Everything works" in reply.full_text
    assert "(shard 0)" in reply.full_text
    assert f"{zone_data.used().version} of {zone_data.used().source}" in reply.full_text
    assert "at the newest revision" not in reply.full_text

    reply = await owner.slash("health now")
    for told in ("1 of 1 connected", f"at the newest revision, {HEAD}", "✅ heard", f"{len(bot.guilds)}"):
        assert told in reply.full_text


async def test_members_are_refused_and_a_staff_role_is_enough(manager: Person, alice: Person, town: Town) -> None:
    reply = await alice.slash("health now")
    assert (reply.text, reply.private) == (REFUSAL, True)
    assert "/health now" not in (await alice.slash("help")).full_text
    await manager.slash("settings set", key="general.staff_role", role=town.staff)
    town.guild.member(town.alice).role_ids.add(town.staff.id)
    assert "Everything works" in (await alice.slash("health now")).full_text
    offered = (await alice.slash("help")).full_text
    assert "/health now" in offered
    assert "/health alerts" not in offered


async def test_those_who_run_the_bot_are_offered_its_alerts(owner: Person) -> None:
    assert "/health alerts" in (await owner.slash("help")).full_text


async def test_it_answers_while_the_database_does_not(fragile: Bot, managing: Person, relay: Relay) -> None:
    await relay.cut()
    reply = await managing.slash("health now")
    assert "Something does not work" in reply.full_text
    assert "❌ does not answer" in reply.full_text
    await relay.open()
    await managing.click(reply, "Look again")
    assert "Everything works" in reply.full_text
