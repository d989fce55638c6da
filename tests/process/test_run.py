"""`python -m app` as an operator starts it: what it prints, how it ends, what survives."""

import asyncio
import re
import signal
from pathlib import Path

import aiohttp
import psutil
import pytest

from app import boot
from app.core.errors import DatabaseUnreachable
from app.core.scheduling import zone_data
from app.db import DatabaseUrl, normalize
from standin import StandIn, permissions
from tests.fixtures.bots import Start
from tests.fixtures.nursery import from_scratch
from tests.fixtures.postgres import alembic, execute, url_text
from tests.fixtures.town import Town

PASSWORD = "a-password-that-must-not-show"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_starts_answers_and_stops_cleanly(
    number: signal.Signals, start: Start, stand_in: StandIn, town: Town
) -> None:
    with from_scratch():
        bot = await start()
    await stand_in.ready()
    manager = stand_in.person(town.manager, town.general)
    reply = await manager.slash("settings set", key="general.page_size", value="5")
    assert "set" in reply.text
    bot.process.send_signal(number)
    assert await bot.ended() == 0
    assert "Traceback" not in bot.printed
    assert stand_in.token not in bot.printed


async def test_buttons_work_after_a_restart_and_commands_are_not_sent_again(
    start: Start, stand_in: StandIn, town: Town
) -> None:
    first = await start()
    await stand_in.ready()
    manager = stand_in.person(town.manager, town.general)
    changed = await manager.slash("settings set", key="general.page_size", value="5")
    await first.killed(stand_in)
    sent = "PUT /applications/{application_id}/commands"
    assert len(stand_in.calls(sent)) == 1

    await start()
    await stand_in.ready()
    undone = await manager.click(changed, "Undo")
    assert undone.text == "**Page size** · `general.page_size` restored: `5` → the default (`8`)."
    assert len(stand_in.calls(sent)) == 1


async def test_a_wrong_configuration_ends_with_2_before_anything_else(start: Start, stand_in: StandIn) -> None:
    bot = await start(HTTP_PORT="no", LOG_LEVEL="loud", DATABASE_URL=f"mysql://me:{PASSWORD}@h/b")
    assert await bot.ended() == 2
    assert sorted(line.split(":")[0] for line in bot.lines) == ["DATABASE_URL", "HTTP_PORT", "LOG_LEVEL"]
    assert PASSWORD not in bot.printed
    bot = await start(DATABASE_URL=None, DATA_DIR=f"{__file__}/data")
    assert await bot.ended() == 2
    assert bot.lines[-1].startswith("DATA_DIR: cannot be written: Not a directory")
    assert not stand_in.requests


async def test_an_unreachable_database_is_waited_for_without_a_login(start: Start, stand_in: StandIn) -> None:
    bot = await start(DATABASE_URL=f"postgresql://me:{PASSWORD}@127.0.0.1:1/bot")
    async with asyncio.timeout(60):
        while bot.printed.count("the database does not answer yet") < 3:
            await asyncio.sleep(0.05)
    bot.process.terminate()
    assert await bot.ended() == 0
    assert PASSWORD not in bot.printed
    assert not stand_in.requests


async def test_waiting_for_the_database_has_an_end() -> None:
    nowhere = normalize("postgresql://me@127.0.0.1:1/bot")
    # By itself it would wait for longer than the test does.
    assert boot.PATIENCE_SECONDS > 20
    async with asyncio.timeout(20):
        with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1/bot does not answer"):
            await boot.await_database(nowhere, patience_seconds=1)


async def test_a_database_that_refuses_ends_with_4_at_once(
    start: Start, stand_in: StandIn, server: DatabaseUrl
) -> None:
    bot = await start(DATABASE_URL=url_text(server.with_database("no_such_database")))
    assert await bot.ended() == 4
    assert "refuses the connection" in bot.printed
    assert not stand_in.requests


