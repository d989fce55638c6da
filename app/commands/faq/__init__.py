"""Everything about the FAQ that people type, press and fill in."""

import discord

from app.bot import Bot
from app.commands.faq import groups
from app.commands.faq.answering import AnswerMenu
from app.commands.faq.automatic import AutoCommands, SuggestionButtons
from app.commands.faq.exchange import ExchangeCommands, FaqImportButtons
from app.commands.faq.figures import FiguresCommands
from app.commands.faq.finding import AnswerButtons, FindingCommands
from app.commands.faq.from_ticket import FromTicket
from app.commands.faq.history import HistoryButtons, HistoryCommands
from app.commands.faq.learning import LearningButtons, LearningCommands
from app.commands.faq.listing import ListButtons, ListCommands
from app.commands.faq.menu import AddMenu
from app.commands.faq.privacy import PrivacyButtons, PrivacyCommands
from app.commands.faq.removing import RemovingButtons, RemovingCommands
from app.commands.faq.request import FaqCog
from app.commands.faq.sharing import SharingButtons
from app.commands.faq.showing import ShowCommands
from app.commands.faq.verifying import VerifyingButtons
from app.commands.faq.waiting import WaitingCommands
from app.commands.faq.writing import WritingCommands, WritingForms
from app.ui.kit.command_tree import walk
from app.ui.kit.staff import for_staff


class Faq(
    AutoCommands,
    FiguresCommands,
    ExchangeCommands,
    FindingCommands,
    HistoryCommands,
    LearningCommands,
    ListCommands,
    PrivacyCommands,
    RemovingCommands,
    ShowCommands,
    WaitingCommands,
    WritingCommands,
    FaqCog,
    discord.Cog,
):
    """The /faq commands: one class for Discord, a file for each subject."""

    group = groups.faq


COGS = (
    AddMenu,
    AnswerButtons,
    AnswerMenu,
    Faq,
    FromTicket,
    HistoryButtons,
    LearningButtons,
    FaqImportButtons,
    ListButtons,
    PrivacyButtons,
    RemovingButtons,
    SharingButtons,
    SuggestionButtons,
    VerifyingButtons,
    WritingForms,
)
MEMBERS = frozenset({"list", "privacy", "search", "show"})
"""What is not for staff alone."""


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    for command in walk(groups.faq):
        if command.name not in MEMBERS:
            for_staff(command.callback)
    for cog in COGS:
        bot.add_feature(cog(bot))
