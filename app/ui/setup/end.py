"""The end of setting a server up: what was set since somebody began, what is left, and what to try next. All pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core import formats, registry
from app.core.messages import t, tc
from app.core.setup import SETUP, State, Step
from app.models import SettingsHistory
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.listing import fitting
from app.ui.kit.reply import Reply
from app.ui.settings.replies import author, shown_past
from app.ui.setup.ids import BeginId, CloseId, ListId
from app.ui.setup.pages import PRIMARY, SIGNS, Scene
from app.ui.setup.steps import ABOUT, ORDER

ROOM = 2200
"""Characters of what was set."""
MAX_VALUE = 60


def end_page(
    scene: Scene, since: datetime | None, changes: Sequence[SettingsHistory], *, is_over: bool = False
) -> Reply:
    """Say what was set since somebody began, by whom, what is left, and what to try next.

    `changes` are the newest first; each setting is named once, with what it was then and is now. `is_over` says that
    somebody has pressed that they are done.
    """
    lines = [_line(first, last) for first, last in _net(changes)]
    parts = []
    if since is not None:
        began = discord.utils.format_dt(since, "f")
        parts.append(t("**Set since {moment}**", moment=began))
        parts.append(fitting(lines, ROOM) or t("Nothing yet."))
    left = [step for step in ORDER if scene.statuses[step].state is not State.DONE]
    parts.append("\n" + t("**Left**"))
    parts += [f"{SIGNS[scene.statuses[one].state]} {ABOUT[one].emoji} {ABOUT[one].title}" for one in left] or [
        t("Nothing: every step is done.")
    ]
    parts.append("\n" + t("**Try next**"))
    parts += _next(scene)
    embed = discord.Embed(
        title=t("Set up") if is_over else t("What was set, and what is left"),
        description="\n".join(parts)[:MAX_EMBED_DESCRIPTION],
        colour=colour_of(scene.snapshot),
    )
    if is_over:
        again: list[Item] = [button(t("Go on"), BeginId(), emoji="🚀")]
        return Reply(t("Done. You can go on at any time with {command}.", command=scene.mention("setup")), embed, again)
    items: list[Item] = [
        button(t("All steps"), ListId(), emoji="📋"),
        button(tc("setting up", "Done"), CloseId(), emoji="🏁", style=PRIMARY),
    ]
    return Reply(embed=embed, items=items)


def _net(changes: Sequence[SettingsHistory]) -> list[tuple[SettingsHistory, SettingsHistory]]:
    """Return the first and the last change of each setting, in the order of the last, without what is as it was."""
    by_name: dict[tuple[str, str], list[SettingsHistory]] = {}
    for change in changes:
        if change.scope != SETUP:
            by_name.setdefault((change.scope, change.key), []).append(change)
    pairs = [(found[-1], found[0]) for found in by_name.values()]
    return [(first, last) for first, last in reversed(pairs) if first.old_value != last.new_value]


def _line(first: SettingsHistory, last: SettingsHistory) -> str:
    old, new = (shown_past(last.scope, last.key, value, MAX_VALUE) for value in (first.old_value, last.new_value))
    setting = registry.find(f"{last.scope}.{last.key}")
    name = f"**{setting.label}**" if setting is not None else f"`{last.scope}.{last.key}`"
    return "• " + formats.labelled(name, f"{old} → {new} · {author(last)}")


def _next(scene: Scene) -> list[str]:
    mention = scene.mention
    is_done = {step: scene.statuses[step].state is State.DONE for step in Step}
    lines = [t("{command} makes a reminder.", command=mention("reminder", "create"))]
    if is_done[Step.TICKETS]:
        lines.append(t("{command} opens a ticket, as members do.", command=mention("ticket", "open")))
    if is_done[Step.ONBOARDING]:
        lines.append(t("{command} goes through onboarding as a new member.", command=mention("onboarding", "preview")))
    if is_done[Step.FAQ]:
        lines.append(t("{command} finds an answer.", command=mention("faq", "search")))
    lines += [
        t(
            "{command} shows every setting, and {history} takes one back.",
            command=mention("settings", "view"),
            history=mention("settings", "history"),
        ),
        t(
            "{command} shows how much I am used, {help} all that I can do.",
            command=mention("stats", "overview"),
            help=mention("help"),
        ),
    ]
    lines.append(t("{command} looks for what is wrong, in all of it.", command=mention("health", "check")))
    return lines
