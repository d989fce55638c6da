"""How several changes look that were made together. All of it pure."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.core.value_kind import ValueKind
from app.models import SettingsHistory
from app.services.settings import Undone
from app.ui.kit.colours import colour_of
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.listing import fitting
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.kit.undo import undo_all_button
from app.ui.settings.replies import remarks, sentence

ROOM = MAX_EMBED_DESCRIPTION - 500
"""Characters of the changes; what is said of all of them comes after."""
LENGTHS = (120, 60, 20)
"""To how many characters texts are cut: the first at which all fits."""


def changed(changes: Sequence[SettingsHistory], *, sees_members: bool, notes: Sequence[str] = ()) -> Reply:
    """Confirm changes that were made together, with a button to take all of them back."""
    said = tn("{count} setting was changed.", "{count} settings were changed.", len(changes))
    if _has_structures(changes):
        said = tn("{count} change was made.", "{count} changes were made.", len(changes))
    lines = [said, *notes]
    return Reply("\n".join(lines), _embed(changes, sees_members=sees_members), [undo_all_button(changes)])


def undone(done: Undone, *, sees_members: bool) -> Reply:
    """Say what was taken back, and what was not."""
    lines = [tn("{count} setting is as it was.", "{count} settings are as they were.", len(done.changes))]
    if _has_structures(done.changes):
        lines = [tn("{count} change was taken back.", "{count} changes were taken back.", len(done.changes))]
    if done.stayed:
        names = formats.codes(f"`{one.scope}.{one.key}`" for one in done.stayed)
        lines.append(t("Changed again since, and left as it is: {names}", names=names))
    return Reply(
        "\n".join(lines),
        _embed(done.changes, sees_members=sees_members),
        [undo_all_button(done.changes)],
    )


def announcement(changes: Sequence[SettingsHistory], snapshot: SettingsSnapshot) -> discord.Embed:
    """Tell the log channel about changes that were made together."""
    first = changes[0]
    many = tn("{count} setting", "{count} settings", len(changes))
    if _has_structures(changes):
        many = tn("{count} change", "{count} changes", len(changes))
    said = formats.labelled(f"<@{first.changed_by}>", many)
    if first.reason:
        said += "\n" + t("Reason: {reason}", reason=plain(first.reason))
    embed = discord.Embed(description=f"{said}\n{_listed(changes)}", colour=colour_of(snapshot))
    embed.timestamp = first.changed_at
    return embed


def _has_structures(changes: Sequence[SettingsHistory]) -> bool:
    return any(one.value_type is ValueKind.STRUCTURE for one in changes)


def _embed(changes: Sequence[SettingsHistory], *, sees_members: bool) -> discord.Embed:
    known = [line for one in changes for line in remarks(one, sees_members=sees_members)]
    text = _listed(changes)
    for line in dict.fromkeys(known):
        if len(text) + len(line) + 4 > MAX_EMBED_DESCRIPTION:
            break
        text += f"\n-# {line}"
    return discord.Embed(description=text)


def _listed(changes: Sequence[SettingsHistory]) -> str:
    """Write all changes if there is room, with shorter texts if need be; else as many as fit."""
    lines: list[str] = []
    for length in LENGTHS:
        lines = [sentence(one, length) for one in changes]
        if sum(len(one) + 1 for one in lines) <= ROOM:
            return "\n".join(lines)
    return fitting(lines, ROOM)
