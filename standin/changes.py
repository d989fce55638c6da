"""Everything that can happen in a world, as events for its listeners: the gateway, the playground, tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from standin.model import Channel, Guild, Member, Message, Role, User


class ChangeKind(StrEnum):
    """The kinds of change; comments name the fields of `Change` that are set besides guild and channel."""

    MESSAGE_CREATED = "message_created"  # message
    MESSAGE_EDITED = "message_edited"  # message
    MESSAGE_DELETED = "message_deleted"  # message, data: in_bulk if it was one of many
    MESSAGES_DELETED = "messages_deleted"  # data: ids; each of them is told of by itself, too
    PINS_CHANGED = "pins_changed"  # message
    TYPING = "typing"  # user
    INTERACTION_STARTED = "interaction_started"  # user, data: id, type, name
    INTERACTION_ANSWERED = "interaction_answered"  # user, message if there is one, data: id, type of the answer
    INTERACTION_FAILED = "interaction_failed"  # user, data: id; nobody answered in time
    MODAL_OPENED = "modal_opened"  # user, data: id, modal
    COMMANDS_CHANGED = "commands_changed"  # guild, or None for the global ones
    COMMAND_RULES_CHANGED = "command_rules_changed"  # data: id of the command or application, rules
    BOT_CONNECTED = "bot_connected"  # data: shard, shards, resumed
    BOT_DISCONNECTED = "bot_disconnected"  # data: shard, shards, code
    PRESENCE_CHANGED = "presence_changed"  # user, data: status, activities
    CHANNEL_CREATED = "channel_created"
    CHANNEL_UPDATED = "channel_updated"
    CHANNEL_DELETED = "channel_deleted"
    THREAD_CREATED = "thread_created"
    THREAD_UPDATED = "thread_updated"
    THREAD_DELETED = "thread_deleted"
    THREAD_MEMBERS_CHANGED = "thread_members_changed"  # data: added, removed (users)
    ROLE_CREATED = "role_created"  # role
    ROLE_UPDATED = "role_updated"  # role
    ROLE_DELETED = "role_deleted"  # role
    MEMBER_JOINED = "member_joined"  # member
    MEMBER_UPDATED = "member_updated"  # member
    MEMBER_LEFT = "member_left"  # member
    GUILD_UPDATED = "guild_updated"
    GUILD_JOINED = "guild_joined"  # the bot was added
    GUILD_LEFT = "guild_left"  # the bot was removed
    GUILD_UNAVAILABLE = "guild_unavailable"  # an outage on Discord's side begins
    GUILD_AVAILABLE = "guild_available"  # ... and ends


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened. Its records change later: read what you need now, or copy it."""

    kind: ChangeKind
    guild: Guild | None = None
    channel: Channel | None = None
    message: Message | None = None
    user: User | None = None
    member: Member | None = None
    role: Role | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def concerns(self, user: User) -> bool:
        """Whether this person can see it: private replies, modals and failed interactions belong to one person."""
        if self.message is not None and self.message.visible_to is not None:
            return self.message.visible_to is user
        if self.kind in _PERSONAL:
            return self.user is user
        return True


Listener = Callable[[Change], None]

_PERSONAL = {ChangeKind.MODAL_OPENED, *(kind for kind in ChangeKind if kind.startswith("interaction_"))}
