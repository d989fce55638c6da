"""What people notice when something around the bot breaks, and when it is back."""

import asyncio

import discord
import pytest

from app.bot import Bot
from app.db import DatabaseUrl
from app.ui.kit.errors import explain
from app.ui.kit.long_waits import LongWait
from app.ui.kit.patience import PATIENCE_SECONDS
from standin import Person, StandIn
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import HEAD, connect, execute, fetchval
from tests.fixtures.town import Town

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
AWAY = "The database is not available right now, so nothing was changed. Please try again in a minute."
IN_DOUBT = "The database went away while saving. Please check whether it was saved, and try again if not."
BUSY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND state = 'active'"
)
"""Who is still carrying out a statement."""


def first_answers(stand_in: StandIn) -> list[int]:
    """The kinds of all first answers: 4 is the whole one, 5 and 6 put it off."""
    return [request.body["type"] for request in stand_in.calls("POST /interactions/")]


def test_an_answer_is_put_off_well_within_discords_three_seconds() -> None:
    assert PATIENCE_SECONDS <= 1


async def test_a_database_that_is_away_is_said_so_and_the_bot_recovers_by_itself(
    fragile: Bot, managing: Person, relay: Relay, own_database: DatabaseUrl, stand_in: StandIn
) -> None:
    await managing.slash("settings set", key="general.page_size", value="5")
    await relay.cut()
    for _ in range(3):
        reply = await managing.slash("settings set", key="general.page_size", value="6")
        assert (reply.text, reply.private) == (AWAY, True)
    assert (await managing.slash("settings history")).text == AWAY
    assert await fetchval(own_database, "SELECT value FROM bot_settings") == "5"
    assert await fetchval(own_database, "SELECT count(*) FROM settings_history") == 1

    await relay.open()
    reply = await managing.slash("settings set", key="general.page_size", value="6")
    assert reply.text == "**Page size** · `general.page_size` changed: `5` → `6`."


