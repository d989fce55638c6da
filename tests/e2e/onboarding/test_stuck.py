"""/onboarding stuck, as staff use it."""

from datetime import timedelta

from standin import Person, permissions
from tests.fixtures.onboarding.gate import Gate

DAY = 86_400


async def test_staff_see_who_is_not_done_and_do_something_about_it(
    gate: Gate, moderator: Person, administrator: Person, alice: Person
) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", where="channel", channel=town.general.id, completion_role=arrivals.member.id)
    await arrivals.set(warn_after=86_400, kick_after=86_400)
    assert (await moderator.slash("onboarding stuck")).text == "Nobody has anything left to do."
    assert "Only staff" in (await alice.slash("onboarding stuck")).text
    people = [await gate.join(world.add_user(f"n{number}")) for number in range(11)]
    nina, otto = people[0], people[1]
    listed = await moderator.slash("onboarding stuck")
    assert f"{nina.mention} · can begin, and has not · joined <t:" in listed.full_text
    assert "warned <t:" in listed.full_text
    assert "removed from the server <t:" in listed.full_text
    assert people[10].mention not in listed.full_text
    await moderator.click(listed, "Next")
    assert people[10].mention in listed.full_text
    await moderator.click(listed, "Back")

    await moderator.choose(listed, "Do something about one…", [f"Member {nina.id}"])
    await moderator.click(listed, "Remind now")
    assert "Reminded." in listed.text
    assert "You are not done with joining this server yet." in nina.messages[-1].text
    await moderator.click(listed, "Let in")
    await gate.settle()
    row = await arrivals.row(nina)
    assert (row.state, row.completed_by) == ("completed", moderator.id)
    assert gate.member(nina).role_ids == {arrivals.member.id}

    listed = await administrator.slash("onboarding stuck")
    await administrator.choose(listed, "Do something about one…", [f"Member {otto.id}"])
    gate.let_bot(permissions.KICK_MEMBERS)
    await administrator.click(listed, "Remove…")
    assert otto.id in town.guild.members
    await administrator.click(listed, "Remove from the server")
    assert otto.id not in town.guild.members
    assert (await arrivals.row(otto)).state == "left"


async def test_other_times_are_tried_out_before_they_are_chosen(gate: Gate, moderator: Person, manager: Person) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", where="channel", channel=town.general.id, nudge_after=0, warn_after=10 * DAY)
    people = [await gate.join(world.add_user(f"n{number}")) for number in range(11)]
    await gate.later(days=3)
    late = await gate.join(world.add_user("late"))
    for command, (warned, removed) in {
        "2d 1d": (11, 0),
        "4 days 1d": (0, 0),
        "0s 1d": (0, 0),
    }.items():
        warn, _, remove = command.rpartition(" ")
        tried = await moderator.slash("onboarding stuck", warn_after=warn, remove_after=remove)
        assert f"{warned} members would be warned at once." in tried.text
        assert f"{removed} members would be removed at once." in tried.text
    assert tried.text.startswith("If members were warned after: **never**, removed after that: **1 day**")
    # Each page goes by the times that are tried out.
    tried = await moderator.slash("onboarding stuck", warn_after="2d", remove_after="1d")
    at = int((gate.clock.now - timedelta(days=1)).timestamp())
    assert tried.full_text.count(f"warned <t:{at}:R>") == 10
    await moderator.click(tried, "Next")
    assert f"warned <t:{at}:R>" in tried.full_text
    assert late.mention in tried.full_text
    assert f"removed from the server <t:{int((gate.clock.now + timedelta(days=3)).timestamp())}:R>" in tried.full_text
    assert "11 members would be warned at once." in tried.text

    # Who was warned is removed by the time from then on, if it were another.
    await gate.later(days=7)
    await gate.later(days=2)
    assert (await arrivals.row(people[0])).warned_at is not None
    tried = await moderator.slash("onboarding stuck", remove_after="1d")
    assert "0 members would be warned at once.\n11 members would be removed at once." in tried.text
    assert len(town.guild.members) > 11
    assert (await arrivals.row(people[0])).state == "asked"
    refused = await moderator.slash("onboarding stuck", warn_after="soon")
    assert refused.text.startswith("That does not fit `onboarding.warn_after`. Allowed: a length of time")
    # `0s` means never, as the settings say.
    never = await manager.slash("settings set", key="onboarding.warn_after", value="0s")
    assert "`onboarding.warn_after` changed" in never.text
    await manager.slash("settings set", key="onboarding.mode", value="off")
    assert "Onboarding is off" in (await moderator.slash("onboarding stuck", remove_after="1d")).text
