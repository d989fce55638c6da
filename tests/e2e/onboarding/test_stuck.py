"""/onboarding stuck, as staff use it."""

from standin import Person, permissions
from tests.fixtures.onboarding.gate import Gate


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
    assert f"{nina.mention} · can begin, and has not · since" in listed.full_text
    assert "warned <t:" in listed.full_text
    assert "removed <t:" in listed.full_text
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
    await administrator.click(listed, "Remove")
    assert otto.id not in town.guild.members
    assert (await arrivals.row(otto)).state == "left"
