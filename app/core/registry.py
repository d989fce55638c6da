"""Every setting a server has, collected from the features. A new feature with settings adds its line to `PARTS`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any, cast

from app.core import setup
from app.core.analytics import pinned
from app.core.analytics import settings as analytics
from app.core.checks import Place, Step
from app.core.faq import automatic
from app.core.faq import limits as faq_limits
from app.core.faq import settings as faq
from app.core.health import alerts
from app.core.messages import Message, msg
from app.core.onboarding import limits as onboarding_limits
from app.core.onboarding import posts, removed, runs
from app.core.onboarding import settings as onboarding
from app.core.records import record
from app.core.reminders import settings as reminders
from app.core.settings import general
from app.core.settings.kinds import Setting
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import Problems, Structures, not_carried, overfull
from app.core.tickets import carried as of_tickets
from app.core.tickets import limits, types
from app.core.tickets import places as ticket_places
from app.core.tickets import settings as tickets
from app.core.value_kind import ValueKind

KEY = re.compile(r"[a-z0-9_]{1,20}")


@record
class Part:
    """The settings of one feature, in the order of its file."""

    label: Message
    settings: tuple[Setting[Any], ...]


def _part(label: Message, module: ModuleType) -> Part:
    return Part(
        label, tuple(cast("Setting[Any]", value) for value in vars(module).values() if isinstance(value, Setting))
    )


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "general": _part(msg("General"), general),
        "analytics": _part(msg("Statistics"), analytics),
        "faq": _part(msg("FAQ"), faq),
        "onboarding": _part(msg("Onboarding"), onboarding),
        "reminders": _part(msg("Reminders"), reminders),
        "tickets": _part(msg("Tickets"), tickets),
    }
)
ALL: tuple[Setting[Any], ...] = tuple(setting for part in PARTS.values() for setting in part.settings)
BY_NAME: Mapping[str, Setting[Any]] = MappingProxyType({setting.name: setting for setting in ALL})


STRUCTURES: Mapping[str, Structures] = MappingProxyType(
    {
        types.TYPES: Structures(
            msg("Ticket type"),
            msg("A kind of ticket. Change it with `/tickets type`."),
            types.TicketType.from_json,
            of_tickets.OF_TYPES,
            part="tickets",
            most=limits.MAX_TYPES,
            places=ticket_places.of_type,
        ),
        types.PANELS: Structures(
            msg("Ticket panel"),
            msg("A message to open tickets with. See `/tickets panel`."),
            types.Panel.from_json,
            of_tickets.OF_PANELS,
            part="tickets",
            most=limits.MAX_PANELS,
            places=ticket_places.of_panel,
        ),
        types.BLOCKED: Structures(
            msg("Blocked member"),
            msg("Somebody who may open no tickets. See `/tickets block`."),
            types.Blocked.from_json,
            of_tickets.OF_BLOCKED,
            part="tickets",
            by_staff=True,
            most=limits.MAX_BLOCKED,
        ),
        types.BOARDS: Structures(
            msg("Ticket board"),
            msg("The list of open tickets. See `/tickets board`."),
            types.Board.from_json,
            of_tickets.OF_BOARDS,
            part="tickets",
            most=limits.MAX_BOARDS,
            places=ticket_places.of_board,
        ),
        pinned.PINNED: Structures(
            msg("Pinned statistics"),
            msg("The message with figures about the use of the bot. See `/stats pin`."),
            pinned.Pinned.from_json,
            pinned.CARRIED,
            part="analytics",
            most=1,
            places=pinned.places,
        ),
        automatic.AUTOMATIC: Structures(
            msg("Suggested answers"),
            msg("A channel in which answers are suggested. See `/faq auto`."),
            automatic.Automatic.from_json,
            automatic.CARRIED,
            part="faq",
            most=faq_limits.MAX_AUTOMATIC,
            places=automatic.places,
        ),
        posts.POSTS: Structures(
            msg("Onboarding post"),
            msg("The rules, or a message to begin with. See `/rules publish` and `/onboarding panel`."),
            posts.Post.from_json,
            posts.CARRIED,
            part="onboarding",
            most=onboarding_limits.MAX_PANELS + 1,
            places=posts.places,
        ),
        runs.RUNS: Structures(
            msg("New version of the rules"),
            msg("Asking members to accept a new version of the rules. See `/rules status`."),
            runs.Run.from_json,
            not_carried(msg("members are being asked, and some have answered; `/rules status` stops it")),
            most=1,
        ),
        removed.REMOVED: Structures(
            msg("Removed question or rule"),
            msg("What was removed and can be put back. See `/onboarding questions remove` and `/rules remove`."),
            removed.Removed.from_json,
            not_carried(msg("it is kept for a while only, to be put back by its own Undo")),
            most=removed.MAX_REMOVED,
        ),
        setup.SETUP: Structures(
            msg("Setting up"),
            msg("How far this server is with being set up. See `/setup`."),
            setup.read,
            not_carried(msg("it follows from what is set up")),
        ),
        alerts.ALERTS: Structures(
            msg("Alerts about the bot"),
            msg("Where the people who run the bot are told that something is wrong. See `/health alerts`."),
            alerts.read,
            not_carried(msg("it belongs to no server")),
        ),
    }
)


def find(name: str) -> Setting[Any] | None:
    """Return the setting of that name, which may be a structure; None if there is none."""
    scope, _, key = name.partition(".")
    kind = STRUCTURES.get(scope)
    if kind is None or not KEY.fullmatch(key):
        return BY_NAME.get(name)
    return Setting(
        name,
        ValueKind.STRUCTURE,
        None,
        label=kind.label,
        help=kind.help,
        understands=partial(kind.understands, key),
        by_staff=kind.by_staff,
        most=kind.most,
    )


def goes_back(scope: str, key: str) -> bool:
    """Tell whether there are structures of that scope, and a server goes back to what that one was."""
    kind = STRUCTURES.get(scope)
    return kind is not None and kind.carried.back(key)


def is_about_person(scope: str) -> bool:
    """Tell whether structures of a scope are about one person each, who is their key."""
    kind = STRUCTURES.get(scope)
    return kind is not None and kind.carried.is_about_person


def problems(before: SettingsSnapshot, after: SettingsSnapshot, scopes: Iterable[str]) -> Problems:
    """Return what cannot be of structures that a server would have together, by their names, and why."""
    found: dict[str, Message] = {}
    for scope in sorted(set(scopes) & STRUCTURES.keys()):
        kind = STRUCTURES[scope]
        found |= overfull(kind, scope, before, after)
        found |= kind.carried.together(before, after)
    return found


def places(snapshot: SettingsSnapshot) -> Iterator[Place]:
    """Return every channel and role that the settings of a server name."""
    for setting in ALL:
        if (value := snapshot[setting]) is not None and (place := place_of(setting, value, snapshot)) is not None:
            yield place
    for scope, kind in STRUCTURES.items():
        for key, found in snapshot.structures(scope).items():
            for place in kind.places(key, found):
                yield _in(snapshot, place)


def place_of(setting: Setting[Any], value: Any, snapshot: SettingsSnapshot) -> Place | None:
    """Return the channel or the role that a value of a setting is, None if it is neither."""
    if setting.use is None or not isinstance(value, int):
        return None
    steps = (Step.CHOOSE, Step.CLEAR)
    return _in(snapshot, Place(setting.name, setting.label, value, setting.use, steps=steps))


def _in(snapshot: SettingsSnapshot, place: Place) -> Place:
    """Add what other settings say about it."""
    feature = place.setting.partition(".")[0]
    if feature == onboarding.CHANNEL.scope or feature == posts.POSTS:
        is_used = snapshot[onboarding.MODE] != "off"
        if place.setting == onboarding.WELCOME_CHANNEL.name:
            is_used = is_used and bool(snapshot[onboarding.WELCOME_TEXT])
        elif place.setting == onboarding.CHANNEL.name:
            is_used = is_used and snapshot[onboarding.WHERE] == "channel"
        return replace(place, reader_role_id=snapshot[onboarding.JOIN_ROLE], is_used=is_used)
    if feature == tickets.ENABLED.scope or feature.startswith("ticket_"):
        return replace(place, is_used=snapshot[tickets.ENABLED])
    if feature == reminders.ENABLED.scope:
        return replace(place, is_used=snapshot[reminders.ENABLED])
    return place
