"""Messages: posting, editing, pinning and deleting them."""

import time
from collections.abc import Mapping
from typing import Any

from standin.changes import Change, ChangeKind
from standin.mentions import mention
from standin.model import EPHEMERAL, FIRST_SYSTEM_TYPES, LOADING, PINNED, REPLY, Channel, Message, User, Version
from standin.registry import Registry


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
        mentioned: list[User] | None = None,
        id: int | None = None,  # noqa: A002 - the first message of a post in a forum has the post's id
        **fields: Any,
    ) -> Message:
        """Post a message; `fields` are those of `Message` (`embeds`, `components`, `attachments`, `flags` ...).

        `mentioned` are those whom a message of the system is about.

        Without `allowed_mentions` everything that the text mentions is pinged, if the author may.
        """
        fields.setdefault("created_at", self._world.now())
        message = Message(id or self._world.next_id(), channel, author, text, **fields)
        message.reply_to, message.visible_to = reply_to, visible_to
        if reply_to is not None:
            message.type = REPLY
        if visible_to is not None:
            message.flags |= EPHEMERAL
        if message.type in FIRST_SYSTEM_TYPES:
            message.mentioned = mentioned or []
        else:
            mention(self._world, message, allowed_mentions, pings=not message.is_loading)
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
        mention(self._world, message, allowed_mentions, pings=was_loading)
        self._announce(ChangeKind.MESSAGE_EDITED, message)
        return message

    def unfurl(self, message: Message, embeds: list[dict[str, Any]]) -> None:
        """Show a preview of a link: the message changes, and nobody edited it."""
        message.embeds = embeds
        self._announce(ChangeKind.MESSAGE_EDITED, message)

    def delete(self, message: Message) -> None:
        """Delete the message, and mark it as `deleted` for those who still hold it."""
        if not message.deleted:
            self._remove(message)
            self._announce(ChangeKind.MESSAGE_DELETED, message)

    def delete_many(self, messages: list[Message]) -> None:
        """Delete messages of one channel, of which the bot learns in a single event."""
        for message in messages:
            self._remove(message)
            self._announce(ChangeKind.MESSAGE_DELETED, message, in_bulk=True)
        if messages:
            channel = messages[0].channel
            ids = [message.id for message in messages]
            self._world.announce(Change(ChangeKind.MESSAGES_DELETED, channel.guild, channel, data={"ids": ids}))

    def _remove(self, message: Message) -> None:
        message.deleted = True
        message.channel.by_id.pop(message.id, None)

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

    def _announce(self, kind: ChangeKind, message: Message, **data: Any) -> None:
        place = message.channel
        self._world.announce(Change(kind, place.guild, place, message, message.author, data=data))
