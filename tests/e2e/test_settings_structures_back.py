"""Ticket types, panels and the like in /settings restore, as people in a server meet them."""

import json
from typing import Any

import pytest

from app.bot import Bot
from app.core.privacy.tombstones import EVERYWHERE
from app.db import DatabaseUrl
from app.effects.erasing import erase
from standin import Channel, Person, StandIn
from standin.model import Message
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import fetch
from tests.fixtures.structures import as_file, last_change, lines, made, panels, some_types
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town


async def test_a_removed_type_comes_back_and_the_old_button_opens_a_ticket(
    manager: Person, alice: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl, desk: Desk
) -> None:
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"))
    (message,) = panels(alice, town.general)
    held = await made(own_database, town.guild.id)
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await manager.slash("tickets type edit", type="Bug", name="Bugs")
    first = await last_change(own_database)
    await manager.slash("tickets type remove", type="Billing")
    await manager.slash("tickets type add", name="New")
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bugs"])

    shown = await manager.slash("settings restore", when=f"before #{first}")
    for line in (
        "＋ 1 is added",
        "✏️ 1 is changed",
        "－ 1 is removed",
        "✏️ **Ticket type** · Bug · `ticket_types.001`: Name: Bugs → Bug",
        f"＋ **Ticket type** · Billing · `ticket_types.002`: Team: {town.billing.mention} · Priority: high",
        "－ **Ticket type** · New · `ticket_types.003`",
    ):
        assert line in shown.full_text
    before = len(await lines(own_database, town.guild.id))
    done = await manager.click(shown, "Make 3 changes")
    assert done.text == "3 changes were made."
    assert await made(own_database, town.guild.id) == held
    assert (await lines(own_database, town.guild.id))[before:] == [
        ("restored", f"ticket_types.00{number}") for number in (1, 2, 3)
    ]
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug", "Billing"])
    await stand_in.until(lambda: "3 changes" in manager.at(town.log).messages[-1].full_text)
    assert manager.at(town.log).messages[-1].pinged == []
    opened = await alice.submit(await alice.click(message, "Billing"), {"What is it about?": "Help"})
    assert opened.text.startswith("Your ticket #1 is open")
    assert (await desk.ticket()).team_role_ids == [town.billing.id]

    assert "Nothing has to be restored" in (await manager.slash("settings restore", when=f"before #{first}")).text
    await manager.click(done, "Undo")
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bugs"])
    # Only that kind.
    shown = await manager.slash("settings restore", when=f"before #{first}", what="ticket_types")
    assert "Only this: **Ticket type**" in shown.full_text
    assert (
        "Nothing has to be restored"
        in (await manager.slash("settings restore", when=f"before #{first}", what="ticket_panels")).text
    )
    assert (await manager.slash("settings restore", when=f"before #{first}", what="tickets")).text == (
        "Nothing is changed yet."
    )


