"""What `/help` says of topics, of who may use a command, and of what to type."""

from collections.abc import Sequence
from typing import Any

import discord

from app.core import formats
from app.core.command_rules import Verdict
from app.core.messages import Message, called_choice, called_in_option, msg, t
from app.core.settings import general
from app.ui.help.entries import Asker, Entry
from app.ui.help.ids import MENUS
from app.ui.kit.command_tree import outermost, word_of
from app.ui.kit.staff import Who, teams_of, who_may

PERMISSIONS = {
    "administrator": msg("Administrator"),
    "manage_guild": msg("Manage Server"),
    "manage_messages": msg("Manage Messages"),
}
"""Discord's names of the permissions that commands ask for, by py-cord's."""
MAX_ROLES = 10
"""How many of those that may use a command are named."""
EXAMPLES: dict[discord.SlashCommandOptionType, Message | str] = {
    discord.SlashCommandOptionType.boolean: "True",
    discord.SlashCommandOptionType.user: msg("@somebody"),
    discord.SlashCommandOptionType.role: msg("@role"),
    discord.SlashCommandOptionType.mentionable: msg("@somebody"),
    discord.SlashCommandOptionType.channel: msg("#channel"),
    discord.SlashCommandOptionType.attachment: msg("file"),
}
"""What stands for a value in an example."""
KINDS: dict[discord.SlashCommandOptionType, Message] = {
    discord.SlashCommandOptionType.boolean: msg("yes or no"),
    discord.SlashCommandOptionType.user: msg("a person"),
    discord.SlashCommandOptionType.role: msg("a role"),
    discord.SlashCommandOptionType.mentionable: msg("a person or a role"),
    discord.SlashCommandOptionType.channel: msg("a channel"),
    discord.SlashCommandOptionType.attachment: msg("a file"),
}


def topic_title(topic: str, entries: Sequence[Entry]) -> str:
    """Return what a topic is called: what is typed first, or where else it is found."""
    return t("In menus, under Apps") if topic == MENUS else f"/{word_of(outermost(entries[0].command), 'name')}"


def topic_description(topic: str, entries: Sequence[Entry]) -> str:
    """Return what a topic is about."""
    if topic == MENUS:
        return t("Right-click a message or a person, or hold a finger on it")
    return word_of(outermost(entries[0].command), "description")


def reason(entry: Entry, asker: Asker) -> str:
    """Say why a command is not for whoever asks, and who may use it."""
    match entry.verdict:
        case Verdict.DENIED:
            return t("Not for you: whoever manages this server decided so, under Server Settings, Integrations")
        case Verdict.DENIED_HERE:
            return t("Not in this channel: whoever manages this server decided so, under Server Settings, Integrations")
        case _:
            return who_may_use(entry, asker)


def who_may_use(entry: Entry, asker: Asker) -> str:
    """Say who may use a command in a server."""
    match who_may(entry.command, asker.snapshot):
        case None:
            return t("Nobody, as this server is set up")
        case Who.OPERATORS:
            return t("The people who run this bot")
        case Who.EVERYBODY:
            return t("Everybody")
        case Who.MANAGERS:
            return t("Whoever has the permission {permissions}", permissions=_needed(entry, "manage_guild"))
        case Who.STAFF:
            role = asker.snapshot[general.STAFF_ROLE]
            roles = sorted({*teams_of(entry.command, asker.snapshot), *([role] if role is not None else [])})
            permissions = _needed(entry, "manage_messages")
            if not roles:
                return t("Staff: whoever has the permission {permissions}", permissions=permissions)
            shown = [f"<@&{one}>" for one in roles[:MAX_ROLES]] + ["…"] * (len(roles) > MAX_ROLES)
            return t(
                "Staff: {roles}, and whoever has the permission {permissions}",
                roles=formats.AllOf(shown),
                permissions=permissions,
            )


def usage(entry: Entry) -> str:
    """Return how a command is typed, with an example of everything that has to be said."""
    if isinstance(entry.command, discord.ContextMenuCommand):
        return entry.title
    needed = [one for one in _options(entry) if one.required]
    return " ".join([entry.title, *(f"{option_name(entry, one)}:{_example(entry, one)}" for one in needed)])


def options(entry: Entry, *, brief: bool = False) -> list[str]:
    """Return a text for each option: its name and what it means, and what it takes unless it should be `brief`."""
    return [_option(entry, one, brief=brief) for one in _options(entry)]


def option_name(entry: Entry, option: Any) -> str:
    """Return what an option is called in the current language."""
    return called_in_option(_top(entry), "name", option.name)


def _options(entry: Entry) -> list[Any]:
    return list(entry.command.options) if isinstance(entry.command, discord.SlashCommand) else []


def _option(entry: Entry, option: Any, *, brief: bool) -> str:
    name = option_name(entry, option)
    marked = f"**{name}**" if option.required else t("{name} (optional)", name=f"**{name}**")
    line = f"{marked} · {called_in_option(_top(entry), 'description', option.description)}"
    taken = "" if brief else _taken(entry, option)
    return f"{line}\n-# {taken}" if taken else line


def _taken(entry: Entry, option: Any) -> str:
    """Say what an option takes; nothing where any text is taken."""
    if option.choices:
        choices = formats.listed(called_choice(_top(entry), one.name) for one in option.choices)
        return t("one of: {choices}", choices=choices)
    if option.input_type in {discord.SlashCommandOptionType.integer, discord.SlashCommandOptionType.number}:
        if option.min_value is not None and option.max_value is not None:
            return t(
                "a number from {least} to {most}",
                least=formats.number(option.min_value, 2),
                most=formats.number(option.max_value, 2),
            )
        return t("a number")
    if option.autocomplete:
        return t("with suggestions while you type")
    return str(KINDS.get(option.input_type, ""))


def _example(entry: Entry, option: Any) -> str:
    if option.choices:
        return called_choice(_top(entry), option.choices[0].name)
    if option.input_type in {discord.SlashCommandOptionType.integer, discord.SlashCommandOptionType.number}:
        return formats.number(option.min_value if option.min_value is not None else 1)
    return str(EXAMPLES.get(option.input_type, "…"))


def _top(entry: Entry) -> str:
    return outermost(entry.command).name


def _needed(entry: Entry, rank: str) -> str:
    """Return the names of the permissions that a command asks for, or that make the rank it is for."""
    needed: discord.Permissions | None = outermost(entry.command).default_member_permissions
    names = [name for name, is_set in needed if is_set] if needed is not None else []
    return str(formats.AllOf([_permission(name) for name in names or [rank]]))


def _permission(name: str) -> str:
    return str(PERMISSIONS.get(name) or name.replace("_", " ").title())
