"""What `/help` says about the commands of tickets, and to whom."""

from app.core.actor import Actor
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy


def to_open(snapshot: SettingsSnapshot, _: Actor) -> str | None:
    """Say whether tickets can be opened; None where the server offers none."""
    policy = TicketPolicy.of(snapshot)
    if not policy.offered:
        return None
    return "" if policy.enabled else t("switched off in this server")


def for_ticket_staff(snapshot: SettingsSnapshot, actor: Actor) -> str | None:
    """Say nothing to staff of the server and to the teams of its tickets; None to others."""
    return "" if actor.is_manager or actor.is_staff or actor.role_ids & teams(snapshot) else None


def teams(snapshot: SettingsSnapshot) -> frozenset[int]:
    """Return the roles of the teams of a server's tickets."""
    return frozenset(role for kind in TicketPolicy.of(snapshot).types.values() for role in kind.team_role_ids)


def for_managers(_: SettingsSnapshot, actor: Actor) -> str | None:
    """Say nothing to managers; None to others."""
    return "" if actor.is_manager else None
