"""What the header of a ticket says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.settings.snapshot import SettingsSnapshot
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus, Turn
from app.ui.kit.limits import MAX_EMBED
from app.ui.tickets.header import header

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def ticket(**columns: object) -> SupportTicket:
    """A ticket of today, with these columns."""
    facts = {
        "id": 5,
        "number": 12,
        "guild_id": 1,
        "user_id": 11,
        "description": "**It** is broken @everyone",
        "status": TicketStatus.OPEN,
        "type_name": "Help",
        "priority": 1,
        "labels": [],
        "added_user_ids": [],
        "added_role_ids": [],
        "answers": [],
        "created_at": NOW,
        **columns,
    }
    return SupportTicket(**facts)


def shown(**columns: object) -> tuple[dict[str, str], list[str]]:
    """The fields and the buttons of the header of such a ticket."""
    made = header(ticket(**columns), SettingsSnapshot(1))
    assert made.embed is not None
    assert len(made.embed) <= MAX_EMBED
    assert made.embed.title == "Ticket #12: Help"
    labels = [str(getattr(item, "label", "")) for item in made.items]
    return {field.name: field.value for field in made.embed.fields}, labels


def test_a_new_ticket() -> None:
    facts, buttons = shown(turn=Turn.STAFF, turn_since=NOW, first_due_at=NOW)
    moment = f"<t:{int(NOW.timestamp())}:R>"
    assert facts == {
        "Member": "<@11>",
        "Status": "🟢 open",
        "Waiting for": f"the staff, since {moment}",
        "Priority": "normal",
        "Answer by": moment,
    }
    assert buttons == ["Claim", "Close"]


def test_all_there_is_to_say_fits() -> None:
    facts, buttons = shown(
        description="x" * 4000,
        status=TicketStatus.SNOOZED,
        snoozed_until=NOW,
        claimed_by=7,
        opened_by=8,
        turn=Turn.MEMBER,
        turn_since=NOW,
        labels=[f"{number}" + "l" * 29 for number in range(10)],
        locked=True,
        close_runs_out_at=NOW,
        resolution_due_at=NOW,
        added_user_ids=list(range(10**18, 10**18 + 50)),
        answers=[{"label": "l" * 44 + str(number), "kind": "long", "value": "# `" * 1300} for number in range(4)]
        + [{"label": "Which", "kind": "checkboxes", "values": ["a", "b"]}, {"label": "Files", "files": [1]}],
    )
    assert facts["Which"] == "a, b"
    assert "Files" not in facts
    assert facts["Claimed by"] == "<@7>"
    assert facts["Member"] == "<@11>, opened by <@8>"
    assert buttons == ["Unclaim", "Close"]


@pytest.mark.parametrize(
    ("answers", "description", "facts"),
    [
        ([], ">>> It *burns*", {}),
        ([{"label": "About?", "kind": "long", "value": "It *burns*"}], "**About?**\n>>> It *burns*", {}),
        (
            [{"label": "About?", "value": "It *burns*"}, {"label": "Where?", "values": ["Here"]}],
            None,
            {"About?": "It *burns*", "Where?": "Here"},
        ),
        ([{"label": "Where?", "values": ["Here"]}], None, {"Where?": "Here"}),
    ],
)
def test_what_it_is_about_is_said_once(answers: list[Any], description: str | None, facts: dict[str, str]) -> None:
    embed = header(ticket(description="It *burns*", answers=answers), SettingsSnapshot(1)).embed
    assert embed is not None
    assert embed.description == description
    assert {field.name: field.value for field in embed.fields if not field.inline} == facts


def test_one_that_is_over_has_no_buttons() -> None:
    assert shown(status=TicketStatus.CLOSING)[1] == []
