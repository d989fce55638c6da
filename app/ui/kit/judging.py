"""Whether channels and roles that were chosen are right for what the bot does with them.

The one place where that is decided, for `/health check`, `/settings check`, `/setup`, the checks of features and
`concierge doctor`. All pure: it compares what a server chose with the server as somebody found it, in the cache of the
gateway, in an interaction or in Discord's answers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any

import discord

from app.core import formats
from app.core.checks import (
    PERMISSIONS,
    ChannelUse,
    Finding,
    Holds,
    Place,
    Readers,
    Refusal,
    RoleUse,
    Severity,
    Step,
)
from app.core.messages import Message, msg
from app.core.records import record
from app.ui.kit.places import in_threads
from app.ui.kit.text import plain

Channel = discord.abc.GuildChannel
MAX_IN_CATEGORY, MAX_TITLE = 50, 60
ALWAYS = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
"""What the bot needs in a server whatever it is used for."""
SPOILER = 1 << 21
"""The flag of a channel whose content has to be uncovered first; py-cord has no name for it."""
KINDS: Mapping[Holds, tuple[tuple[type[Any], ...], Message]] = {
    Holds.TEXT: ((discord.TextChannel,), msg("a text channel")),
    Holds.THREADS: ((discord.TextChannel,), msg("a text channel that is not for announcements")),
    Holds.TEXT_OR_FORUM: ((discord.TextChannel, discord.ForumChannel), msg("a text channel or a forum")),
    Holds.CATEGORY: ((discord.CategoryChannel,), msg("a category")),
}


def mention(one: Any) -> str:
    """Name a channel or a role so that it can be clicked."""
    return str(one.mention)


@record
class Server:
    """A server as somebody found it.

    `channels` and `roles` hold what was found beside the guild's own cache, such as what an interaction resolved or
    Discord answered. `gone` holds the ids of which Discord itself has said that there are none: what is neither found
    nor gone is not known, because a cache may miss what is there.
    """

    guild: discord.Guild
    me: discord.Member
    channels: Mapping[int, Channel] = field(default_factory=dict[int, Channel])
    roles: Mapping[int, discord.Role] = field(default_factory=dict[int, discord.Role])
    gone: frozenset[int] = frozenset()
    mine: Mapping[int, discord.Permissions] = field(default_factory=dict[int, discord.Permissions])
    """What the bot may in channels of which Discord has just said so, as with an interaction."""
    community: frozenset[int] = frozenset()
    """The ids of the channels that the Community settings need; Discord lets nobody delete them."""
    rules_id: int | None = None
    """The id of that for the rules, which everybody has to see."""
    name: Callable[[Any], str] = mention
    """How channels and roles are named."""

    @classmethod
    def of(cls, guild: discord.Guild) -> "Server":
        """Return a server as the cache has it."""
        rules, updates = guild.rules_channel, guild.public_updates_channel
        needed = frozenset(one.id for one in (rules, updates) if one is not None)
        return cls(guild, guild.me, community=needed, rules_id=rules.id if rules is not None else None)

    def channel(self, channel_id: int) -> Channel | None:
        """Return a channel, None if it was not found."""
        return self.channels.get(channel_id) or self.guild.get_channel(channel_id)

    def role(self, role_id: int) -> discord.Role | None:
        """Return a role, None if it was not found."""
        return self.roles.get(role_id) or self.guild.get_role(role_id)

    @property
    def top_role(self) -> discord.Role:
        """Return the bot's highest role. Of the same source as the others, because the cache counts its own way."""
        return max(self.role(one.id) or one for one in self.me.roles)

    def misses(self, places: Iterable[Place]) -> list[Place]:
        """Return the places that were not found and of which Discord has not said that they are gone."""
        found = {True: self.channel, False: self.role}
        return [one for one in places if one.id not in self.gone and found[one.is_channel](one.id) is None]


def judge(server: Server, places: Iterable[Place]) -> list[Finding]:
    """Return what is not right with places, what matters most first."""
    found = [finding for place in places for finding in judge_place(server, place)]
    return sorted(map(_weighed, found), key=lambda one: one.severity)


def _weighed(finding: Finding) -> Finding:
    """What is wrong with something that is switched off breaks nothing."""
    is_used = finding.place is None or finding.place.is_used
    return finding if is_used else replace(finding, severity=Severity.NOTE)


def judge_place(server: Server, place: Place) -> Iterator[Finding]:
    """Return what is not right with one."""
    if isinstance(place.use, ChannelUse):
        channel = server.channel(place.id)
        if channel is None:
            yield _absent(place, is_gone=place.id in server.gone)
        else:
            yield from judge_channel(server, place, place.use, channel)
    else:
        role = server.role(place.id)
        if role is None:
            yield _absent(place, is_gone=place.id in server.gone)
        else:
            yield from judge_role(server, place, place.use, role)


