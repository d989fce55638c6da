"""Everything about the use of the bot that people type, press and choose."""

from app.bot import Bot
from app.commands.analytics.mine import OwnUseButtons
from app.commands.analytics.one import OneCommandButtons
from app.commands.analytics.stats import Stats
from app.commands.analytics.viewing import StatsButtons

COGS = (OneCommandButtons, OwnUseButtons, Stats, StatsButtons)


def setup(bot: Bot) -> None:
    """Add the commands, and what the selects and buttons do."""
    for cog in COGS:
        bot.add_feature(cog(bot))
