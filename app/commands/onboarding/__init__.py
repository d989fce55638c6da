"""Everything about onboarding that people type, press and fill in."""

import discord

from app.bot import Bot
from app.commands.onboarding import groups, rules
from app.commands.onboarding.exchange import ExchangeCommands, ImportButtons
from app.commands.onboarding.flow import FlowButtons, FlowCommands
from app.commands.onboarding.mine import MineButtons, MineCommands
from app.commands.onboarding.native import NativeButtons
from app.commands.onboarding.outcomes import OutcomeCommands, OutcomeForms
from app.commands.onboarding.panels import BeginningPanels, PanelCommands
from app.commands.onboarding.preview import PreviewButtons, PreviewCommands
from app.commands.onboarding.questions import QuestionButtons, QuestionCommands
from app.commands.onboarding.request import OnboardingCog
from app.commands.onboarding.staff import StaffCommands
from app.commands.onboarding.stuck import StuckButtons, StuckCommands
from app.ui.kit.command_tree import walk
from app.ui.kit.staff import offered_as
from app.ui.onboarding import offers


class OnboardingCommands(
    FlowCommands,
    MineCommands,
    PanelCommands,
    PreviewCommands,
    QuestionCommands,
    OutcomeCommands,
    ExchangeCommands,
    StaffCommands,
    StuckCommands,
    OnboardingCog,
    discord.Cog,
):
    """The /onboarding commands: one class for Discord, a file for each subject."""

    group = groups.onboarding


COGS = (
    BeginningPanels,
    FlowButtons,
    ImportButtons,
    NativeButtons,
    MineButtons,
    OnboardingCommands,
    OutcomeForms,
    PreviewButtons,
    QuestionButtons,
    StuckButtons,
)
MANAGERS = frozenset({"check", "export", "panel", "preview", "questions"})
"""Words of the commands that only managers may use."""


def _offer() -> None:
    """Mark the commands with whom `/help` shows them to. The services refuse everybody else."""
    for command in walk(groups.onboarding):
        if not MANAGERS.isdisjoint(command.qualified_name.split()):
            offered_as(offers.for_managers)(command.callback)


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    _offer()
    for cog in COGS:
        bot.add_feature(cog(bot))
    rules.setup(bot)
