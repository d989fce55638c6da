"""Replies about settings stay within Discord's limits, whatever people wrote."""

from datetime import UTC, datetime

import pytest

from app.core import registry
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.models import ChangeType, SettingsHistory
from app.services.settings import HistoryPage
from app.ui.kit.limits import MAX_OPTIONS
from app.ui.settings import replies as ui

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NASTY = "*_`~|@everyone <@&1> " * 10


def a_change(number: int, text: str) -> SettingsHistory:
    return SettingsHistory(
        id=2**31 - 1 - number,
        guild_id=1,
        scope="general",
        key="contact",
        old_value=text[:200],
        new_value=text[::-1][:200],
        changed_by=2**63 - 1,
        changed_at=NOW,
        change_type=ChangeType.UPDATED,
        reason=text[:300],
    )


@pytest.mark.parametrize("text", [NASTY, "👩‍👩‍👧‍👦" * 40, "x" * 300, "a"])
def test_the_longest_page_of_history_fits(text: str) -> None:
    assert general.PAGE_SIZE.maximum <= MAX_OPTIONS
    entries = [a_change(number, text) for number in range(general.PAGE_SIZE.maximum)]
    reply = ui.history(
        HistoryPage(entries, 0, 9, 99), SettingsSnapshot(1), NOW, key="general.contact", person=2**63 - 1
    )
    assert reply.embed is not None
    assert len(reply.embed.description or "") <= 4096
    assert len(reply.embed) <= 6000
    assert all(len(item.custom_id) <= 100 for item in reply.items)  # type: ignore[attr-defined] -- buttons and selects


def test_the_overview_fits_with_every_text_at_its_longest() -> None:
    chosen = {general.CONTACT.name: NASTY[:200], general.TIMEZONE.name: "America/Argentina/ComodRivadavia"}
    for scope, part in registry.PARTS.items():
        reply = ui.overview(SettingsSnapshot(1, chosen), NOW, scope)
        assert reply.embed is not None
        assert str(part.label) in (reply.embed.title or "")
        assert len(reply.embed.description or "") <= 4096


def test_what_people_wrote_neither_formats_nor_pings() -> None:
    text = (
        ui.changed(
            a_change(1, "**@everyone** <@&123456789012345678> [x](http://evil.example)"), sees_members=True
        ).content
        or ""
    )
    assert "@everyone" not in text.replace("@\u200beveryone", "")
    assert "<@&" not in text.replace("<@\u200b&", "")
    assert "**" not in text.replace("\\*\\*", "").replace("**Contact** · ", "")


def test_a_setting_that_is_gone_still_has_a_readable_past() -> None:
    change = SettingsHistory(
        id=1, guild_id=1, scope="old", key="thing", old_value={"a": 1}, new_value=None, changed_at=NOW,
        change_type=ChangeType.RESET,
    )  # fmt: skip
    assert ui.sentence(change) == "`old.thing` reset: `{'a': 1}` → the default"


def test_what_a_feature_made_is_named_by_its_label_and_its_channel() -> None:
    def said(scope: str, key: str, value: dict[str, object]) -> str:
        return ui.sentence(
            SettingsHistory(
                id=1, guild_id=1, scope=scope, key=key, old_value=None, new_value=value, changed_at=NOW,
                change_type=ChangeType.CREATED,
            )
        )  # fmt: skip

    assert said("faq_automatic", "42", {}) == "**Suggested answers** · `faq_automatic.42` set: nothing → <#42>"
    post = {"channel_id": 43, "message_id": 44, "version": 1}
    assert said("onboarding_posts", "rules", post) == (
        "**Onboarding post** · `onboarding_posts.rules` set: nothing → <#43>"
    )
    titled = said("onboarding_posts", "1", {"channel_id": 43, "message_id": 44, "title": "Hi"})
    assert titled.endswith("nothing → Hi")
