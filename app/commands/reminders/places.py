"""Where a reminder goes and whom it pings, as somebody chose it and as Discord lets them."""

import discord

from app.commands.reminders.options import Channel, Mentionable, ReminderOptions
from app.core.errors import InvalidInput
from app.core.records import record
from app.core.reminders.policy import ReminderPolicy
from app.models import TargetKind
from app.ui.kit.context import present


@record
class Target:
    """Whom a reminder pings, and whether Discord lets its author do that."""

    kind: TargetKind
    id: int
    may_ping: bool = True


@record
class PlaceChanges:
    """Changes to where a reminder goes and whom it pings; None for what stays."""

    channel_id: int | None
    direct: bool | None
    target: Target | None
    may_ping: bool


def target_of(interaction: discord.Interaction, mention: Mentionable | None) -> Target:
    """Return whom to ping: whoever was chosen, else the person who asks."""
    assert interaction.user is not None
    if mention is None:
        return Target(TargetKind.MEMBER, interaction.user.id)
    if not isinstance(mention, discord.Role):
        return Target(TargetKind.MEMBER, mention.id)
    if mention.id == interaction.guild_id:
        return Target(TargetKind.EVERYONE, mention.id)
    return Target(TargetKind.ROLE, mention.id, mention.mentionable or may_ping_everyone(interaction))


def role_of(interaction: discord.Interaction, role: discord.Role | None) -> Target | None:
    """Return the role that the last repetition pings, if one was chosen. Raises InvalidInput for @everyone."""
    if role is None:
        return None
    target = target_of(interaction, role)
    if target.kind is not TargetKind.ROLE:
        raise InvalidInput("`escalate` takes a role of this server, but not everyone.")
    return target


def may_ping_everyone(interaction: discord.Interaction) -> bool:
    """Tell whether Discord lets this person mention everyone, and roles that are not for everybody to mention.

    Nobody may in a direct message, where Discord says nothing of the server.
    """
    permissions = interaction.permissions
    return interaction.guild_id is not None and (permissions.mention_everyone or permissions.administrator)


def place_changes(interaction: discord.Interaction, options: ReminderOptions, policy: ReminderPolicy) -> PlaceChanges:
    """Read another place and other pings. Raises InvalidInput for a channel where they or the bot cannot write."""
    target = target_of(interaction, options.mention) if options.mention is not None else None
    role = role_of(interaction, options.escalate)
    direct = options.direct
    if options.channel is not None and direct is None:
        # Whoever names a channel wants it there.
        direct = False
    channel_id = None
    if options.channel is not None:
        channel_id = channel_for(interaction, options.channel)
    elif direct is False:
        # Where it was made may be a channel in which they cannot write.
        channel_id = _default(interaction, policy) or here(interaction)
    return PlaceChanges(
        channel_id=channel_id,
        direct=direct,
        target=target,
        may_ping=all(one is None or one.may_ping for one in (target, role)),
    )


@record
class Place:
    """Where a new reminder goes: a channel, or direct messages and the channel in which it was made."""

    channel_id: int
    direct: bool


def place_for(interaction: discord.Interaction, options: ReminderOptions, policy: ReminderPolicy) -> Place:
    """Return where a new reminder goes: the place that was chosen, the server's own for them, or this channel.

    What somebody makes for themselves where they may read but not write, as under an announcement, comes as a direct
    message. Raises InvalidInput for a channel where the person or the bot cannot write.
    """
    if options.direct:
        return Place(present(interaction.channel_id), direct=True)
    if options.channel is None and (default := _default(interaction, policy)) is not None:
        return Place(default, direct=False)
    unasked = options.channel is None and options.direct is None and options.mention is None
    if unasked and not _may_write(interaction.permissions, in_thread=_in_thread(interaction)):
        return Place(present(interaction.channel_id), direct=True)
    return Place(_chosen(interaction, options.channel), direct=False)


def _default(interaction: discord.Interaction, policy: ReminderPolicy) -> int | None:
    """Return the server's channel for reminders; None if there is none, or it is deleted.

    It is for the server to choose, so only the bot has to be able to write there. Raises InvalidInput if it is not.
    """
    if policy.default_channel is None:
        return None
    guild = present(interaction.guild)
    channel = guild.get_channel(policy.default_channel)
    if channel is not None and not _may_write(channel.permissions_for(guild.me), in_thread=False):
        raise InvalidInput("I cannot write in {channel}. Choose another channel.", channel=channel.mention)
    return channel.id if channel is not None else None


def _chosen(interaction: discord.Interaction, channel: Channel | None) -> int:
    return here(interaction) if channel is None else channel_for(interaction, channel)


def channel_for(interaction: discord.Interaction, chosen: Channel) -> int:
    """Return the channel that was chosen. Raises InvalidInput for one where the person or the bot cannot write."""
    if chosen.id == interaction.channel_id:
        return here(interaction)
    guild = present(interaction.guild)
    # Discord tells the bot of channels and active threads; an archived thread comes with the interaction.
    channel = guild.get_channel_or_thread(chosen.id) or (chosen if isinstance(chosen, discord.Thread) else None)
    parent = guild.get_channel(channel.parent_id) if isinstance(channel, discord.Thread) else channel
    if channel is None or parent is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if isinstance(channel, (discord.CategoryChannel, discord.ForumChannel)):
        raise InvalidInput("{channel} cannot hold messages. Choose a text channel.", channel=channel.mention)
    in_thread = isinstance(channel, discord.Thread)
    if in_thread and channel.is_private():
        # Who is in it is not known here; being in it is proof.
        raise InvalidInput("To choose a private thread, use the command in that thread.")
    assert isinstance(interaction.user, discord.Member)
    own, theirs = parent.permissions_for(guild.me), parent.permissions_for(interaction.user)
    _require_writable(own, theirs, channel.mention, in_thread=in_thread)
    return channel.id


def here(interaction: discord.Interaction) -> int:
    """Return the channel they are in. Raises InvalidInput if they or the bot cannot write there."""
    channel_id, in_thread = present(interaction.channel_id), _in_thread(interaction)
    own, theirs = interaction.app_permissions, interaction.permissions
    _require_writable(own, theirs, f"<#{channel_id}>", in_thread=in_thread)
    return channel_id


def _in_thread(interaction: discord.Interaction) -> bool:
    return isinstance(interaction.channel, discord.Thread)


def _may_write(permissions: discord.Permissions, *, in_thread: bool) -> bool:
    may_send = permissions.send_messages_in_threads if in_thread else permissions.send_messages
    return permissions.administrator or (permissions.view_channel and may_send)


def _require_writable(own: discord.Permissions, theirs: discord.Permissions, channel: str, *, in_thread: bool) -> None:
    if not _may_write(own, in_thread=in_thread):
        raise InvalidInput("I cannot write in {channel}. Choose another channel.", channel=channel)
    if not _may_write(theirs, in_thread=in_thread):
        raise InvalidInput("You cannot write in {channel}. Choose another channel.", channel=channel)
