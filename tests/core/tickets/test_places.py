"""Exchanging a channel or a role that a ticket type names."""

from app.core.tickets.places import exchanged
from app.core.tickets.types import Route, TicketType

OLD, NEW, OTHER = 1, 2, 3


def test_it_is_exchanged_wherever_it_is_named_and_nowhere_twice() -> None:
    routes = (Route("What", "This", team_role_ids=(OLD,)), Route("What", "That", team_role_ids=(OTHER,)))
    kind = TicketType("001", "Help", team_role_ids=(OTHER, OLD, NEW), parent_id=OTHER, routes=routes)
    made = exchanged(kind, OLD, NEW)
    assert made.team_role_ids == (OTHER, NEW)
    assert [one.team_role_ids for one in made.routes] == [(NEW,), (OTHER,)]
    assert made.parent_id == OTHER
    assert exchanged(kind, OTHER, NEW).parent_id == NEW
    assert exchanged(kind, 77, NEW) == kind
