"""Whom a message mentions, whom it brings into a thread, and who is notified."""

import re
from collections.abc import Mapping
from typing import Any

from standin import permissions
from standin.changes import Change, ChangeKind
from standin.components import walk
from standin.model import FAILED_TO_MENTION_SOME_ROLES_IN_THREAD, Guild, Member, Message, User
from standin.registry import Registry

EVERYTHING = ("users", "roles", "everyone")
MAX_SUMMONED = 100
"""A role with this many members or more brings nobody into a thread."""
MAX_THREAD_MEMBERS = 1000

# Code blocks and inline code mention nobody.
_CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.DOTALL)
_MENTION = re.compile(r"<@(?P<role>&?)!?(?P<id>\d+)>|(?P<all>@everyone|@here)")


def mention(world: Registry, message: Message, allowed: Mapping[str, Any] | None, *, pings: bool) -> None:
    """Find whom the message mentions and, with `pings`, who is notified. In threads, whoever is mentioned is added."""
    rules = {"parse": EVERYTHING, "replied_user": True} if allowed is None else allowed
    parse = rules.get("parse") or ()
    users = {int(user_id) for user_id in rules.get("users") or ()}
    roles = {int(role_id) for role_id in rules.get("roles") or ()}
    guild = message.channel.guild
    may_mention_all = guild is not None and world.can(message.author, message.channel, permissions.MENTION_EVERYONE)
    found: list[User] = []
    found_roles: list[int] = []
    message.mentions_everyone = False
    for match in _MENTION.finditer(_CODE.sub("", _spoken(message))):
        if match["all"]:
            message.mentions_everyone |= "everyone" in parse and may_mention_all
            continue
        mentioned_id = int(match["id"])
        if match["role"]:
            role = guild.roles.get(mentioned_id) if guild else None
            wanted = "roles" in parse or mentioned_id in roles
            if role and wanted and role.id not in found_roles and (role.mentionable or may_mention_all):
                found_roles.append(role.id)
        else:
            user = world.users.get(mentioned_id)
            wanted = "users" in parse or mentioned_id in users
            if user and wanted and user not in found:
                found.append(user)
    if message.reply_to and rules.get("replied_user") and message.reply_to.author not in found:
        found.append(message.reply_to.author)
    message.mentioned, message.mentioned_role_ids = found, found_roles
    if message.channel.thread and guild and message.visible_to is None:
        _summon(world, message, guild)
    if pings:
        message.pinged = _pinged(world, message)


def _summon(world: Registry, message: Message, guild: Guild) -> None:
    """Add whom the message mentions to its thread: people, and the members of roles that are not too large.

    An edit does so too, without notifying anybody.
    """
    thread = message.channel
    assert thread.thread is not None
    may_add = thread.thread.invitable or thread.thread.owner_id == message.author.id
    if thread.is_private_thread and not may_add and not world.can(message.author, thread, permissions.MANAGE_THREADS):
        return
    called = [guild.members[user.id] for user in message.mentioned if user.id in guild.members]
    for role_id in message.mentioned_role_ids:
        holders = [member for member in guild.members.values() if role_id in member.role_ids]
        if len(holders) >= MAX_SUMMONED:
            message.flags |= FAILED_TO_MENTION_SOME_ROLES_IN_THREAD
        else:
            called += holders
    parent = guild.channels.get(thread.parent_id or 0)
    added: dict[int, Member] = {
        member.user.id: member
        for member in called
        if member.user.id not in thread.thread_members
        and parent
        and permissions.in_channel(guild, member, parent) & permissions.VIEW_CHANNEL
    }
    room = MAX_THREAD_MEMBERS - len(thread.thread_members)
    people = [member.user for member in added.values()][: max(room, 0)]
    for user in people:
        thread.thread_members[user.id] = world.now()
    if people:
        data: dict[str, list[User]] = {"added": people, "removed": []}
        world.announce(Change(ChangeKind.THREAD_MEMBERS_CHANGED, guild, thread, data=data))


def _pinged(world: Registry, message: Message) -> list[User]:
    channel, guild = message.channel, message.channel.guild
    if message.visible_to is not None:
        return [user for user in message.mentioned if user is message.visible_to]
    if guild is None:
        return [user for user in message.mentioned if user in channel.recipients]
    named, wanted = {user.id for user in message.mentioned}, set(message.mentioned_role_ids)
    return [
        member.user
        for member in guild.members.values()
        if (message.mentions_everyone or member.user.id in named or not wanted.isdisjoint(member.role_ids))
        and member.user is not message.author
        and world.can(member.user, channel, permissions.VIEW_CHANNEL)
    ]


def _spoken(message: Message) -> str:
    """The text in which mentions count: content and text displays, but not embeds."""
    if not message.components:
        return message.text
    return "\n".join([message.text, *(part["content"] for part in walk(message.components) if part["type"] == 10)])
