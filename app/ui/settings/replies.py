"""How settings look: values, the overview, a change and the history. All of it pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import discord

from app.core import durations, formats, registry
from app.core.errors import UserError
from app.core.messages import msg, t
from app.core.scheduling.zone_search import zone_label
from app.core.scheduling.zones import zone_info
from app.core.settings import general
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import ChangeType, SettingsHistory
from app.services.settings import HistoryPage
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select, turning
from app.ui.kit.kept import kept
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION, MAX_OPTIONS
from app.ui.kit.mentions import Mention, written
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, plain
from app.ui.kit.undo import undo_button
from app.ui.settings.ids import HistoryPageId, ScopeId, UndoOneId
from app.ui.settings.structures import details, in_short, title_of

CHANGES = {
    ChangeType.CREATED: msg("set"),
    ChangeType.UPDATED: msg("changed"),
    ChangeType.RESET: msg("reset"),
    ChangeType.RESTORED: msg("restored"),
}
MAX_VALUE = 120


def shown(setting: Setting[Any], value: Value, max_length: int = MAX_VALUE) -> str:
    """Write a value as people read it; `None` is the absence of a choice. Texts are cut to `max_length` characters."""
    if value is None:
        return t("*not set*")
    match setting.kind:
        case Kind.TOGGLE:
            return t("on") if value else t("off")
        case Kind.CHANNEL:
            return f"<#{value}>"
        case Kind.ROLE:
            return f"<@&{value}>"
        case Kind.DURATION:
            return durations.spoken(timedelta(seconds=cast("int", value)))
        case Kind.TEXT:
            return plain(setting.form.shown(str(value)) if setting.form is not None else str(value), max_length)
        case Kind.CHOICE:
            return str(setting.choices[str(value)])
        case Kind.TIMEZONE:
            return f"`{zone_label(str(value))}`"
        case Kind.STRUCTURE:
            assert isinstance(value, Mapping)
            return title_of(registry.STRUCTURES[setting.scope], setting.key, value, max_length)
        case _:
            return f"`{value}`"


def shown_past(scope: str, key: str, value: object, max_length: int = MAX_VALUE) -> str:
    """Write a value of the history, whose setting may be gone or may have had another kind."""
    setting = registry.find(f"{scope}.{key}")
    if value is None:
        if setting is not None and setting.kind is Kind.STRUCTURE:
            return t("nothing")
        if setting is None:
            return t("the default")
        return t("the default ({value})", value=shown(setting, setting.default, max_length))
    if setting is None or not setting.allows(cast("Value", value)):
        return in_code(str(value), max_length)
    return shown(setting, cast("Value", value), max_length)


def overview(
    snapshot: SettingsSnapshot, now: datetime, scope: str | None = None, *, mention: Mention = written
) -> Reply:
    """Show the settings of one part, the first unless said: each value, whether the server chose it, and what it does.

    With several parts there is a button for each. `mention` writes a command so that it can be clicked.
    """
    if scope is None or scope not in registry.PARTS:
        scope = next(iter(registry.PARTS))
    part = registry.PARTS[scope]
    change, view = mention("settings", "set"), mention("settings", "view")
    lines = [t("Change a setting with {change}. {view} with a key shows all about it.", change=change, view=view)]
    for setting in part.settings:
        is_chosen = snapshot.is_chosen(setting)
        if setting is general.TIMEZONE:
            clock = f"{now.astimezone(zone_info(snapshot[general.TIMEZONE])):%H:%M}"
            value = t("{zone} · {clock} there now", zone=shown(setting, snapshot[setting]), clock=clock)
            lines.append(_described(setting, value, is_chosen=is_chosen))
        elif is_chosen:
            lines.append(_described(setting, shown(setting, snapshot[setting]), is_chosen=True))
        else:
            lines.append(_untouched(setting.name))
    # One text and no fields: they would double what goes over the wire.
    embed = discord.Embed(
        title=t("Settings · {part}", part=part.label), description="\n".join(lines), colour=colour_of(snapshot)
    )
    items = _turns(scope) if len(registry.PARTS) > 1 else ()
    return Reply(embed=embed, items=items, private=snapshot[general.PRIVATE_REPLIES])


def _described(setting: Setting[Any], value: str, *, is_chosen: bool) -> str:
    said = formats.labelled(f"**{setting.label}**", value if is_chosen else t("{value} · default", value=value))
    return f"\n{said}\n{setting.help}\n-# `{setting.name}`"


@kept
def _untouched(name: str) -> str:
    """Describe a setting that has its default."""
    setting = registry.BY_NAME[name]
    return _described(setting, shown(setting, setting.default), is_chosen=False)


@kept
def _turns(shown_scope: str) -> tuple[discord.ui.Button[Any], ...]:
    """Return a button for each part; that of the part that is shown is there to show it."""
    return tuple(_turn_to(other, is_shown=other == shown_scope) for other in registry.PARTS)


def _turn_to(scope: str, *, is_shown: bool) -> discord.ui.Button[Any]:
    style = discord.ButtonStyle.primary if is_shown else discord.ButtonStyle.secondary
    return button(str(registry.PARTS[scope].label), ScopeId(scope=scope), style=style, disabled=is_shown)


def one(snapshot: SettingsSnapshot, setting: Setting[Any], *, sees_members: bool) -> Reply:
    """Show one setting: its value, what it takes, and its default."""
    about = [str(setting.help), _lacking(setting, sees_members=sees_members)]
    embed = discord.Embed(
        title=f"{setting.label} · {setting.name}",
        description="\n".join(line for line in about if line),
        colour=colour_of(snapshot),
    )
    embed.add_field(name=t("Value"), value=shown(setting, snapshot[setting]))
    embed.add_field(name=t("Default"), value=shown(setting, setting.default))
    embed.add_field(name=t("Allowed"), value=str(setting.takes()), inline=False)
    return Reply(embed=embed, private=snapshot[general.PRIVATE_REPLIES])


def sentence(change: SettingsHistory, max_length: int = MAX_VALUE) -> str:
    """Say what a change did: what, from what, to what."""
    said = f"{named(change.scope, change.key)} {CHANGES[change.change_type]}"
    old, new = (
        shown_past(change.scope, change.key, value, max_length) for value in (change.old_value, change.new_value)
    )
    if old == new and (different := _details(change, 2 * max_length)):
        # It is still called the same.
        return formats.labelled(said, f"{new} ({different})")
    return formats.labelled(said, f"{old} → {new}")


def _details(change: SettingsHistory, room: int) -> str:
    """Say what of a structure was changed, as far as there is room."""
    kind, old, new = registry.STRUCTURES.get(change.scope), change.old_value, change.new_value
    if kind is None or old is None or new is None or not all(kind.understands(change.key, one) for one in (old, new)):
        return ""
    return in_short(details(kind, change.key, old, new, names={}), room)


def named(scope: str, key: str) -> str:
    """Write what a setting is called, with the name by which it is typed; that alone if it is gone."""
    name, setting = f"`{scope}.{key}`", registry.find(f"{scope}.{key}")
    return f"**{setting.label}** · {name}" if setting is not None else name


def changed(change: SettingsHistory, *, sees_members: bool) -> Reply:
    """Confirm a change, with what one should know about it and a button to take it back."""
    lines = [_with_reason(sentence(change) + ".", change), *remarks(change, sees_members=sees_members)]
    return Reply("\n-# ".join(lines), items=[undo_button(change)])


def remarks(change: SettingsHistory, *, sees_members: bool) -> list[str]:
    """Return what somebody should know about what they changed."""
    lines = [_then(change)]
    setting = registry.find(f"{change.scope}.{change.key}")
    if setting is not None and change.new_value is not None and change.new_value != setting.default:
        lines.append(_lacking(setting, sees_members=sees_members))
    return [line for line in lines if line]


def _then(change: SettingsHistory) -> str:
    setting = registry.find(f"{change.scope}.{change.key}")
    if setting is None:
        return ""
    if not setting.then:
        return ""
    old, new = (setting.default if value is None else value for value in (change.old_value, change.new_value))
    known = setting.then.get(cast("Value", new)) if setting.allows(cast("Value", new)) else None
    return str(known) if known is not None and old != new else ""


def _lacking(setting: Setting[Any], *, sees_members: bool) -> str:
    return "" if sees_members or setting.without_members is None else f"⚠️ {setting.without_members}"


def _with_reason(said: str, change: SettingsHistory) -> str:
    return said + ("\n" + t("Reason: {reason}", reason=plain(change.reason)) if change.reason else "")


def announcement(change: SettingsHistory, snapshot: SettingsSnapshot) -> discord.Embed:
    """Tell the log channel about a change."""
    return discord.Embed(
        description=_with_reason(formats.labelled(f"<@{change.changed_by}>", sentence(change)), change),
        colour=colour_of(snapshot),
        timestamp=change.changed_at,
    )


def not_followed(change: SettingsHistory, why: UserError, snapshot: SettingsSnapshot) -> discord.Embed:
    """Tell the log channel that the message of a structure is not as a change wants it."""
    said = t("⚠️ Its message could not be posted or changed. {why}", why=str(why))
    return discord.Embed(
        description=f"{named(change.scope, change.key)}\n{said}",
        colour=colour_of(snapshot),
        timestamp=change.changed_at,
    )


def history(found: HistoryPage, snapshot: SettingsSnapshot, now: datetime, *, key: str = "", person: int = 0) -> Reply:
    """Show one page of changes, with a select to take one of them back and buttons to turn the page."""
    embed = discord.Embed(title=t("Changed settings"), colour=colour_of(snapshot))
    filters = [f"`{key}`"] * bool(key) + [t("by {person}", person=f"<@{person}>")] * bool(person)
    if not found.entries:
        nothing = t("Nothing was changed yet ({filters}).", filters=formats.listed(filters))
        embed.description = nothing if filters else t("Nothing was changed yet.")
        return Reply(embed=embed, private=snapshot[general.PRIVATE_REPLIES])
    heading = t("Only {filters}", filters=formats.listed(filters)) + "\n\n" if filters else ""
    # Long texts are cut further where the page would not fit otherwise; the full ones are one `/settings view` away.
    for max_length in (MAX_VALUE, 60, 20):
        embed.description = heading + "\n\n".join(_line(change, max_length) for change in found.entries)
        if len(embed.description) <= MAX_EMBED_DESCRIPTION:
            break
    embed.set_footer(
        text=t("Page {page} of {pages} · {total} in all", page=found.page + 1, pages=found.pages, total=found.total)
    )
    undoable = [change for change in found.entries if _can_be_undone(change, snapshot, now)]
    items: list[Item] = [_picker(undoable)] if undoable else []

    def to(page: int) -> HistoryPageId:
        return HistoryPageId(page=page, changed_by=person or None, key=key or None)

    items += turning(found.page, found.pages, to, labels=(t("Newer"), t("Older")))
    return Reply(embed=embed, items=items, private=snapshot[general.PRIVATE_REPLIES])


def _can_be_undone(change: SettingsHistory, snapshot: SettingsSnapshot, now: datetime) -> bool:
    setting = registry.find(f"{change.scope}.{change.key}")
    if setting is None or change.changed_at < now - timedelta(seconds=snapshot[general.UNDO_WITHIN]):
        return False
    return change.new_value == (snapshot[setting] if snapshot.is_chosen(setting) else None)


def _line(change: SettingsHistory, max_length: int) -> str:
    when = discord.utils.format_dt(change.changed_at, "f")
    reason = f"\n-# {plain(change.reason, max_length)}" if change.reason else ""
    return f"{when} · {author(change)} · #{change.id}\n{sentence(change, max_length)}{reason}"


def author(change: SettingsHistory) -> str:
    """Name who made a change."""
    return f"<@{change.changed_by}>" if change.changed_by else t("somebody")


def _picker(entries: Sequence[SettingsHistory]) -> discord.ui.Select[Any, Any]:
    options = [
        discord.SelectOption(
            label=f"#{change.id} {change.scope}.{change.key}"[:MAX_OPTION],
            description=f"{CHANGES[change.change_type]} {change.changed_at:%Y-%m-%d %H:%M} UTC",
            value=UndoOneId.pack_value(change.id),
        )
        for change in entries[:MAX_OPTIONS]
    ]
    return select(t("Undo one of these…"), UndoOneId(), options, row=0)
