"""What there is to use: for somebody, and for others."""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import discord

from app.core import command_rules
from app.core.actor import Actor
from app.core.command_rules import Rules, Verdict
from app.core.faq.folding import fold
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.help.ids import MENU, MENUS, SLASH
from app.ui.kit.command_tree import Command, outermost, typed, typed_name, usable, word_of
from app.ui.kit.mentions import clickable, named
from app.ui.kit.staff import offer_of


@record
class Asker:
    """Who asks for help, and where."""

    actor: Actor
    snapshot: SettingsSnapshot
    permissions: discord.Permissions
    application_id: int = 0
    rules: Rules | None = None
    """What the server set in Discord about who may use which command."""
    channel_ids: Sequence[int] = ()
    """The channel, and after it that of which it is a thread."""
    in_server: bool = True

    @property
    def guild_id(self) -> int | None:
        """The server, None in a direct message."""
        return self.actor.guild_id if self.in_server else None


@record
class Entry:
    """A command, and what it is to whoever asks."""

    command: Command
    note: str | None
    """What is added to it; None if it is not for them."""
    verdict: Verdict
    """What the server set in Discord."""

    @property
    def is_mine(self) -> bool:
        """Whether they can use it, here and now."""
        return self.note is not None

    @property
    def topic(self) -> str:
        """The outermost name; menus are together."""
        return MENUS if isinstance(self.command, discord.ContextMenuCommand) else outermost(self.command).name

    @cached_property
    def name(self) -> str:
        """Its full name in English, by which it is known."""
        return self.command.qualified_name

    @property
    def key(self) -> str:
        """What tells it from every other, for a value of a select."""
        return f"{MENU if isinstance(self.command, discord.ContextMenuCommand) else SLASH}{self.name}"

    @property
    def title(self) -> str:
        """What people type, or choose in a menu."""
        is_menu = isinstance(self.command, discord.ContextMenuCommand)
        return typed_name(self.command) if is_menu else f"/{typed_name(self.command)}"

    @property
    def description(self) -> str:
        """What it does; Discord has no such text for menus."""
        return "" if isinstance(self.command, discord.ContextMenuCommand) else word_of(self.command, "description")

    @property
    def mention(self) -> str:
        """What people type, and beside it what types it when it is clicked, unless that is called the same."""
        if isinstance(self.command, discord.ContextMenuCommand):
            return f"**{self.title}**"
        return named(self.name.split(), outermost(self.command).id)

    @property
    def click(self) -> str:
        """What types it when it is clicked, if Discord has given it an id; always by its name in English."""
        if isinstance(self.command, discord.ContextMenuCommand):
            return f"**{self.title}**"
        return clickable([outermost(self.command)])(*self.name.split())


_folded = lru_cache(maxsize=5_000)(fold)


def entries(commands: Iterable[Command], asker: Asker) -> list[Entry]:
    """Return every command that there is in a place, in the order of topics and names as they are read, menus last."""
    found = [_entry(command, asker) for command in usable(commands, asker.guild_id)]
    return sorted(found, key=_place)


def _place(one: Entry) -> tuple[bool, str, str, str, str]:
    top = _folded(typed([outermost(one.command).name]))
    return one.topic == MENUS, top, one.topic, _folded(one.title), one.name


def _entry(command: Command, asker: Asker) -> Entry:
    top = outermost(command)
    verdict = Verdict.BY_DEFAULT
    if asker.rules and top.id and not asker.permissions.administrator:
        actor = asker.actor
        asking = command_rules.Asking(actor.guild_id, actor.user_id, actor.role_ids, asker.channel_ids)
        verdict = command_rules.verdict(asker.rules, int(top.id), asker.application_id, asking)
    is_shown = verdict is Verdict.ALLOWED or (
        verdict is Verdict.BY_DEFAULT and offered(top.default_member_permissions, asker)
    )
    note = offer_of(command, asker.snapshot, asker.actor) if is_shown else None
    return Entry(command, note, verdict)


def offered(needed: discord.Permissions | None, asker: Asker) -> bool:
    """Tell whether Discord offers a command by default to somebody, by the permissions that it asks for."""
    if needed is None or not asker.in_server or asker.permissions.administrator:
        return True
    # Without any, it is for administrators.
    return bool(needed.value) and asker.permissions.is_superset(needed)
