"""Permission bits, and what a member may do in a guild or channel.

The order of evaluation (everyone, then roles, then channel overwrites, with administrators and the owner above all)
is the one Discord documents under "Permission Hierarchy".
"""

from standin.model import Channel, ChannelType, Guild, Member, Overwrite, Role

CREATE_INVITE = 1 << 0
KICK_MEMBERS = 1 << 1
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_AUDIT_LOG = 1 << 7
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CONNECT = 1 << 20
SPEAK = 1 << 21
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
MODERATE_MEMBERS = 1 << 40
SEND_POLLS = 1 << 49
PIN_MESSAGES = 1 << 51
BYPASS_SLOWMODE = 1 << 52

ALL = (1 << 53) - 1

_TALKING = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | USE_EXTERNAL_EMOJIS
_TALKING |= ADD_REACTIONS | USE_APPLICATION_COMMANDS | SEND_POLLS

EVERYONE = _TALKING | CREATE_INVITE | CONNECT | SPEAK | CHANGE_NICKNAME
EVERYONE |= CREATE_PUBLIC_THREADS | CREATE_PRIVATE_THREADS | SEND_MESSAGES_IN_THREADS
"""What the @everyone role of a new guild allows."""

DIRECT_MESSAGE = _TALKING | MENTION_EVERYONE
"""What both sides of a direct message may do."""

_NEEDS_SPEECH = MENTION_EVERYONE | ATTACH_FILES | EMBED_LINKS
_TIMED_OUT = VIEW_CHANNEL | READ_MESSAGE_HISTORY


def in_guild(guild: Guild, member: Member) -> int:
    """What the member's roles allow, apart from any channel."""
    if member.user.id == guild.owner_id:
        return ALL
    allowed = guild.everyone.permissions
    for role_id in member.role_ids:
        allowed |= guild.roles[role_id].permissions
    if allowed & ADMINISTRATOR:
        return ALL
    return allowed & _TIMED_OUT if member.is_timed_out else allowed


def in_channel(guild: Guild, member: Member, channel: Channel) -> int:
    """What the member may do in the channel; threads follow their parent, and private ones their list of members."""
    place = guild.channels.get(channel.parent_id or 0) if channel.is_thread else channel
    if place is None:
        return 0
    allowed = in_guild(guild, member)
    if allowed == ALL:
        return ALL
    allowed = _overwritten(allowed, guild, member, place.overwrites)
    if not allowed & VIEW_CHANNEL:
        return 0
    if channel.is_thread:
        if channel.is_private_thread and not allowed & MANAGE_THREADS and member.user.id not in channel.thread_members:
            return 0
        # In threads a permission of its own decides who may write.
        allowed = allowed | SEND_MESSAGES if allowed & SEND_MESSAGES_IN_THREADS else allowed & ~SEND_MESSAGES
    if place.type is ChannelType.VOICE and not allowed & CONNECT:
        allowed &= VIEW_CHANNEL
    if not allowed & SEND_MESSAGES:
        allowed &= ~_NEEDS_SPEECH
    if member.is_timed_out:
        allowed &= _TIMED_OUT
    return allowed


def outranks(guild: Guild, member: Member, role: Role) -> bool:
    """Whether the member's roles are high enough to assign, change or delete the role."""
    return member.user.id == guild.owner_id or top_position(guild, member) > role.position


def top_position(guild: Guild, member: Member) -> int:
    """The position of the member's highest role; 0 if they have only @everyone."""
    return max((guild.roles[role_id].position for role_id in member.role_ids), default=0)


def _overwritten(allowed: int, guild: Guild, member: Member, overwrites: dict[int, Overwrite]) -> int:
    everyone = overwrites.get(guild.id)
    if everyone:
        allowed = allowed & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.role_ids:
        overwrite = overwrites.get(role_id)
        if overwrite:
            allow |= overwrite.allow
            deny |= overwrite.deny
    allowed = allowed & ~deny | allow
    own = overwrites.get(member.user.id)
    if own:
        allowed = allowed & ~own.deny | own.allow
    return allowed
