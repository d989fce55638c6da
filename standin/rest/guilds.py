"""Guilds and their roles."""

from typing import Any

from standin import errors, payloads, permissions
from standin.model import Guild, Role
from standin.rest.routing import Call, Routes

routes = Routes()


@routes.add("GET", "/users/@me/guilds")
def list_guilds(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner_id == call.bot.id,
            "permissions": str(permissions.in_guild(guild, guild.members[call.bot.id])),
            "features": guild.features,
        }
        for guild in call.world.guilds.values()
        if call.world.has_bot(guild)
    ]


@routes.add("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(call: Call) -> None:
    call.world.bot_leaves(call.guild())


@routes.add("GET", "/guilds/{guild_id}")
def get_guild(call: Call) -> dict[str, Any]:
    guild = call.guild()
    described = payloads.guild(guild)
    if call.flag("with_counts"):
        described |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return described


@routes.add("GET", "/guilds/{guild_id}/roles")
def list_roles(call: Call) -> list[dict[str, Any]]:
    return [payloads.role(role) for role in call.guild().roles.values()]


@routes.add("GET", "/guilds/{guild_id}/roles/member-counts")
def count_role_members(call: Call) -> dict[str, int]:
    # https://discord.com/developers/docs/resources/guild#get-guild-role-member-counts: without the role of everybody.
    guild = call.guild()
    held = [role_id for member in guild.members.values() for role_id in member.role_ids]
    return {str(role_id): held.count(role_id) for role_id in guild.roles if role_id != guild.id}


@routes.add("POST", "/guilds/{guild_id}/roles")
def create_role(call: Call) -> dict[str, Any]:
    guild, body = call.guild(), call.body
    own = call.require_in_guild(guild, permissions.MANAGE_ROLES)
    fields = _fields(body)
    if fields.get("permissions", 0) & ~permissions.in_guild(guild, own):
        raise errors.missing_permissions()
    name = fields.pop("name", "new role")
    # A new role is at the bottom, so that everybody who can manage roles can assign it.
    return payloads.role(call.world.create_role(guild, name, position=1, **fields))


@routes.add("PATCH", "/guilds/{guild_id}/roles/{role_id}")
def edit_role(call: Call) -> dict[str, Any]:
    guild = call.guild()
    role = _role_below(call, guild)
    fields = _fields(call.body)
    if fields.get("permissions", 0) & ~permissions.in_guild(guild, guild.members[call.bot.id]):
        raise errors.missing_permissions()
    call.world.edit_role(role, **fields)
    return payloads.role(role)


@routes.add("DELETE", "/guilds/{guild_id}/roles/{role_id}")
def delete_role(call: Call) -> None:
    guild = call.guild()
    role = _role_below(call, guild)
    if role.managed or role.id == guild.id:
        raise errors.invalid("role_id", "ROLE_INVALID", "Invalid Role")
    call.world.delete_role(role)


def _role_below(call: Call, guild: Guild) -> Role:
    role = guild.roles.get(call.id("role_id"))
    if role is None:
        raise errors.unknown_role()
    own = call.require_in_guild(guild, permissions.MANAGE_ROLES)
    if not permissions.outranks(guild, own, role):
        raise errors.missing_permissions()
    return role


def _fields(body: dict[str, Any] | None) -> dict[str, Any]:
    given = {key: value for key, value in (body or {}).items() if value is not None}
    fields = {key: given[key] for key in ("name", "color", "hoist", "mentionable") if key in given}
    if "permissions" in given:
        fields["permissions"] = int(given["permissions"])
    return fields
