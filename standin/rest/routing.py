"""Routes, and what their handlers receive."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from standin import errors, payloads, permissions
from standin.backend import Backend
from standin.model import Channel, Guild, Member, Message, User
from standin.world import World

Handler = Callable[["Call"], Any]
MAX_ID = 2**64 - 1


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a multipart request; `index` is its number in `files[n]`."""

    index: int
    name: str
    content: bytes
    content_type: str


@dataclass(slots=True)
class Call:
    """One request, with methods for handlers that raise what Discord would answer."""

    backend: Backend
    method: str
    route: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[UploadedFile] = field(default_factory=list)
    reason: str | None = None
    locale: str | None = None

    @property
    def world(self) -> World:
        return self.backend.world

    @property
    def bot(self) -> User:
        return self.backend.world.bot

    def id(self, name: str) -> int:
        return snowflake(self.parameters[name], name)

    def guild(self) -> Guild:
        """The guild in the path, which the bot must be in."""
        guild = self.world.guilds.get(self.id("guild_id"))
        if guild is None:
            raise errors.unknown_guild()
        if not self.world.has_bot(guild):
            raise errors.missing_access()
        return guild

    def channel(self, needed: int = 0) -> Channel:
        """The channel in the path, which the bot must see and have the needed permissions in."""
        channel = self.world.channels.get(self.id("channel_id"))
        if channel is None:
            raise errors.unknown_channel()
        self.require(channel, needed)
        return channel

    def require(self, channel: Channel, needed: int) -> None:
        """Refuse unless the bot sees the channel and may do that much in it."""
        allowed = self.world.permissions(self.bot, channel)
        if not allowed & permissions.VIEW_CHANNEL:
            raise errors.missing_access()
        if allowed & needed != needed:
            raise errors.missing_permissions()

    def require_in_guild(self, guild: Guild, needed: int) -> Member:
        """Refuse unless the bot may do that much in the whole guild; returns its own member."""
        member = guild.members[self.bot.id]
        if permissions.in_guild(guild, member) & needed != needed:
            raise errors.missing_permissions()
        return member

    def message(self, channel: Channel) -> Message:
        """The message in the path; private replies are not found this way."""
        message = channel.by_id.get(self.id("message_id"))
        if message is None or message.visible_to is not None:
            raise errors.unknown_message()
        return message

    def described(self, message: Message) -> dict[str, Any]:
        """The message as the bot may read it."""
        return payloads.message(self.world, message, with_content=self.world.application.reads_content)

    def require_intent(self, *, allowed: bool) -> None:
        """Refuse what needs a privileged intent that the application does not have."""
        if not allowed:
            raise errors.missing_access()

    def member(self, guild: Guild, name: str = "user_id") -> Member:
        member = guild.members.get(self.id(name))
        if member is None:
            raise errors.unknown_member() if self.id(name) in self.world.users else errors.unknown_user()
        return member

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query. Raises InvalidBody when it is none, or outside its bounds."""
        text = self.query.get(name, str(default))
        if not text.isdecimal():
            raise errors.invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
        if int(text) > most:
            raise errors.InvalidBody(errors.too_large((name,), most))
        if int(text) < least:
            raise errors.invalid(name, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        return int(text)

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not simply 200 with a body or 204 without."""

    status: int
    body: Any = None


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path as Discord's description writes it."""

    method: str
    path: str
    handler: Handler

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Routes(list[Route]):
    """The routes of one group; `add` is used as a decorator."""

    def add(self, method: str, path: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.append(Route(method, path, handler))
            return handler

        return register


class Router:
    """Finds the route of a request by the number and the fixed parts of its path."""

    def __init__(self, routes: list[Route]) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
        for route in routes:
            parts = route.path.strip("/").split("/")
            self._by_shape.setdefault((route.method, len(parts)), []).append((parts, route))
        for shape in self._by_shape.values():
            # `/messages/@original` before `/messages/{message_id}`.
            shape.sort(key=lambda each: sum(part.startswith("{") for part in each[0]))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        given = path.strip("/").split("/")
        for parts, route in self._by_shape.get((method, len(given)), ()):
            found: dict[str, str] = {}
            for part, value in zip(parts, given, strict=True):
                if part.startswith("{"):
                    found[part[1:-1]] = value
                elif part != value:
                    break
            else:
                return route, found
        return None

    def methods(self, path: str) -> list[str]:
        return [method for method, _ in self._by_shape if self.find(method, path)]


def snowflake(value: Any, name: str) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) > MAX_ID:
        raise errors.invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)
