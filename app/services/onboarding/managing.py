"""Who may set up onboarding."""

from app.core.actor import Actor
from app.core.onboarding.errors import ManagersOnly


def require_manager(actor: Actor) -> None:
    """Raise ManagersOnly unless this person may set up onboarding."""
    if not actor.is_manager:
        raise ManagersOnly
