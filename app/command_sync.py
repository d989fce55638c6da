"""Telling Discord which commands there are, only when they changed.

Discord counts command updates, and a bot that sends them at every start is locked out for a day once it restarts in a
loop. So the registered commands are read and compared first, and then all of them are overwritten in one request, or
none. Names and descriptions go along in every language that has them in its catalogue.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord.commands.core import valid_locales
from discord.http import Route

from app.core.messages import translated_name

Command = discord.ApplicationCommand[Any, ..., Any]

log = logging.getLogger(__name__)

CHAT_INPUT = 1
SUBCOMMANDS = {1, 2}

LOCALES = sorted({*valid_locales, "ar", "he"})
"""Discord's codes; py-cord does not know the two. https://discord.com/developers/docs/reference#locales"""


async def sync(bot: discord.AutoShardedBot, application_id: int) -> bool:
    """Bring the registered commands in line with the bot's own. Returns whether anything had to be sent."""
    sent = False
    pending = bot.pending_application_commands
    guild_ids = sorted({guild_id for command in pending for guild_id in command.guild_ids or ()})
    wanted = _wanted(pending, None)
    registered = await bot.http.get_global_commands(application_id)
    if not same(wanted, registered):
        registered = await bot.http.bulk_upsert_global_commands(application_id, wanted)
        sent = True
    _adopt(bot, registered, None)
    for guild_id in guild_ids:
        wanted = _wanted(pending, guild_id)
        registered = await _of_guild(bot, application_id, guild_id)
        if not same(wanted, registered):
            registered = await bot.http.bulk_upsert_guild_commands(application_id, guild_id, wanted)
            sent = True
        _adopt(bot, registered, guild_id)
    log.info("commands sent to Discord" if sent else "commands unchanged", extra={"commands": len(pending)})
    return sent


def _wanted(commands: Sequence[Command], guild_id: int | None) -> list[Any]:
    return [localized(command.to_dict()) for command in commands if _is_for(command, guild_id)]


def _is_for(command: Command, guild_id: int | None) -> bool:
    return guild_id in (command.guild_ids or ()) if guild_id is not None else not command.guild_ids


async def _of_guild(bot: discord.AutoShardedBot, application_id: int, guild_id: int) -> list[Any]:
    # py-cord asks for the translations of global commands, but not for these.
    route = Route(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        application_id=application_id,
        guild_id=guild_id,
    )
    return await bot.http.request(route, params={"with_localizations": "true"})


def localized(part: Mapping[str, Any], kind: str = "command", *, command: str | None = None) -> dict[str, Any]:
    """Add to a command what it is called in other languages, to its options and choices as well.

    The same word may be translated in another way for another command, so the catalogue has each with its command.
    """
    result, command = dict(part), command or part["name"]
    for field in ("name", "description"):
        if field in part:
            found = {locale: translated_name(locale, f"/{command} {kind} {field}", part[field]) for locale in LOCALES}
            result[f"{field}_localizations"] = {locale: text for locale, text in found.items() if text is not None}
    if "options" in part:
        result["options"] = [
            localized(inner, "command" if inner["type"] in SUBCOMMANDS else "option", command=command)
            for inner in part["options"]
        ]
    if "choices" in part:
        result["choices"] = [localized(choice, "choice", command=command) for choice in part["choices"]]
    return result


def same(wanted: Sequence[Mapping[str, Any]], registered: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether Discord knows exactly these commands already."""
    return _by_name(wanted) == _by_name(registered)


def canonical(command: Mapping[str, Any]) -> dict[str, Any]:
    """Reduce a command, ours or as Discord returns it, to what makes it what it is, defaults filled in."""
    permissions = command.get("default_member_permissions")
    return {
        **_canonical_option(command),
        "type": command.get("type") or CHAT_INPUT,
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(command.get("nsfw")),
        "contexts": sorted(command.get("contexts") or ()),
        "integration_types": sorted(command.get("integration_types") or ()) or [0],
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
            if (
                _is_for(command, guild_id)
                and command.name == known["name"]
                and command.type == (known.get("type") or CHAT_INPUT)
            ):
                command.id = int(known["id"])
                bot._application_commands[known["id"]] = command  # noqa: SLF001 -- py-cord has no public way
