"""Members of a guild and the roles they hold."""

from datetime import UTC, datetime
from typing import Any

from standin import errors, payloads, permissions
from standin.model import Guild, Member, Role
from standin.rest.routing import Call, Routes, snowflake

routes = Routes()

MAX_TIMEOUT_DAYS = 28


@routes.add("GET", "/guilds/{guild_id}/members")
def list_members(call: Call) -> list[dict[str, Any]]:
    guild = call.guild()
    call.require_intent(allowed=call.world.application.sees_members)
    limit = call.number("limit", 1, 1, 1000)
    after = snowflake(call.query.get("after", 0), "after")
    members = sorted((member for member in guild.members.values() if member.user.id > after), key=lambda m: m.user.id)
    return [payloads.member(member) for member in members[:limit]]


@routes.add("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(call: Call) -> dict[str, Any]:
    return payloads.member(call.member(call.guild()))


@routes.add("PATCH", "/guilds/{guild_id}/members/@me")
def edit_self(call: Call) -> dict[str, Any]:
    guild = call.guild()
    own = call.require_in_guild(guild, permissions.CHANGE_NICKNAME)
    if "nick" in call.body:
        call.world.edit_member(own, nick=call.body["nick"] or None)
    return payloads.member(own)


@routes.add("PATCH", "/guilds/{guild_id}/members/{user_id}")
def edit_member(call: Call) -> dict[str, Any]:
    guild = call.guild()
    member, body = call.member(guild), call.body
    fields: dict[str, Any] = {}
    if "nick" in body:
        _require_above(call, guild, member, permissions.MANAGE_NICKNAMES)
        fields["nick"] = body["nick"] or None
    if body.get("roles") is not None:
        fields["role_ids"] = {snowflake(each, "roles") for each in body["roles"]}
        for role_id in fields["role_ids"] ^ member.role_ids:
            _role_to_hand_out(call, guild, role_id)
    if "communication_disabled_until" in body:
        _require_above(call, guild, member, permissions.MODERATE_MEMBERS)
        fields["timed_out_until"] = _until(body["communication_disabled_until"])
    if body.get("flags") is not None:
        call.require_in_guild(guild, permissions.MODERATE_MEMBERS)
        fields["flags"] = body["flags"]
    call.world.edit_member(member, **fields)
    return payloads.member(member)


@routes.add("DELETE", "/guilds/{guild_id}/members/{user_id}")
def kick(call: Call) -> None:
    guild = call.guild()
    member = call.member(guild)
    _require_above(call, guild, member, permissions.KICK_MEMBERS)
    call.world.remove_member(guild, member.user)


@routes.add("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def grant(call: Call) -> None:
    guild = call.guild()
    call.world.grant(call.member(guild), _role_to_hand_out(call, guild, call.id("role_id")))


@routes.add("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def revoke(call: Call) -> None:
    guild = call.guild()
    call.world.revoke(call.member(guild), _role_to_hand_out(call, guild, call.id("role_id")))


def _role_to_hand_out(call: Call, guild: Guild, role_id: int) -> Role:
    role = guild.roles.get(role_id)
    if role is None:
        raise errors.unknown_role()
    own = call.require_in_guild(guild, permissions.MANAGE_ROLES)
    if role.managed or role.id == guild.id or not permissions.outranks(guild, own, role):
        raise errors.missing_permissions()
    return role


def _require_above(call: Call, guild: Guild, member: Member, needed: int) -> None:
    own = call.require_in_guild(guild, needed)
    is_above = permissions.top_position(guild, own) > permissions.top_position(guild, member)
    if member is not own and (member.user.id == guild.owner_id or not is_above):
        raise errors.missing_permissions()


def _until(text: str | None) -> datetime | None:
    if text is None:
        return None
    until = datetime.fromisoformat(text)
    if (until - datetime.now(UTC)).days > MAX_TIMEOUT_DAYS:
        too_long = f"The timeout may last at most {MAX_TIMEOUT_DAYS} days."
        raise errors.invalid("communication_disabled_until", "GUILD_COMMUNICATION_DISABLED_UNTIL_INVALID", too_long)
    return until
