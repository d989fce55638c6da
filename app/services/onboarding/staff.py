"""Who may see how others are getting on."""

from app.core.actor import Actor
from app.core.onboarding.errors import StaffOnly


def require_staff(actor: Actor) -> None:
    """Raise StaffOnly unless this person may see what others answered."""
    if not actor.is_staff:
        raise StaffOnly
