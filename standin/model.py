"""What Discord consists of: plain records with ids, and simple questions about them.

Records are changed only through `World`, which tells its listeners.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from standin.components import SELECT_TYPES, Button, Select, button, select, walk

REPLY, PINNED, RECIPIENT_ADDED, RECIPIENT_REMOVED, RENAMED = 19, 6, 1, 2, 4
"""Types of messages; 0 is an ordinary one."""
FIRST_SYSTEM_TYPES = frozenset({1, 2, 3, 4, 5, 21})
"""Messages that Discord writes itself and nobody can delete: who was added or removed, a new name."""

MAX_UPLOAD = 10 * 1024 * 1024

SPOILER_CHANNEL = 1 << 21
"""The flag of a channel whose content is hidden until somebody uncovers it."""

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
FAILED_TO_MENTION_SOME_ROLES_IN_THREAD = 1 << 8
SUPPRESS_NOTIFICATIONS = 1 << 12
VOICE_MESSAGE = 1 << 13
HAS_SNAPSHOT = 1 << 14
COMPONENTS_V2 = 1 << 15


class ChannelType(IntEnum):
    """The kinds of channel that exist here, with Discord's numbers."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


@dataclass(slots=True, eq=False)
class User:
    """An account, a person's or a bot's. `accepts_dms` is their privacy setting."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    locale: str = "en-GB"
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Role:
    """A role of one guild; the one whose id is the guild's is @everyone."""

    id: int
    guild_id: int
    name: str
    permissions: int = 0
    position: int = 1
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    bot_id: int | None = None
    """Whose role it is, of an application's own."""

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True, eq=False)
class Overwrite:
    """What one channel allows or denies to a role (`type` 0) or a member (`type` 1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Member:
    """A user's place in a guild. `role_ids` leaves out @everyone."""

    guild_id: int
    user: User
    role_ids: set[int] = field(default_factory=set)
    nick: str | None = None
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    pending: bool = False
    flags: int = 0
    timed_out_until: datetime | None = None

    @property
    def is_timed_out(self) -> bool:
        return self.timed_out_until is not None and self.timed_out_until > datetime.now(UTC)

    @property
    def name(self) -> str:
        return self.nick or self.user.display_name


@dataclass(slots=True, eq=False)
class ThreadState:
    """What a thread has beyond a channel."""

    owner_id: int
    archived: bool = False
    locked: bool = False
    auto_archive_duration: int = 1440
    """In minutes."""
    invitable: bool = True
    archived_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(slots=True, eq=False)
class Channel:
    """A place for messages: of a guild, a thread in one, a category, or a direct message between two accounts."""

    id: int
    type: ChannelType
    name: str
    guild: "Guild | None" = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    flags: int = 0
    """`SPOILER_CHANNEL` and others."""
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    thread: ThreadState | None = None
    thread_members: dict[int, datetime] = field(default_factory=dict)
    by_id: dict[int, "Message"] = field(default_factory=dict)
    changes: list[tuple[str, datetime]] = field(default_factory=list)
    """When the bot changed its name or topic, which it may do twice in ten minutes."""

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def is_thread(self) -> bool:
        return self.thread is not None

    @property
    def is_private_thread(self) -> bool:
        return self.type is ChannelType.PRIVATE_THREAD

    @property
    def is_dm(self) -> bool:
        return self.type is ChannelType.DM

    @property
    def messages(self) -> "list[Message]":
        """The messages that everybody here can read, oldest first, without private replies."""
        return [message for message in self.by_id.values() if message.visible_to is None]

    @property
    def last_message(self) -> "Message | None":
        """The newest message that is not a private reply."""
        return next((message for message in reversed(self.by_id.values()) if message.visible_to is None), None)


@dataclass(slots=True, eq=False)
class Attachment:
    """A file on a message, with its bytes."""

    id: int
    name: str
    content: bytes
    content_type: str
    url: str
    description: str | None = None
    ephemeral: bool = False
    about: dict[str, Any] = field(default_factory=dict)
    """What else Discord says of it: `width`, `height`, `duration_secs`, `waveform`, `flags` (8 is a spoiler) ..."""

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(slots=True, frozen=True)
class Version:
    """What a message said before an edit."""

    text: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]