async def test_a_form_that_another_process_has_shown_is_no_mistake(
    bot: Bot, stand_in: StandIn, manager: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await manager.slash("reminder create", when="every day at 9:00", what="stand-up")
    stand_in.faults.fail("POST /interactions", status=400, code=40060, after=True)
    assert (await manager.slash("reminder edit", reminder="stand-up")).modal
    said = "another process has answered an interaction"
    async with asyncio.timeout(60):
        while not any(record.message == said for record in caplog.records):
            await asyncio.sleep(0.01)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_connection_that_dies_in_the_middle_leaves_nothing_half_done_and_says_what_is_in_doubt(
    fragile: Bot, managing: Person, relay: Relay, own_database: DatabaseUrl, stand_in: StandIn
) -> None:
    blocker = await connect(own_database)
    await managing.slash("settings set", key="general.page_size", value="5")
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("SELECT 1 FROM bot_settings FOR UPDATE")
    change = asyncio.create_task(managing.slash("settings set", key="general.page_size", value="6"))
    async with asyncio.timeout(60):
        # For this one: other tests wait for locks at the same time.
        while not await blocker.fetchval(WAITING):
            await asyncio.sleep(0.01)
    await relay.cut()
    # The server has the statement, and may carry it out before it notices that nobody is there any more.
    assert (await change).text == IN_DOUBT
    await transaction.rollback()
    async with asyncio.timeout(60):
        while await blocker.fetchval(BUSY):
            await asyncio.sleep(0.01)
    value = await blocker.fetchval("SELECT value FROM bot_settings")
    lines = await blocker.fetch("SELECT new_value FROM settings_history ORDER BY id")
    assert [line["new_value"] for line in lines] in (["5"], ["5", "6"])
    assert value == lines[-1]["new_value"]
    await blocker.close()
    await relay.open()
    assert "changed" in (await managing.slash("settings set", key="general.page_size", value="7")).text


async def test_a_slow_database_is_answered_in_time_all_the_same(
    fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn
) -> None:
    await managing.slash("settings set", key="general.page_size", value="5")
    relay.held.clear()
    asyncio.get_running_loop().call_later(4, relay.held.set)
    reply = await managing.slash("settings set", key="general.page_size", value="6")
    assert reply.text == "**Page size** · `general.page_size` changed: `5` → `6`."
    assert reply.private
    assert first_answers(stand_in)[-1] == 5, "deferred"


async def test_a_page_is_turned_in_its_place_even_when_the_database_is_slow(
    fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn
) -> None:
    for number in ("3", "4", "5", "3"):
        await managing.slash("settings set", key="general.page_size", value=number)
    shown = await managing.slash("settings history")
    assert shown.full_text.count("#") == 3
    before = shown.message
    relay.held.clear()
    asyncio.get_running_loop().call_later(4, relay.held.set)
    turned = await managing.click(shown, "Older")
    assert turned.message is before
    assert turned.full_text.count("#") == 1
    assert "Page 2 of 2" in turned.full_text
    assert turned.followups == []
    assert [request.body for request in stand_in.calls("POST /interactions/")][-1] == {"type": 6}

    relay.held.clear()
    pressed = asyncio.create_task(managing.click(turned, "Newer"))
    await asyncio.sleep(1.5)
    await relay.cut()
    relay.held.set()
    refused = await pressed
    assert (refused.text, refused.private) == (AWAY, True)
    assert refused.message is not before
    assert "Page 2 of 2" in turned.full_text


@pytest.mark.parametrize("refused", [False, True])
async def test_a_refusal_is_private_although_an_answer_for_all_was_announced(
    refused: bool, fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn, town: Town
) -> None:
    await managing.slash("settings set", key="general.private_replies", value="off")
    assert not (await managing.slash("settings view")).private
    managing.user.locale = "de"
    relay.held.clear()
    pressed = asyncio.create_task(managing.slash("settings history"))
    await stand_in.until(lambda: first_answers(stand_in)[-1] == 5)
    if refused:
        await relay.cut()
    relay.held.set()
    reply = await pressed
    assert stand_in.calls("POST /interactions/")[-1].body == {"type": 5, "data": {}}, "announced for all"
    assert reply.private is refused
    assert reply.text.startswith("Die Datenbank ist gerade nicht erreichbar") is refused
    seen = stand_in.person(town.mallory, town.general).messages
    assert [message for message in seen if message.is_loading] == []
    assert (reply.message in seen) is not refused


async def test_a_part_of_the_settings_is_shown_in_its_place_even_when_the_database_is_slow(
    fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn, town: Town
) -> None:
    shown = await managing.slash("settings view")
    fragile.settings.invalidate(town.guild.id)
    relay.held.clear()
    asyncio.get_running_loop().call_later(1.5, relay.held.set)
    turned = await managing.click(shown, "Reminders")
    assert turned.message is shown.message
    assert turned.embeds[0]["title"] == "Settings · Reminders"
    assert first_answers(stand_in)[-1] == 6


@pytest.mark.parametrize("command", ["settings view", "settings history", "help", "timezone show"])
async def test_looking_something_up_in_a_slow_database_is_answered_in_time(
    command: str, fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn
) -> None:
    relay.held.clear()
    asyncio.get_running_loop().call_later(1.5, relay.held.set)
    reply = await managing.slash(command)
    assert reply.private
    assert reply.full_text
    assert first_answers(stand_in) == [5]


async def test_a_table_that_changed_under_the_pool_fails_no_command(
    bot: Bot, manager: Person, own_database: DatabaseUrl
) -> None:
    for number in ("5", "6"):
        await manager.slash("settings set", key="general.page_size", value=number)
        await manager.slash("settings history")
    # By hand, so that nobody announces it: what a prepared statement returns is no longer what it returned.
    for table in ("settings_history", "bot_settings"):
        await execute(own_database, f"ALTER TABLE {table} ALTER COLUMN scope TYPE varchar(100)")
    assert "6" in (await manager.slash("settings history")).full_text
    assert "changed" in (await manager.slash("settings set", key="general.page_size", value="7")).text


async def test_it_resumes_after_the_gateway_drops_it(bot: Bot, manager: Person, stand_in: StandIn) -> None:
    stand_in.faults.drop_gateway(resumable=True)
    await stand_in.until(lambda: not stand_in.gateway.is_ready)
    await stand_in.ready()
    assert "Settings" in (await manager.slash("settings view")).full_text


async def test_discords_rate_limit_is_waited_out(bot: Bot, manager: Person, stand_in: StandIn, town: Town) -> None:
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await stand_in.until(lambda: manager.at(town.log).messages)
    stand_in.faults.rate_limit("POST /channels/{channel_id}/messages", times=1, retry_after=0.2)
    await manager.slash("settings set", key="general.page_size", value="5")
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 2)


async def test_a_bug_gives_a_reference_that_the_log_explains(
    bot: Bot, manager: Person, own_database: DatabaseUrl, caplog: pytest.LogCaptureFixture
) -> None:
    await manager.slash("settings set", key="general.contact", value="the captain")
    await manager.slash("settings view")
    await execute(own_database, "ALTER TABLE settings_history RENAME COLUMN reason TO why")
    reply = await manager.slash("settings history")
    assert reply.private
    assert reply.text.startswith("Something broke on our side. It is logged under the reference `")
    assert reply.text.endswith("tell the captain.")
    reference = reply.text.split("`")[1]
    (record,) = [record for record in caplog.records if getattr(record, "reference", None) == reference]
    assert record.exc_info is not None
    assert "reason" in str(record.exc_info[1])


