"""What is checked of what a server set up, and what a check can find. All pure: Discord's library is not known here.

A channel or a role that a setting names is a `Place`; its `use` says what the bot does with it, and so what has to be
right there. What is not right is a `Finding`: it says how to mend it, what Discord would answer otherwise, and which
single step does it, if one does. `app.ui.kit.judging` compares the two with a server; `app.core.registry` knows all
places of a server.
"""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY
from enum import IntEnum, StrEnum

from app.core.messages import Message, msg
from app.core.records import record

PERMISSIONS: Mapping[str, Message] = {
    "view_channel": msg("View Channel"),
    "send_messages": msg("Send Messages"),
    "send_messages_in_threads": msg("Send Messages in Threads"),
    "embed_links": msg("Embed Links"),
    "attach_files": msg("Attach Files"),
    "read_message_history": msg("Read Message History"),
    "manage_messages": msg("Manage Messages"),
    # Since February 2026 the right to manage messages no longer pins one.
    "pin_messages": msg("Pin Messages"),
    "create_private_threads": msg("Create Private Threads"),
    "manage_threads": msg("Manage Threads"),
    "manage_channels": msg("Manage Channels"),
    # As Discord calls it in the settings of a channel; of a server it is Manage Roles.
    "manage_roles": msg("Manage Permissions"),
    "kick_members": msg("Kick Members"),
}
"""What Discord calls the permissions, by the names of its library."""


def called(permissions: Iterable[str]) -> dict[str, Message]:
    """Return what Discord calls some permissions."""
    return {name: PERMISSIONS[name] for name in permissions}


class Severity(IntEnum):
    """How much a finding matters; a lower number matters more."""

    BROKEN = 0
    """Something does not work."""
    WARNING = 1
    """It works, and somebody will be surprised."""
    NOTE = 2
    """It may be meant so."""


class Refusal(IntEnum):
    """What Discord would answer, by its code.

    https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
    """

    text: str

    def __new__(cls, code: int, text: str) -> "Refusal":
        """Keep Discord's text beside its code."""
        one = int.__new__(cls, code)
        one._value_ = code
        one.text = text
        return one

    NO_CHANNEL = 10003, "Unknown Channel"
    NO_MESSAGE = 10008, "Unknown Message"
    NO_ROLE = 10011, "Unknown Role"
    MANY_CHANNELS = 30013, "Maximum number of server channels reached (500)"
    FORUM = 40058, "Cannot send a message in a forum channel"
    NO_ACCESS = 50001, "Missing Access"
    NOT_TEXT = 50008, "Cannot send messages in a non-text channel"
    NO_PERMISSION = 50013, "Missing Permissions"
    WRONG_KIND = 50024, "Cannot execute action on this channel type"
    FULL_CATEGORY = 50035, "Maximum number of channels in category reached (50)"
    COMMUNITY = 50074, "Cannot delete a channel required for Community servers"
    FEW_OPEN = 350001, "Cannot enable onboarding, requirements are not met"
    NOT_OPEN = 350003, "Onboarding channels must be readable by everyone"

    def __str__(self) -> str:
        """Return the code and the text, as an error of Discord's has them."""
        return f"{self.value}: {self.text}"


class Holds(StrEnum):
    """Which kinds of channel a use takes."""

    TEXT = "text"
    """Where messages can be posted: text and announcements."""
    THREADS = "threads"
    """Where private threads can be made: text alone."""
    TEXT_OR_FORUM = "text or forum"
    CATEGORY = "category"


class Readers(StrEnum):
    """Who is to see a channel."""

    ANYBODY = "anybody"
    """Whoever the server wants."""
    MEMBERS = "members"
    """Whoever is to use it, among them new members: nothing may stand in their way."""
    STAFF = "staff"
    """Not everybody: it shows what is nobody else's business."""


@record
class ChannelUse:
    """What the bot does in a channel, as the names of the permissions in `PERMISSIONS` that this takes."""

    permissions: tuple[str, ...]
    _: KW_ONLY
    holds: Holds = Holds.TEXT
    readers: Readers = Readers.ANYBODY
    in_threads: bool = False
    """Whether it does that in threads and posts of the channel, and not in the channel itself."""


