"""What a person typed or picked for a setting, checked against their server."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, cast

import discord

from app.core import durations, registry
from app.core.checks import RoleUse
from app.core.errors import InvalidInput
from app.core.formats import AllOf
from app.core.messages import Message, t
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.services.settings import find_setting
from app.ui.kit.autocomplete import Suggestion, meant, offered
from app.ui.kit.giving import require_giving

EXAMPLES_OF_DURATION = (60, 600, 3600, 6 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400)


def value_from(
    setting: Setting[Any],
    guild: discord.Guild,
    *,
    typed: str | None,
    channel: discord.abc.GuildChannel | None,
    role: discord.Role | None,
) -> Value:
    """Return the value that was given for a setting.

    Raises InvalidInput with a sentence that says what would work if there is not exactly one value, if it does not fit
    the setting, or if it is a channel or role of another server or one that the bot cannot use.
    """
    given = [option for option in (typed, channel, role) if option is not None]
    if len(given) != 1:
        raise InvalidInput(
            "Give `{name}` exactly one value. Allowed: {takes}.", name=setting.name, takes=setting.takes()
        )
    if channel is not None:
        if setting.kind is not Kind.CHANNEL:
            raise InvalidInput(
                "`{name}` does not take a channel. Allowed: {takes}.", name=setting.name, takes=setting.takes()
            )
        return _channel(guild, channel.id)
    if role is not None:
        if setting.kind is not Kind.ROLE:
            raise InvalidInput(
                "`{name}` does not take a role. Allowed: {takes}.", name=setting.name, takes=setting.takes()
            )
        return _role(guild, role.id)
    assert typed is not None
    typed = meant(typed, lambda: _suggestions(setting, guild))
    if setting.kind is Kind.CHANNEL:
        return _channel(guild, _named(typed, guild.channels) or _id(setting, typed))
    if setting.kind is Kind.ROLE:
        return _role(guild, _named(typed, guild.roles) or _id(setting, typed))
    return setting.read(typed)


StructureChecks = Mapping[str, Callable[[discord.Guild, str, Mapping[str, Any]], object]]
"""What raises InvalidInput for a structure of a scope whose channels and roles do not do there, by guild and key."""


def require_rank(setting: Setting[Any], value: Value, guild: discord.Guild, chooser: discord.Member) -> None:
    """Refuse a role that the bot gives and `chooser` could not. Raises NotAllowed."""
    if setting.kind is Kind.STRUCTURE and isinstance(value, Mapping) and setting.allows(value):
        for place in registry.STRUCTURES[setting.scope].places(setting.key, value):
            if isinstance(place.use, RoleUse) and place.use.is_given and (given := guild.get_role(place.id)):
                require_giving(guild, chooser, given)
    if not isinstance(setting.use, RoleUse) or not setting.use.is_given:
        return
    role = guild.get_role(value) if isinstance(value, int) else None
    if role is not None:
        require_giving(guild, chooser, role)


def require_rank_of(changes: Iterable[SettingsHistory], guild: discord.Guild, chooser: discord.Member) -> None:
    """Refuse to take changes back if that would have the bot give a role that `chooser` could not. Raises NotAllowed.

    It is asked before the commit, when what they bring back is known.
    """
    for change in changes:
        setting = registry.find(f"{change.scope}.{change.key}")
        if setting is not None:
            require_rank(setting, change.new_value, guild, chooser)


def require_places_of(changes: Iterable[SettingsHistory], guild: discord.Guild) -> None:
    """Refuse to take changes of structures back if that would bring one to where nothing is any more.

    What it names now as well says nothing against it. Raises InvalidInput.
    """
    for change in changes:
        setting, value = registry.find(f"{change.scope}.{change.key}"), change.new_value
        if setting is None or setting.kind is not Kind.STRUCTURE:
            continue
        if isinstance(value, Mapping) and setting.allows(value):
            now = change.old_value if change.old_value is not None and setting.allows(change.old_value) else None
            places = registry.STRUCTURES[change.scope].places
            known = set[int]() if now is None else {one.id for one in places(change.key, now)}
            _require_there(setting, value, guild, known)


def checking(
    guild: discord.Guild, chooser: discord.Member | None = None, structures: StructureChecks | None = None
) -> Callable[[Setting[Any], Value], None]:
    """Return what raises InvalidInput for a channel or role that is not there, or that the bot cannot use.

    With `chooser`, also NotAllowed for one that they could not give to others themselves. `structures` has the checks
    of the features for those, and has to have one for each kind that is checked.
    """

    def check(setting: Setting[Any], value: Value) -> None:
        if setting.kind is Kind.CHANNEL:
            if guild.get_channel(cast("int", value)) is None:
                raise InvalidInput("That channel no longer exists.")
            _channel(guild, cast("int", value))
        elif setting.kind is Kind.ROLE:
            if guild.get_role(cast("int", value)) is None:
                raise InvalidInput("That role no longer exists.")
            _role(guild, cast("int", value))
            if chooser is not None:
                require_rank(setting, value, guild, chooser)
        elif setting.kind is Kind.STRUCTURE:
            assert isinstance(value, Mapping), "what a structure allows"
            _require_there(setting, value, guild)
            if chooser is not None:
                require_rank(setting, value, guild, chooser)
            (structures or {})[setting.scope](guild, setting.key, value)

    return check


def _require_there(
    setting: Setting[Any], value: Mapping[str, Any], guild: discord.Guild, known: Collection[int] = ()
) -> None:
    for place in registry.STRUCTURES[setting.scope].places(setting.key, value):
        if place.id in known:
            continue
        if place.is_channel and guild.get_channel(place.id) is None:
            raise InvalidInput("It needs a channel that no longer exists.")
        if not place.is_channel and guild.get_role(place.id) is None:
            raise InvalidInput("It needs a role that no longer exists.")


def _id(setting: Setting[Any], typed: str) -> int:
    value = setting.read(typed)
    assert isinstance(value, int)
    return value


def _named(typed: str, things: Any) -> int | None:
    name = typed.strip().removeprefix("#").removeprefix("@").casefold()
    return next((thing.id for thing in things if thing.name.casefold().removeprefix("@") == name), None)


def _channel(guild: discord.Guild, channel_id: int) -> int:
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if not isinstance(channel, (discord.TextChannel, discord.VoiceChannel, discord.StageChannel)):
        raise InvalidInput("{channel} cannot hold messages. Choose a text channel.", channel=channel.mention)
    missing = _missing(channel)
    if missing:
        raise InvalidInput(
            "I cannot write in {channel}. Give me these permissions there first: {permissions}.",
            channel=channel.mention,
            permissions=AllOf(missing),
        )
    return channel.id


def _missing(channel: discord.abc.GuildChannel) -> list[str]:
    """Return the permissions the bot would need in a channel to write there, as Discord names them."""
    mine = channel.permissions_for(channel.guild.me)
    needed = {
        t("View Channel"): mine.view_channel,
        t("Send Messages"): mine.send_messages,
        t("Embed Links"): mine.embed_links,
    }
    return [name for name, has in needed.items() if not has]


def _role(guild: discord.Guild, role_id: int) -> int:
    role = guild.get_role(role_id)
    if role is None:
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    if role.is_default():
        raise InvalidInput("Everybody has that role. Choose one that only some people have.")
    if role.managed:
        raise InvalidInput("{role} belongs to an integration and cannot be given to people.", role=role.mention)
    if role >= guild.me.top_role:
        raise InvalidInput(
            "{role} is above my own role, so I cannot work with it. "
            "Move my role above it in the server's settings, or choose a lower one.",
            role=role.mention,
        )
    return role.id


def setting_from(typed: str) -> Setting[Any]:
    """Return the setting that was meant, by its name, its label or a suggestion. Raises UnknownSetting."""
    # What Discord sends for a suggestion, without a look at what all of them are called.
    known = registry.BY_NAME.get(typed.strip())
    return known if known is not None else find_setting(meant(typed, lambda: map(_key, registry.ALL)))


def key_choices(typed: str) -> list[discord.OptionChoice]:
    """Return the settings whose name, label or else help contains what was typed."""
    wanted = typed.strip().casefold()

    def is_in(text: Message | str) -> bool:
        return wanted in str(text).casefold()

    found = [one for one in registry.ALL if is_in(one.name) or is_in(one.label) or _key(one).is_meant(typed.strip())]
    found = found or [setting for setting in registry.ALL if is_in(setting.help)]
    name = meant(typed, lambda: map(_key, registry.ALL))
    return offered(map(_key, found or [setting for setting in registry.ALL if setting.name == name]))


def _key(setting: Setting[Any]) -> Suggestion:
    return Suggestion(str(setting.label), setting.name, setting.name)


def value_choices(
    setting: Setting[Any], typed: str, snapshot: SettingsSnapshot | None, guild: discord.Guild | None
) -> list[discord.OptionChoice]:
    """Return valid values that contain what was typed, the current one marked."""
    wanted = typed.strip()
    if setting.kind is Kind.TEXT:
        # As it was typed: whoever presses Enter takes it.
        return offered([Suggestion(typed, typed)]) if wanted else []
    current = snapshot[setting] if snapshot is not None else None
    all_of_them = list(_suggestions(setting, guild, current))
    found = [one for one in all_of_them if wanted.casefold() in one.name.casefold() or one.is_meant(wanted)]
    value = meant(wanted, lambda: _suggestions(setting, guild))
    return offered(found or (one for one in all_of_them if one.value == value))


def _suggestions(setting: Setting[Any], guild: discord.Guild | None, current: Value = None) -> Iterator[Suggestion]:
    for label, text, value in _values(setting, guild):
        yield Suggestion(label, text, t("now") if value == current else "")


def _values(setting: Setting[Any], guild: discord.Guild | None) -> Iterator[tuple[str, str, Value]]:
    """Yield label, text to send and value; none for a text, of which nothing is known before."""
    match setting.kind:
        case Kind.TOGGLE:
            yield from ((t("on"), "on", True), (t("off"), "off", False))
        case Kind.CHOICE:
            yield from ((str(label), name, name) for name, label in setting.choices.items())
        case Kind.NUMBER:
            numbers = range(setting.minimum, setting.maximum + 1)
            yield from ((f"{number}", f"{number}", number) for number in numbers[:1000])
        case Kind.DURATION:
            for seconds in EXAMPLES_OF_DURATION:
                if setting.minimum <= seconds <= setting.maximum:
                    span = timedelta(seconds=seconds)
                    yield durations.spoken(span), durations.compact(span), seconds
        case Kind.TIMEZONE:
            pass  # suggested as for `/timezone`
        case Kind.CHANNEL:
            for channel in guild.text_channels if guild is not None else []:
                if _missing(channel):
                    continue
                yield f"#{channel.name}", str(channel.id), channel.id
        case Kind.ROLE:
            for role in reversed(guild.roles) if guild is not None else []:
                if not role.is_default() and not role.managed:
                    yield f"@{role.name}", str(role.id), role.id
        case Kind.TEXT:
            return
