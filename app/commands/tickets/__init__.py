"""Everything about tickets that people type, press and fill in."""

import discord

from app.bot import Bot
from app.commands.tickets import groups
from app.commands.tickets.blocking import BlockCommands, BlockMenus
from app.commands.tickets.board import BoardCommands
from app.commands.tickets.check import CheckCommands
from app.commands.tickets.ending import EndingCommands, TicketButtons
from app.commands.tickets.figures import FiguresCommands
from app.commands.tickets.finding import FindingCommands, OwnFindingCommands
from app.commands.tickets.handling import HandlingCommands
from app.commands.tickets.moving import MergeButton, MovingCommands
from app.commands.tickets.notes import NoteCommands, NoteForms
from app.commands.tickets.opening import OpeningCommands, TicketOpening
from app.commands.tickets.panels import PanelCommands, PanelUpkeep
from app.commands.tickets.people import PeopleCommands
from app.commands.tickets.questions import QuestionForms
from app.commands.tickets.rating import TicketRating
from app.commands.tickets.request import TicketCog
from app.commands.tickets.sorting import SortingCommands
from app.commands.tickets.types import TypeCommands
from app.ui.kit.command_tree import walk
from app.ui.kit.staff import offered_as
from app.ui.tickets import offers


class Ticket(
    OpeningCommands,
    HandlingCommands,
    PeopleCommands,
    MovingCommands,
    SortingCommands,
    NoteCommands,
    EndingCommands,
    OwnFindingCommands,
    TicketCog,
    discord.Cog,
):
    """The /ticket commands: one class for Discord, a file for each subject."""

    group = groups.ticket


class Tickets(
    BlockCommands,
    BoardCommands,
    CheckCommands,
    FiguresCommands,
    PanelCommands,
    TypeCommands,
    FindingCommands,
    TicketCog,
    discord.Cog,
):
    """The /tickets commands."""

    group = groups.tickets


COGS = (
    BlockMenus,
    MergeButton,
    NoteForms,
    PanelUpkeep,
    QuestionForms,
    Ticket,
    TicketButtons,
    TicketOpening,
    TicketRating,
    Tickets,
)


MEMBERS = frozenset({"close", "list", "reopen", "search", "transcript"})
MANAGERS = frozenset({"board", "check", "panel", "type"})
FOR_TEAMS = offered_as(offers.for_ticket_staff, teams=offers.teams)


def _offer() -> None:
    """Mark the commands with whom `/help` shows them to. The services refuse everybody else."""
    for command in walk(groups.ticket):
        if command.name not in MEMBERS:
            mark = offered_as(offers.to_open) if command.name == "open" else FOR_TEAMS
            mark(command.callback)
    for command in walk(groups.tickets):
        is_managers = not MANAGERS.isdisjoint(command.qualified_name.split())
        mark = offered_as(offers.for_managers) if is_managers else FOR_TEAMS
        mark(command.callback)


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    _offer()
    for cog in COGS:
        bot.add_feature(cog(bot))
