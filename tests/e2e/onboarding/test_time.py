"""What happens by itself to members who are not done, and who is found at start."""

from datetime import timedelta

from standin import StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.gate import Gate
from tests.fixtures.town import Town

DAY = 86_400


async def test_who_is_not_done_is_reminded_warned_and_removed(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    times = {"warn_after": 3 * DAY, "kick_after": 2 * DAY}
    await arrivals.set(mode="rules", log_channel=arrivals.log.id, channel=town.general.id, **times)
    unseen = await gate.join(world.add_user("unseen"))
    assert (await arrivals.row(unseen)).asked_at is None
    await gate.leave(unseen)
    await gate.panel()
    nina, otto = await gate.join(world.add_user("nina")), await gate.join(world.add_user("otto"))
    assert (await arrivals.row(nina)).asked_at == gate.clock.now
    assert nina.messages == []
    await gate.later(days=1)
    # Both at once, in any order.
    assert sorted(one.id for message in nina.messages for one in message.pinged) == sorted([nina.id, otto.id])
    assert "You are not done with joining this server yet." in nina.messages[0].text
    await gate.later(days=1)
    assert len(nina.messages) == 2
    await gate.later(days=1)
    assert "or you will be removed" in nina.messages[2].text
    # Not allowed to: staff hear of it once. Whoever is staff by now is left alone.
    await gate.later(days=2)
    assert sorted(gate.reports) == sorted(
        f"I could not remove {one.mention}, who is not done with onboarding: I need **Kick Members** for that, and a "
        "role above theirs."
        for one in (nina, otto)
    )
    gate.let_bot(permissions.KICK_MEMBERS)
    world.edit_member(gate.member(otto), role_ids={town.guild.role("Moderators").id})
    await gate.later(days=1)
    assert nina.id not in town.guild.members
    assert otto.id in town.guild.members
    assert (await arrivals.row(nina)).state == "left"
    assert gate.reports[2:] == [f"I removed {nina.mention}, who was not done with onboarding in time."]


async def test_few_are_written_to_directly_and_the_others_by_the_panel(gate: Gate) -> None:
    arrivals, world = gate.arrivals, gate.world
    await arrivals.set(mode="rules", where="direct", direct_per_hour=2)
    await gate.panel()
    people = [await gate.join(world.add_user(f"d{number}")) for number in range(3)]
    assert [len(one.in_dm().messages) for one in people] == [1, 1, 0]
    assert [(await arrivals.row(one)).asked_at is not None for one in people] == [True] * 3
    # Discord says that it is too much: nobody is written to for hours, and nobody is forgotten.
    await gate.later(hours=2)
    gate.stand_in.faults.fail("POST /users/@me/channels", 403, code=20026, message="flagged")
    people = [await gate.join(world.add_user(f"e{number}")) for number in range(2)]
    assert [len(one.in_dm().messages) for one in people] == [0, 0]
    assert (await arrivals.row(people[1])).asked_at is not None


async def test_joins_and_leaves_that_nobody_heard_are_found_at_start(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock
) -> None:
    world, listing = stand_in.world, "GET /guilds/{guild_id}/members"
    for member in town.guild.members.values():
        member.joined_at -= timedelta(days=30)
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        gate = Gate(bot, town, stand_in, clock, arrivals)
        await arrivals.set(mode="rules", join_role=arrivals.newcomer.id)
        nina = await gate.join(world.add_user("nina"))
        otto = await gate.join(world.add_user("otto"), pending=True)
    clock.move(minutes=1)
    world.remove_member(town.guild, nina.user)
    world.edit_member(gate.member(otto), pending=False)
    pia = world.add_user("pia")
    world.add_member(town.guild, pia)
    asked = len([one for one in stand_in.calls(listing) if one.route.endswith("/members")])
    async with running() as bot:
        gate.bot, arrivals.bot, arrivals.asking.uow = bot, bot, bot.uow
        await gate.settle()
        found = stand_in.person(pia, town.general)
        assert [(await arrivals.row(one)).state for one in (nina, otto, found)] == ["left", "asked", "asked"]
        assert gate.member(found).role_ids == gate.member(otto).role_ids == {arrivals.newcomer.id}
        # Nobody who was there before, and nobody twice.
        assert await arrivals.row(stand_in.person(town.alice, town.general)) is None
        await gate.settle()
        assert len([one for one in stand_in.calls(listing) if one.route.endswith("/members")]) - asked == 1
