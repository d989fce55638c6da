"""Entries that have to be looked at again: their owners are asked, once."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from app.bot import Bot
from app.core.actor import Actor
from app.core.faq.entries import Draft
from app.db import DatabaseUrl
from app.jobs.faq.verifying import AT_ONCE
from standin import Message, Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.jobs import settle_faq
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


async def add(bot: Bot, town: Town, clock: ManualClock, title: str, **more: object) -> None:
    actor = Actor(town.guild.id, town.moderator.id, is_staff=True)
    draft = Draft(title, "So. <@1>", verify_by=clock() + timedelta(days=2), **more)
    async with bot.uow() as work:
        await work.faq.entries.add(actor, draft)


def asked(town: Town) -> list[Message]:
    return [one for one in town.log.messages if "still true" in one.text]


async def test_owners_are_asked_once_and_answer(
    bot: Bot, stand_in: StandIn, town: Town, clock: ManualClock, manager: Person, alice: Person, mallory: Person
) -> None:
    await manager.slash("settings set", key="faq.staff_channel", channel=town.log)
    await add(bot, town, clock, "Mine", owner_user_id=alice.id)
    await add(bot, town, clock, "Ours", owner_role_id=town.staff.id)
    await add(bot, town, clock, "Nobody's")
    await add(bot, town, clock, "Off", enabled=False)
    await settle_faq(bot, "verify")
    assert asked(town) == []
    clock.move(days=2)
    await settle_faq(bot, "verify")
    clock.move(days=1)
    await settle_faq(bot, "verify")
    mine, ours, nobodys = asked(town)
    assert mine.text == f"{alice.mention}, is this entry of the FAQ still true?"
    assert [one.id for one in mine.pinged] == [alice.id]
    assert {one.id for one in ours.pinged} == {town.helper_one.id, town.helper_two.id}
    assert nobodys.pinged == []
    assert "Nobody is its owner" in nobodys.text

    assert (await mallory.click(mine, "Still true")).text == "Only staff of this server can change its FAQ."
    done = await alice.click(mine, "Still true")
    assert done.text.startswith(f"✅ {alice.mention} says that “Mine” is still true. It is asked again on <t:")
    # An owner changes the text in a form; the question in the channel stays as it is until it is answered.
    form = await manager.click(ours, "Edit")
    shown = await manager.submit(form, {"Answer": "Now so."})
    assert shown.private
    assert (await manager.click(shown, "Save")).text == "Changed: answer."
    assert ours.text.endswith("is this entry of the FAQ still true?")
    overdue = await manager.slash("faq list", which="overdue")
    assert "• Ours\n-# ⚠️ should have been checked by" in overdue.full_text
    assert "Mine" not in overdue.full_text
    clock.move(days=182)
    await settle_faq(bot, "verify")
    first, _, _, again = asked(town)
    assert first.text.startswith("✅")
    assert again.text == f"{alice.mention}, is this entry of the FAQ still true?"


async def test_what_cannot_be_asked_is_seen_in_the_list_and_asked_later(
    bot: Bot, stand_in: StandIn, town: Town, clock: ManualClock, manager: Person, alice: Person
) -> None:
    await add(bot, town, clock, "Mine", owner_user_id=alice.id)
    clock.move(days=3)
    await settle_faq(bot, "verify")
    listed = await manager.slash("faq list")
    assert "⚠️ should have been checked by" in listed.full_text
    assert "⚠️ Nobody is reminded of what should be checked" in listed.text
    await manager.slash("settings set", key="faq.staff_channel", channel=town.log)
    stand_in.faults.fail(POST, 403, code=50013, message="Missing Permissions")
    await settle_faq(bot, "verify")
    assert asked(town) == []
    stand_in.world.set_overwrite(town.log, stand_in.world.bot, deny=permissions.SEND_MESSAGES)
    clock.move(hours=2)
    await settle_faq(bot, "verify")
    assert "⚠️ Nobody is reminded" in (await manager.slash("faq list")).text
    stand_in.world.set_overwrite(town.log, stand_in.world.bot, allow=permissions.SEND_MESSAGES)
    await settle_faq(bot, "verify")
    assert len(asked(town)) == 1
    assert "⚠️ Nobody" not in (await manager.slash("faq list")).text


async def test_an_entry_that_discord_does_not_take_holds_up_no_other(
    bot: Bot, stand_in: StandIn, town: Town, clock: ManualClock, manager: Person
) -> None:
    await manager.slash("settings set", key="faq.staff_channel", channel=town.log)
    for number in range(AT_ONCE):
        await add(bot, town, clock, f"Bad {number}")
    await add(bot, town, clock, "Good")
    other = stand_in.world.add_guild("Other", town.owner)
    async with bot.uow() as work:
        there = Actor(other.id, town.owner.id, is_staff=True)
        await work.faq.entries.add(there, Draft("There", "So.", verify_by=clock() + timedelta(days=2)))
    clock.move(days=2)
    stand_in.faults.fail(POST, 400, AT_ONCE, code=50035, message="Invalid Form Body")
    await settle_faq(bot, "verify")
    await settle_faq(bot, "verify")
    (good,) = asked(town)
    assert good.embeds[0]["title"] == "Good"
    # Those of all servers are read at once, and none that another process serves.
    async with bot.uow() as work:
        found = work.faq.verifying
        assert set(await found.servers(None)) == {town.guild.id, other.id}
        count = 1 << 30
        mine = (town.guild.id >> 22) % count
        assert await found.servers((count, [mine])) == [town.guild.id]
        assert await found.servers((count, [mine + 1])) == []
        due = await found.due([town.guild.id, other.id], 2)
    assert [one.title for one in due] == ["Bad 0", "Bad 1", "There"]
    clock.move(days=1)
    await settle_faq(bot, "verify")
    assert len(asked(town)) == AT_ONCE + 1


async def test_two_processes_and_a_kill_ask_once(
    bot: Bot, stand_in: StandIn, town: Town, clock: ManualClock, manager: Person, alice: Person,
    own_database: DatabaseUrl, tmp_path: Path,
) -> None:  # fmt: skip
    await manager.slash("settings set", key="faq.staff_channel", channel=town.log)
    await add(bot, town, clock, "Mine", owner_user_id=alice.id)
    clock.move(days=3)
    async with running_bot(stand_in, own_database, tmp_path, clock) as other:
        await asyncio.gather(settle_faq(bot, "verify"), settle_faq(other, "verify"))
    assert len(asked(town)) == 1
    # As if the process had been killed after the message went out, and before that was written down.
    async with bot.uow() as work:
        await work._session.execute(text("UPDATE faq_entries SET verify_told_at = NULL"))
    await settle_faq(bot, "verify")
    assert len(asked(town)) == 1