def _absent(place: Place, *, is_gone: bool) -> Finding:
    if not is_gone:
        what = msg("{label}: I could not find out whether it is still there.", label=_label(place))
        return Finding(Severity.NOTE, what, msg("I keep it. Look again in a minute."), place=place)
    if place.is_channel:
        what = msg("{label}: its channel is gone.", label=_label(place))
        fix = place.again or msg("Choose another channel, or clear the setting.")
        return Finding(Severity.BROKEN, what, fix, place=place, refusal=Refusal.NO_CHANNEL, steps=place.steps)
    what = msg("{label}: its role is gone.", label=_label(place))
    fix = place.again or msg("Choose another role, or clear the setting.")
    return Finding(Severity.BROKEN, what, fix, place=place, refusal=Refusal.NO_ROLE, steps=place.steps)


def judge_channel(server: Server, place: Place, use: ChannelUse, channel: Channel) -> Iterator[Finding]:
    """Return what is not right with a channel that is there, for what it is used for."""
    kinds, wanted = KINDS[use.holds]
    values = {"label": _label(place), "channel": server.name(channel)}
    if not isinstance(channel, kinds) or (use.holds is Holds.THREADS and channel.type is discord.ChannelType.news):
        what = msg("{label}: {channel} is not {wanted}.", wanted=wanted, **values)
        refusal = Refusal.NOT_TEXT if use.holds is Holds.TEXT else Refusal.WRONG_KIND
        if use.holds is Holds.TEXT and isinstance(channel, discord.ForumChannel):
            refusal = Refusal.FORUM
        fix = msg("Choose {wanted}.", wanted=wanted)
        yield Finding(Severity.BROKEN, what, fix, place=place, refusal=refusal, steps=place.steps)
        return
    yield from _of_permissions(server, place, use, channel, values)
    if isinstance(channel, discord.CategoryChannel):
        if len(channel.channels) >= MAX_IN_CATEGORY:
            what = msg("{label}: {channel} has 50 channels, which is as many as Discord allows.", **values)
            fix = msg("Choose another category, or delete some of them. Until then new ones are made outside of it.")
            full = Refusal.FULL_CATEGORY
            yield Finding(Severity.WARNING, what, fix, place=place, refusal=full, steps=place.steps)
        return
    yield from _of_readers(server, place, use, channel, values)


def _of_permissions(
    server: Server, place: Place, use: ChannelUse, channel: Channel, values: Mapping[str, object]
) -> Iterator[Finding]:
    missing = lacking_in(server, use, channel)
    if not missing:
        return
    if "view_channel" in missing:
        # Discord says so of everything else in it too.
        what, refusal = msg("{label}: I cannot see {channel}.", **values), Refusal.NO_ACCESS
    elif {"send_messages", "send_messages_in_threads"} & set(missing):
        what, refusal = msg("{label}: I cannot write in {channel}.", **values), Refusal.NO_PERMISSION
    else:
        what = msg("{label}: I cannot do everything in {channel} that I need.", **values)
        # A link without a preview and a message without its embed are sent all the same, and nobody is told.
        refusal = None if set(missing) <= {"embed_links", "read_message_history"} else Refusal.NO_PERMISSION
    fix = msg("Grant my role these permissions there: {permissions}.", permissions=names_of(missing))
    steps = (*_granting(server, missing), *place.steps)
    yield Finding(Severity.BROKEN, what, fix, place=place, refusal=refusal, steps=steps, missing=missing)


def _granting(server: Server, missing: tuple[str, ...]) -> Iterator[Step]:
    """Return what grants permissions: the role's invitation where it lacks them everywhere, else the channel."""
    everywhere = server.me.guild_permissions
    by_role = {name for name in missing if not getattr(everywhere, name)}
    if by_role:
        yield Step.INVITE
    # Who may not write has nothing to embed, so that this goes with it.
    implied = {"view_channel", "send_messages"} & by_role
    if not implied and set(missing) - by_role:
        yield Step.VISIT


def needed_and_given(server: Server, use: ChannelUse, channel: Channel) -> tuple[tuple[str, ...], discord.Permissions]:
    """Return the names of the permissions that a use of a channel takes, and what the bot may do for it there."""
    is_forum = isinstance(channel, discord.ForumChannel)
    # In a forum there is nothing beside its posts.
    needed = tuple(name for name in use.permissions if not (is_forum and name == "send_messages"))
    if use.in_threads or is_forum:
        return needed, in_threads(channel, server.me)
    told = server.mine.get(channel.id)
    return needed, told if told is not None else channel.permissions_for(server.me)


def lacking_in(server: Server, use: ChannelUse, channel: Channel) -> tuple[str, ...]:
    """Return the names of the permissions that the bot lacks in a channel for a use of it."""
    needed, mine = needed_and_given(server, use, channel)
    return tuple(name for name in needed if not getattr(mine, name))


