"""/setup: leading whoever manages a server through the settings that matter, step by step."""

from app.bot import Bot
from app.commands.setup.forms import SetupForms
from app.commands.setup.greeting import Greeting
from app.commands.setup.making import SetupMaking
from app.commands.setup.pages import SetupPages
from app.commands.setup.slash import Setup

COGS = (Greeting, Setup, SetupForms, SetupMaking, SetupPages)


def setup(bot: Bot) -> None:
    """Add the command, and what its buttons and forms do."""
    for cog in COGS:
        bot.add_feature(cog(bot))
