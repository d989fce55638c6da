"""What commands, buttons, choices and forms are called where figures are about them."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import discord

from app.core.analytics.recording import OTHER
from app.core.interactions import InteractionKind
from app.core.messages import called, t
from app.core.records import record
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.text import in_code, plain, shortened

MAX_LENGTH = 80
LINK = re.compile(r"</(?P<name>[^\n<>:]{1,100}):[0-9]{1,20}>")
MENUS = frozenset({InteractionKind.USER_MENU, InteractionKind.MESSAGE_MENU})
PARTS = frozenset({
    InteractionKind.BUTTON, InteractionKind.SELECT, InteractionKind.FORM, InteractionKind.AUTOCOMPLETE
})  # fmt: skip


@record
class Names:
    """Names as people read them: `mentions` has what Discord makes clickable, by the full names of commands."""

    mentions: Mapping[str, str]

    def marked(self, name: str, kind: str) -> str:
        """Return a name for a message: a command can be clicked if there is one, and the reader calls it so too."""
        if kind in PARTS or name == OTHER:
            return plain(self.text(name, kind), MAX_LENGTH)
        if kind in MENUS:
            return t("**{name}** (menu)", name=plain(_shown(name, "name"), MAX_LENGTH))
        said = self.text(name, kind)
        return self.mentions.get(name, f"`{said}`") if said == f"/{name}" else f"`{said}`"

    def own(self, name: str, kind: str) -> str:
        """Return a name for whoever uses it: of buttons, choices and forms which command they belong to."""
        if kind in PARTS - {InteractionKind.AUTOCOMPLETE} and name != OTHER:
            topic = name.partition(":")[0]
            return t("buttons and forms of {command}", command=in_code(f"/{called(topic, 'name', topic)}", MAX_LENGTH))
        return self.marked(name, kind)

    def text(self, name: str, kind: str = "") -> str:
        """Return a name where nothing can be clicked, as in a chart or a table; the kind may be unknown."""
        words = t("of another release") if name == OTHER else _words(name)
        match kind:
            case InteractionKind.BUTTON:
                said = t("button: {name}", name=words)
            case InteractionKind.SELECT:
                said = t("choice: {name}", name=words)
            case InteractionKind.FORM:
                said = t("form: {name}", name=words)
            case InteractionKind.AUTOCOMPLETE:
                said = t("suggestions: {name}", name=words if name == OTHER or not words else as_suggestion(name).name)
            case InteractionKind.USER_MENU | InteractionKind.MESSAGE_MENU:
                said = t("{name} (menu)", name=_shown(name, "name"))
            case _ if name == OTHER:
                said = t("command: {name}", name=words)
            case InteractionKind.SLASH | "" if name.split():
                said = as_suggestion(name).name
            case _:
                said = f"/{name}"
        return shortened(" ".join(said.replace("`", "'").split()), MAX_LENGTH)


def names_in(commands: Iterable[discord.ApplicationCommand[Any, ..., Any]], guild_id: int) -> Names:
    """Return what the commands of a server are called; Discord makes clickable what it has given an id."""
    mentions = dict[str, str]()
    for command in commands:
        if command.guild_ids and guild_id not in command.guild_ids:
            continue
        if isinstance(command, discord.SlashCommandGroup) and command.id is not None:
            parts = (one for one in command.walk_commands() if isinstance(one, discord.SlashCommand))
            mentions |= {one.qualified_name: one.mention for one in parts}
        elif isinstance(command, discord.SlashCommand) and command.id is not None:
            mentions[command.name] = command.mention
    return Names(mentions)


def as_suggestion(name: str) -> Suggestion:
    """Return how a command, or the route of a button or form, is suggested and understood."""
    if ":" in name:
        return Suggestion(t("button or form: {name}", name=_words(name)), name)
    if name != name.lower():
        # Only what stands in menus is written with capitals.
        return Suggestion(t("{name} (menu)", name=_shown(name, "name")), name)
    first = name.split(maxsplit=1)[0]
    return Suggestion("/" + " ".join(called(first, "name", part) for part in name.split()), name)


def named(typed: str) -> str:
    """Return what was typed without what marks it as a command: a slash, or Discord's own form of a link."""
    found = LINK.fullmatch(typed.strip())
    return " ".join((found["name"] if found else typed).strip().removeprefix("/").split())


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """Return the name that is written most like what was typed, if any is."""
    folded = {one.casefold(): one for one in known}
    return next((folded[one] for one in get_close_matches(typed.casefold(), folded, n=1, cutoff=0.4)), None)


def _words(route: str) -> str:
    return " ".join(route.replace(":", " ").replace("_", " ").split())


def _shown(name: str, field: str) -> str:
    """Return what a menu is called in the current language."""
    return called(name, field, name)
