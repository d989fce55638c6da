"""What a person asked for with a reminder, read from an interaction and checked against the server it is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from app.core import durations, when
from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.reminder_policy import ReminderPolicy
from app.core.reminder_refusals import ReminderNotFound
from app.core.schedule import Schedule
from app.core.settings import SettingsSnapshot
from app.models import TargetKind
from app.ui.context import LARGEST_KEY, actor_of, present

Mentionable = discord.Member | discord.User | discord.Role
MORNING_HOUR = 9


@dataclass(frozen=True)
class Target:
    """Whom a reminder pings, and whether Discord lets its author do that."""

    kind: TargetKind
    id: int
    may_ping: bool = True


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


def may_ping_everyone(interaction: discord.Interaction) -> bool:
    """Tell whether Discord lets this person mention everyone, and roles that are not for everybody to mention."""
    return interaction.permissions.mention_everyone or interaction.permissions.administrator


def channel_for(
    interaction: discord.Interaction, chosen: discord.abc.GuildChannel | discord.Thread | None, policy: ReminderPolicy
) -> int:
    """Return where a reminder goes: the channel that was chosen, the server's own for them, or this one.

    Raises InvalidInput for a channel where the person or the bot cannot write.
    """
    if chosen is None and policy.default_channel is not None:
        return policy.default_channel
    if chosen is None or chosen.id == interaction.channel_id:
        return here(interaction)
    guild = present(interaction.guild)
    channel = guild.get_channel_or_thread(chosen.id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if isinstance(channel, (discord.CategoryChannel, discord.ForumChannel)):
        raise InvalidInput(f"{channel.mention} holds no messages. Choose a text channel.")
    _require_writable(channel.permissions_for(guild.me), channel.mention, "I")
    assert isinstance(interaction.user, discord.Member)
    _require_writable(channel.permissions_for(interaction.user), channel.mention, "You")
    return channel.id


def here(interaction: discord.Interaction) -> int:
    """Return the channel they are in. Raises InvalidInput if the bot cannot write there."""
    channel_id = present(interaction.channel_id)
    _require_writable(interaction.app_permissions, f"<#{channel_id}>", "I")
    return channel_id


def _require_writable(permissions: discord.Permissions, place: str, who: str) -> None:
    if not permissions.administrator and not (permissions.view_channel and permissions.send_messages):
        raise InvalidInput(f"{who} cannot write in {place}. Choose another channel.")


def span_of(typed: str | None, name: str) -> timedelta | None:
    """Read a length of time of at least a minute. Raises InvalidInput."""
    if typed is None:
        return None
    try:
        span = durations.parse(typed)
    except ValueError:
        span = timedelta()
    if not timedelta(minutes=1) <= span <= timedelta(days=366):
        raise InvalidInput(f"`{name}` takes a length of time from a minute to a year, written like `15m` or `2h30m`.")
    return span


def shift_of(typed: str) -> timedelta:
    """Read a length of time that may be negative. Raises InvalidInput."""
    typed = typed.strip()
    try:
        span = durations.parse(typed.lstrip("+-"))
    except ValueError:
        raise InvalidInput("`by` takes a length of time, as in `30m`, `-1h` or `2d`.") from None
    return -span if typed.startswith("-") else span


def schedule_from(
    interaction: discord.Interaction,
    phrase: str,
    *,
    now: datetime,
    zone: str,
    policy: ReminderPolicy,
    until: str | None = None,
    times: int | None = None,
) -> Schedule:
    """Read when it shall come, and when that ends. Raises InvalidInput with a sentence that says what would work."""
    schedule = when.read(phrase, now=now, zone=zone, locale=interaction.locale, shortest=policy.shortest)
    if until is None and times is None:
        return schedule
    if not schedule.recurs:
        raise InvalidInput("Only what repeats can end; leave out `until` and `times`, or say `every ...`.")
    end = None
    if until is not None:
        last = when.read(until, now=now, zone=zone, locale=interaction.locale)
        end = last.next_after(now)
        if last.recurs or end is None:
            raise InvalidInput("`until` takes a moment to come, such as `31 dec 23:59`.")
    return schedule.ending(until=end or schedule.until, count=times or schedule.count)


def tomorrow_morning(now: datetime, zone: str) -> datetime:
    """Return nine o'clock of the next day in a zone."""
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=1)
    at = Schedule.once_at(local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0), zone).at
    assert at is not None
    return at


def number_of(typed: str) -> int | None:
    """Read the number of a reminder, with or without its mark; None for anything else. Raises ReminderNotFound."""
    typed = typed.strip().removeprefix("#")
    if not typed.isascii() or not typed.isdigit():
        return None
    if len(typed) > 10 or int(typed) > LARGEST_KEY:
        raise ReminderNotFound
    return int(typed)


@dataclass(frozen=True)
class Pressed:
    """A button of a delivered reminder, and who pressed it."""

    reminder_id: int
    rest: str
    actor: Actor
    in_direct: bool


def guild_of(interaction: discord.Interaction, argument: str) -> int:
    """Return the server that a button belongs to: the one it is in, or in a direct message the one it names."""
    if interaction.guild_id is not None:
        return interaction.guild_id
    named = argument.partition("@")[2]
    if not named.isascii() or not named.isdigit() or len(named) > 19 or int(named) >= 2**63:
        raise ReminderNotFound
    return int(named)


def pressed(interaction: discord.Interaction, argument: str, snapshot: SettingsSnapshot) -> Pressed:
    """Read a button of a delivered reminder. In direct messages nobody is staff. Raises ReminderNotFound."""
    number, _, rest = argument.partition("@")[0].partition(":")
    reminder_id = number_of(number)
    if reminder_id is None:
        raise ReminderNotFound
    if interaction.guild_id is not None:
        return Pressed(reminder_id, rest, actor_of(interaction, snapshot), in_direct=False)
    user: Any = interaction.user
    return Pressed(reminder_id, rest, Actor(snapshot.guild_id, user.id), in_direct=True)
