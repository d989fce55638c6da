import asyncio
from datetime import timedelta

from app.core.durations import Spoken
from app.core.errors import InvalidInput
from app.core.messages import current_language, msg, msgc, msgn, speaking, t, tc, tn, translated_name


def test_a_message_is_put_into_words_when_it_is_shown() -> None:
    takes = msg("a whole number from {minimum} to {maximum}", minimum=3, maximum=15)
    refusal = InvalidInput("That does not fit `{name}`. Allowed: {takes}.", name="x", takes=takes)
    assert str(refusal) == "That does not fit `x`. Allowed: a whole number from 3 to 15."
    with speaking("de"):
        assert str(refusal) == "Das passt nicht zu `x`. Erlaubt: eine ganze Zahl von 3 bis 15."
        assert takes.english == "a whole number from 3 to 15"


def test_plurals_and_lengths_of_time_follow_the_language() -> None:
    hours = [msgn("{count} hour", "{count} hours", count) for count in (0, 1, 2)]
    length = Spoken(timedelta(days=1, hours=2))
    assert [*map(str, hours), str(length)] == ["0 hours", "1 hour", "2 hours", "1 day 2 hours"]
    with speaking("de"):
        assert [*map(str, hours), str(length)] == ["0 Stunden", "1 Stunde", "2 Stunden", "1 Tag 2 Stunden"]


def test_what_a_word_is_about_decides_its_form() -> None:
    of_a_category, of_programs = msgc("a category", "none"), msgc("programs", "none")
    assert [str(of_a_category), str(of_programs)] == ["none", "none"]
    with speaking("fr"):
        assert [str(of_a_category), str(of_programs)] == ["aucune", "aucun"]
        assert tc("questions", "All") != tc("members", "All")
        assert tc("something that nobody has thought of", "none") == "none"


def test_what_is_not_translated_is_said_in_english() -> None:
    with speaking("de"):
        assert t("Nobody has written {this} down.", this="that") == "Nobody has written that down."
        assert tn("one of those", "{count} of those", 2) == "2 of those"


def test_every_spanish_of_discord_has_the_names_of_commands() -> None:
    for locale in ("es-ES", "es-419"):
        assert translated_name(locale, "/ticket command name", "open") == "abrir"
        with speaking(locale):
            assert t("Time zone") == "Zona horaria"


async def test_every_task_has_its_own_language() -> None:
    async def said_in(locale: str | None) -> tuple[str, str]:
        with speaking(locale):
            await asyncio.sleep(0)
            return current_language(), t("Time zone")

    said = await asyncio.gather(said_in("de"), said_in(None), said_in("ja"))
    assert said == [("de", "Zeitzone"), ("en", "Time zone"), ("ja", "Time zone")]
    assert current_language() == "en"
