"""What Discord would refuse, or people would stumble over, in any slash command or component."""

import ast
import re

import discord
import pytest

from app.ui.kit.routes import MARK
from scripts.documentation import cogs, options_of, slash_commands
from tests.house.repository import ROOT, modules

NAME = re.compile(r"^[a-z_]{1,32}$")
ROUTE = re.compile(r"^(?P<feature>[a-z]+):v[1-9]\d*:(?P<verb>[a-z_]+)$")
LONGEST_DESCRIPTION = 100
MOST_OPTIONS = 25
MAX_CHOICES = 25
LONGEST_COMMAND = 8000
"""Of names, descriptions and choice values of one command with all its subcommands."""
MOST_COMMANDS = 100
TEXT = discord.SlashCommandOptionType.string
COMMANDS = slash_commands()


def _name_of(command: discord.SlashCommand) -> str:
    return command.qualified_name.replace(" ", "-")


@pytest.mark.parametrize("command", COMMANDS, ids=_name_of)
def test_names_and_descriptions_are_within_limits(command):
    options = options_of(command)
    assert len(options) <= MOST_OPTIONS
    for thing in (command, *options):
        assert NAME.match(thing.name)
        assert 1 <= len(thing.description) <= LONGEST_DESCRIPTION
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
    assert len(tops) <= MOST_COMMANDS
    assert all(length < LONGEST_COMMAND for length in tops.values())


def test_the_name_of_a_command_says_which_file_it_is_in():
    for cog in cogs():
        # The file, or the folder where one file would be too long.
        file = cog.__module__.split(".")[2]
        for command in cog.__cog_commands__:
            if isinstance(command, discord.ContextMenuCommand):
                continue
            top = command.qualified_name.split()[0]
            assert top.rstrip("s") == file.rstrip("s"), f"/{top} in {file}.py"


def _written_routes() -> dict[str, str]:
    """Find every text in the code that looks like the id of a component, and the file it is written in."""
    found: dict[str, str] = {}
    for path in modules("app"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ROUTE.match(node.value):
                name = path.relative_to(ROOT).as_posix()
                assert node.value not in found, (
                    f"{node.value} is written in {found.get(node.value)} and again in {name}"
                )
                found[node.value] = name
    return found


def test_every_component_has_one_id_in_one_form_and_somebody_who_answers():
    answered = [
        getattr(member, MARK)
        for cog in cogs()
        for member in vars(cog).values()
        if getattr(member, MARK, None) is not None
    ]
    assert len(answered) == len(set(answered))
    assert set(answered) == set(_written_routes())
    assert all(ROUTE.match(route) for route in answered)


def test_ids_are_written_through_the_one_place_that_checks_them():
    """`custom_id="..."` with a text of its own would escape the rule above."""
    keywords = [
        (path.relative_to(ROOT).as_posix(), node)
        for path in modules("app")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "custom_id"
    ]
    assert keywords
    assert not [name for name, node in keywords if isinstance(node.value, ast.Constant | ast.JoinedStr)]
