"""The world as the JSON Discord would send."""

from typing import TYPE_CHECKING, Any

from standin import permissions
from standin.messages import visible_embeds
from standin.model import EPHEMERAL, Attachment, Channel, Guild, Member, Message, Role, User

if TYPE_CHECKING:
    from standin.interactions import Interaction
    from standin.registry import Registry

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024


def user(who: User) -> dict[str, Any]:
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": None if who.bot else who.display_name,
        "discriminator": "0000" if who.bot else "0",
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
    }


def member(who: Member) -> dict[str, Any]:
    return {
        "user": user(who.user),
        "nick": who.nick,
        "avatar": None,
        "roles": [str(role_id) for role_id in who.role_ids],
        "joined_at": who.joined_at.isoformat(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": who.flags,
        "pending": who.pending,
        "communication_disabled_until": who.timed_out_until.isoformat() if who.timed_out_until else None,
    }


def resolved_member(guild: Guild, who: Member, channel: Channel) -> dict[str, Any]:
    """A member as interactions describe one: without the account, with permissions in the channel."""
    described = member(who)
    for left_out in ("user", "deaf", "mute"):
        del described[left_out]
    described["permissions"] = str(permissions.in_channel(guild, who, channel))
    return described


def role(one: Role) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": str(one.id),
        "name": one.name,
        "description": None,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": one.hoist,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if one.managed:
        described["tags"] = {}
    return described


def channel(one: Channel) -> dict[str, Any]:
    """A channel, a thread or a direct message."""
    described: dict[str, Any] = {"id": str(one.id), "type": int(one.type), "flags": 0}
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
                "auto_archive_duration": one.thread.auto_archive_minutes,
                "archive_timestamp": one.thread.archived_at.isoformat(),
                "locked": one.thread.locked,
                "invitable": one.thread.invitable,
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


def resolved_channel(world: "Registry", one: Channel, where: Channel) -> dict[str, Any]:
    """A channel as interactions describe one, with the permissions of the bot's guild member there."""
    described = channel(one)
    described.pop("permission_overwrites", None)
    described["permissions"] = str(world.permissions(world.bot, one if one.guild else where))
    return described


def attachment(one: Attachment) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": str(one.id),
        "filename": one.name,
        "size": one.size,
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
        "flags": 0,
    }
    if one.description is not None:
        described["description"] = one.description
    return described


def message(world: "Registry", one: Message, *, with_content: bool = True) -> dict[str, Any]:
    """A message; without content as an application sees it that may not read messages."""
    described: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "content": one.text if with_content else "",
        "timestamp": one.created_at.isoformat(),
        "edited_timestamp": one.edited_at.isoformat() if one.edited_at else None,
        "tts": False,
        "mention_everyone": one.mentions_everyone,
        "mentions": [user(who) for who in one.mentioned],
        "mention_roles": [str(role_id) for role_id in one.mentioned_role_ids],
        "attachments": [attachment(each) for each in one.attachments] if with_content else [],
        "embeds": visible_embeds(one) if with_content else [],
        "components": one.components if with_content else [],
        "pinned": False,
        "type": one.type,
        "flags": one.flags,
    }
    if one.nonce is not None:
        described["nonce"] = one.nonce
    if one.by_application:
        described["application_id"] = described["webhook_id"] = str(world.application.id)
    if one.interaction:
        described |= one.interaction
    if one.reply_to:
        described["message_reference"] = _reference(one.reply_to)
        # One step back and no further, as Discord does.
        original = None if one.reply_to.deleted else message(world, one.reply_to)
        if original:
            original.pop("referenced_message", None)
        described["referenced_message"] = original
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
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "max_members": 500_000,
        "vanity_url_code": None,
        "application_id": None,
    }


def whole_guild(world: "Registry", one: Guild, *, with_members: bool) -> dict[str, Any]:
    """A guild as GUILD_CREATE describes it: with its channels, visible threads, and members.

    Without the members intent the bot learns of itself alone.
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


def application(world: "Registry") -> dict[str, Any]:
    """The bot's application, with its owner or team."""
    one = world.application
    described: dict[str, Any] = {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot": user(one.bot),
        "bot_public": one.is_public,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(one.owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "rpc_origins": [],
        "approximate_guild_count": sum(world.has_bot(each) for each in world.guilds.values()),
        "approximate_user_install_count": 0,
        "explicit_content_filter": 0,
        "type": None,
        "max_participants": None,
        "hook": True,
    }
    if one.team:
        described["team"] = {
            "id": str(one.id),
            "name": f"{one.name} team",
            "icon": None,
            "owner_user_id": str(one.owner.id),
            "members": [
                {
                    "membership_state": 2,
                    "team_id": str(one.id),
                    "user": user(each),
                    "role": "admin",
                    "permissions": ["*"],
                }
                for each in one.team
            ],
        }
    return described


def interaction(world: "Registry", one: "Interaction", data: dict[str, Any]) -> dict[str, Any]:
    """What INTERACTION_CREATE says."""
    here, place = one.channel, one.channel.guild
    described: dict[str, Any] = {
        "id": str(one.id),
        "application_id": str(world.application.id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": data,
        "channel_id": str(here.id),
        "channel": channel(here),
        "locale": one.user.locale,
        "app_permissions": str(world.permissions(world.bot, here)),
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(place.id) if place else "0"},
        "context": 0 if place else 1,
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    if place:
        who = place.members[one.user.id]
        described |= {
            "guild_id": str(place.id),
            "guild": {"id": str(place.id), "locale": place.locale, "features": place.features},
            "guild_locale": place.locale,
            "member": member(who) | {"permissions": str(permissions.in_channel(place, who, here))},
        }
    else:
        described["user"] = user(one.user)
    if one.source:
        described["message"] = message(world, one.source) | {"flags": one.source.flags | _ephemeral(one.source)}
    return described


def _reference(one: Message) -> dict[str, Any]:
    described: dict[str, Any] = {"type": 0, "message_id": str(one.id), "channel_id": str(one.channel.id)}
    if one.channel.guild:
        described["guild_id"] = str(one.channel.guild.id)
    return described


def _ephemeral(one: Message) -> int:
    return EPHEMERAL if one.visible_to else 0
