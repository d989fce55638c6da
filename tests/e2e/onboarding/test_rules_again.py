"""A new version of the rules: who was done is asked again, loses the role in time, and gets it back on accepting."""

from typing import Any

from app.core.actor import Actor
from app.core.onboarding.grants import Tell
from app.core.onboarding.rules import shown, text_hash
from standin import Person
from standin.model import Message
from tests.fixtures.onboarding.gate import Gate


async def write(manager: Person, command: str, title: str, text: str, **given: Any) -> None:
    await manager.submit(await manager.slash(command, **given), {"Title": title, "Text": text})


def posts(person: Person) -> list[Message]:
    return [one for one in person.messages if one.visible_to is None and one.buttons]


async def test_a_new_version_is_asked_stopped_continued_and_taken_to_its_end(
    gate: Gate, manager: Person, alice: Person, mallory: Person
) -> None:
    member = gate.world.create_role(gate.town.guild, "Member", position=1)
    await gate.arrivals.set(mode="rules", where="direct", completion_role=member.id)
    await write(manager, "rules add", "Be kind", "Always.")
    await manager.click(await manager.slash("rules publish"), "Publish")
    (post,) = posts(alice)
    for person in (alice, mallory):
        await person.click(post, "I accept")
    await gate.settle()
    assert all(gate.member(one).role_ids == {member.id} for one in (alice, mallory))

    await write(manager, "rules edit", "Be kind", "Always and everywhere.", rule="Be kind")
    asked = await manager.slash("rules publish")
    assert "2 members are done, and would have to accept again." in asked.full_text
    assert f"By Discord's count, 2 members have {member.mention}." in asked.full_text
    await manager.click(asked, "Publish, and ask members again")
    await gate.settle()
    row = await gate.arrivals.row(mallory)
    assert (row.asked_version, row.to_tell) == (2, [])
    assert "They are new: whoever accepted an earlier version has until <t:" in post.full_text
    (told,) = [one for one in mallory.in_dm().messages if "new rules" in one.full_text]
    assert str(post.id) in told.full_text

    # Nobody is asked twice by a process that begins again, and nobody loses a role while it is stopped.
    gate.bot.dispatch("rules_published")
    await gate.settle()
    assert len([one for one in mallory.in_dm().messages if "new rules" in one.full_text]) == 1
    assert "version 2" in (await alice.click(post, "I accept")).text
    status = await manager.slash("rules status")
    assert "1 has accepted it." in status.full_text
    assert "1 is asked, and has not accepted yet." in status.full_text
    await manager.click(status, "Stop asking")
    await gate.later(days=8)
    assert gate.member(mallory).role_ids == {member.id}
    await manager.click(status, "Go on asking")
    await gate.settle()
    await gate.later(days=6, hours=23)
    assert gate.member(mallory).role_ids == {member.id}

    # Its time is over.
    await gate.later(hours=2)
    assert gate.member(mallory).role_ids == set()
    assert gate.member(alice).role_ids == {member.id}
    assert f"1 is without {member.mention} until they accept." in (await manager.slash("rules status")).full_text
    assert (await manager.click(status, "Stop asking")).text.startswith("Members are not being asked about that")
    await mallory.click(post, "I accept")
    await gate.settle()
    assert gate.member(mallory).role_ids == {member.id}
    assert Tell.RULES.value not in (await gate.arrivals.row(mallory)).to_tell


async def test_a_post_that_a_killed_process_left_behind_is_brought_in_step(
    gate: Gate, manager: Person, alice: Person
) -> None:
    await write(manager, "rules add", "Be kind", "Always.")
    await manager.click(await manager.slash("rules publish"), "Publish")
    (post,) = posts(alice)
    await write(manager, "rules edit", "Be kind", "Everywhere.", rule="Be kind")
    # The version is there, and the process that made it ended before it could edit the post.
    async with gate.bot.uow() as work:
        actor = Actor(gate.town.guild.id, manager.id, is_manager=True)
        drafts = await work.onboarding.rules.drafts(actor)
        await work.onboarding.versions.publish(actor, confirmed=text_hash(shown(drafts)))
    refused = await alice.click(post, "I accept")
    assert "changed meanwhile" in refused.text
    gate.bot.dispatch("rules_published")
    await gate.settle()
    assert "Everywhere." in post.full_text
    assert "version 2" in (await alice.click(post, "I accept")).text
