"""Who may see what is used."""

from app.core.actor import Actor
from app.core.analytics.errors import StatisticsNotAllowed
from app.core.operators import NotAnOperator


def require_staff(actor: Actor, *, everywhere: bool = False) -> None:
    """Raise StatisticsNotAllowed, or NotAnOperator for all servers, unless this person may see what is used there."""
    if everywhere and not actor.is_operator:
        raise NotAnOperator
    if not (actor.is_staff or actor.is_operator):
        raise StatisticsNotAllowed
