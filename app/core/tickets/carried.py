"""What ticket types, panels, blocked members and boards consist of, and which of them are in files and go back."""

from collections.abc import Mapping
from typing import Any

from app.core.messages import Message, msg
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import Carried, Field, Holds, Problems, namesakes, only_back
from app.core.tickets import setup_rules, types
from app.core.tickets.types import ALL_TEAMS, PANELS, TYPES, Place, Priority

MESSAGE = Field(msg("Message"), Holds.POSTED)
PRIORITIES = {
    Priority.LOW: msg("low"),
    Priority.NORMAL: msg("normal"),
    Priority.HIGH: msg("high"),
    Priority.URGENT: msg("urgent"),
}
TEAM = Field(msg("Team"), Holds.ROLE)
PRIORITY = Field(msg("Priority"), words=PRIORITIES)
FIRST_TARGET = Field(msg("Target for the first answer"), Holds.SECONDS)
PART = Field(msg("Questions"))
"""Of what stands in a list, only how many there are is shown."""
QUESTION: dict[str, Field] = dict.fromkeys(
    ("label", "kind", "required", "hint", "options", "max_files", "accepts"), PART
)
ROUTE: dict[str, Field] = {
    **dict.fromkeys(("label", "answer", "priority", "first_target"), PART),
    "team_role_ids": TEAM,
}
TYPE = {
    "name": Field(msg("Name")),
    "emoji": Field(msg("Emoji")),
    "description": Field(msg("Description")),
    "team_role_ids": TEAM,
    "ping_team": Field(msg("A new ticket pings its team")),
    "questions": Field(msg("Questions"), Holds.PARTS, parts=QUESTION),
    "place": Field(
        msg("Place"), words={Place.CHANNEL: msg("channels of their own"), Place.THREAD: msg("private threads")}
    ),
    "parent_id": Field(msg("Where"), Holds.CHANNEL),
    "max_open": Field(msg("Open at once, at most")),
    "cool_down": Field(msg("Wait between two"), Holds.SECONDS),
    "priority": PRIORITY,
    "first_target": FIRST_TARGET,
    "next_target": Field(msg("Target for each further answer"), Holds.SECONDS),
    "resolution_target": Field(msg("Target for the solution"), Holds.SECONDS),
    "remind_after": Field(msg("Reminder to whoever owes an answer, after"), Holds.SECONDS),
    "warn_after": Field(msg("Warning to a silent member, after"), Holds.SECONDS),
    "close_after": Field(msg("Closed so long after the warning"), Holds.SECONDS),
    "routes": Field(msg("Routes"), Holds.PARTS, parts=ROUTE),
    "enabled": Field(msg("Offered to members")),
}
PANEL = {
    "title": Field(msg("Title")),
    "text": Field(msg("Text")),
    "channel_id": Field(msg("Channel"), Holds.CHANNEL),
    "type_keys": Field(msg("Ticket types"), Holds.KEYS, scope=TYPES),
    "as_select": Field(msg("One menu with all types")),
    "message_id": MESSAGE,
}
BOARD = {"team_role_id": TEAM, "channel_id": Field(msg("Channel"), Holds.CHANNEL), "message_id": MESSAGE}
BLOCK = {
    "key": Field(msg("Member"), Holds.MEMBER),
    "reason": Field(msg("Reason")),
    "until": Field(msg("Until"), Holds.MOMENT),
}


def _already(name: str) -> Message:
    return msg("There is a ticket type “{name}” already.", name=name)


def _names(before: SettingsSnapshot, after: SettingsSnapshot) -> Problems:
    return namesakes(TYPES, before, after, _already)


def _offers(before: SettingsSnapshot, after: SettingsSnapshot) -> Problems:
    why = msg("None of its ticket types exists. Add one to it, or bring it along.")
    return {f"{PANELS}.{key}": why for key in setup_rules.without_types(before, after)}


def _block(key: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    return types.to_json(types.Blocked.from_json(key, found))


OF_TYPES = Carried(
    in_files=True,
    goes_back=True,
    fields=TYPE,
    sample={"name": "x"},
    checked=setup_rules.written_type,
    together=_names,
    stays=msg("Tickets of it that are open stay."),
)
OF_PANELS = Carried(
    in_files=True,
    goes_back=True,
    fields=PANEL,
    sample={"title": "x", "channel_id": 1},
    checked=setup_rules.written_panel,
    together=_offers,
    stays=msg("Its message is deleted."),
    posts=msg("If its message is not there, it is posted."),
)
OF_BOARDS = Carried(
    in_files=True,
    goes_back=True,
    fields=BOARD,
    sample={"channel_id": 1},
    key_field="team_role_id",
    words_as_keys=frozenset({ALL_TEAMS}),
    checked=lambda key, found: types.to_json(types.Board.from_json(key, found)),
    stays=msg("Its message is deleted."),
    posts=msg("If its message is not there, it is posted."),
)
OF_BLOCKED = only_back(
    msg("who is blocked is about people, and stays where they can see and delete it"),
    fields=BLOCK,
    key_field="key",
    checked=_block,
)