def _of_readers(
    server: Server, place: Place, use: ChannelUse, channel: Channel, values: Mapping[str, object]
) -> Iterator[Finding]:
    """Say who sees a channel who should not, and what stands in the way of those who should."""
    visit = (Step.VISIT, *place.steps)
    if use.readers is Readers.STAFF and channel.permissions_for(server.guild.default_role).view_channel:
        what, fix = msg("{label}: **everybody can read it** in {channel}.", **values), _for_staff(server, channel)
        yield Finding(Severity.WARNING, what, fix, place=place, steps=visit)
    for_members = use.readers is Readers.MEMBERS
    severity = Severity.WARNING if for_members else Severity.NOTE
    if for_members:
        role = server.role(place.reader_role_id) if place.reader_role_id is not None else None
        if not channel.permissions_for(role or server.guild.default_role).view_channel:
            what = msg("{label}: new members do not see {channel}.", **values)
            yield Finding(severity, what, msg("Let them see it."), place=place, steps=visit)
    if getattr(channel, "nsfw", False):
        what = msg("{label}: {channel} is age-restricted, and not all members can enter it.", **values)
        fix = msg("Switch that off in the settings of the channel, or choose another one.")
        yield Finding(severity, what, fix, place=place, steps=visit)
    if getattr(channel, "flags", discord.ChannelFlags()).value & SPOILER:
        what = msg("{label}: {channel} is hidden as a spoiler until somebody uncovers it.", **values)
        fix = msg("Switch that off in the settings of the channel, or choose another one.")
        yield Finding(severity, what, fix, place=place, steps=visit)


def _for_staff(server: Server, channel: Channel) -> Message:
    if channel.id != server.rules_id:
        return msg("Let only staff see that channel.")
    return msg("Choose another channel: the Community settings need everybody to see this one.")


def judge_role(server: Server, place: Place, use: RoleUse, role: discord.Role) -> Iterator[Finding]:
    """Return what is not right with a role that is there, for what it is used for."""
    values = {"label": _label(place), "role": server.name(role)}

    def wrong(what: Message, fix: Message, refusal: Refusal | None = None) -> Finding:
        return Finding(Severity.BROKEN, what, fix, place=place, refusal=refusal, steps=place.steps)

    if role.is_default():
        what = msg("{label}: everybody has {role}.", **values)
        refusal = Refusal.NO_PERMISSION if use.is_given else None
        yield wrong(what, msg("Choose a role that only some people have."), refusal)
        return
    if use.is_pinged and not (role.mentionable or server.me.guild_permissions.mention_everyone):
        what = msg("{label}: I cannot mention {role}, so it does not get into private threads.", **values)
        yield wrong(what, msg("Allow anyone to @mention it in Server Settings → Roles."))
    if not use.is_given:
        return
    if role.managed:
        what = msg("{label}: {role} is an app's, boosters' or subscribers', and only Discord gives it.", **values)
        yield wrong(what, msg("Choose another role."), Refusal.NO_PERMISSION)
    elif role >= server.top_role:
        what = msg("{label}: I cannot give {role}, because it is not below my own highest role.", **values)
        fix = msg("Move my role above it in Server Settings → Roles, or choose another one.")
        yield wrong(what, fix, Refusal.NO_PERMISSION)


def names_of(permissions: Iterable[str]) -> "Names":
    """Name permissions as Discord shows them."""
    return Names(tuple(permissions))


@record
class Names:
    """Permissions, put into words when they are shown."""

    permissions: tuple[str, ...]

    def __str__(self) -> str:
        """Return Discord's names of them, in bold."""
        return formats.listed(f"**{PERMISSIONS[one]}**" for one in self.permissions)


def _label(place: Place) -> Message:
    if not place.title:
        return place.label
    return msg("{label} **{title}**", label=place.label, title=plain(place.title, MAX_TITLE))


def judge_bot(server: Server, now: datetime) -> Iterator[Finding]:
    """Return what is not right with the bot itself in a server: that it is timed out, or lacks what it always needs."""
    until = server.me.communication_disabled_until
    if until is not None and until > now:
        moment = discord.utils.format_dt(until, "f")
        what = msg(
            "I am timed out until {moment}: until then I can write nothing and change nothing here.", moment=moment
        )
        fix = msg("Remove the timeout from me in the list of members.")
        yield Finding(Severity.BROKEN, what, fix, refusal=Refusal.NO_PERMISSION)
    mine = server.me.guild_permissions
    if missing := tuple(name for name in ALWAYS if not getattr(mine, name)):
        what = msg("I lack permissions in this server that I need for nearly everything.")
        fix = msg("Grant my role these permissions: {permissions}.", permissions=names_of(missing))
        steps, refusal = (Step.INVITE,), Refusal.NO_PERMISSION
        yield Finding(Severity.WARNING, what, fix, refusal=refusal, steps=steps, missing=missing)
