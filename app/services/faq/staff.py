"""Who may see what others searched for."""

from app.core.actor import Actor
from app.core.faq.errors import SearchesNotAllowed


def require_staff(actor: Actor) -> None:
    """Raise SearchesNotAllowed unless this person may see what others searched for."""
    if not actor.is_staff:
        raise SearchesNotAllowed
