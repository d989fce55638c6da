"""The servers that the bot is in: each channel and role that was chosen there, as Discord describes it now.

There is no gateway here and so no cache: a server takes three requests, and one or two more in a community.
"""

import re
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

import discord

from app import intents
from app.core.checks import STAFF_POST, Finding, Place, Severity
from app.core.faq.policy import FaqPolicy
from app.core.messages import msg
from app.discord_failures import in_words
from app.doctor.choices import Choices
from app.doctor.line import Line
from app.effects.checking import Known, everything
from app.effects.onboarding.native import COMMUNITY
from app.effects.sending import ERRORS
from app.ui.kit.judging import Server, judge_bot

MAX_GUILDS = 200
MAX_LOOKED_AT = 20
"""Servers whose channels are read."""
MOMENT = re.compile(r"<t:([0-9]+)(?::[a-zA-Z])?>")

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


async def lines(
    client: discord.Client, choices: Choices, flags: discord.ApplicationFlags, home_guild_id: int | None
) -> AsyncGenerator[Line]:
    """Look at the servers: the permissions of all, and what was chosen in the first of those that chose something."""
    guilds: list[Any] = await client.http.get_guilds(MAX_GUILDS)
    if not guilds:
        yield Line("servers", "the bot is in none", "Invite it with the link of the developer portal.")
        return
    there = {int(guild["id"]): guild for guild in guilds}
    is_complete = len(guilds) < MAX_GUILDS
    if is_complete and home_guild_id is not None and home_guild_id not in there:
        yield Line("HOME_GUILD_ID", "the bot is not in this server", "Invite it, or correct the number.")
    for line in _permissions(guilds):
        yield line
    if line := _suggesting(choices, intents.allowed(flags)):
        yield line
    place = choices.alerts.place
    chosen = [one for one in choices.guild_ids if one in there or not is_complete]
    if place is not None and place.guild_id not in chosen:
        if is_complete and place.guild_id not in there:
            fix = "Choose another one with `/health alerts channel`, or `/health alerts off`."
            yield Line("alerts about the bot", "go to a server that the bot is not in", fix)
        else:
            chosen = [place.guild_id, *chosen]
    looked_at = chosen[:MAX_LOOKED_AT]
    found = 0
    for guild_id in looked_at:
        async for line in _server(client, choices, intents.allowed(flags), guild_id):
            found += 1
            yield line
    if not found and looked_at:
        yield Line("channels and roles", f"what {len(looked_at)} servers chose is there, and can be used")
    if len(chosen) > MAX_LOOKED_AT:
        rest = f"{len(chosen) - MAX_LOOKED_AT} more servers were not looked at"
        yield Line("servers", rest, "`/health check` there says what is wrong.", can_stay=True)


def _permissions(guilds: list[Any]) -> list[Line]:
    found: list[Line] = []
    for guild in guilds:
        has = discord.Permissions(int(guild["permissions"]))
        where = f"server {guild['name']}"
        if lacking := _lacking(has, NEEDED):
            found.append(Line(where, f"missing {lacking}", "Give these permissions to the bot's role."))
        if lacking := _lacking(has, FOR_TICKETS):
            fix = "Give these permissions to the bot's role if tickets are to be opened there."
            found.append(Line(where, f"missing for tickets: {lacking}", fix, can_stay=True))
    return found or [Line("permissions", f"complete in {len(guilds)} servers")]


def _suggesting(choices: Choices, allowed: discord.Intents) -> Line | None:
    wanting = sum(bool(FaqPolicy.of(one).automatic) for one in choices.snapshots.values())
    if not wanting or allowed.message_content:
        return None
    fix = "Switch on the message content intent in the developer portal, under Bot."
    return Line("suggested answers", f"{wanting} servers want them, and there are none", fix)


async def _server(
    client: discord.Client, choices: Choices, allowed: discord.Intents, guild_id: int
) -> AsyncGenerator[Line]:
    assert client.user is not None, "logged in"
    try:
        guild = await client.fetch_guild(guild_id)
        channels: dict[int, Any] = {one.id: one for one in await guild.fetch_channels()}
        me = await guild.fetch_member(client.user.id)
    except (discord.NotFound, discord.Forbidden):
        # The bot is not in it any more, or not yet again.
        return
    except ERRORS as error:
        found = f"Discord did not answer: {in_words(error)}"
        yield Line(f"server {guild_id}", found, "Look again in a minute.", can_stay=True)
        return
    native, needed, rules_id = await _community(client, guild)
    place = choices.alerts.place
    label, again = msg("Alerts about the bot"), msg("Choose another one with `/health alerts channel`.")
    is_alerted = place is not None and place.guild_id == guild_id
    more = [Place("", label, place.channel_id, STAFF_POST, again=again)] if is_alerted and place is not None else []
    tickets = {one: number for one, number in choices.tickets.get(guild_id, {}).items() if one in needed}
    now, setup = datetime.now(UTC), choices.setup(guild_id)
    known = Known(setup, now, allowed.message_content, allowed.members, native, more, tickets)
    # Discord listed all channels and roles: what is not among them is gone.
    gone = {one.id for one in known.places if one.id not in channels and guild.get_role(one.id) is None}
    server = Server(guild, me, channels, {}, frozenset(gone), community=needed, rules_id=rules_id, name=_name)
    of_bot = list(judge_bot(server, now))
    for finding in everything(server, known):
        if (guild_id, finding.what.english) not in choices.said:
            is_ours = finding in of_bot or finding.place in more
            yield _line(guild.name, finding, is_ours=is_ours)


async def _community(
    client: discord.Client, guild: discord.Guild
) -> tuple[Mapping[str, Any] | None, frozenset[int], int | None]:
    """Return Discord's own onboarding, the channels that the Community settings need, and that of the rules."""
    if COMMUNITY not in guild.features:
        return None, frozenset(), None
    described: Any = await client.http.get_guild(guild.id, with_counts=False)
    needed = [described.get(name) for name in ("rules_channel_id", "public_updates_channel_id")]
    try:
        native = await client.http.get_onboarding(guild.id)
    except ERRORS:
        native = None
    return native, frozenset(int(one) for one in needed if one), int(needed[0]) if needed[0] else None


def _line(guild_name: str, finding: Finding, *, is_ours: bool) -> Line:
    """Say it in one line. What a server's staff set up is theirs to mend; of the bot itself operators want to know."""
    fix = finding.fix.english if finding.fix is not None else "`/health check` there says the same."
    if finding.refusal is not None:
        fix += f" (Discord would answer {finding.refusal})"
    can_stay = not is_ours or finding.severity is not Severity.BROKEN
    return Line(f"server {guild_name}", MOMENT.sub(_moment, finding.what.english), fix, can_stay=can_stay)


def _moment(found: re.Match[str]) -> str:
    return f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M} UTC"


def _name(one: Any) -> str:
    """Name a channel or a role for a terminal."""
    return f"@{one.name.removeprefix('@')}" if isinstance(one, discord.Role) else f"#{one.name}"


def _lacking(has: discord.Permissions, wanted: dict[str, str]) -> str:
    """Return the names of what is missing, as Discord shows them."""
    return ", ".join(name for name, flag in wanted.items() if not (has.administrator or getattr(has, flag)))
