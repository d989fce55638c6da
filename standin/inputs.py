"""What a person chose, as the data of a command interaction, with the checks of Discord's client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from standin import payloads
from standin.commands import FoundCommand
from standin.model import Attachment, Channel, Member, Message, Role, User
from standin.refusals import BadInput
from standin.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
MAX_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Upload:
    """A file a person adds to a message, option or form."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    about: Mapping[str, Any] = field(default_factory=dict)
    """What Discord finds out about it, see `standin.model.Attachment`."""


class Resolved:
    """The `resolved` part of an interaction: what the ids among the values stand for."""

    def __init__(self, world: World, user: User, channel: Channel) -> None:
        self._world = world
        self._user = user
        self.channel = channel
        self._parts: dict[str, dict[str, Any]] = {}

    def add(self, value: Any) -> str:
        """Describe the thing, and return its id as the value to send."""
        if isinstance(value, Member):
            value = value.user
        if isinstance(value, User):
            self._put("users", value.id, payloads.user(value))
            guild = self.channel.guild
            if guild and (member := guild.members.get(value.id)):
                self._put("members", value.id, payloads.resolved_member(guild, member, self.channel))
        elif isinstance(value, Role):
            self._put("roles", value.id, payloads.role(value))
        elif isinstance(value, Channel):
            self._put("channels", value.id, payloads.resolved_channel(self._world, value, self._user))
        elif isinstance(value, Message):
            self._put("messages", value.id, payloads.message(self._world, value))
        elif isinstance(value, Attachment):
            self._put("attachments", value.id, payloads.attachment(value))
        return str(value.id)

    def find(self, kind: int, value: Any) -> Any:
        """The thing a person means, given itself or its id. Raises BadInput when they cannot choose it."""
        if isinstance(value, (User, Member, Role, Channel)):
            found: Any = value.user if isinstance(value, Member) else value
        elif isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
            found = self._by_id(int(value))
        else:
            found = None
        wanted = {USER: (User,), CHANNEL: (Channel,), ROLE: (Role,), MENTIONABLE: (User, Role)}[kind]
        if not isinstance(found, wanted):
            raise BadInput(f"You cannot choose {value!r} here.")
        return found

    def upload(self, file: Upload) -> Attachment:
        """Upload the file, as the client does before it sends the interaction. Raises BadInput if it is too large."""
        if len(file.content) > self._world.upload_limit_of(self.channel):
            raise BadInput(f"{file.name}: your files are too powerful.")
        return self._world.files.add(
            self.channel, file.name, file.content, file.content_type, ephemeral=True, about=file.about
        )

    def data(self) -> dict[str, Any]:
        return {"resolved": self._parts} if self._parts else {}

    def _by_id(self, thing: int) -> User | Role | Channel | None:
        guild = self.channel.guild
        if guild and thing in guild.roles:
            return guild.roles[thing]
        return self._world.users.get(thing) or self._world.channels.get(thing)

    def _put(self, part: str, key: int, value: dict[str, Any]) -> None:
        self._parts.setdefault(part, {})[str(key)] = value


def sending(
    world: World, user: User, found: FoundCommand, channel: Channel, given: Mapping[str, Any], *, raw: bool = False
) -> dict[str, Any]:
    """The data of a slash command that is sent. Raises BadInput for what the client would not send, unless `raw`."""
    resolved = Resolved(world, user, channel)
    known = {option["name"]: option for option in found.options}
    if not raw:
        _require_known(found, given, known)
        missing = [name for name, option in known.items() if option.get("required") and given.get(name) is None]
        if missing:
            raise BadInput(f"This option is required: {', '.join(missing)}.")
    values = []
    for name, value in given.items():
        if value is None:
            continue
        option = known.get(name)
        if option is None:
            values.append({"name": name, "type": _guessed_type(value), "value": value})
        else:
            values.append(_value(resolved, option, value, raw=raw))
    return _command(found, values, resolved)


