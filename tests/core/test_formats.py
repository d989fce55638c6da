"""Numbers, percentages and lists, in each language as CLDR has it (by Babel, which only developers have)."""

import pytest
from babel import Locale
from babel.core import UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from app.core import formats, number_styles
from app.core.messages import is_spoken, languages, msg, speaking, tn

SPOKEN = ["en", *languages(), "es-419"]
"""Discord's codes: Spanish is es-ES and es-419 there."""


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code.replace("-", "_"))
    except UnknownLocaleError:
        return Locale.parse(code.partition("-")[0])


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("value", [0, 7, -7, 999, 12345, 1234567, 12345.5, 0.25, -12345.67])
def test_numbers_are_written_as_in_cldr(code: str, value: float) -> None:
    with speaking(code):
        assert formats.number(value, 2) == format_decimal(value, "#,##0.##", locale=_locale(code))


@pytest.mark.parametrize("code", SPOKEN)
def test_percentages_have_the_sign_of_cldr(code: str) -> None:
    with speaking(code):
        said, wanted = formats.percent(12), format_percent(0.12, locale=_locale(code))
    # French has a narrow space there since CLDR 34; Babel's data may be older.
    assert said.replace("\u202f", "\u00a0") == wanted.replace("\u202f", "\u00a0")


def test_spanish_parts_no_four_digits() -> None:
    with speaking("es-ES"):
        assert [formats.number(value) for value in (1234, 12345)] == ["1234", "12.345"]
    with speaking("es-419"):
        assert [formats.number(value, 1) for value in (1234.5, 12345)] == ["1,234.5", "12,345"]


@pytest.mark.parametrize("code", [one for one in SPOKEN if one != "en"])
def test_lists_are_written_as_in_cldr(code: str) -> None:
    for items in (["a"], ["a", "b"], ["a", "b", "c"]):
        with speaking(code):
            assert str(formats.AllOf(items)) == format_list(items, locale=_locale(code))
            assert str(formats.AnyOf(items)) == format_list(items, style="or", locale=_locale(code))
    assert str(formats.AllOf([])) == ""


def test_english_lists_have_no_comma_before_the_last() -> None:
    assert str(formats.AllOf("abc")) == "a, b and c"
    assert str(formats.AnyOf("abc")) == "a, b or c"


def test_what_is_said_in_english_for_want_of_a_catalogue_is_written_as_in_english() -> None:
    for code in ("pt-BR", "ja", "xx"):
        assert not is_spoken(code)
        with speaking(code):
            assert (formats.fixed(1234.5), formats.percent(5)) == ("1,234.5", "5%")


def test_every_language_with_a_catalogue_has_its_style() -> None:
    assert set(languages()) <= set(number_styles.STYLES)


def test_facts_in_a_row_and_what_they_are_called() -> None:
    assert formats.listed(["a", 2, "c"]) == "a, 2, c"
    assert (formats.listed([]), formats.listed(one for one in "a")) == ("", "a")
    assert formats.labelled("Priority", "high") == "Priority: high"
    with speaking("fr"):
        assert formats.labelled("Priorité", "élevée") == "Priorité\u00a0: élevée"
        assert str(msg("{count}", count=formats.Number(12345))) == "12\u202f345"


def test_digits_are_rounded_and_kept_as_said() -> None:
    assert [formats.number(1.25, 1), formats.number(2, 1), formats.fixed(2), formats.exact(0.125)] == [
        "1.2", "2", "2.0", "0.125"
    ]  # fmt: skip
    assert formats.number(-0.4) == "0"
    assert formats.percent(0.5, 1) == "0.5%"


def test_values_of_a_message_are_written_when_it_is_said() -> None:
    sentence = msg("{percent} ({part} of {whole})", percent=formats.Percent(12), part=1, whole=formats.AnyOf("ab"))
    assert str(sentence) == "12% (1 of a or b)"
    with speaking("de"):
        assert str(sentence) == "12\u00a0% (1 von a oder b)"


def test_how_many_there_are_is_written_as_numbers_are_and_ids_are_not() -> None:
    assert tn("{count} hour", "{count} hours", 12345) == "12,345 hours"
    with speaking("de"):
        assert tn("{count} hour", "{count} hours", 12345) == "12.345 Stunden"
    assert str(msg("Page {page} of {pages}", page=1234, pages=2000)) == "Page 1234 of 2000"


@pytest.mark.parametrize(("code", "zero"), [("en", "0 hours"), ("fr", "0 heure"), ("de", "0 Stunden")])
def test_none_at_all_is_singular_in_french(code: str, zero: str) -> None:
    with speaking(code):
        assert tn("{count} hour", "{count} hours", 0) == zero
