"""Whom Discord has not let in: guests, those held back, and those who go through Discord's own onboarding first."""

import asyncio
from datetime import timedelta

from app.core.onboarding.joining import BYPASSES_VERIFICATION, COMPLETED_ONBOARDING, IS_GUEST, QUARANTINED
from app.core.onboarding.settings import NATIVE
from standin import Person
from tests.fixtures.onboarding.gate import Gate

STARTED_NATIVE = 1 << 3
READ = "GET /guilds/{guild_id}/onboarding"


async def test_members_are_asked_at_the_moment_they_are_done_with_discords_own_onboarding(
    gate: Gate, manager: Person
) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    for member in town.guild.members.values():
        member.joined_at -= timedelta(days=30)
    await gate.happens("guild_update", lambda: world.edit_guild(town.guild, features=["COMMUNITY"]))
    town.guild.onboarding = {"enabled": True}
    await arrivals.set(mode="rules", where="channel", channel=town.general.id, join_role=arrivals.newcomer.id)
    nina = await gate.join(world.add_user("nina"))
    otto = await gate.join(world.add_user("otto"))
    assert [(await arrivals.row(one)).state for one in (nina, otto)] == ["waiting"] * 2
    # Asked once for all who join within minutes.
    assert len(gate.stand_in.calls(READ)) == 1
    await gate.change(nina, flags=STARTED_NATIVE)
    assert (await arrivals.row(nina)).state == "waiting"
    assert not town.general.messages
    await gate.change(nina, flags=STARTED_NATIVE | COMPLETED_ONBOARDING)
    row = await arrivals.row(nina)
    assert (row.state, row.asked_at) == ("asked", gate.clock.now)
    assert gate.member(nina).role_ids == {arrivals.newcomer.id}
    assert [message.pinged for message in town.general.messages] == [[nina.user]]
    # Whom staff let past it are not waited for.
    await gate.change(otto, flags=BYPASSES_VERIFICATION)
    assert (await arrivals.row(otto)).state == "asked"

    # Switched off in Discord, of which nobody is told: nobody waits for what will not come.
    pia = await gate.join(world.add_user("pia"))
    town.guild.onboarding = {"enabled": False}
    await gate.later(minutes=11)
    assert (await arrivals.row(pia)).state == "asked"
    assert gate.member(pia).role_ids == {arrivals.newcomer.id}

    # Nor when the server does not want to wait any more.
    town.guild.onboarding = {"enabled": True}
    await gate.later(minutes=11)
    quin = await gate.join(world.add_user("quin"))
    assert (await arrivals.row(quin)).state == "waiting"
    await gate.choose(manager, NATIVE.name, "off")
    assert (await arrivals.row(quin)).state == "asked"
    await gate.join(world.add_user("rita"))
    assert len(town.general.messages) == 5


async def test_who_waits_while_onboarding_is_off_is_let_in_once_it_is_on_again(gate: Gate, manager: Person) -> None:
    arrivals, world = gate.arrivals, gate.world
    await arrivals.set(mode="rules", join_role=arrivals.newcomer.id)
    nina = await gate.join(world.add_user("nina"), pending=True)
    await gate.choose(manager, "onboarding.mode", "off")
    await gate.change(nina, pending=False)
    assert (await arrivals.row(nina)).state == "waiting"
    await gate.choose(manager, "onboarding.mode", "rules")
    assert (await arrivals.row(nina)).state == "asked"
    assert gate.member(nina).role_ids == {arrivals.newcomer.id}


async def test_guests_and_those_held_back_begin_nothing_and_get_nothing(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="questions", join_role=arrivals.newcomer.id, completion_role=arrivals.member.id)
    await arrivals.asking.ask("Name", place=1)
    nina = world.add_user("nina")
    guest = await gate.join(nina, flags=IS_GUEST)
    assert await arrivals.row(guest) is None
    assert (
        await guest.slash("onboarding start")
    ).text == "You are a guest here. Join the server first, and then begin."
    assert await arrivals.row(guest) is None
    # A guest who becomes a member joined before, as Discord tells it.
    await gate.change(guest, flags=0)
    assert (await arrivals.row(guest)).state == "asked"
    assert gate.member(guest).role_ids == {arrivals.newcomer.id}

    otto = await gate.join(world.add_user("otto"), flags=QUARANTINED)
    assert (await otto.slash("onboarding start")).text.startswith("Discord holds you back in this server")
    await gate.change(otto, flags=0)
    form = await otto.slash("onboarding start")
    page = await otto.submit(form, {"Name": "Otto"})
    # Held back just before they are done: they are done, and get their roles when they are let in.
    world.edit_member(gate.member(otto), flags=QUARANTINED)
    await otto.click(page, "Confirm")
    assert page.text.startswith("You are done. Welcome!\nYour roles and channels are on their way.")
    await gate.later(minutes=1)
    assert gate.member(otto).role_ids == {arrivals.newcomer.id}
    world.edit_member(gate.member(otto), flags=0)
    await gate.later(minutes=10)
    assert gate.member(otto).role_ids == {arrivals.member.id}
    assert town.guild.members[nina.id].role_ids == {arrivals.newcomer.id}


async def test_what_is_chosen_while_members_are_looked_through_is_not_forgotten(gate: Gate, manager: Person) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await gate.happens("guild_update", lambda: world.edit_guild(town.guild, features=["COMMUNITY"]))
    town.guild.onboarding = {"enabled": True}
    (square,) = (one for one in town.elsewhere.channels.values() if one.name == "square")
    for guild, channel in ((town.guild, town.general), (town.elsewhere, square)):
        await arrivals.set(guild.id, mode="rules", where="channel", channel=channel.id)
    nina = await gate.join(world.add_user("nina"))
    members = "GET /guilds/{guild_id}/members"
    first = gate.stand_in.faults.hold(members)
    gate.bot.dispatch("ready")
    await first.reached()
    second = gate.stand_in.faults.hold(members)
    first.release()
    # The town is done, and the other server is not.
    await second.reached()
    heard = asyncio.ensure_future(gate.bot.wait_for("setting_changed", timeout=20))
    await manager.slash("settings set", key=NATIVE.name, value="off")
    await heard
    second.release()
    await gate.settle()
    assert (await arrivals.row(nina)).state == "asked"
