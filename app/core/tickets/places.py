"""The channels and roles that a server's tickets name, and what the bot does with each."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.core import checks
from app.core.checks import Step
from app.core.messages import msg
from app.core.tickets import types


def of_type(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return those of a ticket type: its place, its team, and the teams that its routes name."""
    kind = types.TicketType.from_json(key, found)
    is_thread = kind.place is types.Place.THREAD

    def place(one_id: int, use: checks.Use) -> checks.Place:
        again = msg("Choose another one with `/tickets type edit`.")
        name, steps = f"{types.TYPES}.{key}", (Step.CHOOSE,)
        return checks.Place(name, msg("Ticket type"), one_id, use, title=kind.name, steps=steps, again=again)

    if kind.parent_id is not None:
        yield place(kind.parent_id, checks.TICKET_THREADS if is_thread else checks.TICKET_CATEGORY)
    teams = [*kind.team_role_ids, *(role_id for route in kind.routes for role_id in route.team_role_ids)]
    for role_id in dict.fromkeys(teams):
        yield place(role_id, checks.PINGED_TEAM if is_thread else checks.TEAM)


def exchanged(kind: types.TicketType, old_id: int, new_id: int) -> types.TicketType:
    """Return a type that names another channel or role wherever it names this one."""

    def team(role_ids: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(new_id if one == old_id else one for one in role_ids))

    return replace(
        kind,
        parent_id=new_id if kind.parent_id == old_id else kind.parent_id,
        team_role_ids=team(kind.team_role_ids),
        routes=tuple(replace(one, team_role_ids=team(one.team_role_ids)) for one in kind.routes),
    )


def of_panel(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return the channel of a panel."""
    panel = types.Panel.from_json(key, found)
    yield checks.Place(
        f"{types.PANELS}.{key}",
        msg("Ticket panel"),
        panel.channel_id,
        checks.PANEL,
        title=panel.title,
        steps=(Step.CLEAR,),
        again=msg("Post it again in another channel with `/tickets panel post`, or remove it."),
    )


def of_board(key: str, found: Mapping[str, Any]) -> Iterator[checks.Place]:
    """Return the channel of a board, and the team whose tickets it shows."""
    board = types.Board.from_json(key, found)

    def place(one_id: int, use: checks.Use) -> checks.Place:
        again = msg("Choose another one with `/tickets board`, or take this board away.")
        name, steps = f"{types.BOARDS}.{key}", (Step.CLEAR,)
        return checks.Place(name, msg("Ticket board"), one_id, use, steps=steps, again=again)

    yield place(board.channel_id, checks.STAFF_POST)
    if board.team_role_id is not None:
        yield place(board.team_role_id, checks.TEAM)
