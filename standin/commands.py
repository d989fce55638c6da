"""The application commands that the bot registered, globally and per guild, and how to find one by name."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from standin.changes import Change, ChangeKind
from standin.command_rules import Rule, Rules
from standin.model import Guild
from standin.refusals import NoSuchCommand
from standin.registry import Registry

SLASH_COMMAND, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2

_KEPT_WHEN_TRUE = ("required", "autocomplete", "choices", "options", "channel_types")


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """A command, the subcommands under it (`path`), and the options of the last of these."""

    name: str
    command: dict[str, Any]
    path: tuple[dict[str, Any], ...]
    options: list[dict[str, Any]]


class CommandStore:
    """Commands as Discord returns them, by id. Names are unique per type and place."""

    def __init__(self, world: Registry) -> None:
        self._world = world
        self._books: dict[int | None, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._rules: dict[int, dict[int, tuple[Rule, ...]]] = defaultdict(dict)
        self.creations = 0

    def all(self, guild: Guild | None = None) -> list[dict[str, Any]]:
        """The commands of a place: the global ones and those of the guild; none where the bot is not a member."""
        if guild is None:
            return self.of(None)
        return [*self.of(None), *self.of(guild)] if self._world.has_bot(guild) else []

    def of(self, guild: Guild | None) -> list[dict[str, Any]]:
        """The commands registered globally, or those registered for one guild."""
        return list(self._book(guild).values())

    def get(self, guild: Guild | None, command_id: str) -> dict[str, Any] | None:
        return self._book(guild).get(command_id)

    def find(self, words: str, kind: int, guild: Guild | None) -> FoundCommand:
        """The command behind `settings set` or a menu entry; a guild's own hides a global one. Raises NoSuchCommand."""
        names = words.removeprefix("/").split() if kind == SLASH_COMMAND else [words]
        candidates = [command for command in self.all(guild) if command["type"] == kind and command["name"] == names[0]]
        if not candidates:
            have = ", ".join(sorted(command["name"] for command in self.all(guild))) or "none"
            raise NoSuchCommand(f"There is no command {words!r}; there are: {have}.")
        command = candidates[-1]
        path = []
        options = command.get("options", [])
        for name in names[1:]:
            inner = next(
                (o for o in options if o["name"] == name and o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)), None
            )
            if inner is None:
                have = ", ".join(option["name"] for option in options)
                raise NoSuchCommand(f"There is no command {words!r}; after {command['name']!r} there are: {have}.")
            path.append(inner)
            options = inner.get("options", [])
        if any(option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in options):
            raise NoSuchCommand(f"{words!r} has subcommands and cannot be used by itself.")
        return FoundCommand(words, command, tuple(path), options)

    def overwrite(self, guild: Guild | None, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Replace all commands of the place; those of the same name and type keep their id."""
        after = [self._described(body, guild, self._namesake(guild, body)) for body in bodies]
        self._books[guild.id if guild else None] = {command["id"]: command for command in after}
        self._changed(guild)
        return after

    def upsert(self, guild: Guild | None, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Add a command, or replace the one of that name and type; return it and whether it is new."""
        old = self._namesake(guild, body)
        return self._put(guild, self._described(body, guild, old)), old is None

    def edit(self, guild: Guild | None, old: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        return self._put(guild, self._described({**old, **body}, guild, old))

    def delete(self, guild: Guild | None, command_id: str) -> None:
        del self._book(guild)[command_id]
        self._changed(guild)

    def rules(self, guild: Guild) -> Rules:
        """What a server set under Integrations, by the id of a command or of the application."""
        return self._rules[guild.id]

    def set_rules(self, guild: Guild, about: int, *rules: Rule) -> None:
        """Set in a server who may use a command, or with the application's id all of them; with no rule, as it was."""
        self._rules[guild.id].pop(about, None)
        if rules:
            self._rules[guild.id][about] = rules
        self._world.announce(Change(ChangeKind.COMMAND_RULES_CHANGED, guild, data={"id": about, "rules": rules}))

    def _book(self, guild: Guild | None) -> dict[str, dict[str, Any]]:
        return self._books[guild.id if guild else None]

    def _namesake(self, guild: Guild | None, body: dict[str, Any]) -> dict[str, Any] | None:
        key = body.get("type") or SLASH_COMMAND, body["name"]
        return next((each for each in self.of(guild) if (each["type"], each["name"]) == key), None)

    def _put(self, guild: Guild | None, command: dict[str, Any]) -> dict[str, Any]:
        self._book(guild)[command["id"]] = command
        self._changed(guild)
        return command

    def _described(self, body: dict[str, Any], guild: Guild | None, old: dict[str, Any] | None) -> dict[str, Any]:
        if old is None:
            self.creations += 1
        permissions = body.get("default_member_permissions")
        command: dict[str, Any] = {
            "id": old["id"] if old else str(self._world.next_id()),
            "application_id": str(self._world.application.id),
            "version": str(self._world.next_id()),
            # Libraries may leave out the type; Discord always returns it.
            "type": body.get("type") or SLASH_COMMAND,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "nsfw": bool(body.get("nsfw")),
            "integration_types": body.get("integration_types") or [0],
            "contexts": None if guild else body.get("contexts"),
        }
        if guild:
            command["guild_id"] = str(guild.id)
        else:
            command["dm_permission"] = body.get("dm_permission") is not False
        if body.get("options"):
            command["options"] = [_option(option) for option in body["options"]]
        if old and {**old, "version": ""} == {**command, "version": ""}:
            return old
        return command

    def _changed(self, guild: Guild | None) -> None:
        self._world.announce(Change(ChangeKind.COMMANDS_CHANGED, guild))


def _option(body: dict[str, Any]) -> dict[str, Any]:
    """An option as Discord returns it: without what is false, empty or null."""
    option = {key: value for key, value in body.items() if value is not None and (value or key not in _KEPT_WHEN_TRUE)}
    if "options" in option:
        option["options"] = [_option(inner) for inner in option["options"]]
    return option
