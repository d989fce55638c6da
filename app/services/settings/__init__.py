"""What a server chose, who changed it, and how to take a change back."""

from app.services.settings.access import (
    MAX_REASON,
    AlreadySo,
    ChangedSince,
    ChangeNotFound,
    SettingsNotAllowed,
    UnknownSetting,
    find_setting,
    require_manager,
)
from app.services.settings.past import Past, Point
from app.services.settings.service import HistoryPage, SettingsService
from app.services.settings.several import Undone
from app.services.settings.statements import CHANNEL

__all__ = [
    "CHANNEL",
    "MAX_REASON",
    "AlreadySo",
    "ChangeNotFound",
    "ChangedSince",
    "HistoryPage",
    "Past",
    "Point",
    "SettingsNotAllowed",
    "SettingsService",
    "Undone",
    "UnknownSetting",
    "find_setting",
    "require_manager",
]
