"""Which entries a list shows, and in which order."""

from enum import StrEnum

from app.core.records import record


class Order(StrEnum):
    """What a list begins with. No two begin with the same letter: a button holds that."""

    CATEGORY = "category"
    TITLE = "title"
    NEWEST = "newest"
    OPENED = "opened"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


class Shown(StrEnum):
    """Which entries. No two begin with the same letter."""

    ALL = "all"
    DISABLED = "disabled"
    OVERDUE = "overdue"
    NOBODYS = "nobodys"
    REMOVED = "removed"


@record
class Listing:
    """What somebody wants to see of the FAQ; `category` is one of its categories, or None for all."""

    order: Order = Order.CATEGORY
    shown: Shown = Shown.ALL
    category: str | None = None
