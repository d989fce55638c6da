"""Undo brings nothing to a channel or a role that is gone, and leaves no message that nobody knows of."""

import asyncio
from typing import Any

import pytest

from app.db import DatabaseUrl
from standin import Channel, Person, StandIn
from standin.reply import Reply
from tests.fixtures.structures import as_file, made, panels
from tests.fixtures.town import Town

PANEL = "ticket_panels.001"


async def put(manager: Person, panel: dict[str, Any], scope: str = "ticket_panels") -> Reply:
    shown = await manager.slash("settings import", file=as_file({scope: {"001": panel}}))
    return await manager.click(shown, "Make 1 change")


async def test_a_panel_stays_where_it_is_when_its_old_channel_is_gone(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await manager.slash("tickets type add", name="Bug")
    panel = {"title": "Help", "type_keys": ["001"]}

    async def put_into(place: Channel) -> tuple[Reply, dict[str, Any]]:
        done = await put(manager, {**panel, "channel_id": f"#{place.name}"})
        async with asyncio.timeout(60):
            while "message_id" not in (held := await made(own_database, town.guild.id))[PANEL]:
                await asyncio.sleep(0.02)
        return done, held

    await put_into(town.log)
    (posted,) = panels(manager, town.log)
    done, held = await put_into(town.general)
    await stand_in.until(lambda: posted.deleted)
    town.world.delete_channel(town.log)
    assert (await manager.click(done, "Undo")).text == "It needs a channel that no longer exists."
    assert await made(own_database, town.guild.id) == held


async def test_what_is_gone_already_keeps_no_change_from_being_taken_back(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    team = town.world.create_role(town.guild, "Night")
    await manager.slash("tickets type add", name="Bug", team=team)
    town.world.delete_role(team)
    done = await manager.slash("tickets type edit", type="Bug", name="Bugs")
    assert "Bugs" in done.text
    await manager.click(done, "Undo")
    assert (await made(own_database, town.guild.id))["ticket_types.001"]["name"] == "Bug"


@pytest.mark.parametrize("scope", ["ticket_panels", "onboarding_posts"])
async def test_a_panel_that_is_taken_back_while_it_is_posted_leaves_no_message(
    scope: str, manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await manager.slash("tickets type add", name="Bug")
    panel: dict[str, Any] = {"title": "Help", "channel_id": "#log"}
    if scope == "ticket_panels":
        panel["type_keys"] = ["001"]
    posting = stand_in.faults.hold("POST /channels/{channel_id}/messages", town.log.id)
    done = await put(manager, panel, scope)
    await posting.reached()
    assert "restored" in (await manager.click(done, "Undo")).full_text
    posting.release()
    await stand_in.until(lambda: bool(stand_in.calls("DELETE /channels/")))
    assert [one for one in panels(manager, town.log) if not one.deleted] == []
    assert (await made(own_database, town.guild.id)).keys() == {"ticket_types.001"}
