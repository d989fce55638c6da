"""Telling Discord which commands there are, only when they changed.

Discord counts command updates, and a bot that sends them at every start is locked out for a day once it restarts in a
loop. So the registered commands are read and compared first, and then all of them are overwritten in one request, or
none.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord

log = logging.getLogger(__name__)

CHAT_INPUT = 1


async def sync(bot: discord.AutoShardedBot, application_id: int) -> bool:
    """Bring the registered commands in line with the bot's own. Returns whether anything had to be sent."""
    sent = False
    pending = bot.pending_application_commands
    guild_ids = sorted({guild_id for command in pending for guild_id in command.guild_ids or ()})
    wanted = [command.to_dict() for command in pending if not command.guild_ids]
    registered = await bot.http.get_global_commands(application_id)
    if not same(wanted, registered):
        registered = await bot.http.bulk_upsert_global_commands(application_id, wanted)
        sent = True
    _adopt(bot, registered, None)
    for guild_id in guild_ids:
        wanted = [command.to_dict() for command in pending if guild_id in (command.guild_ids or ())]
        registered = await bot.http.get_guild_commands(application_id, guild_id)
        if not same(wanted, registered):
            registered = await bot.http.bulk_upsert_guild_commands(application_id, guild_id, wanted)
            sent = True
        _adopt(bot, registered, guild_id)
    log.info("commands sent to Discord" if sent else "commands unchanged", extra={"commands": len(pending)})
    return sent


def same(wanted: Sequence[Mapping[str, Any]], registered: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether Discord knows exactly these commands already."""
    return _by_name(wanted) == _by_name(registered)


def canonical(command: Mapping[str, Any]) -> dict[str, Any]:
    """Reduce a command, ours or as Discord returns it, to what makes it what it is, defaults filled in."""
    permissions = command.get("default_member_permissions")
    return {
        "type": command.get("type") or CHAT_INPUT,
        "name": command["name"],
        "description": command.get("description") or "",
        "name_localizations": command.get("name_localizations") or {},
        "description_localizations": command.get("description_localizations") or {},
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(command.get("nsfw")),
        "contexts": sorted(command.get("contexts") or ()),
        "integration_types": sorted(command.get("integration_types") or ()) or [0],
        "options": [_canonical_option(option) for option in command.get("options") or ()],
    }


def _canonical_option(option: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": option.get("type"),
        "name": option["name"],
        "description": option.get("description") or "",
        "name_localizations": option.get("name_localizations") or {},
        "description_localizations": option.get("description_localizations") or {},
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": [
            (choice["name"], choice["value"], choice.get("name_localizations") or {})
            for choice in option.get("choices") or ()
        ],
        "channel_types": sorted(option.get("channel_types") or ()),
        **{bound: option.get(bound) for bound in ("min_value", "max_value", "min_length", "max_length")},
        "options": [_canonical_option(inner) for inner in option.get("options") or ()],
    }


def _by_name(commands: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
    reduced = [canonical(command) for command in commands]
    return {(command["type"], command["name"]): command for command in reduced}


def _adopt(bot: discord.AutoShardedBot, registered: Sequence[Mapping[str, Any]], guild_id: int | None) -> None:
    """Remember the ids Discord gave, by which it will call the commands."""
    for known in registered:
        for command in bot.pending_application_commands:
            in_scope = guild_id in (command.guild_ids or ()) if guild_id is not None else not command.guild_ids
            if in_scope and command.name == known["name"] and command.type == (known.get("type") or CHAT_INPUT):
                command.id = int(known["id"])
                bot._application_commands[known["id"]] = command  # noqa: SLF001 -- py-cord has no public way
