"""`concierge doctor`: what is right, what is wrong, and how to fix it. Changes nothing."""

from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import discord

from app import intents
from app.config import ConfigurationError, Settings, database_of
from app.core.errors import DatabaseUnreachable
from app.core.scheduling import zone_data
from app.discord_failures import in_words
from app.doctor import database as databases
from app.doctor import servers
from app.doctor.choices import Choices
from app.doctor.line import Line
from app.run import point_at

PORTAL = "https://discord.com/developers/applications/{application}/bot"


async def examine(settings: Settings) -> int:
    """Print a line for each thing that was checked. Returns 0, or 1 if something has to be fixed."""
    is_healthy = True
    async for line in _lines(settings):
        print(line, flush=True)  # noqa: T201 -- the terminal is who asked
        is_healthy = is_healthy and (line.can_stay or not line.fix)
    return 0 if is_healthy else 1


async def _lines(settings: Settings) -> AsyncGenerator[Line]:
    yield Line("configuration", "can be read")
    yield Line("time zone data", str(zone_data.used()))
    directory = _data_dir(settings.data_dir)
    yield directory
    choices = Choices()
    try:
        with database_of(settings) as (database, migrations):
            async for line in databases.lines(settings, database, migrations, choices):
                yield line
    except DatabaseUnreachable as error:
        yield Line("database", str(error), "Check that DATA_DIR is writable and not on a network drive.")
    except ConfigurationError:
        yield Line("database", "the embedded one has nowhere to put its data", directory.fix)
    async for line in _discord(settings, choices):
        yield line


def _data_dir(directory: Path) -> Line:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Line("DATA_DIR", f"{error.strerror} ({directory})", "Make it writable, or set DATA_DIR elsewhere.")
    return Line("DATA_DIR", f"{directory} is writable")


async def _discord(settings: Settings, choices: Choices) -> AsyncGenerator[Line]:
    if settings.discord_token is None:
        yield Line("token", "DISCORD_TOKEN is not set, so `run` starts the playground")
        return
    point_at(settings.discord_api_url)
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.discord_token)
        application = await client.application_info()
    except discord.LoginFailure:
        yield Line("token", "Discord rejects it", "Reset it in the developer portal and set DISCORD_TOKEN again.")
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        found = f"Discord did not answer: {in_words(error)}"
        yield Line("token", found, "Check this machine's internet connection.")
    else:
        yield Line("token", f"belongs to {client.user}")
        for line in _intents(application):
            yield line
        yield _operators(settings, application)
        async for line in servers.lines(client, choices, application.flags, settings.home_guild_id):
            yield line
    finally:
        await client.close()


def _intents(application: discord.AppInfo) -> list[Line]:
    """Everything works without the intents that can be switched off; say what is less then."""
    allowed = intents.allowed(application.flags)
    fix = f"Switch it on in the developer portal, under Bot: {PORTAL.format(application=application.id)}"
    content, members = Line("message content intent", "on"), Line("server members intent", "on")
    if not allowed.message_content:
        less = (
            "off, so transcripts of tickets hold only the bot's messages and those that mention it, and nothing is "
            "suggested from the FAQ"
        )
        content = Line(content.what, less, fix, can_stay=True)
    if not allowed.members:
        less = (
            "off, so the bot notices only later that somebody with an open ticket has left, and is not told who joins: "
            "they begin onboarding with a panel or /onboarding start, without a role on joining"
        )
        members = Line(members.what, less, fix, can_stay=True)
    return [content, members]


def _operators(settings: Settings, application: discord.AppInfo) -> Line:
    owner = application.team.name if application.team is not None else application.owner
    more = f" and {len(settings.bot_admin_ids)} of BOT_ADMIN_IDS" if settings.bot_admin_ids else ""
    return Line("operators", f"{owner}{more}")