async def test_a_refused_token_ends_with_5(start: Start) -> None:
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.token-that-must-not-show"
    bot = await start(DISCORD_TOKEN=token)
    assert await bot.ended() == 5
    assert "Discord does not accept DISCORD_TOKEN" in bot.printed
    assert token not in bot.printed
    assert "Traceback" not in bot.printed


@pytest.mark.parametrize(
    ("mode", "revision", "status", "says"),
    [
        ("require", "001", 3, "concierge migrate apply"),
        ("require", "base", 3, "The database is empty"),
        ("warn", "001", None, "starting anyway"),
        ("off", "001", None, "the schema is not checked"),
        ("auto", "001", None, "the schema was migrated"),
        ("auto", "base", None, "the schema was migrated"),
    ],
)
async def test_the_boot_modes(
    mode: str,
    revision: str,
    status: int | None,
    says: str,
    start: Start,
    stand_in: StandIn,
    empty_database: DatabaseUrl,
) -> None:
    if revision != "base":
        await alembic(empty_database, "upgrade", revision)
    bot = await start(DATABASE_URL=url_text(empty_database), MIGRATIONS_ON_BOOT=mode)
    if status is not None:
        assert await bot.ended() == status
        assert not stand_in.requests
    else:
        await stand_in.ready()
        # Who lets it run on another schema is not told all the time that it is another.
        address = re.search(r"http://127\.0\.0\.1:\d+", bot.printed)
        assert address
        async with aiohttp.ClientSession(address[0]) as client, asyncio.timeout(60):
            while (answer := await (await client.get("/readyz")).text()) != "ready\n":
                assert answer == "not connected to Discord yet\n"
    assert says in bot.printed


