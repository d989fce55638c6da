"""Channels, threads and guilds as JSON."""

from typing import Any

from standin import permissions
from standin.model import Channel, Guild, User
from standin.payloads.people import member, role, user
from standin.registry import Registry


def channel(one: Channel) -> dict[str, Any]:
    """A channel, a thread or a direct message."""
    described: dict[str, Any] = {"id": str(one.id), "type": int(one.type), "flags": one.flags}
    last = next(reversed(one.by_id), None)
    described["last_message_id"] = str(last) if last else None
    if one.is_dm:
        described["recipients"] = [user(who) for who in one.recipients if not who.bot]
        return described
    guild = one.guild
    described |= {
        "guild_id": str(guild.id) if guild else None,
        "name": one.name,
        "parent_id": str(one.parent_id) if one.parent_id else None,
        "rate_limit_per_user": one.slowmode,
    }
    if one.thread:
        described |= {
            "owner_id": str(one.thread.owner_id),
            "member_count": len(one.thread_members),
            "message_count": len(one.by_id),
            "total_message_sent": len(one.by_id),
            "thread_metadata": {
                "archived": one.thread.archived,
                "auto_archive_duration": one.thread.auto_archive_duration,
                "archive_timestamp": one.thread.archived_at.isoformat(),
                "locked": one.thread.locked,
                "invitable": one.thread.invitable,
                "create_timestamp": one.thread.created_at.isoformat(),
            },
        }
        return described
    return described | {
        "position": one.position,
        "topic": one.topic,
        "nsfw": one.nsfw,
        "permission_overwrites": [
            {"id": str(each.id), "type": each.type, "allow": str(each.allow), "deny": str(each.deny)}
            for each in one.overwrites.values()
        ],
    }


def thread_member(thread: Channel, who_id: int) -> dict[str, Any]:
    return {
        "id": str(thread.id),
        "user_id": str(who_id),
        "join_timestamp": thread.thread_members[who_id].isoformat(),
        "flags": 0,
    }


def resolved_channel(world: Registry, one: Channel, who: User) -> dict[str, Any]:
    """A channel as interactions describe one: with what the person and the bot may do there."""
    described = channel(one)
    described.pop("permission_overwrites", None)
    described["permissions"] = str(world.permissions(who, one))
    described["app_permissions"] = str(world.permissions(world.bot, one))
    return described


def guild(one: Guild) -> dict[str, Any]:
    """A guild as `GET /guilds/{id}` gives it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(each) for each in one.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": one.features,
        "preferred_locale": one.locale,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "home_header": None,
        "banner": None,
        "description": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "afk_timeout": 300,
        "afk_channel_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": str(one.rules_channel_id) if one.rules_channel_id else None,
        "public_updates_channel_id": str(one.updates_channel_id) if one.updates_channel_id else None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "max_members": 500_000,
        "max_presences": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "premium_progress_bar_enabled": False,
        "region": "deprecated",
        "nsfw": False,
        "safety_alerts_channel_id": None,
        "incidents_data": None,
        "widget_enabled": False,
        "widget_channel_id": None,
        "vanity_url_code": None,
        "application_id": None,
    }


def whole_guild(world: Registry, one: Guild, *, with_members: bool) -> dict[str, Any]:
    """A guild as GUILD_CREATE describes it: with its channels, visible threads, and members.

    Without the intents for members and presences it lists only the bot itself.
    """
    own = one.members[world.bot.id]
    listed = one.members.values() if with_members else (own,)
    return guild(one) | {
        "joined_at": own.joined_at.isoformat(),
        "large": len(one.members) > 250,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(each) for each in listed],
        "channels": [channel(each) for each in one.channels.values()],
        "threads": [
            channel(each)
            for each in one.threads.values()
            if each.thread and not each.thread.archived and world.can(world.bot, each, permissions.VIEW_CHANNEL)
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