@record
class RoleUse:
    """What the bot does with a role."""

    _: KW_ONLY
    is_given: bool = False
    """Whether it gives it to members, so that it has to be below its own highest role."""
    is_pinged: bool = False
    """Whether mentioning it has to reach those who have it."""


Use = ChannelUse | RoleUse

POSTS = ("view_channel", "send_messages", "embed_links")
ANNOUNCING = ChannelUse(POSTS)
"""Messages with embeds."""
STAFF_LOG = ChannelUse((*POSTS, "attach_files"), readers=Readers.STAFF)
"""Messages with embeds and files, for staff alone."""
STAFF_POST = ChannelUse(POSTS, readers=Readers.STAFF)
"""A message for staff alone that stays."""
PANEL = ChannelUse(POSTS, readers=Readers.MEMBERS)
"""A message that stays, with buttons that members press."""
FIGURES = ChannelUse((*POSTS, "attach_files"))
"""A message with pictures that stays."""
MAKING_CHANNELS = ("view_channel", "manage_channels", "manage_roles", "send_messages")
MAKING_THREADS = ("view_channel", "create_private_threads", "send_messages_in_threads", "manage_threads")
"""Without these there is no ticket at all."""
IN_TICKETS = ("manage_messages", "pin_messages", "attach_files", "embed_links", "read_message_history")
TICKET_CATEGORY = ChannelUse((*MAKING_CHANNELS, *IN_TICKETS), holds=Holds.CATEGORY)
"""Channels of tickets."""
TICKET_THREADS = ChannelUse((*MAKING_THREADS, *IN_TICKETS), holds=Holds.THREADS, in_threads=True)
"""Private threads of tickets."""
ANSWERING = ChannelUse(
    ("view_channel", "send_messages_in_threads", "embed_links", "read_message_history", "send_messages"),
    holds=Holds.TEXT_OR_FORUM,
)
"""Replies to what members write; in a forum only in its posts."""
SHOWING = ChannelUse(("view_channel", "manage_roles"))
"""A channel that the bot lets members see."""
GIVEN = RoleUse(is_given=True)
TEAM = RoleUse()
PINGED_TEAM = RoleUse(is_pinged=True)


class Step(StrEnum):
    """A single step that mends something."""

    CLEAR = "clear"
    """Set the setting to nothing, or remove the structure."""
    CHOOSE = "choose"
    """Choose another channel or role in its place."""
    VISIT = "visit"
    """Open the channel, to change its permissions there."""
    INVITE = "invite"
    """Grant the missing permissions to the bot's role by its invitation."""
    PORTAL = "portal"
    """Switch on an intent in Discord's developer portal."""


@record
class Place:
    """A channel or a role that a setting names."""

    setting: str
    """The name of the setting; empty for what is no setting."""
    label: Message
    """What it is."""
    id: int
    use: Use
    _: KW_ONLY
    title: str = ""
    """What somebody called it, as they typed it; whoever shows it says how it is written there."""
    reader_role_id: int | None = None
    """The role of those who are to see a channel of members; everybody's if there is none."""
    is_used: bool = True
    """Whether its feature is on."""
    steps: tuple[Step, ...] = ()
    """Which of `CHOOSE` and `CLEAR` there are for it."""
    again: Message | None = None
    """How to choose another one, where that is no single step."""

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel, and no role."""
        return isinstance(self.use, ChannelUse)


@record
class Finding:
    """One thing that is not right, how to mend it, and what happens otherwise."""

    severity: Severity
    what: Message
    """What is not right; where `fix` is missing, how to mend it too."""
    fix: Message | None = None
    _: KW_ONLY
    place: Place | None = None
    """The channel or role that it is about, if it is about one."""
    refusal: Refusal | None = None
    """What Discord would answer, if it would refuse something."""
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    """The names of the permissions that are missing."""

    @property
    def setting(self) -> str:
        """Return the name of the setting that it is about, empty if it is about none."""
        return self.place.setting if self.place is not None else ""

    def __str__(self) -> str:
        """Say it in the current language, with Discord's answer."""
        said = f"{self.what} {self.fix}" if self.fix is not None else str(self.what)
        return f"{said} ({self.refusal})" if self.refusal is not None else said
