"""Messages: posting, editing and deleting them, and who is pinged by them."""

import re
import time
from collections.abc import Mapping
from typing import Any

from standin import permissions
from standin.changes import Change, ChangeKind
from standin.components import walk
from standin.model import EPHEMERAL, LOADING, PINNED, REPLY, Channel, Message, User, Version
from standin.registry import Registry

EVERYTHING = ("users", "roles", "everyone")

# Code blocks and inline code mention nobody.
_CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.DOTALL)
_MENTION = re.compile(r"<@(?P<role>&?)!?(?P<id>\d+)>|(?P<all>@everyone|@here)")


class MessageStore:
    """Posts, edits and deletes messages.

    `nonce_window` is how many seconds an enforced nonce is remembered; Discord's documentation says "a few minutes".
    """

    def __init__(self, world: Registry) -> None:
        self._world = world
        self._nonces: dict[tuple[int, str], tuple[float, Message]] = {}
        self.nonce_window = 180.0

    def post(
        self,
        channel: Channel,
        author: User,
        text: str = "",
        *,
        allowed_mentions: Mapping[str, Any] | None = None,
        reply_to: Message | None = None,
        visible_to: User | None = None,
        **fields: Any,
    ) -> Message:
        """Post a message; `fields` are those of `Message` (`embeds`, `components`, `attachments`, `flags` ...).

        Without `allowed_mentions` everything that the text mentions is pinged, if the author may.
        """
        fields.setdefault("created_at", self._world.now())
        message = Message(self._world.next_id(), channel, author, text, **fields)
        message.reply_to, message.visible_to = reply_to, visible_to
        if reply_to is not None:
            message.type = REPLY
        if visible_to is not None:
            message.flags |= EPHEMERAL
        self._mention(message, allowed_mentions, pings=not message.is_loading)
        channel.by_id[message.id] = message
        if channel.thread and channel.thread.archived and not channel.thread.locked:
            # A message in an archived thread reopens it.
            channel.thread.archived, channel.thread.archived_at = False, self._world.now()
            self._world.announce(Change(ChangeKind.THREAD_UPDATED, channel.guild, channel))
        self._announce(ChangeKind.MESSAGE_CREATED, message)
        return message

    def edit(
        self,
        message: Message,
        *,
        text: str | None = None,
        allowed_mentions: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Message:
        """Change the given fields. An edit pings nobody, unless it replaces `is thinking`."""
        was_loading = message.is_loading
        if not was_loading:
            message.edits.append(Version(message.text, message.embeds, message.components))
            message.edited_at = self._world.now()
        if text is not None:
            message.text = text
        for name, value in fields.items():
            setattr(message, name, value)
        # After the fields, which may contain the old flags.
        message.flags &= ~LOADING
        self._mention(message, allowed_mentions, pings=was_loading)
        self._announce(ChangeKind.MESSAGE_EDITED, message)
        return message

    def delete(self, message: Message) -> None:
        """Delete the message, and mark it as `deleted` for those who still hold it."""
        if message.deleted:
            return
        message.deleted = True
        message.channel.by_id.pop(message.id, None)
        self._announce(ChangeKind.MESSAGE_DELETED, message)

    def pin(self, message: Message, by: User) -> None:
        """Pin the message; the channel says who did. A pinned one stays as it is."""
        if message.pinned_at is not None:
            return
        message.pinned_at = self._world.now()
        self._announce(ChangeKind.PINS_CHANGED, message)
        # The edit is told too, in which only `pinned` is new.
        self._announce(ChangeKind.MESSAGE_EDITED, message)
        self.post(message.channel, by, type=PINNED, refers_to=message)

    def unpin(self, message: Message) -> None:
        if message.pinned_at is not None:
            message.pinned_at = None
            self._announce(ChangeKind.PINS_CHANGED, message)
            self._announce(ChangeKind.MESSAGE_EDITED, message)

    def with_nonce(self, author: User, nonce: str | int) -> Message | None:
        """The message this author posted with that nonce a short while ago."""
        found = self._nonces.get((author.id, str(nonce)))
        return found[1] if found and self._now() - found[0] <= self.nonce_window else None

    def remember_nonce(self, message: Message) -> None:
        self._nonces[message.author.id, str(message.nonce)] = (self._now(), message)

    def _now(self) -> float:
        return time.monotonic() + self._world.turned

    def _announce(self, kind: ChangeKind, message: Message) -> None:
        self._world.announce(Change(kind, message.channel.guild, message.channel, message, message.author))

    def _mention(self, message: Message, allowed: Mapping[str, Any] | None, *, pings: bool) -> None:
        """Find whom the message mentions and, with `pings`, who is notified."""
        rules = {"parse": EVERYTHING, "replied_user": True} if allowed is None else allowed
        parse = rules.get("parse") or ()
        users = {int(user_id) for user_id in rules.get("users") or ()}
        roles = {int(role_id) for role_id in rules.get("roles") or ()}
        guild = message.channel.guild
        may_mention_all = guild is not None and self._world.can(
            message.author, message.channel, permissions.MENTION_EVERYONE
        )
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
                user = self._world.users.get(mentioned_id)
                wanted = "users" in parse or mentioned_id in users
                if user and wanted and user not in found:
                    found.append(user)
        if message.reply_to and rules.get("replied_user") and message.reply_to.author not in found:
            found.append(message.reply_to.author)
        message.mentioned, message.mentioned_role_ids = found, found_roles
        if pings:
            message.pinged = self._pinged(message)

    def _pinged(self, message: Message) -> list[User]:
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
            and self._world.can(member.user, channel, permissions.VIEW_CHANNEL)
        ]


def _spoken(message: Message) -> str:
    """The text in which mentions count: content and text displays, but not embeds."""
    if not message.components:
        return message.text
    return "\n".join([message.text, *(part["content"] for part in walk(message.components) if part["type"] == 10)])
