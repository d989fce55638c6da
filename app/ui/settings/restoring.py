"""How going back to a moment looks. All of it pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from app.core import formats, registry
from app.core.errors import InvalidInput
from app.core.messages import Message, msg, t, tn
from app.core.scheduling import calendar_words
from app.core.scheduling.zones import zone_info
from app.core.settings import general
from app.core.settings.differences import Check, Proposal, Refusal, Wish, propose
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import settled
from app.services.settings import Past, Point
from app.ui.kit.autocomplete import Suggestion, meant, offered
from app.ui.settings.proposal import Frame
from app.ui.settings.restore_ids import RestoreId, RestorePageId

CHANGE = re.compile(r"#(?P<id>[0-9]{1,9})\b")
OLD = msg("It no longer takes its earlier value.")
GONE = msg("This setting no longer exists.")
UNREADABLE = msg("What it was then is nothing that this bot understands.")
GOING_BACK = [scope for scope, kind in registry.STRUCTURES.items() if kind.carried.goes_back]


def change_in(typed: str) -> tuple[int, bool] | None:
    """Return which change was named, as in `before #12` or `after #12`, and whether what held after it is meant."""
    found = CHANGE.search(typed)
    if found is None:
        return None
    word = typed[: found.start()].strip().casefold()
    return int(found["id"]), word in {"after", t("after").casefold()}


def part_from(typed: str | None) -> str | None:
    """Return the part or the setting that was meant; None is everything. Raises InvalidInput."""
    if typed is None:
        return None
    found = meant(typed, _parts).strip().lower()
    if found in registry.PARTS or found in registry.BY_NAME or found in GOING_BACK:
        return found
    raise InvalidInput("There is no such part or setting. Choose one from the list that appears as you type.")


def part_choices(typed: str) -> list[discord.OptionChoice]:
    """Suggest parts, and then settings."""
    wanted = typed.strip().casefold()
    return offered(one for one in _parts() if wanted in one.label.casefold() or one.is_meant(typed.strip()))


def _parts() -> Iterator[Suggestion]:
    for name, part in registry.PARTS.items():
        yield Suggestion(str(part.label), name, t("all of this part"))
    for scope in GOING_BACK:
        yield Suggestion(str(registry.STRUCTURES[scope].label), scope, t("all of this kind"))
    for one in registry.ALL:
        yield Suggestion(str(one.label), one.name, one.name)


def moment_choices(
    typed: str, read: datetime | None, points: Sequence[Point], snapshot: SettingsSnapshot
) -> list[discord.OptionChoice]:
    """Suggest the moment that was typed, if it could be read, and the last changes to go back before."""
    zone = snapshot[general.TIMEZONE]
    found = [] if read is None else [Suggestion(_written(read, zone), typed.strip())]
    wanted = typed.strip().casefold()
    for point in points:
        name = t("before #{change}", change=point.change_id)
        many = len(point.names)
        called = [_label_of(one) for one in point.names]
        what = called[0] if many == 1 else tn("{count} setting", "{count} settings", many)
        one = Suggestion(name, name, formats.listed([what, _written(point.moment, zone)]))
        searched = (one.label, *point.names, *called)
        if read is not None or any(wanted in each.casefold() for each in searched):
            found.append(one)
    return offered(found)


def _label_of(name: str) -> str:
    setting = registry.find(name)
    return str(setting.label) if setting is not None else name


def go_back(past: Past, what: str | None, snapshot: SettingsSnapshot, check: Check) -> Proposal:
    """Return what going back to a moment would change."""
    names = {name: value for name, value in past.then.items() if _is_part(name, what)}
    wishes: list[Wish] = []
    refused = [Refusal(name, GONE) for name in past.gone if _is_part(name, what)]
    for name, value in sorted(names.items(), key=lambda item: _place_of(item[0])):
        setting = registry.find(name)
        assert setting is not None, "a setting that the past knows"
        if setting.kind is Kind.STRUCTURE:
            wishes += _made(setting, value, snapshot, refused)
        elif value is None or setting.allows(value):
            wishes.append(Wish(setting, value))
        else:
            refused.append(Refusal(name, OLD))
    remarks = [_stays(scope, count) for scope, count in past.made.items() if _is_part(f"{scope}.", what)]
    return propose(snapshot, wishes, check, refused=refused, remarks=remarks, exactly=True, together=registry.problems)


def _made(setting: Setting[Any], value: Value, snapshot: SettingsSnapshot, refused: list[Refusal]) -> Iterator[Wish]:
    """Return the wish that a structure is as it was, but for the message that stands for it now."""
    kind, now = registry.STRUCTURES[setting.scope], snapshot.structures(setting.scope).get(setting.key)
    if value is None:
        yield Wish(setting, None)
    elif not isinstance(value, Mapping) or not setting.allows(value):
        refused.append(Refusal(setting.name, UNREADABLE))
    else:
        wanted = settled(kind, value, now)
        is_so = now is not None and kind.is_same(setting.key, now, wanted)
        yield Wish(setting, now if is_so else wanted)


def _stays(scope: str, count: int) -> Message:
    """Say of a kind that was changed since why it does not go back."""
    kind = registry.STRUCTURES[scope]
    why = kind.carried.why_not or next(iter(kind.carried.left_out.values()), None)
    return msg(
        "Changed since as well ({count}), and not restored by this: {label}: {why}.",
        count=count,
        label=kind.label,
        why=why,
    )


def frame(past: Past, what: str | None, proposal: Proposal) -> Frame:
    """Return what stands around what going back would do."""
    moment = past.moment
    shown = f"{discord.utils.format_dt(moment, 'F')} ({discord.utils.format_dt(moment, 'R')})"
    heading = [t("Back to how it was on {moment}.", moment=shown)]
    if what is not None:
        part = registry.PARTS.get(what) or registry.STRUCTURES.get(what)
        heading.append(t("Only this: {what}", what=f"**{part.label}**" if part is not None else f"`{what}`"))
    return Frame(
        title=t("What going back would change"),
        to=RestoreId(moment=moment, what=what, shown=proposal.digest),
        page=lambda page: RestorePageId(moment=moment, what=what, page=page),
        heading=heading,
        nothing=t("Nothing has to be restored: the settings are as they were then."),
    )


def reason(moment: datetime, zone: str) -> str:
    """Say in the history what a change goes back to."""
    return t("Restored to {moment}", moment=_written(moment, zone, seconds=True))


_PLACES: dict[str, int] = {one.name: place for place, one in enumerate(registry.ALL)}


_SCOPES: dict[str, int] = {scope: len(_PLACES) + place for place, scope in enumerate(registry.STRUCTURES)}


def _place_of(name: str) -> tuple[int, str]:
    return _PLACES.get(name, _SCOPES.get(name.partition(".")[0], 0)), name


def _is_part(name: str, what: str | None) -> bool:
    if what is None or name == what:
        return True
    scope = name.partition(".")[0]
    kind = registry.STRUCTURES.get(scope)
    return scope == what or (kind is not None and kind.part == what)


def _written(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    local = moment.astimezone(zone_info(zone))
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    month = calendar_words.MONTH_NAMES[local.month - 1]
    return formats.listed([t("{day} {month} {year}", day=local.day, month=month, year=local.year), clock])
