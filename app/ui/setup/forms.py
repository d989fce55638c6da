"""The forms of the steps, filled in with what is so or with what was chosen before. All of it pure."""

import json
import zlib
from typing import Any

import discord

from app.core.errors import InvalidInput
from app.core.faq.automatic import AUTOMATIC
from app.core.messages import t
from app.core.scheduling.zone_search import zone_label
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.setup import Step
from app.core.tickets import limits
from app.ui.kit.choices import Choice, Look, choice_field, either
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.limits import MAX_FORM_TITLE
from app.ui.kit.text import shortened
from app.ui.setup.ids import BeginningFormId, ChooseFormId, FirstTypeFormId, TicketPanelFormId
from app.ui.setup.steps import ABOUT

CHANNEL, NAME, PURPOSE, TEAM, CATEGORY = "channel", "name", "purpose", "team", "category"
ON, OFF = "on", "off"
POSTING = (discord.TextChannel,)
"""What messages are posted in: text channels, also those for announcements."""
TEXT_TYPES = [discord.ChannelType.text, discord.ChannelType.news]
SUGGESTING_TYPES = [*TEXT_TYPES, discord.ChannelType.forum]
MAX_SUGGESTING = 25
"""As many as a menu holds."""
MAX_TEAM = 5
MAX_HELP = 100
"""Characters under the label of a field (Discord)."""
LONG_FROM = 200
"""A text that may be longer than this has several lines."""


def choose_form(step: Step, snapshot: SettingsSnapshot, guild: discord.Guild, given: FilledIn) -> Any:
    """Make the form that asks for the settings of a step."""
    fields = [labelled(str(one.label), _field(one, given), _about(one)) for one in ABOUT[step].asks]
    if step is Step.FAQ:
        places = menu(
            AUTOMATIC,
            discord.ComponentType.channel_select,
            min_values=0,
            max_values=MAX_SUGGESTING,
            channel_types=SUGGESTING_TYPES,
            default_values=_defaults(given.chosen(AUTOMATIC), discord.SelectDefaultValueType.channel),
        )
        fields.append(labelled(t("Channels in which I suggest answers"), places))
    to = ChooseFormId(step=step, seen=seen_as(step, snapshot, guild))
    return form(shortened(str(ABOUT[step].title), MAX_FORM_TITLE), to, *fields)


def as_it_is(step: Step, snapshot: SettingsSnapshot, guild: discord.Guild) -> FilledIn:
    """Return what that form is filled in with. What a menu could not show is left out, and stays as it is."""
    values = {one.name: _shown(one, snapshot[one], guild) for one in ABOUT[step].asks}
    if step is Step.FAQ:
        values[AUTOMATIC] = _suggesting(snapshot, guild)
    return FilledIn.of(values)


def seen_as(step: Step, snapshot: SettingsSnapshot, guild: discord.Guild) -> str:
    """Return eight characters that stand for what the form of a step is filled in with."""
    return f"{zlib.crc32(json.dumps(as_it_is(step, snapshot, guild).values, sort_keys=True).encode()):08x}"


def wanted_of(
    step: Step, given: FilledIn, snapshot: SettingsSnapshot, guild: discord.Guild
) -> list[tuple[Setting[Any], Value]]:
    """Return what a form changes: each setting with its new value, None for its default. Raises InvalidInput."""
    shown = as_it_is(step, snapshot, guild)
    found: list[tuple[Setting[Any], Value]] = []
    for setting in ABOUT[step].asks:
        if given.values.get(setting.name) == shown.values[setting.name]:
            continue
        value = _read(setting, given)
        if value is None and not snapshot.is_chosen(setting):
            continue
        if value is not None and value == snapshot[setting]:
            continue
        found.append((setting, value))
    return found


def suggesting_wanted(given: FilledIn, snapshot: SettingsSnapshot, guild: discord.Guild) -> tuple[set[int], set[int]]:
    """Return in which channels answers are to be suggested from now on, and in which no longer."""
    chosen, shown = set(_ids(given.chosen(AUTOMATIC))), set(_ids(_suggesting(snapshot, guild)))
    return chosen - shown, shown - chosen


def _read(setting: Setting[Any], given: FilledIn) -> Value:
    if setting.kind in {Kind.CHANNEL, Kind.ROLE}:
        return given.id_in(setting.name)
    typed = given.typed(setting.name).strip()
    return setting.read(typed) if typed else None


def _shown(setting: Setting[Any], value: Value, guild: discord.Guild) -> str | list[str]:
    """Return a value as a field holds it."""
    match setting.kind:
        case Kind.CHANNEL:
            is_shown = value is not None and isinstance(guild.get_channel(_number(value)), POSTING)
            return [str(value)] if is_shown else []
        case Kind.ROLE:
            return [str(value)] if value is not None and guild.get_role(_number(value)) is not None else []
        case Kind.TOGGLE:
            return ON if value else OFF
        case Kind.TIMEZONE:
            return zone_label(str(value))
        case Kind.TEXT if setting.form is not None and value is not None:
            return setting.form.shown(str(value))
        case _:
            return "" if value is None else str(value)