def typing(
    world: World, user: User, found: FoundCommand, channel: Channel, option: str, typed: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The data of an autocomplete interaction: one option focused and unfinished, some others filled in."""
    resolved = Resolved(world, user, channel)
    known = {each["name"]: each for each in found.options}
    if option not in known or not known[option].get("autocomplete"):
        raise BadInput(f"/{found.name} has no suggestions for {option!r}.")
    _require_known(found, given, known)
    values = [_value(resolved, known[name], value, raw=False) for name, value in given.items()]
    values.append({"name": option, "type": known[option]["type"], "value": typed, "focused": True})
    return _command(found, values, resolved)


def targeting(
    world: World, user: User, found: FoundCommand, channel: Channel, target: Message | User | Member
) -> dict[str, Any]:
    """The data of a command from the menu of a message or person."""
    resolved = Resolved(world, user, channel)
    return {**_command(found, [], resolved), "target_id": resolved.add(target), **resolved.data()}


def _require_known(found: FoundCommand, given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    unknown = given.keys() - known.keys()
    if unknown:
        raise BadInput(f"/{found.name} has no option {', '.join(sorted(unknown))}.")


def _command(found: FoundCommand, values: list[dict[str, Any]], resolved: Resolved) -> dict[str, Any]:
    options = values
    for part in reversed(found.path):
        options = [{"name": part["name"], "type": part["type"], "options": options}]
    named = {key: found.command[key] for key in ("id", "name", "type", "guild_id") if key in found.command}
    return named | resolved.data() | ({"options": options} if options else {})


def _value(resolved: Resolved, option: dict[str, Any], value: Any, *, raw: bool) -> dict[str, Any]:
    kind = option["type"]
    if raw and not isinstance(value, (User, Member, Role, Channel, Upload)):
        return {"name": option["name"], "type": kind, "value": value}
    if kind == ATTACHMENT:
        if not isinstance(value, Upload):
            raise BadInput(f"{option['name']} takes a file.")
        value = resolved.add(resolved.upload(value))
    elif kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        thing = value if raw else resolved.find(kind, value)
        if not raw:
            _check_channel(option, resolved, thing)
        value = resolved.add(thing)
    elif kind in (INTEGER, NUMBER):
        value = _number(option, value)
    elif kind == BOOLEAN:
        if not isinstance(value, bool):
            raise BadInput(f"{option['name']} takes True or False.")
    else:
        value = _text(option, value)
    return {"name": option["name"], "type": kind, "value": value}


def _check_channel(option: dict[str, Any], resolved: Resolved, thing: Any) -> None:
    here = resolved.channel.guild
    allowed = option.get("channel_types")
    if isinstance(thing, Channel) and (thing.guild is not here or (allowed and thing.type not in allowed)):
        raise BadInput(f"{thing.name} is not a channel you can choose for {option['name']}.")
    if isinstance(thing, Role) and (here is None or thing.id not in here.roles):
        raise BadInput(f"{thing.name} is not a role of this server.")


def _number(option: dict[str, Any], value: Any) -> int | float:
    if isinstance(value, bool):
        raise BadInput(f"{option['name']} takes a number.")
    try:
        number = int(value) if option["type"] == INTEGER else float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{option['name']} takes a number, not {value!r}.") from None
    if isinstance(value, float) and number != value:
        raise BadInput(f"{option['name']} takes a whole number.")
    minimum, maximum = option.get("min_value", -MAX_NUMBER), option.get("max_value", MAX_NUMBER)
    if not minimum <= number <= maximum:
        raise BadInput(f"{option['name']} takes a number between {minimum} and {maximum}.")
    return _chosen(option, number)


def _text(option: dict[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{option['name']} takes text.")
    # An empty field has no value.
    minimum, maximum = max(option.get("min_length", 0), 1), option.get("max_length", 6000)
    if not minimum <= len(value) <= maximum:
        raise BadInput(f"{option['name']} takes {minimum} to {maximum} characters.")
    return _chosen(option, value)


def _chosen(option: dict[str, Any], value: Any) -> Any:
    choices = option.get("choices")
    for choice in choices or ():
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    if not choices:
        return value
    raise BadInput(f"{option['name']} is one of {', '.join(choice['name'] for choice in choices)}.")


def _guessed_type(value: Any) -> int:
    if isinstance(value, bool):
        return BOOLEAN
    return INTEGER if isinstance(value, int) else NUMBER if isinstance(value, float) else STRING
