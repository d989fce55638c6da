"""What a server chose, who changed it, and how to take a change back."""

from app.services.settings.service import (
    MAX_REASON,
    AlreadySo,
    ChangedSince,
    ChangeNotFound,
    HistoryPage,
    SettingsNotAllowed,
    SettingsService,
    UnknownSetting,
    find_setting,
)
from app.services.settings.statements import CHANNEL

__all__ = [
    "CHANNEL",
    "MAX_REASON",
    "AlreadySo",
    "ChangeNotFound",
    "ChangedSince",
    "HistoryPage",
    "SettingsNotAllowed",
    "SettingsService",
    "UnknownSetting",
    "find_setting",
]
