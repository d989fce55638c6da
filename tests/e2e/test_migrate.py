"""/migrate, as the people who run the bot meet it, and everybody else."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from app.bot import Bot
from app.commands import migrate as commands
from app.db import DatabaseUrl
from standin import Person, StandIn
from standin.refusals import NoSuchCommand
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import HEAD, PREVIOUS, alembic, fetch
from tests.fixtures.town import Town

AWAY = "The database at {address} cannot be reached: "
REFUSAL = "Only the people who run this bot may do that. Being an administrator of a server is not enough."


@pytest_asyncio.fixture(loop_scope="session")
async def behind(
    stand_in: StandIn, town: Town, old_database: DatabaseUrl, tmp_path: Path, clock: ManualClock
) -> AsyncGenerator[Bot]:
    """A bot that was started on a schema that is behind."""
    async with running_bot(
        stand_in, old_database, tmp_path, clock, bot_admin_ids={town.owner.id}, migrations_on_boot="warn"
    ) as running:
        yield running


def at(stand_in: StandIn, town: Town, name: str) -> Person:
    return stand_in.person(getattr(town, name), town.general)


async def test_status_plan_apply_and_what_works_afterwards(
    behind: Bot, stand_in: StandIn, town: Town, old_database: DatabaseUrl
) -> None:
    owner = at(stand_in, town, "owner")
    status = await owner.slash("migrate status")
    assert status.private
    assert f"behind {HEAD}" in status.full_text
    assert "`/migrate apply` here" in status.full_text

    plan = await owner.slash("migrate plan")
    assert [button.label for button in plan.buttons] == []
    assert f"1 pending: {PREVIOUS} → {HEAD}" in plan.full_text
    assert plan.attachments[0].name == "plan.sql"
    assert b"ALTER TABLE" in plan.attachments[0].content
    assert f"behind {HEAD}" in (await owner.slash("migrate status")).full_text

    offer = await owner.slash("migrate apply")
    assert [button.label for button in offer.buttons] == ["Apply", "Cancel"]
    await owner.click(offer, "Apply")
    await stand_in.until(lambda: "Migrated" in offer.full_text)
    assert f"Applied {HEAD}" in offer.full_text
    assert offer.buttons == []
    assert "at the newest revision" in (await owner.slash("migrate status")).full_text
    assert "Nothing is pending" in (await owner.slash("migrate apply")).full_text

    # No command fails afterwards, although the tables changed under the pool.
    assert "set" in (await owner.slash("settings set", key="general.page_size", value="5")).text
    history = await owner.slash("migrate history")
    assert owner.mention in history.full_text
    assert f"migrate apply `{HEAD}`" in history.full_text
    # Beside it stands how many interactions could not be written before.
    recorded = (
        "SELECT user_id, guild_id, success FROM audit_logs WHERE command_type = 'schema' ORDER BY id DESC LIMIT 1"
    )
    assert tuple((await fetch(old_database, recorded))[0]) == (town.owner.id, town.guild.id, True)


async def test_the_confirmation_is_bound_to_the_plan_that_was_shown(
    behind: Bot, stand_in: StandIn, town: Town, old_database: DatabaseUrl
) -> None:
    owner = at(stand_in, town, "owner")
    offer = await owner.slash("migrate apply")
    await alembic(old_database, "downgrade", "base")
    await owner.click(offer, "Apply")
    await stand_in.until(lambda: "Nothing was done" in offer.full_text)
    assert "The plan has changed since it was shown" in offer.full_text
    assert "empty" in (await owner.slash("migrate status")).full_text


async def test_leaving_it_changes_nothing(behind: Bot, stand_in: StandIn, town: Town) -> None:
    owner = at(stand_in, town, "owner")
    offer = await owner.slash("migrate apply")
    await owner.click(offer, "Cancel")
    assert "You cancelled it." in offer.full_text
    assert offer.buttons == []
    assert f"behind {HEAD}" in (await owner.slash("migrate status")).full_text


async def test_a_button_pressed_twice_migrates_once(behind: Bot, stand_in: StandIn, town: Town) -> None:
    owner = at(stand_in, town, "owner")
    offer = await owner.slash("migrate apply")
    button = offer.buttons[0].custom_id
    await owner.click(offer, button)
    again = await owner.click(offer, button, raw=True)
    assert again.text == "A migration that was started here is still running."
    await stand_in.until(lambda: "Migrated" in offer.full_text)
    history = await owner.slash("migrate history")
    assert history.full_text.count("migrate apply `") == 1


async def test_what_can_no_longer_be_shown_in_its_place_is_told_in_private(
    behind: Bot, stand_in: StandIn, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TOKEN_SECONDS", -1)
    owner = at(stand_in, town, "owner")
    offer = await owner.slash("migrate apply")
    await owner.click(offer, "Apply")
    await stand_in.until(lambda: owner.in_dm().messages)
    assert "Migrated" in owner.in_dm().messages[-1].full_text
    assert at(stand_in, town, "mallory").messages == []


@pytest.mark.parametrize("command", ["status", "plan", "apply", "history"])
async def test_only_those_who_run_the_bot_may(
    command: str, bot: Bot, stand_in: StandIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NoSuchCommand):
        await at(stand_in, town, "mallory").slash(f"migrate {command}")
    for name in ("administrator", "mallory"):
        reply = await at(stand_in, town, name).slash(f"migrate {command}", raw=True)
        assert (reply.text, reply.private) == (REFUSAL, True)
    mayor = stand_in.person(town.stranger, town.square)
    assert (await mayor.slash(f"migrate {command}")).text == REFUSAL
    assert (await at(stand_in, town, "owner").slash(f"migrate {command}")).text != REFUSAL
    who = [record.__dict__["user"] for record in caplog.records if "only operators may" in record.message]
    assert who == [town.administrator.id, town.mallory.id, town.stranger.id]


async def test_a_confirmation_cannot_be_borrowed(behind: Bot, stand_in: StandIn, town: Town) -> None:
    owner, mallory = at(stand_in, town, "owner"), at(stand_in, town, "mallory")
    offer = await owner.slash("migrate apply")
    for button in offer.buttons:
        assert (await mallory.click(offer, button.custom_id, raw=True)).text == REFUSAL
    assert f"behind {HEAD}" in (await owner.slash("migrate status")).full_text


async def test_the_home_servers_administrators_count_and_only_there(
    stand_in: StandIn, town: Town, own_database: DatabaseUrl, tmp_path: Path, clock: ManualClock
) -> None:
    async with running_bot(stand_in, own_database, tmp_path, clock, home_guild_id=town.guild.id):
        assert "at the newest revision" in (await at(stand_in, town, "administrator").slash("migrate status")).full_text
        with pytest.raises(NoSuchCommand):
            await stand_in.person(town.stranger, town.square).slash("migrate status")
        assert (await at(stand_in, town, "mallory").slash("migrate status", raw=True)).text == REFUSAL


async def test_the_application_owner_counts_everywhere(bot: Bot, stand_in: StandIn, town: Town) -> None:
    owner_of_the_application = stand_in.world.application.owner
    town.world.add_member(town.guild, owner_of_the_application, [])
    person = stand_in.person(owner_of_the_application, town.general)
    assert "at the newest revision" in (await person.slash("migrate status", raw=True)).full_text


async def test_a_direct_connection_that_is_away_is_said_so_by_every_command_and_by_health(
    stand_in: StandIn, town: Town, own_database: DatabaseUrl, relay: Relay, tmp_path: Path, clock: ManualClock
) -> None:
    ran_by = {"bot_admin_ids": {town.owner.id}}
    async with running_bot(stand_in, own_database, tmp_path, clock, migrations=relay.database, **ran_by):
        owner = at(stand_in, town, "owner")
        await relay.cut()
        for command in ("status", "plan", "apply", "history"):
            reply = await owner.slash(f"migrate {command}")
            assert reply.text.startswith(AWAY.format(address=relay.database))
            assert reply.private
        health = await owner.slash("health now")
        assert "✅ answers in" in health.full_text
        assert AWAY.format(address=relay.database) in health.full_text
        await relay.open()
        assert "at the newest revision" in (await owner.slash("migrate status")).full_text
