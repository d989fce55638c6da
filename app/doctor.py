"""`concierge doctor`: what is right, what is wrong, and how to fix it. Changes nothing."""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import boot, intents
from app.config import ConfigurationError, MigrationsOnBoot, Settings, database_of
from app.core import registry
from app.core.errors import BotError, DatabaseUnreachable
from app.core.faq.automatic import AUTOMATIC
from app.core.faq.policy import FaqPolicy
from app.core.messages import Message
from app.core.onboarding.contradictions import contradictions as onboarding_contradictions
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import POSTS
from app.core.onboarding.questions import Question
from app.core.scheduling import zone_data
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.contradictions import contradictions
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import PANELS, TYPES
from app.db import DatabaseUrl, create_engine, pooling_of
from app.discord_failures import in_words
from app.migrate.connection import letters
from app.migrate.migrator import Migrator
from app.migrate.status import NO_PLACE, State
from app.models import BotSetting, GuildRule, OnboardingQuestion
from app.pooler import Pooling
from app.run import point_at
from app.services.faq.indexing import FaqIndexingService
from app.services.onboarding.rows import question_of
from app.ui.faq.automatic import trouble
from app.ui.faq.check import channel_trouble

PATIENCE_SECONDS = 5.0

# The permissions that the features need, by the names that Discord shows.
NEEDED = {
    "View Channels": "view_channel",
    "Send Messages": "send_messages",
    "Embed Links": "embed_links",
    "Attach Files": "attach_files",
    "Read Message History": "read_message_history",
}
FOR_TICKETS = {
    "Manage Channels": "manage_channels",
    "Manage Roles": "manage_roles",
    "Manage Messages": "manage_messages",
    # Since February 2026 the right to manage messages no longer pins one.
    "Pin Messages": "pin_messages",
    "Create Private Threads": "create_private_threads",
    "Send Messages in Threads": "send_messages_in_threads",
    "Manage Threads": "manage_threads",
}
MAX_GUILDS = 200
MAX_LOOKED_AT = 20
"""Servers whose channels are read, which takes three requests each."""


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `fix` is empty when it is right, and only advice when it `can_stay`."""

    what: str
    found: str
    fix: str = ""
    can_stay: bool = False

    def __str__(self) -> str:
        """Return the line that is printed."""
        mark = "ok" if not self.fix else "--" if self.can_stay else "!!"
        return f"[{mark}] {self.what}: {self.found}" + (f" → {self.fix}" if self.fix else "")


async def examine(settings: Settings) -> int:
    """Print a line for each thing that was checked. Returns 0, or 1 if something has to be fixed."""
    is_healthy = True
    async for finding in _findings(settings):
        print(finding, flush=True)  # noqa: T201 -- the terminal is who asked
        is_healthy = is_healthy and (finding.can_stay or not finding.fix)
    return 0 if is_healthy else 1


async def _findings(settings: Settings) -> AsyncGenerator[Finding]:
    yield Finding("configuration", "can be read")
    yield Finding("time zone data", str(zone_data.used()))
    directory = _data_dir(settings.data_dir)
    yield directory
    suggesting: dict[int, FaqPolicy] = {}
    try:
        with database_of(settings) as (database, migrations):
            async for finding in _database(settings, database, migrations, suggesting):
                yield finding
    except DatabaseUnreachable as error:
        yield Finding("database", str(error), "Check that DATA_DIR is writable and not on a network drive.")
    except ConfigurationError:
        yield Finding("database", "the embedded one has nowhere to put its data", directory.fix)
    async for finding in _discord(settings, suggesting):
        yield finding


def _data_dir(directory: Path) -> Finding:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("DATA_DIR", f"{error.strerror} ({directory})", "Make it writable, or set DATA_DIR elsewhere.")
    return Finding("DATA_DIR", f"{directory} is writable")


async def _database(
    settings: Settings, database: DatabaseUrl, migrations: DatabaseUrl, suggesting: dict[int, FaqPolicy]
) -> AsyncGenerator[Finding]:
    """Look at the database; `suggesting` gets the servers in which answers are suggested."""
    origin = "embedded" if settings.database_url is None else str(database)
    addresses = {"database": database} | (
        {"direct connection for migrations": migrations} if migrations != database else {}
    )
    for name, address in addresses.items():
        try:
            await boot.await_database(address, patience_seconds=PATIENCE_SECONDS)
        except DatabaseUnreachable as error:
            yield Finding(name, str(error), "Check the address, the server and its firewall.")
            return
    pooling = await pooling_of(database)
    pooled = f", through {pooling.value}" if pooling is not Pooling.NONE else ""
    yield Finding("database", f"{origin} answers{pooled}")
    if await pooling_of(migrations) is Pooling.TRANSACTION:
        fix = "Set MIGRATION_DATABASE_URL to a direct connection, or to a pool in session mode."
        yield Finding("schema", "cannot be checked or migrated through the pooler", fix)
        return
    try:
        status = await Migrator(migrations, backups=settings.data_dir / "backups").status()
    except (BotError, ValueError) as error:
        yield Finding("schema", str(error), "Check the files in migrations/versions.")
        return
    if settings.boot_mode is MigrationsOnBoot.AUTO and status.state in {State.EMPTY, State.BEHIND}:
        yield Finding("schema", f"{status.sentence} `run` brings it to {status.head}.")
    else:
        yield Finding("schema", str(status.sentence), status.fix)
    if status.state not in NO_PLACE:
        known = await letters.fetch(migrations)
        yield Finding("letters", known.told, known.fix)
    if status.state is State.AT_HEAD:
        async for finding in _chosen_by_servers(database, pooling, suggesting):
            yield finding


async def _chosen_by_servers(
    database: DatabaseUrl, pooling: Pooling, suggesting: dict[int, FaqPolicy]
) -> AsyncGenerator[Finding]:
    """Say what servers chose that contradicts itself; the checks in Discord know also what Discord says."""
    engine = create_engine(database, pool_size=1, application_name="concierge doctor", pooling=pooling)
    scopes = ("tickets", TYPES, PANELS, "onboarding", POSTS, "faq", AUTOMATIC)
    chosen: dict[int, dict[str, Any]] = {}
    asked: dict[int, list[Question]] = {}
    try:
        async with engine.connect() as connection:
            query = select(BotSetting.guild_id, BotSetting.scope, BotSetting.key, BotSetting.value)
            for guild_id, scope, key, value in await connection.execute(query.where(BotSetting.scope.in_(scopes))):
                setting = registry.find(f"{scope}.{key}")
                if setting is not None and setting.allows(value):
                    chosen.setdefault(guild_id, {})[setting.name] = value
            newest = select(GuildRule.guild_id, func.max(GuildRule.version)).group_by(GuildRule.guild_id)
            versions = {row[0]: row[1] for row in await connection.execute(newest)}
        async with AsyncSession(engine) as session:
            entries, waiting = await FaqIndexingService(session).waiting()
            for row in await session.scalars(select(OnboardingQuestion).order_by(OnboardingQuestion.step_order)):
                asked.setdefault(row.guild_id, []).append(question_of(row))
    finally:
        await engine.dispose()
    policies = {guild_id: FaqPolicy.of(SettingsSnapshot(guild_id, values)) for guild_id, values in chosen.items()}
    suggesting |= {guild_id: policy for guild_id, policy in policies.items() if _looked_at(policy)}

    def about(feature: str, say: Callable[[SettingsSnapshot], Iterable[Message]], command: str) -> Iterator[Finding]:
        sentences = [(id_, one) for id_, values in chosen.items() for one in say(SettingsSnapshot(id_, values))]
        fix = f"`{command}` there says the same, and what Discord knows."
        for guild_id, sentence in sentences[:MAX_GUILDS]:
            yield Finding(f"{feature} of server {guild_id}", sentence.english, fix, can_stay=True)
        if not sentences:
            yield Finding(feature, f"what {len(chosen)} servers chose fits together")

    def of_onboarding(snapshot: SettingsSnapshot) -> Iterable[Message]:
        policy, guild_id = OnboardingPolicy.of(snapshot), snapshot.guild_id
        return onboarding_contradictions(policy, asked.get(guild_id, []), versions.get(guild_id))

    yield _faq_search(entries, waiting)
    for finding in about("tickets", lambda one: contradictions(TicketPolicy.of(one)), "/tickets check"):
        yield finding
    for finding in about("onboarding", of_onboarding, "/onboarding check"):
        yield finding


def _faq_search(entries: int, waiting: int) -> Finding:
    """Say what the search of the FAQ needs: of PostgreSQL no extension and no character type."""
    what, found = "FAQ search", f"{entries} entries; it needs no extension, and finds every script in this database"
    if not waiting:
        return Finding(what, found)
    fix = "`run` does that by itself, some hundreds a minute. Until then they are found by their beginning alone."
    return Finding(what, f"{waiting} of {entries} entries are yet to be made findable", fix, can_stay=True)


async def _discord(settings: Settings, suggesting: Mapping[int, FaqPolicy]) -> AsyncGenerator[Finding]:
    if settings.discord_token is None:
        yield Finding("token", "DISCORD_TOKEN is not set, so `run` starts the playground")
        return
    point_at(str(settings.discord_api_url) if settings.discord_api_url is not None else None)
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.discord_token.get_secret_value())
        application = await client.application_info()
    except discord.LoginFailure:
        yield Finding("token", "Discord rejects it", "Reset it in the developer portal and set DISCORD_TOKEN again.")
        return
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        yield Finding(
            "token", f"Discord did not answer: {in_words(error)}", "Check this machine's internet connection."
        )
        return
    else:
        yield Finding("token", f"belongs to {client.user}")
        for finding in _intents(intents.allowed(application.flags)):
            yield finding
        yield _operators(settings, application)
        for finding in await _permissions(client, settings.home_guild_id):
            yield finding
        async for finding in _suggesting(client, suggesting, intents.allowed(application.flags)):
            yield finding
    finally:
        await client.close()


def _intents(allowed: discord.Intents) -> list[Finding]:
    """Everything works without the intents that can be switched off; say what is less then."""
    fix = "Switch it on in the developer portal, under Bot."
    content, members = Finding("message content intent", "on"), Finding("server members intent", "on")
    if not allowed.message_content:
        less = (
            "off, so transcripts of tickets hold only the bot's messages and those that mention it, and nothing is "
            "suggested from the FAQ"
        )
        content = Finding(content.what, less, fix, can_stay=True)
    if not allowed.members:
        less = (
            "off, so the bot notices only later that somebody with an open ticket has left, and is not told who joins: "
            "they begin onboarding with a panel or /onboarding start, without a role on joining"
        )
        members = Finding(members.what, less, fix, can_stay=True)
    return [content, members]


def _operators(settings: Settings, application: discord.AppInfo) -> Finding:
    owner = application.team.name if application.team is not None else application.owner
    more = f" and {len(settings.bot_admin_ids)} of BOT_ADMIN_IDS" if settings.bot_admin_ids else ""
    return Finding("operators", f"{owner}{more}")


async def _permissions(client: discord.Client, home_guild_id: int | None) -> list[Finding]:
    guilds: list[Any] = await client.http.get_guilds(MAX_GUILDS)
    if not guilds:
        return [Finding("servers", "the bot is in none", "Invite it with the link of the developer portal.")]
    findings: list[Finding] = []
    is_complete = len(guilds) < MAX_GUILDS
    if is_complete and home_guild_id is not None and home_guild_id not in {int(guild["id"]) for guild in guilds}:
        findings.append(Finding("HOME_GUILD_ID", "the bot is not in this server", "Invite it, or correct the number."))
    for guild in guilds:
        has = discord.Permissions(int(guild["permissions"]))
        where = f"server {guild['name']}"
        if lacking := _lacking(has, NEEDED):
            findings.append(Finding(where, f"missing {lacking}", "Give these permissions to the bot's role."))
        if lacking := _lacking(has, FOR_TICKETS):
            fix = "Give these permissions to the bot's role if tickets are to be opened there."
            findings.append(Finding(where, f"missing for tickets: {lacking}", fix, can_stay=True))
    return findings or [Finding("permissions", f"complete in {len(guilds)} servers")]


async def _suggesting(
    client: discord.Client, suggesting: Mapping[int, FaqPolicy], allowed: discord.Intents
) -> AsyncGenerator[Finding]:
    """Look at the channels in which answers are suggested and owners reminded, of the first servers that want that."""
    wanting = sum(bool(policy.automatic) for policy in suggesting.values())
    if wanting and not allowed.message_content:
        fix = "Switch on the message content intent in the developer portal, under Bot."
        yield Finding("suggested answers", f"{wanting} servers want them, and there are none", fix)
    assert client.user is not None, "logged in"
    for guild_id, policy in list(suggesting.items())[:MAX_LOOKED_AT]:
        try:
            guild = await client.fetch_guild(guild_id)
            channels: dict[int, Any] = {one.id: one for one in await guild.fetch_channels()}
            me = await guild.fetch_member(client.user.id)
        except (discord.NotFound, discord.Forbidden):
            # The bot is not in it any more, or not yet again.
            continue
        for channel_id, wrong in trouble(policy, channels.get, me):
            what = f"suggested answers in channel {channel_id} of server {guild.name}"
            yield Finding(what, wrong, "`/faq auto list` there says the same.", can_stay=True)
        wrong = channel_trouble(policy, channels.get, me) if policy.staff_channel_id is not None else None
        if wrong is not None:
            what = f"owners of the FAQ of server {guild.name}"
            yield Finding(what, f"are not reminded: {wrong}", "`/faq list` there says so too.", can_stay=True)


def _looked_at(policy: FaqPolicy) -> bool:
    return bool(policy.automatic) or policy.staff_channel_id is not None


def _lacking(has: discord.Permissions, wanted: dict[str, str]) -> str:
    """Return the names of what is missing, as Discord shows them."""
    return ", ".join(name for name, flag in wanted.items() if not (has.administrator or getattr(has, flag)))