def _suggesting(snapshot: SettingsSnapshot, guild: discord.Guild) -> list[str]:
    channels = (key for key in snapshot.structures(AUTOMATIC) if guild.get_channel(int(key)) is not None)
    return list(channels)[:MAX_SUGGESTING]


def _field(setting: Setting[Any], given: FilledIn) -> Any:
    """Make the field of a setting."""
    name = setting.name
    match setting.kind:
        case Kind.CHANNEL:
            chosen = given.default_values(name, discord.SelectDefaultValueType.channel)
            kind = discord.ComponentType.channel_select
            return menu(name, kind, channel_types=TEXT_TYPES, default_values=chosen)
        case Kind.ROLE:
            chosen = given.default_values(name, discord.SelectDefaultValueType.role)
            return menu(name, discord.ComponentType.role_select, default_values=chosen)
        case Kind.TOGGLE:
            return either(name, (ON, t("Yes")), (OFF, t("No")), is_second=given.typed(name) == OFF)
        case Kind.CHOICE:
            choices = [Choice(value, str(label)) for value, label in setting.choices.items()]
            return choice_field(name, Look.RADIO, choices, {given.typed(name)})
        case _:
            return discord.ui.InputText(
                custom_id=name,
                style=discord.InputTextStyle.long if setting.maximum > LONG_FROM else discord.InputTextStyle.short,
                required=False,
                max_length=setting.maximum or MAX_HELP,
                value=given.typed(name)[: setting.maximum or MAX_HELP] or None,
            )


def _about(setting: Setting[Any]) -> str | None:
    """Return what is said under the label of a field: the help of its setting, or the first sentence of it."""
    # Nothing is formatted there.
    said = str(setting.help).replace("`", "")
    if setting.kind is Kind.TIMEZONE:
        return t("A city, or a name such as Europe/Brussels.")
    if len(said) > MAX_HELP:
        said = said.partition(". ")[0].rstrip(".") + "."
    return said if len(said) <= MAX_HELP else None


# Tickets


def first_type_form(given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that makes a first kind of ticket, and posts the panel that it is opened from."""
    return form(
        t("Your first kind of ticket"),
        FirstTypeFormId(),
        labelled(t("Name"), _line(NAME, given, limits.MAX_NAME), t("What the button says.")),
        labelled(t("What it is for"), _line(PURPOSE, given, limits.MAX_TYPE_DESCRIPTION, required=False)),
        labelled(t("Who works on it"), _roles(TEAM, given), t("Nobody chosen means all staff.")),
        labelled(t("Category of its channels"), _category(given), t("Each ticket is a channel of its own.")),
        labelled(t("Where the panel is posted"), _place(given), t("Members open tickets from there.")),
    )


def usual_type(snapshot_role: int | None) -> FilledIn:
    """Return what it is filled in with: the staff role, if the server has one."""
    team = [] if snapshot_role is None else [str(snapshot_role)]
    return FilledIn.of({NAME: t("Support"), PURPOSE: t("Questions and problems"), TEAM: team})


def panel_form(to: TicketPanelFormId | BeginningFormId, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that asks where a panel is to be posted."""
    return form(
        t("Post a panel"), to, labelled(t("Channel"), _place(given), t("It says what to do, and has a button."))
    )


def team_of(given: FilledIn) -> tuple[int, ...]:
    """Return the roles that were chosen."""
    return tuple(_ids(given.chosen(TEAM)))


def place_of(given: FilledIn) -> int:
    """Return the channel that was chosen. Raises InvalidInput."""
    found = given.id_in(CHANNEL)
    if found is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    return found


def _line(name: str, given: FilledIn, most: int, *, required: bool = True) -> discord.ui.InputText:
    value = given.typed(name)[:most] or None
    return discord.ui.InputText(custom_id=name, required=required, max_length=most, value=value)


def _roles(name: str, given: FilledIn) -> Any:
    chosen = _defaults(given.chosen(name), discord.SelectDefaultValueType.role)
    kind = discord.ComponentType.role_select
    return menu(name, kind, min_values=0, max_values=MAX_TEAM, default_values=chosen)


def _category(given: FilledIn) -> Any:
    chosen = given.default_values(CATEGORY, discord.SelectDefaultValueType.channel)
    kind = discord.ComponentType.channel_select
    return menu(CATEGORY, kind, channel_types=[discord.ChannelType.category], default_values=chosen)


def _place(given: FilledIn) -> Any:
    chosen = given.default_values(CHANNEL, discord.SelectDefaultValueType.channel)
    kind = discord.ComponentType.channel_select
    return menu(CHANNEL, kind, required=True, channel_types=TEXT_TYPES, default_values=chosen)


def _defaults(ids: list[str], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue] | None:
    return [discord.SelectDefaultValue(id=one, type=kind) for one in _ids(ids)] or None


def _ids(given: list[str]) -> list[int]:
    return [int(one) for one in given if one.isascii() and one.isdigit() and len(one) <= 19]


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value
