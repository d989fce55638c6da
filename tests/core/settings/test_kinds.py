from typing import Any

import pytest

from app.core import registry
from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.zone_search import FIXED, zones
from app.core.settings.kinds import Kind, Setting

WORDS: Any = {"label": msg("Test"), "help": msg("A setting of a test.")}
NUMBER: Setting[int] = Setting("test.number", Kind.NUMBER, 5, minimum=1, maximum=20, **WORDS)
TEXT: Setting[str | None] = Setting("test.text", Kind.TEXT, None, minimum=1, maximum=10, **WORDS)
DURATION: Setting[int] = Setting("test.duration", Kind.DURATION, 60, minimum=60, maximum=3600, **WORDS)
TOGGLE: Setting[bool] = Setting("test.toggle", Kind.TOGGLE, default=False, **WORDS)
CHANNEL: Setting[int | None] = Setting("test.channel", Kind.CHANNEL, None, **WORDS)
ROLE: Setting[int | None] = Setting("test.role", Kind.ROLE, None, **WORDS)
ZONE: Setting[str] = Setting("test.zone", Kind.TIMEZONE, "UTC", **WORDS)
CHOICE: Setting[str] = Setting(
    "test.choice", Kind.CHOICE, "red", choices={"red": msg("Deep red"), "blue": msg("Blue")}, **WORDS
)


@pytest.mark.parametrize(
    ("setting", "typed", "value"),
    [
        (NUMBER, " 7 ", 7),
        (NUMBER, "+20", 20),
        (TEXT, "  hello ", "hello"),
        (DURATION, "15m", 900),
        (TOGGLE, "ON", True),
        (TOGGLE, "no", False),
        (CHANNEL, "<#123456789012345678>", 123456789012345678),
        (CHANNEL, "123456789012345678", 123456789012345678),
        (ROLE, "<@&123456789012345678>", 123456789012345678),
        (ZONE, "europe/brussels", "Europe/Brussels"),
        (ZONE, "America/New York", "America/New_York"),
        (ZONE, "gmt", "UTC"),
        (CHOICE, "Blue", "blue"),
        (CHOICE, "deep Red", "red"),
    ],
)
def test_values_are_read_the_way_people_write_them(setting: Setting[Any], typed: str, value: object) -> None:
    assert setting.read(typed) == value
    assert type(setting.read(typed)) is type(value)


@pytest.mark.parametrize(
    ("setting", "typed", "what_works"),
    [
        (NUMBER, "21", "a whole number from 1 to 20"),
        (NUMBER, "0", "a whole number from 1 to 20"),
        (NUMBER, "seven", "a whole number from 1 to 20"),
        (NUMBER, "7.5", "a whole number from 1 to 20"),
        (NUMBER, "٧", "a whole number from 1 to 20"),
        (NUMBER, "9" * 4000, "a whole number from 1 to 20"),
        (TEXT, "", "a text of 1 to 10 characters"),
        (TEXT, "x" * 4000, "a text of 1 to 10 characters"),
        (TEXT, "a\0b", "a text of 1 to 10 characters"),
        (DURATION, "59s", "a length of time from 1 minute to 1 hour"),
        (DURATION, "soon", "written like `90s`, `15m` or `2h30m`"),
        (TOGGLE, "maybe", "`on` or `off`"),
        (CHANNEL, "@everyone", "a channel of this server"),
        (CHANNEL, "<@&123456789012345678>", "a channel of this server"),
        (CHANNEL, "99999999999999999999", "a channel of this server"),
        (ROLE, "@everyone", "a role of this server"),
        (ZONE, "Mars/Olympus", "There is no time zone"),
        (ZONE, "../../etc/passwd", "There is no time zone"),
        (CHOICE, "green", "one of `red` or `blue`"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(setting: Setting[Any], typed: str, what_works: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        setting.read(typed)
    assert what_works in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("setting", "stored"),
    [(NUMBER, True), (NUMBER, "7"), (TOGGLE, 1), (ZONE, "europe/brussels"), (TEXT, 5), (CHANNEL, -1)],
)
def test_a_stored_value_of_another_type_does_not_count(setting: Setting[Any], stored: Any) -> None:
    assert not setting.allows(stored)


def test_every_default_fits_its_own_setting() -> None:
    for setting in registry.ALL:
        assert setting.default is None or setting.allows(setting.default), setting.name
    assert len(registry.BY_NAME) == len(registry.ALL)


def test_zones_are_places_people_live_by() -> None:
    assert "Europe/Brussels" in zones().values()
    assert len(set(zones().values())) > 300
    assert not [name for name in zones().values() if name.startswith(("posix/", "right/"))]
    assert {name for name in zones().values() if name.startswith("Etc/")} == set(FIXED)
