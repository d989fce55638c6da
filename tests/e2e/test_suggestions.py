"""Wherever something is suggested, its label is understood like its value, and what was typed stays as it was typed."""

import pytest

from app.core.settings import general
from standin import Person
from tests.fixtures.town import Town


async def labels(person: Person, command: str, option: str, typed: str, **others: str) -> list[str]:
    return [choice["name"] for choice in await person.autocomplete(command, option, typed, **others)]


async def test_the_label_of_a_reminder_is_its_number(alice: Person) -> None:
    for what in ("Standup · daily, at 3, or 5", "Standup too", "#1 thing"):
        await alice.slash("reminder create", when="every day at 10:00", what=what)
    standup, *others = await labels(alice, "reminder show", "reminder", "")
    assert len(others) == 2
    assert standup.startswith("#1 🔔 Standup · daily")
    assert (await labels(alice, "reminder show", "reminder", standup))[0] == standup
    assert "Reminder #1" in (await alice.slash("reminder show", reminder=standup)).full_text
    assert "Reminder #3" in (await alice.slash("reminder show", reminder="#1 thing")).full_text
    for command, says in (
        ("reminder pause", "Paused"),
        ("reminder resume", "Resumed"),
        ("reminder skip", "Skipped once"),
        ("reminder delete", "Deleted: **Standup"),
    ):
        assert says in (await alice.slash(command, reminder=standup)).text
    (everything, *_) = await labels(alice, "reminder delete", "reminder", "all")
    assert everything == "All your reminders"
    assert (await alice.slash("reminder delete", reminder=everything)).text.startswith("Deleted 2 reminders.")


async def test_the_label_of_a_zone_is_its_name_also_a_while_later(alice: Person) -> None:
    (label,) = await labels(alice, "timezone set", "zone", "bruss")
    assert label.startswith("Europe/Brussels · ")
    for typed in (label, "Europe/Brussels · 19:46 now (UTC+01:00)", "america/new york"):
        assert (await alice.slash("timezone set", zone=typed)).text.startswith("Your time zone is `")
    assert (await labels(alice, "timezone set", "zone", label))[0] == label
    assert "There is no time zone" in (await alice.slash("timezone set", zone="Nowhere · 19:46 now")).text


@pytest.mark.parametrize("locale", ["en-GB", "de"])
async def test_the_labels_of_settings_and_their_values_are_understood(locale: str, manager: Person, town: Town) -> None:
    manager.user.locale = locale
    for name, typed in (
        ("general.private_replies", ""),
        ("general.colour", ""),
        ("general.undo_within", ""),
        ("general.page_size", "5"),
        ("general.timezone", "bruss"),
        ("general.log_channel", ""),
        ("general.staff_role", "staff"),
    ):
        (key,) = await labels(manager, "settings set", "key", name)
        assert key.endswith(f" · {name}")
        shown = await labels(manager, "settings set", "value", typed, key=key)
        # The current one is marked, so it comes last and is set again.
        for label in sorted(shown, key=lambda one: " · " in one):
            answer = (await manager.slash("settings set", key=key, value=label)).text
            assert f"`{name}`" in answer
            assert "Allowed" not in answer
            assert "Erlaubt" not in answer
        assert name in (await manager.slash("settings view", key=key)).embeds[0]["title"]
    assert "general.colour" in (await manager.slash("settings history", key="Farbe · general.colour")).full_text


async def test_labels_are_understood_that_others_see_in_their_language(manager: Person) -> None:
    for key, value, saved in (
        ("Wer Erinnerungen erstellt", "Nur das Team · jetzt", "Staff only"),
        ("Höchste Verspätung · reminders.catch_up", "6 Stunden", "6 hours"),
        ("Erinnerungen", "aus", "off"),
        ("Erinnerungen", "an · jetzt", "on"),
    ):
        (shown,) = await labels(manager, "settings set", "key", key)
        assert (await labels(manager, "settings set", "value", value, key=shown)) in ([saved], [f"{saved} · now"])
        assert (await manager.slash("settings set", key=key, value=value)).text.split("\n")[0].endswith(f"→ {saved}.")
    manager.user.locale = "de"
    for value, saved in (("Everybody", "Alle"), ("Staff only · now", "Nur das Team")):
        done = await manager.slash("settings set", key="Who makes reminders", value=value)
        assert done.text.split("\n")[0].endswith(f"→ {saved}.")


@pytest.mark.parametrize("typed", ["Ask Anna ... https://X.y/AbC", "ÄÖ ß İ", "x" * 100, "Yes · now"])
async def test_a_text_is_suggested_as_it_was_typed(typed: str, manager: Person) -> None:
    (found,) = await manager.autocomplete("settings set", "value", typed, key=general.CONTACT.name)
    assert found == {"name": typed, "value": typed}
    await manager.slash("settings set", key=general.CONTACT.name, value=found["value"])
    (again,) = await manager.autocomplete("settings set", "value", typed, key=general.CONTACT.name)
    assert again == found


async def test_a_text_that_does_not_fit_into_a_suggestion_stays_as_it_was_typed(manager: Person) -> None:
    typed = "Long " * 30
    assert await manager.autocomplete("settings set", "value", typed, key=general.CONTACT.name) == []
    reply = await manager.slash("settings set", key=general.CONTACT.name, value=typed)
    assert reply.text.startswith("**Contact** · `general.contact` set")
