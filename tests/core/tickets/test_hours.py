"""Business hours: what people type, and what is stored."""

import pytest

from app.core.errors import InvalidInput
from app.core.messages import languages, msg, speaking
from app.core.settings.kinds import Kind, Setting
from app.core.tickets.hours import HOURS_FORM, MAX_HOURS, normalised, read_hours, shown
from tests.fixtures.properties import given, settings, st

SETTING: Setting[str] = Setting(
    "test.hours", Kind.TEXT, "always", maximum=MAX_HOURS, form=HOURS_FORM, label=msg("Test"), help=msg("A test.")
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("always", "always"),
        ("24/7, not 12-25", "always, not 12-25"),
        ("Mon-Fri 9:00-17:30, Sat 10-14", "Mon-Fri 09:00-17:30, Sat 10:00-14:00"),
        ("Monday to Friday from 9am to 5pm", "Mon-Fri 09:00-17:00"),
        ("Mon Wed, Fri 9-12 and 13-17; Sat 10-12", "Mon, Wed, Fri 09:00-12:00, 13:00-17:00, Sat 10:00-12:00"),
        ("weekdays 9–5pm, weekend noon–midnight", "Mon-Fri 09:00-17:00, Sat-Sun 12:00-24:00"),
        ("1-5pm", "Mon-Sun 13:00-17:00"),
        ("11am-12pm", "Mon-Sun 11:00-12:00"),
        ("Mon 9-12, Mon 11-14", "Mon 09:00-14:00"),
        ("daily 22-6", "Mon-Sun 22:00-06:00"),
        ("Sun 22:00-02:00", "Sun 22:00-02:00"),
        ("Fri 12:00-04:00", "Fri 12:00-04:00"),
        ("Mon 0-24, Tue 0-6", "Mon 00:00-24:00, Tue 00:00-06:00"),
        ("Sat-Mon 10-12", "Mon, Sat-Sun 10:00-12:00"),
        ("Mon-Sun 9-17, not Sunday", "Mon-Sat 09:00-17:00"),
        ("Mon-Sat 9-17, Sunday closed, closed 2026-12-25", "Mon-Sat 09:00-17:00, not 2026-12-25"),
        ("not 12-25, Mon 9-17", "Mon 09:00-17:00, not 12-25"),
        ("Mon 9-17, not 2026-12-24 to 2026-12-26 and 2026-12-27", "Mon 09:00-17:00, not 2026-12-24 to 2026-12-27"),
        ("Tue 9-17, not Mar 3, 1st May, 25 December 2026", "Tue 09:00-17:00, not 2026-12-25, not 03-03, not 05-01"),
        ("Mon 9-17, not 12-24 to 01-01", "Mon 09:00-17:00, not 12-24 to 01-01"),
        ("Mo-Fr 9-12 und 13-17 Uhr, außer 24.12. bis 26.12.", "Mon-Fri 09:00-12:00, 13:00-17:00, not 12-24 to 12-26"),
        ("Montag bis Freitag von 9 bis 17 Uhr, So geschlossen", "Mon-Fri 09:00-17:00"),
        ("ma-vr van 9 tot 17 uur, zo gesloten, niet op 1 mei", "Mon-Fri 09:00-17:00, not 05-01"),
        ("werkdagen 9-17, za 10:00-14:00, niet 3 maart", "Mon-Fri 09:00-17:00, Sat 10:00-14:00, not 03-03"),
        ("du lundi au vendredi de 9h à 12h et de 13h30 à 17h, dim fermé", "Mon-Fri 09:00-12:00, 13:30-17:00"),
        (
            "tous les jours de midi à minuit, sauf le 14 juil. et le 15 août",
            "Mon-Sun 12:00-24:00, not 07-14, not 08-15",
        ),
        ("lun-ven 9:00-17:30, sam 10-14, sauf 2026-12-25", "Mon-Fri 09:00-17:30, Sat 10:00-14:00, not 2026-12-25"),
        ("lun-ven 9h-17h30", "Mon-Fri 09:00-17:30"),
        ("miércoles 9:00-14:00, sábado 9.30-12", "Wed 09:00-14:00, Sat 09:30-12:00"),
        ("lun-vie 9:00-17:30, dom cerrado, excepto el 25 de diciembre", "Mon-Fri 09:00-17:30, not 12-25"),
        ("de lunes a viernes de 9:00 a 14:00 y de 16:00 a 20:00 horas", "Mon-Fri 09:00-14:00, 16:00-20:00"),
        ("días laborables desde las 9 hasta las 17, no 24 dic 2026", "Mon-Fri 09:00-17:00, not 2026-12-24"),
        ("fines de semana del mediodía a medianoche", "Sat-Sun 12:00-24:00"),
        ("segunda-feira 9-17", "Mon 09:00-17:00"),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, stored: str) -> None:
    assert SETTING.read(typed) == stored
    assert SETTING.allows(stored)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least one open day"),
        ("soon", "`soon` cannot be read there. Allowed: business hours such as `Mon-Fri 9:00-17:30"),
        ("Mon 9", "`9` cannot be read there"),
        ("Mon 25-26", "`25-26` cannot be read there"),
        ("Mon 9:60-10", "cannot be read there"),
        ("Mon 13pm-14pm", "cannot be read there"),
        ("Mon 9-17 or so`", "`or so'` cannot be read there"),
        ("Mon", "need times for each day"),
        ("Mon-Fri 9-17, Sat", "need times for each day"),
        ("weekend-Mon 9-17", "`weekend-mon` cannot be read there"),
        ("9-5", "`9-5` could be by day or by night"),
        ("Mon 9-9", "could be by day or by night"),
        ("Mon closed", "at least one open day"),
        ("Mon 9-17, not", "`not` cannot be read there"),
        ("Mon 9-17, not 12/25", "`12/25` cannot be read there"),
        ("Mon 9-17, 2026-12-25", "`2026-12-25` cannot be read there"),
        ("Mon 9-17, not 2026-02-30", "There is no day `2026-02-30`."),
        ("Mon 9-17, not 2026-12-24 to 12-26", "needs the year in both dates, or in neither"),
        ("Mon 9-17, not 2026-12-26 to 2026-12-24", "cannot be read there"),
        ("Mon 9-17, not 2026-01-01 to 2030-01-01", "cannot be read there"),
        ("Mon 9-17, not 2026-01-01 to 2027-12-01, 2029-01-01 to 2030-12-01", "At most 1100 days"),
        ("Mon 9-17, not 01-01 to 12-31", "years without a business hour"),
        ("x" * 6000, "at most 1000 characters"),
        ("Mon 9-17, not " + " ".join(f"2026-01-{day:02}" for day in range(1, 32, 2)) * 9, "at most 1000 characters"),
        ("٩-١٧", "cannot be read there"),
        ("Mon 9-17\0", "cannot be read there"),
    ],
)
def test_what_is_no_business_hours_is_refused_with_what_would_work(typed: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        SETTING.read(typed)
    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_stored_text_in_another_form_does_not_count() -> None:
    assert not SETTING.allows("Mon-Fri 9-17")
    assert not SETTING.allows("soon")
    assert str(SETTING.takes()).startswith("business hours such as")


SPAN = st.lists(st.integers(0, 288), min_size=2, max_size=2, unique=True).map(sorted)


@given(
    week=st.lists(st.lists(SPAN, max_size=3), min_size=7, max_size=7).filter(any),
    closed=st.lists(st.dates(), max_size=3),
)
@settings(max_examples=20)
def test_what_is_stored_is_read_back_as_the_same(week: list[list[list[int]]], closed: list[object]) -> None:
    def clock(number: int) -> str:
        return f"{number // 12:02}:{number % 12 * 5:02}"

    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    parts = [
        f"{name} {clock(first)}-{clock(last)}" for name, day in zip(names, week, strict=True) for first, last in day
    ]
    hours = read_hours(", ".join([*parts, *(f"not {day}" for day in closed)]))
    assert read_hours(str(hours)) == hours
    assert normalised(str(hours)) == str(hours)


@pytest.mark.parametrize("locale", [*languages(), "en", "ja"])
@pytest.mark.parametrize(
    "stored",
    [
        "Mon-Fri 09:00-17:30, Sat 10:00-14:00, not 2026-12-25, not 12-24 to 01-02",
        "Tue 22:00-06:00, Wed-Thu 09:00-12:00",
        "always, not 2026-12-24 to 2027-01-02",
        "always",
    ],
)
def test_hours_are_shown_in_each_language_and_read_back_as_the_same(locale: str, stored: str) -> None:
    hours = normalised(stored)
    with speaking(locale):
        said = shown(hours)
        assert normalised(said) == hours
        assert (said == hours) is (locale in {"en", "ja"})
