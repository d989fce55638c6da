"""What is wrong with how tickets are set up, and how to mend it: `/tickets check`."""

from collections.abc import Iterable, Iterator

import discord

from app.core import registry
from app.core.checks import (
    TICKET_CATEGORY,
    TICKET_THREADS,
    ChannelUse,
    Finding,
    Place,
    Refusal,
    Severity,
    Step,
)
from app.core.messages import Message, msg, t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.contradictions import contradictions
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import BOARDS, PANELS, TYPES, TicketType
from app.core.tickets.types import Place as Where
from app.ui.kit.findings import listed
from app.ui.kit.judging import Server, judge, names_of
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain

MAX_CHANNELS, FEW_LEFT = 500, 20
SCOPES = frozenset({"tickets", TYPES, PANELS, BOARDS})


def report(server: Server, snapshot: SettingsSnapshot, *, reads_content: bool, sees_members: bool) -> Reply:
    """Say everything that is wrong, with what mends it; or that nothing is."""
    found = findings(server, snapshot, reads_content=reads_content, sees_members=sees_members)
    return listed(found, t("✅ Everything about tickets is set up right."))


def places(snapshot: SettingsSnapshot) -> list[Place]:
    """Return the channels and roles that the settings of tickets name."""
    return [one for one in registry.places(snapshot) if one.setting.partition(".")[0] in SCOPES]


def findings(
    server: Server, snapshot: SettingsSnapshot, *, reads_content: bool, sees_members: bool
) -> Iterator[Finding]:
    """Return everything that is wrong about tickets."""
    policy = TicketPolicy.of(snapshot)
    yield from judge(server, (one for one in places(snapshot) if one.is_used))
    yield from beside(server, policy)
    if not reads_content:
        yield Finding(
            Severity.WARNING,
            msg("I may not read messages, so transcripts hold only mine and those that mention me."),
            msg("Whoever runs me can switch on the message content intent in the developer portal."),
            steps=(Step.PORTAL,),
        )
    if not sees_members:
        yield Finding(
            Severity.NOTE,
            msg("I am not told when members leave, and notice it up to an hour later."),
            msg("Whoever runs me can switch on the server members intent in the developer portal."),
            steps=(Step.PORTAL,),
        )


def beside(server: Server, policy: TicketPolicy) -> Iterator[Finding]:
    """Return what is wrong beside the channels and roles that settings name, and the intents."""
    if not policy.types and not policy.panels:
        what = msg("There is no ticket type, so no tickets can be opened.")
        yield Finding(Severity.NOTE, what, msg("Add one with `/tickets type add`."))
    for sentence in contradictions(policy, lambda name: plain(name, 60)):
        yield Finding(Severity.WARNING, sentence)
    for kind in policy.types.values():
        yield from _of_type(server, kind)
    if policy.types and policy.log_channel is None:
        yield Finding(
            Severity.NOTE,
            msg("No channel for transcripts is set, so they are kept without files."),
            msg("Set one with `/settings set tickets.log_channel`."),
        )
    count = len(server.guild.channels) or len(server.channels)
    if policy.types and count > MAX_CHANNELS - FEW_LEFT:
        yield Finding(
            Severity.WARNING,
            msg("This server has {count} of 500 channels.", count=count),
            msg("Delete some, or let types use private threads."),
            refusal=Refusal.MANY_CHANNELS,
        )


def _of_type(server: Server, kind: TicketType) -> Iterator[Finding]:
    name = plain(kind.name, 60)
    if kind.parent_id is None:
        if kind.place is Where.CHANNEL:
            yield from _everywhere(server, name, TICKET_CATEGORY)
        return
    parent = server.channel(kind.parent_id)
    if kind.place is not Where.THREAD or not isinstance(parent, discord.TextChannel):
        return
    for role in _roles(server, kind.team_role_ids):
        if not parent.permissions_for(role).view_channel:
            values = {"name": name, "role": server.name(role), "channel": server.name(parent)}
            yield Finding(
                Severity.BROKEN,
                msg("**{name}**: {role} does not see {channel}, where its threads are.", **values),
                msg("Let that role see it."),
                place=Place(f"{TYPES}.{kind.key}", msg("Ticket type"), parent.id, TICKET_THREADS),
                steps=(Step.VISIT,),
            )


def _everywhere(server: Server, name: str, use: ChannelUse) -> Iterator[Finding]:
    """Say what the bot lacks where its channels are in no category."""
    mine = server.me.guild_permissions
    missing = tuple(one for one in use.permissions if not getattr(mine, one))
    if missing:
        fix: Message = msg("Grant my role these permissions: {permissions}.", permissions=names_of(missing))
        yield Finding(
            Severity.BROKEN,
            msg("**{name}**: I cannot make its channels as I should.", name=name),
            fix,
            refusal=Refusal.NO_PERMISSION,
            steps=(Step.INVITE,),
            missing=missing,
        )


def _roles(server: Server, role_ids: Iterable[int]) -> list[discord.Role]:
    found = (server.role(one) for one in role_ids)
    return [one for one in found if one is not None]