async def test_one_persons_suggestions_do_not_cancel_anothers(bot: Bot, manager: Person, owner: Person) -> None:
    first, second = await asyncio.gather(
        manager.autocomplete("settings set", "value", "tokyo", key="general.timezone"),
        owner.autocomplete("settings set", "value", "new y", key="general.timezone"),
    )
    assert [choice["value"] for choice in first] == ["Asia/Tokyo"]
    assert [choice["value"] for choice in second] == ["America/New_York"]


async def test_autocomplete_that_fails_is_logged_and_suggests_nothing(
    fragile: Bot, managing: Person, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    await relay.cut()
    assert await managing.autocomplete("settings set", "value", "", key="general.colour") == []
    assert [record.message for record in caplog.records if record.name == "app.ui.kit.autocomplete"] == [
        "autocomplete failed"
    ]
    await relay.open()


async def test_health_follows_the_database_its_schema_and_the_gateway(
    fragile: Bot, managing: Person, relay: Relay, own_database: DatabaseUrl, stand_in: StandIn
) -> None:
    import aiohttp

    async with aiohttp.ClientSession(fragile.health_address) as client:

        async def ask(path: str) -> tuple[int, str]:
            async with client.get(path) as response:
                return response.status, await response.text()

        assert await ask("/livez") == (200, "ok\n")
        assert await ask("/readyz") == (200, "ready\n")
        status, text = await ask("/metrics")
        assert status == 200
        assert "concierge_guilds 2.0" in text
        assert 'concierge_gateway_connected{shard="0"} 1.0' in text
        assert "concierge_database_connections_limit 10.0" in text
        await relay.cut()
        assert await ask("/readyz") == (503, "the database does not answer\n")
        assert await ask("/livez") == (200, "ok\n")
        # While the database is away, what is measured can still be read.
        assert (await ask("/metrics"))[0] == 200
        await relay.open()
        assert await ask("/readyz") == (200, "ready\n")
        # A server that takes what it is sent and says nothing.
        time = asyncio.get_running_loop().time
        began = time()
        assert await ask("/readyz") == (200, "ready\n")
        assert (await ask("/metrics"))[0] == 200
        usual = time() - began
        relay.held.clear()
        began = time()
        assert await ask("/readyz") == (503, "the database does not answer\n")
        assert (await ask("/metrics"))[0] == 200
        # What a busy machine takes comes on top, as measured just now.
        assert time() - began < 2.9 + 10 * usual
        relay.held.set()
        assert await ask("/readyz") == (200, "ready\n")
        # Somebody moves the schema to another revision under the running bot, and back.
        for left, told in (("'001'", "001"), ("'999'", "999"), (None, "no revision")):
            await execute(own_database, "DELETE FROM alembic_version")
            if left is not None:
                await execute(own_database, f"INSERT INTO alembic_version VALUES ({left})")
            assert await ask("/readyz") == (503, f"the schema is at {told}, and this release needs {HEAD}\n")
        await execute(own_database, "ALTER TABLE alembic_version RENAME TO away")
        assert await ask("/readyz") == (503, f"the schema is at no revision, and this release needs {HEAD}\n")
        await execute(own_database, "ALTER TABLE away RENAME TO alembic_version")
        await execute(own_database, f"INSERT INTO alembic_version VALUES ('{HEAD}')")
        assert await ask("/readyz") == (200, "ready\n")

        stand_in.faults.refuse_gateway()
        stand_in.faults.drop_gateway()
        async with asyncio.timeout(60):
            while await ask("/readyz") != (503, "a shard has lost its connection to Discord\n"):
                await asyncio.sleep(0.01)
        assert 'concierge_gateway_connected{shard="0"} 0.0' in (await ask("/metrics"))[1]
        async with asyncio.timeout(60):
            while await ask("/readyz") != (200, "ready\n"):
                await asyncio.sleep(0.05)


async def test_a_rename_that_has_to_wait_for_minutes_is_refused_at_once(
    bot: Bot, stand_in: StandIn, town: Town
) -> None:
    channel = bot.get_channel(town.general.id)
    assert isinstance(channel, discord.TextChannel)
    stand_in.faults.rate_limit("PATCH /channels/{channel_id}", retry_after=541)
    with pytest.raises(LongWait) as raised:
        await channel.edit(name="other")
    assert explain(raised.value) == "Discord allows that again in 10 minutes. Until then it stays as it is."
    # Only that once: nothing is kept waiting behind it. And what is over soon is waited for.
    stand_in.faults.rate_limit("PATCH /channels/{channel_id}", retry_after=0.05)
    await channel.edit(name="other")
    assert town.general.name == "other"
