"""Discord's own onboarding: the prompts that new members choose from."""

from collections.abc import Iterator
from typing import Any

from standin import errors, permissions
from standin.errors import Problem
from standin.model import Guild, Member, User
from standin.rest.routing import Call, Routes

routes = Routes()

MIN_CHANNELS, MIN_WRITABLE = 7, 5
DEFAULT, ADVANCED = 0, 1


@routes.add("GET", "/guilds/{guild_id}/onboarding")
def get_onboarding(call: Call) -> dict[str, Any]:
    return _described(call.guild())


@routes.add("PUT", "/guilds/{guild_id}/onboarding")
def edit_onboarding(call: Call) -> dict[str, Any]:
    guild = call.guild()
    call.require_in_guild(guild, permissions.MANAGE_GUILD | permissions.MANAGE_ROLES)
    given = {name: value for name, value in call.body.items() if value is not None}
    made = {**_described(guild), **given}
    if "prompts" in given:
        errors.check(_problems(guild, given["prompts"]))
        made["prompts"] = [_prompt(call, guild, prompt) for prompt in given["prompts"]]
    shown = [*made["default_channel_ids"], *_channels_of(made["prompts"])]
    if not all(_everybody_may(guild, channel_id, permissions.VIEW_CHANNEL) for channel_id in shown):
        raise errors.ApiError(400, 350003, "Onboarding channels must be readable by everyone")
    counted = shown if made["mode"] == ADVANCED else made["default_channel_ids"]
    writable = [one for one in set(counted) if _everybody_may(guild, one, permissions.SEND_MESSAGES)]
    if made["enabled"] and (len(set(counted)) < MIN_CHANNELS or len(writable) < MIN_WRITABLE):
        raise errors.ApiError(400, 350001, "Cannot enable onboarding, requirements are not met")
    guild.onboarding = made
    return made


def _described(guild: Guild) -> dict[str, Any]:
    empty = {"prompts": [], "default_channel_ids": [], "enabled": False, "mode": DEFAULT}
    return {"guild_id": str(guild.id), **empty, **guild.onboarding}


def _problems(guild: Guild, prompts: list[dict[str, Any]]) -> Iterator[Problem]:
    ids = [one.get("id") for prompt in prompts for one in (prompt, *prompt["options"])]
    if len(set(ids) - {None}) < len([one for one in ids if one is not None]):
        yield Problem(("prompts",), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value.")
    for at, prompt in enumerate(prompts):
        for place, option in enumerate(prompt["options"]):
            where = ("prompts", at, "options", place)
            roles, channels = option.get("role_ids") or (), option.get("channel_ids") or ()
            if not roles and not channels:
                yield Problem(where, "BASE_TYPE_REQUIRED", "An option needs a role or a channel.")
            if any(int(one) not in guild.roles for one in roles):
                yield Problem((*where, "role_ids"), "ROLE_NOT_FOUND", "Unknown role.")
            if any(int(one) not in guild.channels for one in channels):
                yield Problem((*where, "channel_ids"), "CHANNEL_NOT_FOUND", "Unknown channel.")


def _prompt(call: Call, guild: Guild, given: dict[str, Any]) -> dict[str, Any]:
    """Keep ids that are there; others, whatever they are, are replaced by new ones."""
    known = {one["id"]: one for one in guild.onboarding.get("prompts", [])}
    old = known.get(given["id"])
    options = {one["id"] for one in old["options"]} if old is not None else set()
    return {
        "id": given["id"] if old is not None else str(call.world.next_id()),
        "title": given["title"],
        "single_select": bool(given.get("single_select")),
        "required": bool(given.get("required")),
        "in_onboarding": bool(given.get("in_onboarding")),
        "type": given.get("type") or 0,
        "options": [
            {
                "id": one["id"] if one.get("id") in options else str(call.world.next_id()),
                "title": one["title"],
                "description": one.get("description") or "",
                "emoji": {
                    "id": one.get("emoji_id"),
                    "name": one.get("emoji_name"),
                    "animated": bool(one.get("emoji_animated")),
                },
                "role_ids": one.get("role_ids") or [],
                "channel_ids": one.get("channel_ids") or [],
            }
            for one in given["options"]
        ],
    }


def _channels_of(prompts: list[dict[str, Any]]) -> list[str]:
    return [channel for prompt in prompts for one in prompt["options"] for channel in one["channel_ids"]]


def _everybody_may(guild: Guild, channel_id: str, needed: int) -> bool:
    channel = guild.channels.get(int(channel_id))
    nobody = Member(guild.id, User(0, "nobody", "Nobody"))
    return channel is not None and bool(permissions.in_channel(guild, nobody, channel) & needed)
