"""Structures in previews, in the history and in the log channel stay within Discord's limits, whatever people wrote."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.core import registry
from app.core.settings.differences import Difference, Proposal
from app.core.settings.snapshot import SettingsSnapshot
from app.core.value_kind import ValueKind
from app.models import ChangeType, SettingsHistory
from app.services.settings import HistoryPage
from app.ui.settings import proposal, replies, several
from app.ui.settings.proposal_ids import ImportId, ImportPageId
from app.ui.settings.structures import difference

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROLES = list(range(10**18, 10**18 + 10))


def a_type(text: str, seconds: int) -> dict[str, Any]:
    ends = ("remind_after", "warn_after", "close_after")
    names = ("cool_down", "first_target", "next_target", "resolution_target", *ends)
    roles = ROLES if seconds > 60 else ROLES[::-1]
    return {
        "name": "@everyone **x**",
        "description": text[:100],
        "team_role_ids": roles,
        **dict.fromkeys(names, seconds),
    }


def a_change(number: int, text: str) -> SettingsHistory:
    return SettingsHistory(
        id=2**31 - 1 - number,
        guild_id=1,
        scope="ticket_types",
        key=f"{number:03}",
        old_value=a_type(text, 60),
        new_value=a_type(text[::-1], 366 * 86400 - 1),
        value_type=ValueKind.STRUCTURE,
        changed_by=2**63 - 1,
        changed_at=NOW,
        change_type=ChangeType.RESTORED,
        reason=text[:300],
    )


TEXTS = ["*_`~|@everyone <@&1> " * 20, "👩‍👩‍👧‍👦" * 40, "x" * 300, "ab"]


@pytest.mark.parametrize("text", TEXTS)
def test_the_history_and_what_was_done_together_fit(text: str) -> None:
    changes = [a_change(number, text) for number in range(1, 16)]
    page = replies.history(HistoryPage(changes, 0, 9, 99), SettingsSnapshot(1), NOW)
    assert page.embed is not None
    assert len(page.embed.description or "") <= 4096
    done = several.changed(changes, sees_members=True)
    assert done.embed is not None
    assert len(done.embed.description or "") <= 4096
    assert "15 changes were made." in (done.content or "")
    assert len(several.announcement(changes, SettingsSnapshot(1)).description or "") <= 4096
    assert len(replies.announcement(changes[0], SettingsSnapshot(1)).description or "") <= 4096


@pytest.mark.parametrize("text", TEXTS)
def test_a_preview_of_as_much_as_may_be_fits(text: str) -> None:
    keys = [f"{number:03}" for number in range(1, 26)]
    made: dict[str, Any] = {f"ticket_types.{key}": a_type(text, 60) for key in keys}
    panel = {"title": text[:100], "channel_id": 10**18, "text": text * 3, "type_keys": keys}
    made |= {f"ticket_panels.{key}": panel for key in keys}
    differences: list[Difference] = []
    for name, value in made.items():
        setting = registry.find(name)
        assert setting is not None
        differences.append(Difference(setting, None, value))
    frame = proposal.Frame(
        "What this file would change",
        ImportId(resets_others=False, shown="00000000"),
        lambda page: ImportPageId(resets_others=False, page=page),
    )
    number, pages = 0, 1
    while number < pages:
        shown = proposal.shown(Proposal(tuple(differences)), frame, SettingsSnapshot(1), page=number)
        assert shown.embed is not None
        assert len(shown.embed.description or "") <= 4096
        assert not (shown.embed.description or "").endswith("…, ")
        footer = shown.embed.footer
        pages = int(footer.text.rpartition(" ")[2]) if footer is not None and footer.text else 1
        number += 1
    assert pages > 3


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "ticket_boards.all",
            None,
            {"channel_id": 5},
            ["＋ **Ticket board** · <#5> · `ticket_boards.all`: Channel: <#5>"],
        ),
        ("ticket_boards.7", {"channel_id": 5, "message_id": 1}, {"channel_id": 6}, ["<@&7>", "Channel: <#5> → <#6>"]),
        ("faq_automatic.8", {}, {"threshold": 90, "wait": 0}, ["<#8>", "percent: 70 → 90", "5 seconds → *not set*"]),
        ("analytics_pinned.stats", {"channel_id": 1, "days": 7}, {"channel_id": 1, "days": 30}, ["Days: 7 → 30"]),
        ("ticket_blocked.9", None, {"until": "2027-01-01T00:00:00+00:00"}, ["<@9>", "Until: <t:1798761600:f>"]),
        ("onboarding_posts.001", {"title": "Go", "channel_id": 1}, None, ["－ **Onboarding post** · Go", "is deleted"]),
        (
            "ticket_types.001",
            {"name": "A", "questions": [{"label": "x"}]},
            {"name": "A", "questions": [{"label": "y"}], "place": "thread", "enabled": False},
            ["Questions: changed", "Place: channels of their own → private threads", "Offered to members: on → off"],
        ),
        (
            "ticket_panels.001",
            {"title": "A", "channel_id": 1, "type_keys": ["001", "002"]},
            {"title": "A", "channel_id": 1, "type_keys": ["001"], "as_select": True},
            ["Ticket types: Bug, `ticket_types.002` → Bug", "One menu with all types: off → on"],
        ),
    ],
)
def test_a_difference_is_said_in_a_line(name: str, old: Any, new: Any, said: list[str]) -> None:
    setting = registry.find(name)
    assert setting is not None
    line = "\n".join(difference(Difference(setting, old, new), {"ticket_types.001": {"name": "Bug"}}))
    for one in said:
        assert one in line
    assert name in line