@dataclass(slots=True, eq=False)
class Message:
    """One message; `visible_to` is the only person who sees it, for private replies."""

    id: int
    channel: Channel
    author: User
    text: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited_at: datetime | None = None
    pinned_at: datetime | None = None
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    mentioned: list[User] = field(default_factory=list)
    mentioned_role_ids: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    pinged: list[User] = field(default_factory=list)
    nonce: str | int | None = None
    reply_to: "Message | None" = None
    refers_to: "Message | None" = None
    """The message that this one is about: the pinned or the forwarded one."""
    snapshot: "Message | None" = None
    """A copy of the forwarded message."""
    poll: dict[str, Any] | None = None
    stickers: list[dict[str, Any]] = field(default_factory=list)
    visible_to: User | None = None
    by_application: bool = False
    interaction: dict[str, Any] | None = None
    deleted: bool = False
    edits: list[Version] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return self.visible_to is not None

    @property
    def is_loading(self) -> bool:
        """Whether it only shows that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def visible_embeds(self) -> list[dict[str, Any]]:
        """The embeds, unless they are suppressed."""
        return [] if self.flags & SUPPRESS_EMBEDS else self.embeds

    @property
    def link(self) -> str:
        guild = self.channel.guild.id if self.channel.guild else "@me"
        return f"https://discord.com/channels/{guild}/{self.channel.id}/{self.id}"

    @property
    def full_text(self) -> str:
        """All its text: the content, text displays, and the embeds' titles, texts, fields and footers."""
        parts = [self.text]
        parts += [part["content"] for part in walk(self.components) if part["type"] == 10]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", "")]
            for line in embed.get("fields") or []:
                parts += [line["name"], line["value"]]
            parts += [(embed.get("footer") or {}).get("text", "")]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Button]:
        return [button(part) for part in walk(self.components) if part["type"] == 2]

    @property
    def selects(self) -> list[Select]:
        return [select(part) for part in walk(self.components) if part["type"] in SELECT_TYPES]


@dataclass(slots=True, eq=False)
class Guild:
    """A server. The bot is in it when its account is among the members."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-GB"
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    upload_limit: int = MAX_UPLOAD
    """In bytes per file; servers with boosts have more."""
    max_active_threads: int = 1000
    refused_names: set[str] = field(default_factory=set)
    """Words that no channel's name may hold, as Server Discovery has them."""
    blocked_words: set[str] = field(default_factory=set)
    """Words that AutoMod blocks, in messages and in names of threads."""
    harmful_links: set[str] = field(default_factory=set)
    rules_channel_id: int | None = None
    updates_channel_id: int | None = None
    """Of a Community server: where its rules are, and where moderators get updates."""
    required_channel_ids: set[int] = field(default_factory=set)
    """Other channels that nobody can delete."""
    onboarding: dict[str, Any] = field(default_factory=dict)
    """Discord's own onboarding as the API describes it, as far as it was ever set up."""

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def channel(self, name: str) -> Channel:
        """The channel or thread of that name. Raises LookupError."""
        return named(name, [*self.channels.values(), *self.threads.values()], f"channel of {self.name}")

    def role(self, name: str) -> Role:
        """The role of that name. Raises LookupError."""
        return named(name, self.roles.values(), f"role of {self.name}")

    def member(self, who: "User | str") -> Member:
        """The member, by account or by the account's name. Raises LookupError."""
        for member in self.members.values():
            if member.user is who or member.user.name == who:
                return member
        raise LookupError(f"no such member of {self.name}: {who}")


def named(name: str, candidates: Iterable[Any], what: str) -> Any:
    """The first of that name. Raises LookupError."""
    for candidate in candidates:
        if candidate.name == name:
            return candidate
    raise LookupError(f"no such {what}: {name}")
