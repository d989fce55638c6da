"""Write those parts of the documentation that repeat what the code says, so that they cannot say something else.

`make docs` runs it; a test compares. In a page such a part stands between `<!-- made by make docs: NAME -->` and
`<!-- end -->`; `.env.example` and the dashboard for Grafana are written as a whole.
"""

import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import discord
from sqlalchemy.dialects import postgresql

import app.commands
from app.config.variables import Variables
from app.core import durations, registry
from app.core.privacy import tables as privacy
from app.core.privacy.declared import TABLES
from app.core.settings.kinds import Kind
from app.migrate.connection import options
from app.migrate.status import WORDINGS
from app.models import Base
from scripts import dashboard, dashboard_panels

ROOT = Path(__file__).resolve().parents[1]
DASHBOARD = ROOT / "monitoring" / "grafana" / "dashboards" / "concierge.json"
PART = re.compile(r"(<!-- made by make docs: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
# docker-compose.yml reads these itself; the bot does not, and their defaults.
COMPOSE_ONLY = {
    "POSTGRES_PASSWORD": ("Of the database that docker-compose.yml starts; fixed with the first start.", "concierge"),
    "GRAFANA_PASSWORD": ("Of the user admin in Grafana (docker compose --profile monitoring); likewise.", "admin"),
}
# A default that is meant, but that the type cannot show.
SHOWN = {"data_dir": "./data", "bot_admin_ids": "", "migrations_on_boot": ""}


def default_of(name: str) -> str:
    """Return the default of a variable as one would write it into `.env`; empty if it is unset."""
    default = Variables.model_fields[name].default
    return SHOWN.get(name, "" if default is None else str(default))


def variables() -> str:
    """Make the table of environment variables."""
    lines = ["| name | meaning | default |", "|---|---|---|"]
    for name, field in Variables.model_fields.items():
        default = default_of(name)
        lines.append(f"| `{name.upper()}` | {field.description} | {f'`{default}`' if default else 'unset'} |")
    return "\n".join(lines)


def example() -> str:
    """Make `.env.example`."""
    lines = ["# Copy this file to .env and set what you need. docs/configuration.md says more.", ""]
    descriptions = {name: str(field.description) for name, field in Variables.model_fields.items()}
    for name, description in descriptions.items():
        lines += textwrap.wrap(description.replace("`", ""), 100, initial_indent="# ", subsequent_indent="# ")
        lines += [f"{'' if name == 'discord_token' else '# '}{name.upper()}={default_of(name)}", ""]
    for name, (description, default) in COMPOSE_ONLY.items():
        lines += [f"# {description}", f"# {name}={default}", ""]
    return "\n".join(lines)


def guild_settings() -> str:
    """Make the table of what each server can choose."""
    lines = ["| setting | what it does | takes | default |", "|---|---|---|---|"]
    for setting in registry.ALL:
        default = "not set" if setting.default is None else f"`{_shown(setting)}`"
        lines.append(f"| `{setting.name}` | **{setting.label}.** {setting.help} | {setting.takes()} | {default} |")
    return "\n".join(lines)


def structures() -> str:
    """Make the table of what features keep among the settings: whether it is in files and goes back, and why not."""
    lines = ["| kind | in files | goes back | |", "|---|---|---|---|"]
    for scope, kind in registry.STRUCTURES.items():
        carried = kind.carried
        why = [str(carried.why_not)] if carried.why_not is not None else []
        why += [f"not `{key}`: {one}" for key, one in carried.left_out.items()]
        is_in, back = ("yes" if one else "no" for one in (carried.in_files, carried.goes_back))
        lines.append(f"| **{kind.label}** · `{scope}` | {is_in} | {back} | {'; '.join(why)} |")
    return "\n".join(lines)


def _shown(setting: registry.Setting[Any]) -> str:
    if setting.kind is Kind.TOGGLE:
        return "on" if setting.default else "off"
    if setting.kind is Kind.DURATION:
        return durations.compact(timedelta(seconds=setting.default))
    return str(setting.default)


def cogs() -> Iterator[type[discord.Cog]]:
    """Yield the class of every cog."""
    for module in pkgutil.walk_packages(app.commands.__path__, "app.commands."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, discord.Cog) and member.__module__ == module.name:
                yield member


def slash_commands() -> list[discord.SlashCommand]:
    """Return every command that can be typed, groups unfolded, in the order of their names."""
    waiting: list[Any] = [command for cog in cogs() for command in cog.__cog_commands__]
    found: dict[str, discord.SlashCommand] = {}
    while waiting:
        command = waiting.pop()
        if isinstance(command, discord.SlashCommandGroup):
            waiting += command.subcommands
        elif isinstance(command, discord.SlashCommand):
            found[command.qualified_name] = command
    return [found[name] for name in sorted(found)]


def options_of(command: discord.SlashCommand) -> list[discord.Option]:
    """Return what a command asks for."""
    # As long as a command belongs to a class and not to an object, its context counts as an option, without a type.
    return [option for option in command.options if option.input_type is not None]


def commands() -> str:
    """Make the list of slash commands with their options and limits."""
    lines: list[str] = []
    for command in slash_commands():
        lines += [f"### `/{command.qualified_name}`", "", f"{command.description}. {_who_may(command)}", ""]
        options = options_of(command)
        if options:
            lines += ["| option | meaning | takes |", "|---|---|---|"]
            for option in options:
                name = f"`{option.name}`" if option.required else f"`{option.name}` (optional)"
                lines.append(f"| {name} | {option.description} | {_takes(option)} |")
            lines.append("")
    return "\n".join(lines).rstrip()


def _who_may(command: discord.SlashCommand) -> str:
    top: Any = command
    while top.parent is not None:
        top = top.parent
    permissions: discord.Permissions | None = top.default_member_permissions
    if permissions is None:
        return "Shown to everybody."
    # Discord calls a guild a server wherever people read it.
    names = [name.replace("_", " ").replace("guild", "server").title() for name, granted in permissions if granted]
    return f"Shown to members with the permission *{'* and *'.join(names)}*." if names else "Shown to administrators."


def _takes(option: discord.Option) -> str:
    kind = option.input_type.name.replace("_", " ")
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "user": "person"}
    said = words.get(kind, kind)
    if option.choices:
        return "one of " + ", ".join(f"`{choice.name}`" for choice in option.choices)
    least = option.min_length if kind == "string" else option.min_value
    most = option.max_length if kind == "string" else option.max_value
    unit = " characters" if kind == "string" else ""
    bounds = {
        (True, True): f", {least} to {most}{unit}",
        (True, False): f", at least {least}{unit}",
        (False, True): f", at most {most}{unit}",
        (False, False): "",
    }[least is not None, most is not None]
    return f"{said}{bounds}{', with suggestions' if option.autocomplete else ''}"


