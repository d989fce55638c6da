"""What is made once for each language."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from app.core.messages import speaking, t
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.kept import kept
from app.ui.settings import replies

NOW = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def test_it_is_made_once_for_each_language_and_argument() -> None:
    made: list[str] = []

    @kept
    def said(name: str) -> str:
        made.append(name)
        return f"{name}: {t('nothing')}"

    assert [said("one"), said("two"), said("one")] == ["one: nothing", "two: nothing", "one: nothing"]
    with speaking("de"):
        assert [said("one"), said("one")] == ["one: nichts", "one: nichts"]
    assert said("one") == "one: nothing"
    assert made == ["one", "two", "one"]


def test_what_a_server_chose_shows_beside_what_is_kept() -> None:
    def text(snapshot: SettingsSnapshot, now: datetime = NOW) -> str:
        embed = replies.overview(snapshot, now).embed
        assert embed is not None
        return embed.description or ""

    untouched = SettingsSnapshot(1)
    chosen = SettingsSnapshot(2, MappingProxyType({general.PAGE_SIZE.name: 5, general.TIMEZONE.name: "Asia/Tokyo"}))
    assert "**Page size**: `8` · default" in text(untouched)
    assert "**Page size**: `5`\n" in text(chosen)
    assert "**Page size**: `8` · default" in text(untouched)
    assert "`UTC` · 12:30 there now · default" in text(untouched)
    assert "`UTC` · 12:32 there now · default" in text(untouched, NOW + timedelta(minutes=2))
    assert "`Asia/Tokyo` · 21:30 there now\n" in text(chosen)
    with speaking("de"):
        assert "**Seitenlänge**: `8` · Standard" in text(untouched)
        assert "**Page size**" not in text(untouched)
    assert "**Page size**" in text(untouched)


def test_the_button_of_the_part_that_is_shown_is_off() -> None:
    for scope in ("general", "reminders", "general"):
        buttons = replies.overview(SettingsSnapshot(1), NOW, scope).items
        assert [item.label for item in buttons if item.disabled] == [{"general": "General"}.get(scope, "Reminders")]
