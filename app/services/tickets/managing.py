"""Who may set up tickets."""

from app.core.actor import Actor
from app.core.tickets.errors import ManagersOnly


def require_manager(actor: Actor) -> None:
    """Raise ManagersOnly unless this person may set up tickets."""
    if not actor.is_manager:
        raise ManagersOnly
