"""What Discord would refuse, or people would stumble over, in any slash command or component."""

import ast
import re

import discord
import pytest

from app.ui.kit.limits import MAX_CHOICES
from app.ui.kit.routes import MARK
from scripts.documentation import options_of, slash_commands
from tests.fixtures.ids import COGS, DECLARED
from tests.house.repository import nodes

NAME = re.compile(r"^[a-z_]{1,32}$")
MAX_DESCRIPTION = 100
MAX_OPTIONS = 25
MAX_COMMAND = 8000
"""Of names, descriptions and choice values of one command with all its subcommands."""
MAX_COMMANDS = 100
TEXT = discord.SlashCommandOptionType.string
COMMANDS = slash_commands()


def _name_of(command: discord.SlashCommand) -> str:
    return command.qualified_name.replace(" ", "-")


@pytest.mark.parametrize("command", COMMANDS, ids=_name_of)
def test_names_and_descriptions_are_within_limits(command):
    options = options_of(command)
    assert len(options) <= MAX_OPTIONS
    for thing in (command, *options):
        assert NAME.match(thing.name)
        assert 1 <= len(thing.description) <= MAX_DESCRIPTION
        assert thing.description != "No description provided"
        assert not thing.description.endswith(".")
    required = [option.required for option in options]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize("command", COMMANDS, ids=_name_of)
def test_every_option_is_bounded(command):
    for option in options_of(command):
        assert len(option.choices) <= MAX_CHOICES
        if option.input_type is TEXT and not option.choices and not option.autocomplete:
            assert option.max_length, f"{option.name} takes 6,000 characters"
        if option.input_type in {discord.SlashCommandOptionType.integer, discord.SlashCommandOptionType.number}:
            assert option.choices or (option.min_value is not None and option.max_value is not None), option.name


def test_the_commands_together_are_within_limits():
    tops: dict[str, int] = {}
    for command in COMMANDS:
        top = command.qualified_name.split()[0]
        length = len(command.name) + len(command.description)
        for option in options_of(command):
            length += len(option.name) + len(option.description)
            length += sum(len(choice.name) + len(str(choice.value)) for choice in option.choices)
        tops[top] = tops.get(top, 0) + length
    assert len(tops) <= MAX_COMMANDS
    assert all(length < MAX_COMMAND for length in tops.values())


def test_the_name_of_a_command_says_which_file_it_is_in():
    for cog in COGS:
        # The file, or the folder where one file would be too long, which may be a part of another feature's.
        files = [name.rstrip("s") for name in cog.__module__.split(".")[2:]]
        for command in cog.__cog_commands__:
            if isinstance(command, discord.ContextMenuCommand):
                continue
            top = command.qualified_name.split()[0]
            assert top.rstrip("s") in files, f"/{top} in {cog.__module__}"


def test_every_id_of_a_component_has_exactly_one_handler():
    members = [getattr(cog, name, None) for cog in COGS for name in dir(cog)]
    answered = [getattr(member, MARK) for member in members if hasattr(member, MARK)]
    routes = [kind.route for kind in DECLARED]
    assert sorted(kind.route for kind in answered) == routes
    assert len(set(routes)) == len(routes) > 20
    # In the file beside what its feature shows.
    assert not [
        kind
        for kind in DECLARED
        if not re.fullmatch(r"app\.ui\.\w+(\.(\w+_)?ids)?|app\.ui\.kit\.(forms|undo)", kind.__module__)
    ]


FIELDS = {f"discord.ui.{kind}" for kind in ("InputText", "RadioGroup", "CheckboxGroup", "FileUpload")}
"""What only a form can hold."""


def test_ids_are_written_in_one_place():
    """`custom_id=...` elsewhere would escape the rule above. The fields of a form have names and no meaning."""
    files = {
        file
        for file, call in nodes(ast.Call, "app")
        for keyword in call.keywords
        if keyword.arg == "custom_id" and ast.unparse(call.func) not in FIELDS
    }
    assert files == {"app/ui/kit/components.py"}
