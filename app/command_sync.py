"""Telling Discord which commands there are, only when they changed.

Discord counts command updates, and a bot that sends them at every start is locked out for a day once it restarts in a
loop. So the registered commands are read and compared first, and then all of them are overwritten in one request, or
none. Names and descriptions go along in every language that has them in its catalogue.
"""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import aiohttp
import discord
from discord.commands.core import valid_locales
from discord.http import Route

from app.core.messages import is_spoken, translated_name
from app.discord_failures import NOT_THERE, in_words

Command = discord.ApplicationCommand[Any, ..., Any]

log = logging.getLogger(__name__)

RETRY_SECONDS = 60.0
"""The first pause after commands were refused; each later one is twice as long."""
MAX_RETRY_SECONDS = 3600.0
"""The longest pause, short beside the day after which Discord's limit of new commands ends."""

JOINED = ("on_guild_join", "on_guild_available")
"""py-cord's names for a server that is there now: which one depends on whether Discord calls it available."""

CHAT_INPUT = 1
SUBCOMMANDS = {1, 2}

LOCALES = sorted({*valid_locales, "ar", "he"})
"""Discord's codes; py-cord does not know the two. https://discord.com/developers/docs/reference#locales"""


class CommandSync:
    """Brings the registered commands in line with the bot's own, and tries again later what Discord refuses.

    Meanwhile the bot works with the commands that Discord has.
    """

    def __init__(
        self, bot: discord.AutoShardedBot, application_id: int, *, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self._bot = bot
        self._application_id = application_id
        self._pause = retry_seconds
        self._tried = asyncio.Event()
        self._wake = asyncio.Event()
        guild_ids = {guild_id for command in bot.pending_application_commands for guild_id in command.guild_ids or ()}
        self._places: list[int | None] = [None, *sorted(guild_ids)]
        self._refused: set[int | None] = set()

    async def wait_tried(self, seconds: float) -> None:
        """Wait until everything was tried once, but no longer than that: a rate limit can last for hours."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._tried.wait()

    async def run(self) -> None:
        """Try until nothing is refused any more, with growing pauses; at once for a server that the bot joins."""
        for event in JOINED:
            self._bot.add_listener(self._joined, event)
        try:
            left = await self._send(self._places)
            while left:
                self._tried.set()
                self._refused = set(left)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause * random.uniform(0.8, 1.2)):  # noqa: S311 -- only a pause
                        await self._wake.wait()
                self._wake.clear()
                self._pause = min(self._pause * 2, MAX_RETRY_SECONDS)
                left = await self._send(left)
        finally:
            self._tried.set()
            for event in JOINED:
                self._bot.remove_listener(self._joined, event)

    async def _joined(self, guild: discord.Guild) -> None:
        if guild.id in self._refused:
            self._wake.set()

    async def _send(self, places: Sequence[int | None]) -> list[int | None]:
        """Return the places whose commands are not what they should be; None stands for all servers."""
        sent = False
        left: list[int | None] = []
        for guild_id in places:
            try:
                sent |= await self._overwrite(guild_id)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                left.append(guild_id)
                self._tell(guild_id, error)
            except Exception:
                # Such as a page with status 200 from a proxy. It may pass, and people have the commands of Discord.
                left.append(guild_id)
                facts = {"guild": guild_id, "again_in_seconds": round(self._pause)}
                log.exception("what Discord says of the commands cannot be read", extra=facts)
        if not left:
            count = len(self._bot.pending_application_commands)
            log.info("commands sent to Discord" if sent else "commands unchanged", extra={"commands": count})
        return left

    async def _overwrite(self, guild_id: int | None) -> bool:
        """Compare the commands of one place, and send them if they differ. Returns whether they did."""
        http = self._bot.http
        wanted = _wanted(self._bot.pending_application_commands, guild_id)
        if guild_id is None:
            registered = await http.get_global_commands(self._application_id)
        else:
            registered = await _of_guild(self._bot, self._application_id, guild_id)
        # Before anything is sent: these are the ids that Discord uses if it refuses the rest.
        _adopt(self._bot, registered, guild_id)
        if same(wanted, registered):
            return False
        if guild_id is None:
            registered = await http.bulk_upsert_global_commands(self._application_id, wanted)
        else:
            registered = await http.bulk_upsert_guild_commands(self._application_id, guild_id, wanted)
        _adopt(self._bot, registered, guild_id)
        return True

    def _tell(self, guild_id: int | None, error: BaseException) -> None:
        facts: dict[str, object] = {"reason": in_words(error), "again_in_seconds": round(self._pause)}
        if guild_id is None:
            log.error("Discord refused the commands; until the next try people have those it knows", extra=facts)
        elif getattr(error, "code", 0) in NOT_THERE:
            log.error(
                "the operator commands are missing: the bot is not in the server of HOME_GUILD_ID. Invite it there, "
                "with the scopes bot and applications.commands, or correct the number",
                extra={"guild": guild_id, **facts},
            )
        else:
            log.error("Discord refused the operator commands", extra={"guild": guild_id, **facts})


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


@cache
def _spoken() -> tuple[str, ...]:
    return tuple(locale for locale in LOCALES if is_spoken(locale))


def localized(part: Mapping[str, Any], kind: str = "command", *, command: str | None = None) -> dict[str, Any]:
    """Add to a command what it is called in other languages, to its options and choices as well.

    The same word may be translated in another way for another command, so the catalogue has each with its command.
    """
    result, command = dict(part), command or part["name"]
    for field in ("name", "description"):
        if field in part:
            found = {locale: translated_name(locale, f"/{command} {kind} {field}", part[field]) for locale in _spoken()}
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
    return len(wanted) == len(registered) and _by_name(wanted) == _by_name(registered)


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
