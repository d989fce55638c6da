"""The world, and everything that can happen to its guilds, channels, roles, people and messages.

Tests and the playground change it through these methods. The bot receives each change over the gateway, as its intents
and shards allow, and others through `listen`. Permissions are checked elsewhere: by the REST routes for the bot, and by
`Person` for people.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from standin import permissions
from standin.changes import Change, ChangeKind
from standin.commands import CommandStore
from standin.files import FileStore
from standin.messages import MessageStore
from standin.model import (
    RECIPIENT_ADDED,
    RECIPIENT_REMOVED,
    RENAMED,
    Channel,
    ChannelType,
    Guild,
    Member,
    Overwrite,
    Role,
    ThreadState,
    User,
)
from standin.registry import Registry


class World(Registry):
    """Everything there is, and everything that can happen to it.

    `messages` posts, edits and deletes messages; `commands` holds the application commands the bot registered, `files`
    what was uploaded.
    """

    def __init__(self, bot_name: str = "Concierge") -> None:
        super().__init__(bot_name)
        self.commands = CommandStore(self)
        self.messages = MessageStore(self)
        self.files = FileStore(self)

    def let_pass(self, seconds: float) -> None:
        """Turn the clock. Quiet threads are archived, time-outs end, and addresses of files run out."""
        super().let_pass(seconds)
        real = datetime.now(UTC)
        for guild in self.guilds.values():
            for thread in list(guild.threads.values()):
                if thread.thread and not thread.thread.archived and self.now() >= _archived_at(thread):
                    self.edit_thread(thread, archived=True)
            for member in guild.members.values():
                if member.timed_out_until and real < member.timed_out_until <= self.now():
                    member.timed_out_until = real
        self.files.renew(message for channel in self.channels.values() for message in channel.by_id.values())

    # Guilds

    def add_guild(self, name: str, owner: User, *, with_bot: bool = True, bot_permissions: int | None = None) -> Guild:
        """A guild with @everyone, its owner, and the bot with a role of its own (administrator unless said)."""
        guild = Guild(id=self.next_id(own_millisecond=True), name=name, owner_id=owner.id)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", permissions.EVERYONE, position=0)
        guild.members[owner.id] = Member(guild.id, owner)
        self.guilds[guild.id] = guild
        if with_bot:
            self.bot_joins(guild, bot_permissions)
        return guild

    def bot_joins(self, guild: Guild, bot_permissions: int | None = None) -> None:
        granted = permissions.ADMINISTRATOR if bot_permissions is None else bot_permissions
        role = self.create_role(guild, self.bot.display_name, permissions=granted, managed=True, bot_id=self.bot.id)
        guild.members[self.bot.id] = Member(guild.id, self.bot, {role.id})
        self.announce(Change(ChangeKind.GUILD_JOINED, guild))

    def bot_leaves(self, guild: Guild) -> None:
        """The bot is removed from the guild, or leaves it; its managed role goes with it."""
        for role_id in guild.members.pop(self.bot.id).role_ids:
            if guild.roles[role_id].managed:
                del guild.roles[role_id]
        self.announce(Change(ChangeKind.GUILD_LEFT, guild))

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """Make the guild unavailable, as in an outage of Discord, or available again."""
        if over:
            self.unavailable.discard(guild.id)
        else:
            self.unavailable.add(guild.id)
        self.announce(Change(ChangeKind.GUILD_AVAILABLE if over else ChangeKind.GUILD_UNAVAILABLE, guild))

    def edit_guild(self, guild: Guild, **fields: Any) -> None:
        """Change `name`, `owner_id`, `locale` or `features`."""
        _set(guild, fields)
        self.announce(Change(ChangeKind.GUILD_UPDATED, guild))

    # Channels

    def create_channel(
        self,
        guild: Guild,
        name: str,
        type: ChannelType = ChannelType.TEXT,  # noqa: A002 - Discord's word
        *,
        parent: Channel | None = None,
        overwrites: Iterable[Overwrite] | None = None,
        **fields: Any,
    ) -> Channel:
        """A new channel; without overwrites of its own it begins with those of its category.

        `fields` are those of `Channel` (`topic`, `nsfw`, `slowmode`, `position`).
        """
        if overwrites is None:
            overwrites = [replace(each) for each in parent.overwrites.values()] if parent else ()
        fields.setdefault("position", len(guild.channels))
        channel = Channel(self.next_id(), type, name, guild, parent.id if parent else None, **fields)
        channel.overwrites = {overwrite.id: overwrite for overwrite in overwrites}
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.announce(Change(ChangeKind.CHANNEL_CREATED, guild, channel))
        return channel

    def edit_channel(self, channel: Channel, **fields: Any) -> None:
        """Change `name`, `topic`, `parent_id`, `position`, `nsfw`, `slowmode` or `overwrites`."""
        _set(channel, fields)
        self.announce(Change(ChangeKind.CHANNEL_UPDATED, channel.guild, channel))

    def set_overwrite(self, channel: Channel, target: Role | Member | User, *, allow: int = 0, deny: int = 0) -> None:
        """Allow and deny permission bits to a role or a person in one channel."""
        if isinstance(target, Role):
            overwrite = Overwrite(target.id, 0, allow, deny)
        else:
            overwrite = Overwrite(target.user.id if isinstance(target, Member) else target.id, 1, allow, deny)
        channel.overwrites[overwrite.id] = overwrite
        self.edit_channel(channel)

    def clear_overwrite(self, channel: Channel, target_id: int) -> None:
        channel.overwrites.pop(target_id, None)
        self.edit_channel(channel)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads; the channels of a deleted category stay, without one."""
        guild = channel.guild
        del self.channels[channel.id]
        if guild is None:
            return
        if channel.is_thread:
            del guild.threads[channel.id]
            self.announce(Change(ChangeKind.THREAD_DELETED, guild, channel))
            return
        del guild.channels[channel.id]
        for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
            del guild.threads[thread.id], self.channels[thread.id]
        self.announce(Change(ChangeKind.CHANNEL_DELETED, guild, channel))
        for child in [child for child in guild.channels.values() if child.parent_id == channel.id]:
            self.edit_channel(child, parent_id=None)

    def open_dm(self, user: User) -> Channel:
        """The direct message between the person and the bot, made on first use."""
        channel = self.direct.get(user.id)
        if channel is None:
            channel = Channel(id=self.next_id(), type=ChannelType.DM, name=user.name, recipients=[user, self.bot])
            self.direct[user.id] = self.channels[channel.id] = channel
        return channel

    # Threads

    def create_thread(
        self,
        parent: Channel,
        name: str,
        owner: User,
        *,
        private: bool = False,
        id: int | None = None,  # noqa: A002 - a thread on a message has the message's id
        slowmode: int = 0,
        **state: Any,
    ) -> Channel:
        """A thread in a channel; its maker is its first member. `state` is that of `ThreadState`."""
        guild = parent.guild
        if guild is None:
            raise ValueError("a direct message has no threads")
        thread = Channel(
            id=id or self.next_id(),
            type=ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD,
            name=name,
            guild=guild,
            parent_id=parent.id,
            slowmode=slowmode,
            thread=ThreadState(owner.id, archived_at=self.now(), created_at=self.now(), **state),
            thread_members={owner.id: self.now()},
        )
        guild.threads[thread.id] = self.channels[thread.id] = thread
        self.announce(Change(ChangeKind.THREAD_CREATED, guild, thread))
        return thread

    def edit_thread(
        self,
        thread: Channel,
        *,
        name: str | None = None,
        slowmode: int | None = None,
        by: User | None = None,
        **state: Any,
    ) -> None:
        """Rename it, or change `archived`, `locked`, `auto_archive_duration` or `invitable`.

        A new name is said in the thread if it is known who gave it.
        """
        was_called = thread.name
        _set(thread, {key: value for key, value in (("name", name), ("slowmode", slowmode)) if value is not None})
        if state.get("archived") is not None or "auto_archive_duration" in state:
            state["archived_at"] = self.now()
        _set(thread.thread, state)
        self.announce(Change(ChangeKind.THREAD_UPDATED, thread.guild, thread))
        if by is not None and name not in (None, was_called):
            self.messages.post(thread, by, thread.name, type=RENAMED)

    def join_thread(self, thread: Channel, user: User, *, by: User | None = None) -> None:
        """The person joins, or is added by somebody, which is said in the thread."""
        if user.id not in thread.thread_members:
            thread.thread_members[user.id] = self.now()
            self._members_changed(thread, added=[user], removed=[])
            if by is not None:
                self.messages.post(thread, by, type=RECIPIENT_ADDED, mentioned=[user])

    def leave_thread(self, thread: Channel, user: User, *, by: User | None = None) -> None:
        """The person leaves, or is removed by somebody, which is said in the thread."""
        if thread.thread_members.pop(user.id, None) is not None:
            self._members_changed(thread, added=[], removed=[user])
            if by is not None:
                self.messages.post(thread, by, type=RECIPIENT_REMOVED, mentioned=[user])

    def _members_changed(self, thread: Channel, **data: list[User]) -> None:
        self.announce(Change(ChangeKind.THREAD_MEMBERS_CHANGED, thread.guild, thread, data=data))

    # Roles and members

    def create_role(self, guild: Guild, name: str, **fields: Any) -> Role:
        """A new role above all others; `fields` are those of `Role` (`permissions`, `mentionable` ...)."""
        fields.setdefault("position", len(guild.roles))
        role = Role(id=self.next_id(), guild_id=guild.id, name=name, **fields)
        guild.roles[role.id] = role
        self.announce(Change(ChangeKind.ROLE_CREATED, guild, role=role))
        return role

    def edit_role(self, role: Role, **fields: Any) -> None:
        _set(role, fields)
        self.announce(Change(ChangeKind.ROLE_UPDATED, self.guilds[role.guild_id], role=role))

    def delete_role(self, role: Role) -> None:
        """Delete the role and take it from everybody, in a single event, like Discord."""
        guild = self.guilds[role.guild_id]
        del guild.roles[role.id]
        for member in guild.members.values():
            member.role_ids.discard(role.id)
        for channel in guild.channels.values():
            channel.overwrites.pop(role.id, None)
        self.announce(Change(ChangeKind.ROLE_DELETED, guild, role=role))

    def add_member(
        self, guild: Guild, user: User, roles: Iterable[Role] = (), *, pending: bool = False, flags: int = 0
    ) -> Member:
        """The person joins; `pending` until they accepted the guild's membership screening."""
        role_ids = {role.id for role in roles}
        member = Member(guild.id, user, role_ids, joined_at=self.now(), pending=pending, flags=flags)
        guild.members[user.id] = member
        self.announce(Change(ChangeKind.MEMBER_JOINED, guild, member=member, user=user))
        return member

    def repeat_join(self, member: Member) -> None:
        """Tell again that somebody joined who is in already, as Discord may since 2026."""
        self.announce(Change(ChangeKind.MEMBER_JOINED, self.guilds[member.guild_id], member=member, user=member.user))

    def edit_member(self, member: Member, **fields: Any) -> None:
        """Change `nick`, `role_ids`, `pending`, `flags` or `timed_out_until`."""
        _set(member, fields)
        self.announce(Change(ChangeKind.MEMBER_UPDATED, self.guilds[member.guild_id], member=member, user=member.user))

    def grant(self, member: Member, role: Role) -> None:
        self.edit_member(member, role_ids=member.role_ids | {role.id})

    def revoke(self, member: Member, role: Role) -> None:
        self.edit_member(member, role_ids=member.role_ids - {role.id})

    def remove_member(self, guild: Guild, user: User) -> None:
        """The person leaves or is kicked."""
        if user is self.bot:
            self.bot_leaves(guild)
            return
        member = guild.members.pop(user.id)
        for thread in guild.threads.values():
            thread.thread_members.pop(user.id, None)
        self.announce(Change(ChangeKind.MEMBER_LEFT, guild, member=member, user=user))

    def typing(self, channel: Channel, user: User) -> None:
        self.announce(Change(ChangeKind.TYPING, channel.guild, channel, user=user))


def _archived_at(thread: Channel) -> datetime:
    """When the thread will be archived unless something happens in it."""
    assert thread.thread is not None
    last = thread.last_message
    quiet_since = max(thread.thread.archived_at, last.created_at) if last else thread.thread.archived_at
    return quiet_since + timedelta(minutes=thread.thread.auto_archive_duration)


def _set(record: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if not hasattr(record, name):
            raise TypeError(f"a {type(record).__name__.lower()} has no {name}")
        setattr(record, name, value)
