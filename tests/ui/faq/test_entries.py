"""Entries as they are shown, compared, and read back from what was shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord

from app.core.faq.entries import Draft
from app.core.faq.errors import EntryChanged
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.faq import preview as ui
from app.ui.faq.entry_ids import Target

SNAPSHOT = SettingsSnapshot(1, {})
NOW = datetime(2027, 1, 1, tzinfo=UTC)
DRAFT = Draft(
    "How *do* I?",
    "# Like\n<@1> `this`",
    ("a", "b c"),
    "Group",
    "https://example.com/a.png",
    owner_user_id=5,
    verify_by=NOW + timedelta(days=9),
    language="de",
)


class Shown:
    """A message with what a reply shows."""

    def __init__(self, embeds: list[discord.Embed]) -> None:
        self.embeds = [discord.Embed.from_dict(one.to_dict()) for one in embeds]


def test_a_preview_holds_everything_that_was_typed() -> None:
    for draft in (DRAFT, Draft("A", "b"), replace(DRAFT, keywords=(), category=None, image_url=None)):
        reply = ui.preview(draft, Target(), SNAPSHOT, NOW, note="!")
        assert ui.written_in(Shown(reply.embeds), replace(draft, title="", answer="")) == draft
        assert sum(map(len, reply.embeds)) <= 6000
    longest = Target(2**31 - 1, 2**31 - 1, 2**63 - 1, None, datetime.max.replace(tzinfo=UTC), "es-419", 2**31 - 1)
    for reply in (
        ui.preview(DRAFT, longest, SNAPSHOT, NOW, note="!"),
        ui.taken(DRAFT, longest, 2**31 - 1, 2**31 - 1, SNAPSHOT, NOW),
    ):
        assert all(len(one.custom_id) <= 100 for one in reply.items)


def test_what_changed_is_said_and_what_does_not_fit_is_cut() -> None:
    assert ui.compared("a\nb\nc", "a\nB\nc\nd", 100) == "```diff\n-b\n+B\n+d\n```"
    # Code in an answer does not end the block.
    assert "```" not in ui.compared("x", "```py\n1\n```", 100)[7:-3]
    after = replace(DRAFT, title="Why?", owner_user_id=None, owner_role_id=7, verify_by=None, enabled=False)
    assert ui.differences(DRAFT, after) == [
        "**title**: How \\*do\\* I? → Why?",
        "**owner**: <@5> → <@&7>",
        "**date to check it by**: <t:1799539200:D> → none",
        "**whether it is switched on**: switched on → switched off",
    ]
    text = ui.with_changes("!", DRAFT, replace(after, answer="y\n" * 2000, keywords=("k" * 256,) * 3))
    assert len(text) <= 2000
    assert text.endswith("…\n```")


def test_two_who_change_the_same_entry_are_brought_together() -> None:
    now = replace(DRAFT, answer="Theirs", category="Theirs")
    mine = replace(DRAFT, answer="Mine", keywords=("mine",))
    changed = EntryChanged(version=3, by=9, base=DRAFT, now=now, mine=mine)
    assert changed.both == replace(now, answer="Mine", keywords=("mine",))
    said = ui.changed_meanwhile(changed)
    assert said.startswith("<@9> changed this entry while you were writing: answer, category.")
    assert "+Theirs" in said
    # What the version before said is known no more: then it is as this person wants it.
    unknown = EntryChanged(version=90, by=None, base=None, now=now, mine=mine)
    assert unknown.both == mine
    assert ui.changed_meanwhile(unknown).startswith("Somebody else changed this entry")
