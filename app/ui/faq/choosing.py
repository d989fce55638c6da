"""What is suggested while somebody types which entry they mean."""

from app.core.messages import t, tc
from app.services.faq.reading import Suggested
from app.ui.kit.autocomplete import Suggestion


def suggestion_of(found: Suggested) -> Suggestion:
    """Return an entry to choose, by its number: titles may be longer than what Discord takes."""
    note = found.category or ""
    if not found.enabled:
        note = tc("an entry", "switched off")
    return Suggestion(found.title or t("(without a title)"), f"#{found.id}", note)


def titled(entry_id: int, title: str) -> Suggestion:
    """Return an entry of which only the title is known."""
    return Suggestion(title.strip() or t("(without a title)"), f"#{entry_id}")