def schema_states() -> str:
    """Make the table of states with their sentences and the commands that fix them."""
    lines = ["| state | sentence | how to fix it |", "|---|---|---|"]
    for state, wording in WORDINGS.items():
        sentence, fix = (re.sub(r"\{(\w+)\}", r"<\1>", text) for text in (wording.sentence.text, wording.fix))
        # In a sentence a place to fill in is shown as code, or a browser would take it for HTML.
        shown = re.sub(r"(<\w+>)", r"`\1`", sentence)
        lines.append(f"| {state.value} | {shown} | {f'`{fix}`' if fix else 'nothing'} |")
    return "\n".join(lines)


def migration_options() -> str:
    """Make the table of options of a run of migrations."""
    lines = ["| option | meaning (without it) |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {meaning} |" for name, meaning in options.MEANINGS.items())])


def schema() -> str:
    """Make the list of tables with their columns and types."""
    dialect = postgresql.dialect()
    lines = ["| table | key | columns (`?`: may be NULL) |", "|---|---|---|"]
    for name, table in sorted(Base.metadata.tables.items()):
        columns = ", ".join(
            f"`{column.name}` {column.type.compile(dialect).lower()}{'?' if column.nullable else ''}"
            for column in table.columns
        )
        lines.append(f"| `{name}` | {', '.join(f'`{column.name}`' for column in table.primary_key)} | {columns} |")
    return "\n".join(lines)


def personal(table: privacy.Table) -> str:
    """Make the table of the columns of a table that hold personal data."""
    lines = ["| column | what of a person | why | for how long | on deletion |", "|---|---|---|---|---|"]
    for column in table.columns:
        kept = column.kept or "as its row"
        fate = f"{column.fate.value}{', once nothing more is to happen to them' if column.waits else ''}"
        lines.append(f"| `{column.name}` | {column.what} | {column.why} | {kept} | {fate} |")
    nothing = [f"`{name}`" for name in table.impersonal]
    said = [f"- A row is kept: {table.kept}", f"- A deletion: {table.erased}"]
    said += [f"- What stays, and why: {table.stays}"] if table.stays is not None else []
    about_nobody = f"About nobody: {', '.join(nothing)}."
    return "\n".join([*([*lines, "", *said, ""] if table.columns else []), about_nobody])


PARTS: dict[str, Callable[[], str]] = {
    "schema-states": schema_states,
    "migration-options": migration_options,
    "schema": schema,
    "variables": variables,
    "guild-settings": guild_settings,
    "structures": structures,
    "commands": commands,
    **{f"personal-{name.replace('_', '-')}": partial(personal, table) for name, table in TABLES.items()},
}


def written(path: Path) -> str:
    """Return what a file should contain. Raises KeyError for a part that nobody makes."""
    if path.name == ".env.example":
        return example()
    if path == DASHBOARD:
        return dashboard.text(dashboard_panels.ROWS, dashboard_panels.ANNOTATIONS)
    return PART.sub(
        lambda part: f"{part[1]}{PARTS[part['name']]()}\n{part[3]}",
        path.read_text(encoding="utf-8"),
    )


def files() -> Sequence[Path]:
    """Return the files that are written, as a whole or in part."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    return [
        ROOT / ".env.example",
        DASHBOARD,
        *(page for page in pages if PART.search(page.read_text(encoding="utf-8"))),
    ]


def main() -> None:
    """Write them all."""
    for path in files():
        text = written(path)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"Wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
