"""The bot's own account and application, its commands, and the gateway's address."""

from typing import Any

from standin import errors, payloads
from standin.commands import MESSAGE_COMMAND, SLASH_COMMAND, USER_COMMAND
from standin.errors import ApiError, InvalidBody
from standin.limits import command_problems, overwrite_problems
from standin.locales import localized
from standin.model import Guild
from standin.rest.routing import Answer, Call, Routes

routes = Routes()

MAX_COMMANDS = {SLASH_COMMAND: 100, USER_COMMAND: 15, MESSAGE_COMMAND: 15}
MAX_CREATIONS_PER_DAY = 200
GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@routes.add("GET", "/gateway")
def gateway(call: Call) -> dict[str, Any]:
    return {"url": call.backend.gateway.url}


@routes.add("GET", "/gateway/bot")
def gateway_for_bot(call: Call) -> dict[str, Any]:
    return {
        "url": call.backend.gateway.url,
        "shards": call.backend.recommended_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": call.backend.gateway.remaining_identifies,
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        },
    }


@routes.add("GET", "/users/@me")
def own_account(call: Call) -> dict[str, Any]:
    return payloads.user(call.bot) | {"email": None, "verified": True, "mfa_enabled": False, "locale": call.bot.locale}


@routes.add("GET", "/users/{user_id}")
def account(call: Call) -> dict[str, Any]:
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise errors.unknown_user()
    return payloads.user(user)


@routes.add("GET", "/applications/@me")
@routes.add("GET", "/oauth2/applications/@me")
def application(call: Call) -> dict[str, Any]:
    return payloads.application(call.world)


@routes.add("GET", GLOBAL)
@routes.add("GET", OF_GUILD)
def list_commands(call: Call) -> list[dict[str, Any]]:
    listed = call.world.commands.of(_place(call))
    return listed if call.flag("with_localizations") else [localized(command, call.locale) for command in listed]


@routes.add("PUT", GLOBAL)
@routes.add("PUT", OF_GUILD)
def overwrite_commands(call: Call) -> list[dict[str, Any]]:
    place, bodies = _place(call), call.body or []
    errors.check(overwrite_problems(bodies))
    _require_room(bodies)
    known = {(command["type"], command["name"]) for command in call.world.commands.of(place)}
    _require_creations(call, sum(_key(body) not in known for body in bodies))
    return call.world.commands.overwrite(place, bodies)


@routes.add("POST", GLOBAL)
@routes.add("POST", OF_GUILD)
def create_command(call: Call) -> Answer:
    place, body = _place(call), call.body
    errors.check(command_problems(body))
    existing = [command for command in call.world.commands.of(place) if _key(command) != _key(body)]
    _require_room([*existing, body])
    _require_creations(call, int(len(existing) == len(call.world.commands.of(place))))
    command, is_new = call.world.commands.upsert(place, body)
    return Answer(201 if is_new else 200, command)


@routes.add("GET", f"{OF_GUILD}/permissions")
def list_command_rules(call: Call) -> list[dict[str, Any]]:
    guild = _place(call)
    assert guild is not None
    found = call.world.commands.rules(guild).items()
    return [payloads.command_rules(call.world, guild, about, rules) for about, rules in found]


@routes.add("GET", f"{GLOBAL}/{{command_id}}")
@routes.add("GET", f"{OF_GUILD}/{{command_id}}")
def get_command(call: Call) -> dict[str, Any]:
    command = call.world.commands.get(_place(call), str(call.id("command_id")))
    if command is None:
        raise errors.unknown_command()
    return command


@routes.add("PATCH", f"{GLOBAL}/{{command_id}}")
@routes.add("PATCH", f"{OF_GUILD}/{{command_id}}")
def edit_command(call: Call) -> dict[str, Any]:
    command = get_command(call)
    errors.check(command_problems({**command, **call.body}))
    return call.world.commands.edit(_place(call), command, call.body)


@routes.add("DELETE", f"{GLOBAL}/{{command_id}}")
@routes.add("DELETE", f"{OF_GUILD}/{{command_id}}")
def delete_command(call: Call) -> None:
    call.world.commands.delete(_place(call), get_command(call)["id"])


def _place(call: Call) -> Guild | None:
    if call.id("application_id") != call.world.application.id:
        raise errors.unknown_application()
    return call.guild() if "guild_id" in call.parameters else None


def _key(command: dict[str, Any]) -> tuple[int, str]:
    return command.get("type") or SLASH_COMMAND, command["name"]


def _require_room(commands: list[dict[str, Any]]) -> None:
    for kind, limit in MAX_COMMANDS.items():
        if sum(_key(command)[0] == kind for command in commands) > limit:
            raise InvalidBody(code=30032, message=f"Maximum number of application commands reached ({limit}).")


def _require_creations(call: Call, wanted: int) -> None:
    if call.world.commands.creations + wanted > MAX_CREATIONS_PER_DAY:
        message = f"Max number of daily application command creates has been reached ({MAX_CREATIONS_PER_DAY})"
        raise ApiError(400, 30034, message)