@pytest.mark.parametrize(
    ("statement", "mode", "says"),
    [
        ("UPDATE alembic_version SET version_num = '999'", "auto", "does not know"),
        ("DROP TABLE alembic_version", "auto", "concierge migrate adopt"),
        ("INSERT INTO alembic_version VALUES ('001')", "require", "several revisions at once"),
    ],
)
async def test_no_mode_starts_on_a_schema_it_cannot_know(
    statement: str, mode: str, says: str, start: Start, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await execute(own_database, statement)
    bot = await start(MIGRATIONS_ON_BOOT=mode)
    assert await bot.ended() == 3
    assert says in bot.printed
    assert not stand_in.requests


async def test_the_token_is_not_in_the_process_list(start: Start, stand_in: StandIn) -> None:
    with from_scratch():
        bot = await start()
    await stand_in.ready()
    command_line = Path(f"/proc/{bot.process.pid}/cmdline").read_bytes().decode()
    assert "app" in command_line
    assert stand_in.token not in command_line


async def test_without_any_database_the_embedded_one_serves_and_survives_a_kill(
    start: Start, stand_in: StandIn, town: Town
) -> None:
    manager = stand_in.person(town.manager, town.general)
    with from_scratch():
        first = await start(DATABASE_URL=None)
    await stand_in.ready()
    await manager.slash("settings set", key="general.page_size", value="5")
    await first.killed(stand_in)
    second = await start(DATABASE_URL=None)
    await stand_in.ready()
    shown = await manager.slash("settings view", key="general.page_size")
    assert shown.embeds[0]["fields"][0]["value"] == "`5`"
    second.process.terminate()
    assert await second.ended() == 0


async def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    with from_scratch():
        await execute(
            own_database,
            "INSERT INTO bot_settings (guild_id, scope, key, value_type, value, updated_by) "
            "VALUES (77, 'ticket_types', '001', 'structure', '{\"name\": \"Help\", \"place\": \"thread\"}', 1), "
            "(77, 'onboarding', 'mode', 'choice', '\"questions\"', 1), "
            "(77, 'faq_automatic', '78', 'structure', '{}', 1), "
            f"({town.guild.id}, 'faq', 'staff_channel', 'channel', '{town.closed.id}', 1), "
            f"({town.guild.id}, 'faq_automatic', '79', 'structure', '{{}}', 1), "
            f"({town.guild.id}, 'faq_automatic', '{town.general.id}', 'structure', '{{}}', 1), "
            f"({town.guild.id}, 'faq_automatic', '{town.closed.id}', 'structure', '{{}}', 1)",
        )
        stand_in.world.set_overwrite(
            town.closed, stand_in.world.bot, allow=permissions.VIEW_CHANNEL, deny=permissions.EMBED_LINKS
        )
        well = await start("doctor")
    assert await well.ended() == 0
    assert well.printed.count("[ok]") >= 6
    assert f"[ok] time zone data: {zone_data.used()}" in well.printed
    assert "[--] tickets of server 77: **Help**: private threads need a text channel." in well.printed
    assert "[--] onboarding of server 77: There is no panel to begin with." in well.printed
    lacking = "I cannot do everything in #closed that I need. → Grant my role these permissions there: **Embed Links**."
    assert f"[--] server Town: Channel for staff: {lacking}" in well.printed
    suggested = [line for line in well.printed.splitlines() if "Suggested answers" in line]
    assert len(suggested) == 2
    assert (
        "I cannot do everything in #closed that I need. → Grant my role these permissions there: **Embed Links**."
        in (suggested[0])
    )
    assert suggested[1].startswith("[--] server Town: Suggested answers: its channel is gone. → Choose another channel")
    assert suggested[1].endswith("(Discord would answer 10003: Unknown Channel)")
    assert re.search(
        r"\[ok\] PostgreSQL: 1\d\..*; encoding UTF8, character type .*; extensions: .*plpgsql", well.printed
    )
    assert re.search(
        r"\[ok\] size: [0-9.]+ [kM]B in all; the largest are [a-z_]+ [0-9.]+ [kM]B with about ", well.printed
    )
    await alembic(own_database, "downgrade", "-1")
    stand_in.world.application.allowed_intents = 0
    [role_id] = town.guild.members[stand_in.world.bot.id].role_ids
    role = town.guild.roles[role_id]
    stand_in.world.edit_role(
        role, permissions=role.permissions & ~(permissions.PIN_MESSAGES | permissions.MANAGE_THREADS)
    )
    ill = await start("doctor", MIGRATIONS_ON_BOOT="require", HOME_GUILD_ID="1")
    assert await ill.ended() == 1
    assert "[!!] HOME_GUILD_ID: the bot is not in this server" in ill.printed
    assert "→ concierge migrate apply" in ill.printed
    assert "[--] server Town: missing for tickets: Pin Messages, Manage Threads →" in ill.printed
    for intent in ("message content", "server members"):
        assert f"[ok] {intent} intent: on" in well.printed
        assert f"[--] {intent} intent: off, so" in ill.printed
    refused = await start("doctor", DISCORD_TOKEN="MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.token")
    assert await refused.ended() == 1
    assert "[!!] token: Discord rejects it" in refused.printed
    stand_in.faults.show_page("GET /users/@me")
    blocked = await start("doctor")
    assert await blocked.ended() == 1
    assert "[!!] token: Discord did not answer: 403 Forbidden, without a code of Discord's →" in blocked.printed
    assert "<html" not in blocked.printed


@pytest.mark.parametrize("has_it", [True, False])
async def test_the_loop_is_the_faster_one_where_it_can_be_had(
    start: Start, stand_in: StandIn, tmp_path: Path, has_it: bool
) -> None:
    if not has_it:
        (tmp_path / "uvloop.py").write_text("raise ImportError('not for this machine')", encoding="utf-8")
    process = await start(PYTHONPATH=str(tmp_path))
    await stand_in.ready()
    # uvloop brings libuv, which is there as a part of it alone.
    mapped = {Path(one.path).name.partition(".")[0] for one in psutil.Process(process.process.pid).memory_maps()}
    assert ("loop" in mapped) is has_it
    process.process.send_signal(signal.SIGTERM)
    assert await process.ended() == 0, process.printed[-3000:]
