"""Accounts, members, roles and the application as JSON."""

from collections.abc import Iterable
from typing import Any

from standin import permissions
from standin.command_rules import Rule
from standin.model import Channel, Guild, Member, Role, User
from standin.registry import Registry


def user(who: User) -> dict[str, Any]:
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": None if who.bot else who.display_name,
        "discriminator": "0000" if who.bot else "0",
        "avatar": None,
        "primary_guild": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
    }


def member(who: Member) -> dict[str, Any]:
    return {
        "user": user(who.user),
        "nick": who.nick,
        "avatar": None,
        "banner": None,
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
        described["tags"] = {} if one.bot_id is None else {"bot_id": str(one.bot_id)}
    return described


def application(world: Registry) -> dict[str, Any]:
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
        "flags": one.flags,
        "flags_new": str(one.flags),
        "owner": user(one.owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "rpc_origins": [],
        "approximate_guild_count": sum(world.has_bot(each) for each in world.guilds.values()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
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


def command_rules(world: Registry, guild: Guild, about: int, rules: Iterable[Rule]) -> dict[str, Any]:
    """What a server set for a command, or for all of them if `about` is the application's id."""
    return {
        "id": str(about),
        "application_id": str(world.application.id),
        "guild_id": str(guild.id),
        "permissions": [rule.payload() for rule in rules],
    }
