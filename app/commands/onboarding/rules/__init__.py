"""Everything about rules that people type, press and fill in: a part of onboarding with a group of its own."""

import discord

from app.bot import Bot
from app.commands.onboarding.request import OnboardingCog
from app.commands.onboarding.rules import groups
from app.commands.onboarding.rules.accepting import AcceptingButtons, AcceptingCommands
from app.commands.onboarding.rules.drafts import DraftCommands, DraftForms
from app.commands.onboarding.rules.publishing import PublishingButtons, PublishingCommands
from app.ui.kit.command_tree import walk
from app.ui.kit.staff import offered_as
from app.ui.onboarding import offers


class Rules(DraftCommands, PublishingCommands, AcceptingCommands, OnboardingCog, discord.Cog):
    """The /rules commands."""

    group = groups.rules


COGS = (AcceptingButtons, DraftForms, PublishingButtons, Rules)


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    for command in walk(groups.rules):
        if command.name != "accepted":
            offered_as(offers.for_managers)(command.callback)
    for cog in COGS:
        bot.add_feature(cog(bot))
