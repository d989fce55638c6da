"""Ready-made worlds: a small, lively community, and a large empty one."""

from datetime import UTC, datetime, timedelta

from standin import permissions
from standin.model import Channel, ChannelType, Guild, Member, Overwrite, Role
from standin.world import World

_MODERATING = permissions.MANAGE_MESSAGES | permissions.MANAGE_THREADS | permissions.MANAGE_NICKNAMES
_MODERATING |= permissions.KICK_MEMBERS | permissions.MODERATE_MEMBERS
MODERATOR_PERMISSIONS = _MODERATING | permissions.MENTION_EVERYONE | permissions.VIEW_AUDIT_LOG
BOT_PERMISSIONS = _MODERATING | permissions.MANAGE_CHANNELS | permissions.MANAGE_ROLES | permissions.PIN_MESSAGES

CHATTER = (
    ("welcome", "olivia", "Welcome aboard! Read the rules, then say hello in <#{general}>."),
    ("announcements", "olivia", "**Open day** on Saturday. The lamp room is open from 10:00, mind the stairs."),
    ("staff-only", "maya", "Night watch is one short on Friday, can anybody step in?"),
    ("staff-only", "adam", "I will ask Ben."),
    ("general", "alice", "Good morning! Fog is so thick I cannot see the pier."),
    ("general", "ben", "Same here. The ferry is running late, ten minutes at least."),
    ("general", "maya", "The harbour meeting moved to 18:00."),
    ("general", "chloe", "Does anybody know how to reset the lamp timer?"),
    ("general", "alice", "Ask in <#{support}>, somebody there will."),
)


def demo_world() -> World:
    """Two guilds.

    *The Lighthouse* has its owner `olivia`, the administrator `adam`, the moderator `maya`, the members `alice`, `ben`
    and `chloe`, the newcomer `nils`, and `eve`, who means harm. Channels: welcome, rules, announcements, general,
    support, staff-only. Roles from the top: Administrator, Concierge (the bot's), Moderator, Member, Night Watch.

    *The Boathouse* belongs to `ben`; `eve` is its administrator, and `alice` a member. Application and bot are owned by
    `operator`, who is in no guild.
    """
    world = World()
    names = ("olivia", "adam", "maya", "alice", "ben", "chloe", "nils", "eve")
    people = {name: world.add_user(name) for name in names}
    people["chloe"].locale = "fr"
    people["ben"].locale = "de"
    lighthouse = world.add_guild("The Lighthouse", people["olivia"], with_bot=False)
    watch = world.create_role(lighthouse, "Night Watch", mentionable=True, color=0x5865F2)
    member = world.create_role(lighthouse, "Member", color=0x57F287)
    moderator = world.create_role(
        lighthouse, "Moderator", permissions=MODERATOR_PERMISSIONS, hoist=True, color=0xFEE75C
    )
    world.bot_joins(lighthouse, BOT_PERMISSIONS)
    administrator = world.create_role(
        lighthouse, "Administrator", permissions=permissions.ADMINISTRATOR, hoist=True, color=0xED4245
    )
    for name, roles in (
        ("adam", [administrator]),
        ("maya", [moderator, member]),
        ("alice", [member]),
        ("ben", [member, watch]),
        ("chloe", [member]),
        ("nils", []),
        ("eve", [member]),
    ):
        world.add_member(lighthouse, people[name], roles)
    _furnish(world, lighthouse, moderator)
    boathouse = world.add_guild("The Boathouse", people["ben"])
    keeper = world.create_role(boathouse, "Keeper", permissions=permissions.ADMINISTRATOR)
    world.add_member(boathouse, people["eve"], [keeper])
    world.add_member(boathouse, people["alice"])
    for name in ("general", "workshop"):
        world.create_channel(boathouse, name)
    _chat(world, lighthouse)
    return world


def large_world(guilds: int = 1000, channels: int = 50, roles: int = 20) -> World:
    """Many guilds with many text channels and roles; each has its owner and the bot as members, for long already."""
    world = World()
    joined_at = datetime(2024, 1, 1, tzinfo=UTC)
    owner = world.add_user("olivia")
    for number in range(guilds):
        guild = Guild(world.next_id(), f"Guild {number}", owner.id)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", permissions.EVERYONE, position=0)
        for index in range(1, roles):
            role = Role(world.next_id(), guild.id, f"Role {index}", permissions.EVERYONE, position=index)
            guild.roles[role.id] = role
        for user in (owner, world.bot):
            guild.members[user.id] = Member(guild.id, user, joined_at=joined_at)
        for index in range(channels):
            channel = Channel(world.next_id(), ChannelType.TEXT, f"channel-{index}", guild, position=index)
            guild.channels[channel.id] = world.channels[channel.id] = channel
        world.guilds[guild.id] = guild
    return world


def _furnish(world: World, guild: Guild, moderator: Role) -> None:
    information = world.create_channel(guild, "Information", ChannelType.CATEGORY)
    community = world.create_channel(guild, "Community", ChannelType.CATEGORY)
    staff = world.create_channel(guild, "Staff", ChannelType.CATEGORY)

    def crew_only(needed: int) -> list[Overwrite]:
        crew = [Overwrite(moderator.id, 0, allow=needed), Overwrite(world.bot.id, 1, allow=needed)]
        return [Overwrite(guild.id, 0, deny=needed), *crew]

    quiet, hidden = crew_only(permissions.SEND_MESSAGES), crew_only(permissions.VIEW_CHANNEL)
    world.create_channel(guild, "welcome", parent=information, topic="Say hello", overwrites=quiet)
    world.create_channel(guild, "rules", parent=information, overwrites=quiet)
    world.create_channel(
        guild, "announcements", ChannelType.ANNOUNCEMENT, parent=information, topic="News", overwrites=quiet
    )
    world.create_channel(guild, "general", parent=community, topic="Anything that floats")
    world.create_channel(guild, "support", parent=community, topic="Ask, and somebody will know")
    world.create_channel(guild, "staff-only", parent=staff, topic="For the crew", overwrites=hidden)


def _chat(world: World, guild: Guild) -> None:
    places = {channel.name: channel.id for channel in guild.channels.values()}
    began = datetime.now(UTC) - timedelta(hours=2)
    for number, (place, name, text) in enumerate(CHATTER):
        channel, written_at = guild.channel(place), began + timedelta(minutes=7 * number)
        world.messages.post(channel, world.user(name), text.format(**places), created_at=written_at)
