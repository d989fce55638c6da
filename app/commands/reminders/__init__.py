"""Everything about reminders that members type, press and fill in."""

from app.bot import Bot
from app.commands.reminders.delivered import DeliveredReminders
from app.commands.reminders.details import ReminderDetails
from app.commands.reminders.forms import ReminderForms
from app.commands.reminders.pages import ReminderPages
from app.commands.reminders.slash import Reminders


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    for cog in (Reminders, DeliveredReminders, ReminderDetails, ReminderForms, ReminderPages):
        bot.add_feature(cog(bot))
