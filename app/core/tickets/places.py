"""The channels and roles that a server's tickets name, and what the bot does with each."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core import checks
from app.core.messages import msg
from app.core.tickets import types


def of_type(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return those of a ticket type: its place, its team, and the teams that its routes name."""
    kind = types.TicketType.from_json(key, found)
    name, is_thread = f"{types.TYPES}.{key}", kind.place is types.Place.THREAD
    label = msg("Ticket type")
    if kind.parent_id is not None:
        use = checks.TICKET_THREADS if is_thread else checks.TICKET_CATEGORY
        yield checks.Place(name, label, kind.parent_id, use, title=kind.name)
    teams = [*kind.team_role_ids, *(role_id for route in kind.routes for role_id in route.team_role_ids)]
    for role_id in dict.fromkeys(teams):
        use = checks.PINGED_TEAM if is_thread else checks.TEAM
        yield checks.Place(name, label, role_id, use, title=kind.name)


def of_panel(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return the channel of a panel."""
    panel = types.Panel.from_json(key, found)
    name, label = f"{types.PANELS}.{key}", msg("Ticket panel")
    yield checks.Place(name, label, panel.channel_id, checks.PANEL, title=panel.title)


def of_board(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return the channel of a board, and the team whose tickets it shows."""
    board, name, label = types.Board.from_json(key, found), f"{types.BOARDS}.{key}", msg("Ticket board")
    yield checks.Place(name, label, board.channel_id, checks.STAFF_POST)
    if board.team_role_id is not None:
        yield checks.Place(name, label, board.team_role_id, checks.TEAM)
