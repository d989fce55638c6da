"""What a ticket type and a panel have to be like, whoever makes them: a command, a form or a file. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.core import emoji
from app.core.errors import InvalidInput
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import panel_texts
from app.core.storable import is_storable
from app.core.tickets import limits, types
from app.core.tickets.questions import added, read_question, routed
from app.core.tickets.types import Panel, Question, TicketType, to_json

MIN_SECONDS = 60
"""The shortest length of time that a type has."""
LENGTHS = {
    "cool_down": "cool_down",
    "first_answer": "first_target",
    "next_answer": "next_target",
    "resolution": "resolution_target",
    "remind_after": "remind_after",
    "warn_after": "warn_after",
    "close_after": "close_after",
}
"""The options that take a length of time, and the fields that they set."""


def checked_type(kind: TicketType) -> TicketType:
    """Return a type as it is stored. Raises InvalidInput."""
    name, description = " ".join(kind.name.split()), " ".join(kind.description.split())
    if not 1 <= len(name) <= limits.MAX_NAME or not is_storable(name):
        raise InvalidInput("The name of a type has 1 to {count} characters.", count=limits.MAX_NAME)
    if len(description) > limits.MAX_TYPE_DESCRIPTION or not is_storable(description):
        raise InvalidInput("A description has at most {count} characters.", count=limits.MAX_TYPE_DESCRIPTION)
    if len(kind.team_role_ids) > limits.MAX_TEAM_ROLES:
        raise InvalidInput("A type has at most {count} roles.", count=limits.MAX_TEAM_ROLES)
    if kind.close_after and not kind.warn_after:
        raise InvalidInput(
            "Before a ticket is closed for silence its member is warned. Give `warn_after` as well as `close_after`."
        )
    return replace(kind, name=name, description=description)


def checked_panel(panel: Panel) -> Panel:
    """Return a panel as it is stored, whatever types there are. Raises InvalidInput."""
    title, text = panel_texts(
        panel.title, panel.text, most_title=limits.MAX_PANEL_TITLE, most_text=limits.MAX_PANEL_TEXT
    )
    return replace(panel, title=title, text=text)


def written_type(key: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a type that somebody wrote by hand as the commands would have made it. Raises InvalidInput, Conflict."""
    kind = types.TicketType.from_json(key, found)
    for name in LENGTHS.values():
        if 0 < getattr(kind, name) < MIN_SECONDS:
            raise InvalidInput("`{name}` takes 60 seconds to 366 days, written in seconds, or 0.", name=name)
    if kind.emoji and not emoji.is_unicode(kind.emoji) and emoji.custom_id(kind.emoji) is None:
        raise InvalidInput("`emoji` takes one emoji, such as 🐞, or one of this server's own.")
    made = replace(kind, questions=(), routes=())
    for question in kind.questions:
        made = added(_read_again(question))(made)
    for route in kind.routes:
        if not (route.team_role_ids or route.priority is not None or route.first_target is not None):
            raise InvalidInput("Say what that answer decides: a team, a priority or a time for the first answer.")
        made = routed(route.label, route.answer, route)(made)
    return to_json(checked_type(made))


def _read_again(question: Question) -> Question:
    is_files = question.kind is types.QuestionKind.FILES
    return read_question(
        label=question.label,
        kind=question.kind,
        hint=question.hint,
        options=str(question.max_files) if is_files else "\n".join(question.options),
        required=question.required,
        accepts=question.accepts,
    )


def written_panel(key: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a panel that somebody wrote by hand as the form would have made it. Raises InvalidInput."""
    return to_json(checked_panel(Panel.from_json(key, found)))


def without_types(before: SettingsSnapshot, after: SettingsSnapshot) -> Iterator[str]:
    """Return the keys of panels that are added or changed and would offer nothing that there is."""
    known, had = after.structures(types.TYPES), before.structures(types.PANELS)
    for key, panel in after.structures(types.PANELS).items():
        if panel != had.get(key) and not known.keys() & set(panel.get("type_keys", ())):
            yield key
