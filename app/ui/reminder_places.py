"""Where a reminder goes and whom it pings, as somebody chose it and as Discord lets them."""

from dataclasses import dataclass

import discord

from app.core.errors import InvalidInput
from app.core.reminder_policy import ReminderPolicy
from app.models import TargetKind
from app.ui.context import present
from app.ui.reminder_options import Channel, Mentionable, Wishes


@dataclass(frozen=True)
class Target:
    """Whom a reminder pings, and whether Discord lets its author do that."""

    kind: TargetKind
    id: int
    may_ping: bool = True


@dataclass(frozen=True)
class PlaceChanges:
    """What shall be different about where a reminder goes and whom it pings; None for what stays."""

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
    """Return the role that is asked for help, if one was chosen. Raises InvalidInput for what is no role of its own."""
    if role is None:
        return None
    target = target_of(interaction, role)
    if target.kind is not TargetKind.ROLE:
        raise InvalidInput("`escalate` takes a role of this server, and everyone is none.")
    return target


def may_ping_everyone(interaction: discord.Interaction) -> bool:
    """Tell whether Discord lets this person mention everyone, and roles that are not for everybody to mention.

    Nobody may in a direct message, where Discord says nothing of the server.
    """
    permissions = interaction.permissions
    return interaction.guild_id is not None and (permissions.mention_everyone or permissions.administrator)


def place_changes(interaction: discord.Interaction, wishes: Wishes, policy: ReminderPolicy) -> PlaceChanges:
    """Read another place and other pings. Raises InvalidInput for a channel where they or the bot cannot write."""
    target = target_of(interaction, wishes.mention) if wishes.mention is not None else None
    role = role_of(interaction, wishes.escalate)
    direct = wishes.direct
    if wishes.channel is not None and direct is None:
        # Who names a channel wants it there.
        direct = False
    return PlaceChanges(
        channel_id=channel_for(interaction, wishes.channel, policy) if wishes.channel is not None else None,
        direct=direct,
        target=target,
        may_ping=all(one is None or one.may_ping for one in (target, role)),
    )


def channel_for(interaction: discord.Interaction, chosen: Channel | None, policy: ReminderPolicy) -> int:
    """Return where a reminder goes: the channel that was chosen, the server's own for them, or this one.

    Raises InvalidInput for a channel where the person or the bot cannot write.
    """
    if chosen is None and policy.default_channel is not None:
        return policy.default_channel
    if chosen is None or chosen.id == interaction.channel_id:
        return here(interaction)
    guild = present(interaction.guild)
    # Discord tells the bot of channels and of threads under way; a thread that sleeps comes with the interaction.
    channel = guild.get_channel_or_thread(chosen.id) or (chosen if isinstance(chosen, discord.Thread) else None)
    parent = guild.get_channel(channel.parent_id) if isinstance(channel, discord.Thread) else channel
    if channel is None or parent is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if isinstance(channel, (discord.CategoryChannel, discord.ForumChannel)):
        raise InvalidInput(f"{channel.mention} holds no messages. Choose a text channel.")
    in_thread = isinstance(channel, discord.Thread)
    if in_thread and channel.is_private():
        # Who is in it is not known here; being in it is proof.
        raise InvalidInput("For a private thread, use the command in that thread.")
    _require_writable(parent.permissions_for(guild.me), channel.mention, "I", in_thread=in_thread)
    assert isinstance(interaction.user, discord.Member)
    _require_writable(parent.permissions_for(interaction.user), channel.mention, "You", in_thread=in_thread)
    return channel.id


def here(interaction: discord.Interaction) -> int:
    """Return the channel they are in. Raises InvalidInput if the bot cannot write there."""
    channel_id = present(interaction.channel_id)
    in_thread = isinstance(interaction.channel, discord.Thread)
    _require_writable(interaction.app_permissions, f"<#{channel_id}>", "I", in_thread=in_thread)
    return channel_id


def _require_writable(permissions: discord.Permissions, place: str, who: str, *, in_thread: bool) -> None:
    may_send = permissions.send_messages_in_threads if in_thread else permissions.send_messages
    if not permissions.administrator and not (permissions.view_channel and may_send):
        raise InvalidInput(f"{who} cannot write in {place}. Choose another channel.")
