"""What a server chose about tickets that contradicts itself, as far as can be told without asking Discord.

`/tickets check` says it together with what Discord knows, `concierge doctor` for all servers.
"""

from collections.abc import Callable, Iterator

from app.core.messages import Message, msg
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Place, TicketType


def contradictions(policy: TicketPolicy, shown: Callable[[str], str] = str) -> Iterator[Message]:
    """Return a sentence or two for each, with what mends it. `shown` writes the name of a type or panel."""
    if not policy.types and policy.panels:
        yield msg("There is no ticket type, so no tickets can be opened. Add one with `/tickets type add`.")
    if policy.refuses_outside_hours and policy.hours is None:
        yield msg(
            "Tickets are refused outside business hours, and there are no business hours, so none is ever refused. "
            "Set them with `/settings set tickets.hours`."
        )
    for kind in policy.types.values():
        yield from _of_type(kind, shown)
    for panel in policy.panels.values():
        if not any(key in policy.types for key in panel.type_keys):
            yield msg(
                "The panel **{title}** offers no type that there still is. Change it or remove it.",
                title=shown(panel.title),
            )


def _of_type(kind: TicketType, shown: Callable[[str], str]) -> Iterator[Message]:
    name = shown(kind.name)
    if kind.place is Place.THREAD and kind.parent_id is None:
        yield msg("**{name}**: private threads need a text channel. Give one with `/tickets type edit`.", name=name)
    if kind.close_after and not kind.warn_after:
        yield msg(
            "**{name}**: nobody is closed for silence, because nobody is warned before. Give `warn_after` with "
            "`/tickets type edit`.",
            name=name,
        )
    offered = {question.label: question.options for question in kind.questions}
    lost = [route for route in kind.routes if route.answer not in offered.get(route.label, ())]
    if lost:
        yield msg(
            "**{name}**: the route for “{answer}” is never taken, because its form has no such choice. Mend it with "
            "`/tickets type route`.",
            name=name,
            answer=shown(lost[0].answer),
        )