async def test_panels_come_back_with_their_message_and_never_without(
    manager: Person, owner: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"))
    await manager.submit(await manager.slash("tickets panel post", channel=town.log), {"Title": "Other"})
    (first,), (other,) = panels(manager, town.general), panels(manager, town.log)
    point = await last_change(own_database)
    # One is removed, the other moves.
    await manager.slash("tickets panel remove", panel="Support")
    await manager.slash("tickets panel post", panel="Other", channel=town.general)
    (moved,) = panels(manager, town.general)
    assert first.deleted
    assert other.deleted
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert f"✏️ **Ticket panel** · Other · `ticket_panels.002`: Channel: {town.general.mention} → " in shown.full_text
    await manager.click(shown, "Make 2 changes")
    await stand_in.until(lambda: moved.deleted)
    await stand_in.until(lambda: len(panels(manager, town.log)) == 1 and len(panels(manager, town.general)) == 1)
    (support,) = panels(manager, town.general)
    listed = ""
    while f"/{support.id}" not in listed:
        listed = (await manager.slash("tickets panel list")).full_text
    # A message that somebody deleted by hand, and that was posted again, is not what was changed.
    await owner.delete(support)
    await manager.slash("tickets panel post", panel="Support")
    assert "Nothing has to be restored" in (await manager.slash("settings restore", when=f"after #{point}")).text
    # Where nothing can be posted any more, no panel comes back.
    await manager.slash("tickets panel remove", panel="Other")
    town.world.delete_channel(town.log)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert "⚠️ `ticket_panels.002`: It needs a channel that no longer exists." in shown.full_text
    assert [button.label for button in shown.buttons] == ["Leave it"]


async def test_a_type_whose_role_is_gone_stays_out(manager: Person, town: Town, own_database: DatabaseUrl) -> None:
    await some_types(manager, town)
    point = await last_change(own_database)
    for name in ("Bug", "Billing"):
        await manager.slash("tickets type remove", type=name)
    town.world.delete_role(town.billing)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert shown.text == "Nothing is changed yet.\nWhat cannot be is left out if you go on."
    assert "⚠️ `ticket_types.002`: It needs a role that no longer exists." in shown.full_text
    assert (await manager.click(shown, "Make 1 change")).text == "1 change was made."
    assert (await made(own_database, town.guild.id)).keys() == {"ticket_types.001"}


async def test_names_and_limits_hold_when_a_server_goes_back(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    point = await last_change(own_database)
    await manager.slash("tickets type remove", type="Bug")
    only = await manager.slash("settings restore", when=f"after #{point}", what="ticket_types")
    # Somebody makes one of the same name before the button is pressed.
    await manager.slash("tickets type add", name="bug")
    again = await manager.click(only, "Make 1 change")
    assert again.text.startswith("The settings were changed meanwhile, so nothing was done.")
    assert "－ **Ticket type** · bug · `ticket_types.003`" in again.full_text
    await manager.click(again, "Make 2 changes")
    assert {value["name"] for value in (await made(own_database, town.guild.id)).values()} == {"Bug", "Billing"}
    # Undo asks for the same.
    removed = await manager.slash("settings import", file=as_file({"ticket_types": {"001": None, "002": None}}))
    done = await manager.click(removed, "Make 2 changes")
    await manager.slash("tickets type add", name="BILLING")
    refused = await manager.click(done, "Undo")
    assert refused.text == "There is a ticket type “Billing” already."
    assert {value["name"] for value in (await made(own_database, town.guild.id)).values()} == {"BILLING"}


async def test_blocks_come_back_unless_they_are_over_or_the_member_was_erased(
    manager: Person, town: Town, own_database: DatabaseUrl, clock: ManualClock, bot: Bot
) -> None:
    await some_types(manager, town)
    await manager.slash("tickets block", member=town.mallory, reason="Spam")
    await manager.slash("tickets block", member=town.alice, until="2h")
    point = await last_change(own_database)
    for member in (town.mallory, town.alice):
        await manager.slash("tickets unblock", member=member)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert f"＋ **Blocked member** · <@{town.mallory.id}> · `ticket_blocked.{town.mallory.id}`: Reason: Spam" in (
        shown.full_text
    )
    assert shown.mentions == []
    done = await manager.click(shown, "Make 2 changes")
    blocked = {f"ticket_blocked.{member.id}" for member in (town.mallory, town.alice)}
    assert blocked <= (await made(own_database, town.guild.id)).keys()
    await manager.click(done, "Undo")
    clock.move(hours=3)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert f"⚠️ `ticket_blocked.{town.alice.id}`: That block is over by now." in shown.full_text
    # Whom somebody who runs the bot erased comes back by nothing.
    await erase(bot, town.mallory.id, EVERYWHERE, is_complete=True, by_operator=True)
    again = await manager.click(shown, "Make 1 change")
    assert str(town.mallory.id) not in again.full_text
    later = await manager.slash("settings restore", when=f"after #{point}")
    assert str(town.mallory.id) not in later.full_text
    assert not [name for name in await made(own_database, town.guild.id) if name.startswith("ticket_blocked")]


async def test_what_runs_does_not_go_back_and_is_named(manager: Person, town: Town, own_database: DatabaseUrl) -> None:
    await manager.slash("settings set", key="general.page_size", value="5")
    point = await last_change(own_database)
    run = json.dumps({"version": 1, "accept_by": "2027-01-01T00:00:00+00:00"})
    await fetch(
        own_database,
        "INSERT INTO settings_history "
        "(guild_id, scope, key, new_value, value_type, changed_by, changed_at, change_type) "
        f"VALUES ({town.guild.id}, 'onboarding_runs', 'run', '{run}', 'structure', 1, now(), 'created') RETURNING id",
    )
    await manager.slash("settings set", key="general.page_size", value="6")
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert "Changed since as well (1), and not restored by this: New version of the rules: members are being asked" in (
        shown.full_text
    )
    assert (await manager.click(shown, "Change 1 setting")).text == "1 setting was changed."


async def test_boards_and_pinned_figures_go_back_and_are_shown_again(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    await manager.slash("tickets board", channel=town.log)
    await stand_in.until(lambda: bool(manager.at(town.log).messages))
    (board,) = manager.at(town.log).messages
    point = await last_change(own_database)
    clock.move(minutes=1)
    await manager.slash("tickets board", off=True)
    await stand_in.until(lambda: board.deleted)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    assert f"＋ **Ticket board** · {town.log.mention} · `ticket_boards.all`: Channel: {town.log.mention}" in (
        shown.full_text
    )
    clock.move(minutes=1)
    await manager.click(shown, "Make 1 change")
    await stand_in.until(lambda: any(not one.deleted for one in manager.at(town.log).messages))


@pytest.mark.parametrize("what", ["ticket_types", "ticket_blocked", "Ticket type"])
async def test_kinds_are_suggested(what: str, manager: Person) -> None:
    offered = await manager.autocomplete("settings restore", "what", what)
    assert offered[0]["value"] in {"ticket_types", "ticket_blocked"}
    assert offered[0]["name"].endswith("all of this kind")


async def test_a_panel_that_discord_refuses_is_told_of_and_can_be_posted_again(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"))
    point = await last_change(own_database)
    await manager.slash("tickets panel remove", panel="Support")
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    shown = await manager.slash("settings restore", when=f"after #{point}", what="ticket_panels")
    # There only: the change itself is announced in another channel meanwhile.
    stand_in.faults.fail("POST /channels/{channel_id}/messages", 400, code=200000, channel_id=town.general.id)
    await manager.click(shown, "Make 1 change")
    refused = "⚠️ Its message could not be posted or changed. The rules of AutoMod in this server do not let me"
    await stand_in.until(lambda: any(refused in one.full_text for one in manager.at(town.log).messages))
    assert panels(manager, town.general) == []
    listed = await manager.slash("tickets panel list")
    assert "not posted" in listed.full_text
    await manager.choose(listed, "Post one of them again…", ["001"])
    assert len(panels(manager, town.general)) == 1


async def test_pinned_figures_and_suggested_answers_go_back(
    manager: Person, town: Town, bot: Bot, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    def figures(channel: Channel) -> list[Message]:
        return [one for one in channel.messages if one.embeds and one.embeds[0]["title"].startswith("Use of the bot")]

    async def later() -> None:
        clock.move(minutes=1)
        for _ in range(2):
            job: Any = await bot.jobs.run_now("analytics")
            await job.pinned.drain()

    await manager.slash("stats pin", channel=town.log, period=30)
    await manager.slash("faq auto set", channel=town.general, threshold=80)
    await later()
    assert len(figures(town.log)) == 1
    point = await last_change(own_database)
    clock.move(minutes=1)
    await manager.slash("stats pin", channel=town.general, period=7)
    await manager.slash("faq auto set", channel=town.general, threshold=95)
    await later()
    assert (len(figures(town.log)), len(figures(town.general))) == (0, 1)
    shown = await manager.slash("settings restore", when=f"after #{point}", what="analytics")
    assert f"Channel: {town.general.mention} → {town.log.mention} · Days: 7 → 30" in shown.full_text
    assert "faq_automatic" not in shown.full_text
    await manager.click(shown, "Make 1 change")
    await later()
    assert (len(figures(town.log)), len(figures(town.general))) == (1, 0)
    shown = await manager.slash("settings restore", when=f"after #{point}")
    changed = f"✏️ **Suggested answers** · {town.general.mention} · `faq_automatic.{town.general.id}`: How sure, in "
    assert changed in shown.full_text
    assert "Pinned statistics" not in shown.full_text
    await manager.click(shown, "Make 1 change")
    assert (await made(own_database, town.guild.id))[f"faq_automatic.{town.general.id}"]["threshold"] == 80
