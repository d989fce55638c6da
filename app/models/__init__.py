"""The eleven tables: the single source of truth about the schema.

Importing this package makes `Base.metadata` complete.
"""

from app.models.audit_log import AuditLog
from app.models.base import Base
from app.models.bot_setting import BotSetting
from app.models.faq_entry import FaqEntry
from app.models.faq_search_log import FaqSearchLog
from app.models.guild_rule import GuildRule
from app.models.health_check import HealthCheck
from app.models.onboarding import Onboarding, OnboardingState
from app.models.onboarding_question import OnboardingQuestion
from app.models.reminder import Reminder, ReminderState, TargetKind
from app.models.settings_history import ChangeType, SettingsHistory
from app.models.support_ticket import SupportTicket, TicketStatus, Turn

__all__ = [
    "AuditLog",
    "Base",
    "BotSetting",
    "ChangeType",
    "FaqEntry",
    "FaqSearchLog",
    "GuildRule",
    "HealthCheck",
    "Onboarding",
    "OnboardingQuestion",
    "OnboardingState",
    "Reminder",
    "ReminderState",
    "SettingsHistory",
    "SupportTicket",
    "TargetKind",
    "TicketStatus",
    "Turn",
]
