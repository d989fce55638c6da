"""Who is really pinged."""

import pytest

from standin import Channel, Guild, Person, StandIn, World, permissions
from standin.model import COMPONENTS_V2
from tests.standin.wire import Api

CASES = {
    "nothing said: everything counts": (None, {"alice", "ben"}),
    "nothing allowed": ({"parse": []}, set()),
    "an empty rule allows nothing": ({}, set()),
    "people": ({"parse": ["users"]}, {"alice"}),
    "roles": ({"parse": ["roles"]}, {"ben"}),
    "one person": ({"users": ["{alice}"]}, {"alice"}),
    "one person as a number": ({"users": [1]}, set()),
    "one role": ({"roles": ["{watch}"]}, {"ben"}),
    "somebody who is not named": ({"users": ["{chloe}"]}, set()),
}


@pytest.mark.parametrize(("allowed", "pinged"), CASES.values(), ids=CASES)
async def test_allowed_mentions(
    api: Api, general: Channel, path: str, world: World, lighthouse: Guild, allowed, pinged
):
    alice, watch = world.user("alice"), lighthouse.role("Night Watch")
    names = {"{alice}": str(alice.id), "{chloe}": str(world.user("chloe").id), "{watch}": str(watch.id)}
    body = {"content": f"{alice.mention} {watch.mention} `{world.user('eve').mention}`"}
    if allowed is not None:
        body["allowed_mentions"] = {key: [names.get(each, each) for each in value] for key, value in allowed.items()}
    answered = await api.post(path, body)
    assert answered.status == 200
    message = general.last_message
    assert message
    assert {user.name for user in message.pinged} == pinged
    assert {user["username"] for user in answered.body["mentions"]} == pinged & {"alice"}


async def test_everyone_needs_the_permission(api: Api, general: Channel, path: str, world: World, lighthouse: Guild):
    role = lighthouse.role("Member")
    answered = await api.post(path, {"content": f"@everyone @here {role.mention}"})
    assert not answered.body["mention_everyone"]
    assert general.last_message
    assert general.last_message.pinged == []
    world.set_overwrite(general, world.bot, allow=permissions.MENTION_EVERYONE)
    answered = await api.post(path, {"content": f"@here {role.mention}"})
    assert answered.body["mention_everyone"]
    assert answered.body["mention_roles"] == [str(role.id)]
    assert {user.name for user in general.last_message.pinged} == set(
        {member.user.name for member in lighthouse.members.values()} - {"concierge"}
    )
    await api.post(path, {"content": "@everyone", "allowed_mentions": {"parse": ["users", "roles"]}})
    assert general.last_message.pinged == []


async def test_who_cannot_see_it_is_not_pinged(api: Api, lighthouse: Guild, world: World):
    staff = lighthouse.channel("staff-only")
    names = " ".join(world.user(name).mention for name in ("alice", "maya"))
    await api.post(f"/channels/{staff.id}/messages", {"content": names})
    assert staff.last_message
    assert [user.name for user in staff.last_message.pinged] == ["maya"]


async def test_embeds_ping_nobody_and_text_displays_do(api: Api, general: Channel, path: str, world: World):
    alice = world.user("alice")
    await api.post(path, {"embeds": [{"description": alice.mention}]})
    assert general.last_message
    assert general.last_message.pinged == []
    shown = {"type": 17, "components": [{"type": 10, "content": f"Hello {alice.mention}"}]}
    await api.post(path, {"flags": COMPONENTS_V2, "components": [shown]})
    assert general.last_message.pinged == [alice]


async def test_replies_and_edits(api: Api, general: Channel, path: str, alice: Person, world: World):
    ben = world.user("ben")
    asked = await alice.say("anybody?")
    reply = {"content": "me", "message_reference": {"message_id": str(asked.id)}}
    answered = await api.post(path, reply)
    assert answered.body["referenced_message"]["content"] == "anybody?"
    assert answered.body["type"] == 19
    assert alice.pings == [general.last_message]
    await api.post(path, reply | {"allowed_mentions": {"parse": ["users"], "replied_user": False}})
    assert len(alice.pings) == 1
    await api.patch(f"{path}/{answered.body['id']}", {"content": f"you {ben.mention}"})
    assert ben not in general.messages[-2].pinged


async def test_a_persons_message_pings_as_far_as_they_may(discord_: StandIn, alice: Person, maya: Person):
    assert not (await alice.say("@everyone")).mentions_everyone
    assert (await maya.say("@everyone")).mentions_everyone
    assert [user.name for user in (await alice.say(f"{maya.mention} {alice.mention}")).pinged] == ["maya"]
    assert (await alice.in_dm().say(discord_.world.bot.mention)).pinged == [discord_.world.bot]
