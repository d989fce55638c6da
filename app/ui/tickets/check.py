"""What is wrong with how tickets are set up, and how to mend it: `/tickets check`."""

from collections.abc import Iterator

import discord

from app.core.messages import msg, t, tn
from app.core.tickets.contradictions import contradictions
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Place, TicketType
from app.ui.kit.findings import IN_LOG, lacking, listed
from app.ui.kit.places import in_threads
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.tickets.places import CHANNELS, THREADS, unmentionable

MAX_IN_CATEGORY, MAX_CHANNELS, FEW_LEFT = 50, 500, 20
IN_TICKETS = {
    "manage_messages": msg("Manage Messages"),
    "pin_messages": msg("Pin Messages"),
    "attach_files": msg("Attach Files"),
    "embed_links": msg("Embed Links"),
    "read_message_history": msg("Read Message History"),
}


def report(guild: discord.Guild, policy: TicketPolicy, *, reads_content: bool, sees_members: bool) -> Reply:
    """Say everything that is wrong, with what mends it; or that nothing is."""
    found = list(findings(guild, policy, reads_content=reads_content, sees_members=sees_members))
    return listed(found, t("✅ Everything about tickets is set up right."))


def findings(guild: discord.Guild, policy: TicketPolicy, *, reads_content: bool, sees_members: bool) -> Iterator[str]:
    """Return a sentence or two for each thing that is wrong."""
    if not policy.types and not policy.panels:
        yield t("There is no ticket type, so no tickets can be opened. Add one with `/tickets type add`.")
    for sentence in contradictions(policy, lambda name: plain(name, 60)):
        yield str(sentence)
    for kind in policy.types.values():
        yield from _of_type(guild, kind)
    yield from _of_log(guild, policy)
    for panel in policy.panels.values():
        yield from _of_panel(guild, plain(panel.title, 60), panel.channel_id)
    if len(guild.channels) > MAX_CHANNELS - FEW_LEFT:
        yield t(
            "This server has {count} of 500 channels. Delete some, or let types use private threads.",
            count=len(guild.channels),
        )
    if not reads_content:
        yield t(
            "I may not read messages, so transcripts hold only mine and those that mention me. Whoever runs me can "
            "switch on the message content intent in the developer portal."
        )
    if not sees_members:
        yield t(
            "I am not told when members leave, and notice it up to an hour later. Whoever runs me can switch on the "
            "server members intent in the developer portal."
        )


def _of_type(guild: discord.Guild, kind: TicketType) -> Iterator[str]:
    name = plain(kind.name, 60)
    gone = [role_id for role_id in kind.team_role_ids if guild.get_role(role_id) is None]
    if gone:
        yield tn(
            "**{name}**: a role of its team is gone. Choose others with `/tickets type edit`.",
            "**{name}**: {count} roles of its team are gone. Choose others with `/tickets type edit`.",
            len(gone),
            name=name,
        )
    parent = guild.get_channel(kind.parent_id) if kind.parent_id is not None else None
    if kind.parent_id is not None and parent is None:
        yield t("**{name}**: its place is gone. Choose another one with `/tickets type edit`.", name=name)
        return
    is_thread = kind.place is Place.THREAD
    if is_thread and parent is None:
        return
    if is_thread and not isinstance(parent, discord.TextChannel):
        yield t("**{name}**: private threads need a text channel. Give one with `/tickets type edit`.", name=name)
        return
    if not is_thread and parent is not None and not isinstance(parent, discord.CategoryChannel):
        yield t("**{name}**: its channels need a category. Give one with `/tickets type edit`.", name=name)
        return
    if isinstance(parent, discord.CategoryChannel) and len(parent.channels) >= MAX_IN_CATEGORY:
        yield t(
            "**{name}**: {category} has 50 channels, which is as many as Discord allows. New ones are made outside of "
            "it. Choose another category, or private threads, with `/tickets type edit`.",
            name=name,
            category=plain(parent.name, 60),
        )
    if parent is None:
        mine = guild.me.guild_permissions
    else:
        mine = in_threads(parent, guild.me) if is_thread else parent.permissions_for(guild.me)
    wanted = {**(THREADS if is_thread else CHANNELS), **IN_TICKETS}
    if missing := lacking(mine, wanted):
        yield t(
            "**{name}**: I lack {permissions}. Grant it to my role{where}.",
            name=name,
            permissions=missing,
            where=f" ({parent.mention})" if parent is not None else "",
        )
    for role in unmentionable(guild, kind.team_role_ids) if is_thread else ():
        yield t(
            "**{name}**: I cannot mention {role}, so it does not get into its threads. Allow anyone to @mention it in "
            "Server Settings → Roles.",
            name=name,
            role=role.mention,
        )
    for role_id in kind.team_role_ids:
        role = guild.get_role(role_id)
        if is_thread and role is not None and parent is not None and not parent.permissions_for(role).view_channel:
            yield t(
                "**{name}**: {role} does not see {channel}, where its threads are. Let that role see it.",
                name=name,
                role=role.mention,
                channel=parent.mention,
            )


def _of_log(guild: discord.Guild, policy: TicketPolicy) -> Iterator[str]:
    if policy.log_channel is None:
        yield t(
            "No channel for transcripts is set, so they are kept without files. Set one with `/settings set "
            "tickets.log_channel`."
        )
        return
    channel = guild.get_channel(policy.log_channel)
    if channel is None:
        yield t("The channel for transcripts is gone. Set another one with `/settings set tickets.log_channel`.")
        return
    if missing := lacking(channel.permissions_for(guild.me), IN_LOG):
        yield t(
            "I cannot post transcripts in {channel}: I lack {permissions} there. Tickets stay open until I can.",
            channel=channel.mention,
            permissions=missing,
        )
    if channel.permissions_for(guild.default_role).view_channel:
        yield t(
            "**Everybody can read the transcripts** in {channel}. Let only staff see that channel.",
            channel=channel.mention,
        )


def _of_panel(guild: discord.Guild, title: str, channel_id: int) -> Iterator[str]:
    channel = guild.get_channel(channel_id)
    if channel is None:
        yield t("The channel of the panel **{title}** is gone. Post it again with `/tickets panel`.", title=title)
    elif isinstance(channel, discord.TextChannel) and channel.is_nsfw():
        yield t(
            "The panel **{title}** is in the age-restricted {channel}, which not all members can enter. Move it.",
            title=title,
            channel=channel.mention,
        )
