"""How settings look: values, the overview, a change and the history. All of it pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord

from app.core import durations
from app.core.settings import registry
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.registry import SettingsSnapshot
from app.models import ChangeType, SettingsHistory
from app.services.settings import HistoryPage
from app.ui.kit.colours import colour_of
from app.ui.kit.reply import Reply
from app.ui.kit.routes import custom_id
from app.ui.kit.text import plain
from app.ui.settings.words import WORDS

UNDO = "settings:v1:undo"
PAGE = "settings:v1:page"
PICK = "settings:v1:pick"
SCOPE = "settings:v1:scope"

VERBS = {
    ChangeType.CREATED: "set",
    ChangeType.UPDATED: "changed",
    ChangeType.RESET: "reset",
    ChangeType.RESTORED: "restored",
}
# Discord shows 25 options in a select and refuses more.
MOST_OPTIONS = 25
LONGEST_LABEL = 100
LONGEST_DESCRIPTION = 4096
LONGEST_VALUE = 120

PARTS: Mapping[str, Sequence[Setting[Any]]] = {
    scope: [setting for setting in registry.ALL if setting.scope == scope]
    for scope in dict.fromkeys(setting.scope for setting in registry.ALL)
}
"""The settings of each part, in the order of the registry."""


def shown(setting: Setting[Any], value: Value, longest: int = LONGEST_VALUE) -> str:
    """Write a value as people read it; `None` is the absence of a choice. Texts are cut to `longest` characters."""
    if value is None:
        return "*not set*"
    match setting.kind:
        case Kind.TOGGLE:
            return "on" if value else "off"
        case Kind.CHANNEL:
            return f"<#{value}>"
        case Kind.ROLE:
            return f"<@&{value}>"
        case Kind.DURATION:
            return durations.spoken(timedelta(seconds=cast("int", value)))
        case Kind.TEXT:
            return plain(str(value), longest)
        case _:
            return f"`{value}`"


def shown_past(scope: str, key: str, value: object, longest: int = LONGEST_VALUE) -> str:
    """Write a value of the history, whose setting may be gone or may have had another kind."""
    setting = registry.BY_NAME.get(f"{scope}.{key}")
    if value is None:
        return "the default" if setting is None else f"the default ({shown(setting, setting.default, longest)})"
    if setting is None or not setting.allows(cast("Value", value)):
        return f"`{plain(str(value), longest)}`"
    return shown(setting, cast("Value", value), longest)


def overview(snapshot: SettingsSnapshot, now: datetime, scope: str | None = None) -> Reply:
    """Show the settings of one part, the first unless said: each value, and whether the server chose it.

    With several parts there is a select that leads to the others.
    """
    if scope is None or scope not in PARTS:
        scope = next(iter(PARTS))
    lines = ["Change one with `/settings set`; `/settings view` with a key explains it.\n"]
    for setting in PARTS[scope]:
        origin = "" if snapshot.is_chosen(setting) else " · default"
        clock = ""
        if setting is registry.TIMEZONE:
            clock = f" · {now.astimezone(ZoneInfo(snapshot[registry.TIMEZONE])):%H:%M} there now"
        value = shown(setting, snapshot[setting])
        lines.append(f"**{WORDS[setting.name].label}** `{setting.name}`\n{value}{clock}{origin}")
    # One text and no fields: they would double what goes over the wire.
    embed = discord.Embed(title=f"Settings · {scope}", description="\n".join(lines), colour=colour_of(snapshot))
    items = [_scope_picker(scope)] if len(PARTS) > 1 else []
    return Reply(embed=embed, items=items, private=snapshot[registry.PRIVATE_REPLIES])


def _scope_picker(current: str) -> discord.ui.Select[Any, Any]:
    options = [discord.SelectOption(label=scope, value=scope, default=scope == current) for scope in PARTS]
    return discord.ui.Select(placeholder="Another part…", options=options, custom_id=SCOPE)


def one(snapshot: SettingsSnapshot, setting: Setting[Any]) -> Reply:
    """Show one setting: its value, what it takes, and its default."""
    words = WORDS[setting.name]
    embed = discord.Embed(title=f"{words.label} · {setting.name}", description=words.help, colour=colour_of(snapshot))
    embed.add_field(name="Value", value=shown(setting, snapshot[setting]))
    embed.add_field(name="Default", value=shown(setting, setting.default))
    embed.add_field(name="Takes", value=setting.takes(), inline=False)
    return Reply(embed=embed, private=snapshot[registry.PRIVATE_REPLIES])


def sentence(change: SettingsHistory, longest: int = LONGEST_VALUE) -> str:
    """Say what a change did: what, from what, to what."""
    verb = VERBS.get(change.change_type, str(change.change_type))
    old, new = (shown_past(change.scope, change.key, value, longest) for value in (change.old_value, change.new_value))
    return f"`{change.scope}.{change.key}` {verb}: {old} → {new}"


def changed(change: SettingsHistory, *, warning: str | None = None) -> Reply:
    """Confirm a change, with a button to take it back."""
    lines = [sentence(change) + "."]
    if change.reason:
        lines.append(f"Reason: {plain(change.reason)}")
    if warning:
        lines.append(warning)
    return Reply("\n".join(lines), items=[undo_button(change)])


def announcement(change: SettingsHistory, snapshot: SettingsSnapshot) -> discord.Embed:
    """Tell the log channel about a change."""
    return discord.Embed(
        description=f"<@{change.changed_by}>: {sentence(change)}"
        + (f"\nReason: {plain(change.reason)}" if change.reason else ""),
        colour=colour_of(snapshot),
        timestamp=change.changed_at,
    )


def undo_button(change: SettingsHistory) -> discord.ui.Button[Any]:
    """Make the button that takes a change back."""
    return discord.ui.Button(
        label="Undo", emoji="↩️", style=discord.ButtonStyle.secondary, custom_id=custom_id(UNDO, change.id)
    )


def history(found: HistoryPage, snapshot: SettingsSnapshot, *, key: str = "", person: int = 0) -> Reply:
    """Show one page of changes, with a select to take one of them back and buttons to turn the page."""
    embed = discord.Embed(title="What changed", colour=colour_of(snapshot))
    filters = [f"`{key}`"] * bool(key) + [f"by <@{person}>"] * bool(person)
    if not found.entries:
        embed.description = f"Nothing was changed yet{' (' + ', '.join(filters) + ')' if filters else ''}."
        return Reply(embed=embed, private=snapshot[registry.PRIVATE_REPLIES])
    heading = f"Only {', '.join(filters)}\n\n" if filters else ""
    # Long texts are cut further where the page would not fit otherwise; the full ones are one `/settings view` away.
    for longest in (LONGEST_VALUE, 60, 20):
        embed.description = heading + "\n\n".join(_line(change, longest) for change in found.entries)
        if len(embed.description) <= LONGEST_DESCRIPTION:
            break
    embed.set_footer(text=f"Page {found.page + 1} of {found.pages} · {found.total} in all")
    items: list[discord.ui.ViewItem[Any]] = [_picker(found.entries)]
    if found.pages > 1:
        items += [
            _turn("Newer", found.page - 1, found, key, person),
            _turn("Older", found.page + 1, found, key, person),
        ]
    return Reply(embed=embed, items=items, private=snapshot[registry.PRIVATE_REPLIES])


def _line(change: SettingsHistory, longest: int) -> str:
    when = discord.utils.format_dt(change.changed_at, "f")
    reason = f"\n-# {plain(change.reason, longest)}" if change.reason else ""
    return f"{when} · {author(change)} · #{change.id}\n{sentence(change, longest)}{reason}"


def author(change: SettingsHistory) -> str:
    """Name who made a change."""
    return f"<@{change.changed_by}>" if change.changed_by else "somebody"


def _picker(entries: Sequence[SettingsHistory]) -> discord.ui.Select[Any, Any]:
    options = [
        discord.SelectOption(
            label=f"#{change.id} {change.scope}.{change.key}"[:LONGEST_LABEL],
            description=f"{VERBS.get(change.change_type, change.change_type)} {change.changed_at:%Y-%m-%d %H:%M} UTC",
            value=str(change.id),
        )
        for change in entries[:MOST_OPTIONS]
    ]
    return discord.ui.Select(placeholder="Undo one of these…", options=options, custom_id=PICK, row=0)


def _turn(label: str, page: int, found: HistoryPage, key: str, person: int) -> discord.ui.Button[Any]:
    return discord.ui.Button(
        label=label,
        style=discord.ButtonStyle.secondary,
        disabled=not 0 <= page < found.pages,
        custom_id=custom_id(PAGE, f"{page}:{person or ''}:{key}"),
        row=1,
    )
