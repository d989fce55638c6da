"""The declaration: what every column of the eleven tables says about people."""

from collections.abc import Mapping

from app.core.privacy.declared.analytics import AUDIT_LOGS, HEALTH_CHECK_HISTORY
from app.core.privacy.declared.faq import FAQ_ENTRIES, FAQ_SEARCH_LOGS
from app.core.privacy.declared.onboarding import GUILD_RULES, ONBOARDING, QUESTIONS
from app.core.privacy.declared.reminders import REMINDERS
from app.core.privacy.declared.settings import BOT_SETTINGS, SETTINGS_HISTORY
from app.core.privacy.declared.tickets import SUPPORT_TICKETS
from app.core.privacy.tables import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(REMINDERS, SUPPORT_TICKETS, ONBOARDING, FAQ_SEARCH_LOGS, AUDIT_LOGS, BOT_SETTINGS, SETTINGS_HISTORY),
        *(FAQ_ENTRIES, GUILD_RULES, QUESTIONS, HEALTH_CHECK_HISTORY),
    )
}
"""By the table's name, in the order in which people read of them."""
