"""The channel in which the owners of entries are reminded."""

from app.bot import Bot
from app.core.faq.policy import FaqPolicy
from app.ui.faq.check import channel_trouble


def is_heard(bot: Bot, guild_id: int, policy: FaqPolicy) -> bool:
    """Tell whether somebody can be reminded there."""
    guild = bot.get_guild(guild_id)
    return guild is not None and channel_trouble(policy, guild.get_channel, guild.me) is None
