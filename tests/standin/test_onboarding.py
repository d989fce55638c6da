"""Discord's own onboarding: who may change it, and what it has to hold."""

from typing import Any

from standin import Channel, Guild, World, permissions
from tests.standin.wire import Api

NEEDED = permissions.MANAGE_GUILD | permissions.MANAGE_ROLES | permissions.VIEW_CHANNEL


def prompt(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "1", "title": "Which?", "options": list(options), **more}


async def test_prompts_are_checked_before_anything_changes(
    api: Api, general: Channel, world: World, lighthouse: Guild
) -> None:
    address = f"/guilds/{lighthouse.id}/onboarding"
    empty = {"guild_id": str(lighthouse.id), "prompts": [], "default_channel_ids": [], "enabled": False, "mode": 0}
    assert (await api.get(address)).body == empty
    [role_id] = lighthouse.members[world.bot.id].role_ids
    world.edit_role(lighthouse.roles[role_id], permissions=permissions.MANAGE_GUILD)
    assert (await api.put(address, {"prompts": []})).refusal == (403, 50013)
    world.edit_role(lighthouse.roles[role_id], permissions=NEEDED)

    keeper = str(world.create_role(lighthouse, "Keeper").id)
    hidden = world.create_channel(lighthouse, "hidden")
    world.set_overwrite(hidden, lighthouse.everyone, deny=permissions.VIEW_CHANNEL)
    option = {"id": "2", "title": "A", "role_ids": [keeper]}
    nameless = {"title": "Which?", "options": [option]}
    for body, refusal in (
        ({"prompts": [nameless]}, (400, 50035)),
        ({"prompts": [prompt()]}, (400, 50035)),
        ({"prompts": [prompt(option)] * 16}, (400, 50035)),
        ({"prompts": [prompt(option, {**option, "title": "B"})]}, (400, 50035)),
        ({"prompts": [prompt({"title": "x" * 51, "role_ids": [keeper]})]}, (400, 50035)),
        ({"prompts": [prompt({"title": "A"})]}, (400, 50035)),
        ({"prompts": [prompt({"title": "A", "role_ids": ["7"]})]}, (400, 50035)),
        ({"prompts": [prompt({"title": "A", "channel_ids": [str(hidden.id)]})]}, (400, 350003)),
        ({"enabled": True}, (400, 350001)),
    ):
        assert (await api.put(address, body)).refusal == refusal
    assert (await api.get(address)).body == empty

    done = (await api.put(address, {"prompts": [prompt(option)]})).body["prompts"]
    assert done[0]["id"] != "1"
    assert (await api.put(address, {"prompts": done})).body["prompts"] == done

    channels = [str(world.create_channel(lighthouse, f"room-{number}").id) for number in range(7)]
    enabled = {"enabled": True, "default_channel_ids": channels[:6]}
    assert (await api.put(address, enabled)).refusal == (400, 350001)
    # With what its prompts show it is enough, where that counts.
    shown = prompt({"title": "A", "channel_ids": channels[6:]})
    assert (await api.put(address, {**enabled, "prompts": [shown]})).refusal == (400, 350001)
    assert (await api.put(address, {**enabled, "prompts": [shown], "mode": 1})).body["enabled"]
