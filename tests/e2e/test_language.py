"""An answer that only one person sees is in their language, one that all see in the server's."""

import re
from pathlib import Path

import pytest

from app.core import registry
from app.core.messages import catalogue_of, speaking
from app.core.settings import general
from app.db import DatabaseUrl
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town

PAGE_SIZE = general.PAGE_SIZE.name


@pytest.fixture
def german(manager: Person) -> Person:
    """Manages the server, which is English, and has Discord in German."""
    manager.user.locale = "de"
    return manager


async def test_a_private_answer_is_in_the_language_of_the_person(german: Person, alice: Person, owner: Person) -> None:
    reply = await german.slash("settings set", key=PAGE_SIZE, value="5", reason="kürzer")
    assert reply.text == "**Seitenlänge** · `general.page_size` eingestellt: Standard (`8`) → `5`.\nGrund: kürzer"
    shown = await german.slash("settings view", key=PAGE_SIZE)
    assert shown.embeds[0]["title"] == "Seitenlänge · general.page_size"
    assert [field["name"] for field in shown.embeds[0]["fields"]] == ["Wert", "Standard", "Erlaubt"]
    assert shown.embeds[0]["fields"][2]["value"] == "eine ganze Zahl von 3 bis 15"
    undone = await german.click(reply, "Rückgängig")
    assert undone.text == "**Seitenlänge** · `general.page_size` wiederhergestellt: `5` → Standard (`8`)."
    assert (
        await german.slash("settings reset", key=PAGE_SIZE)
    ).text == "`general.page_size` hat schon den Standardwert."
    # Two people at once do not speak each other's language.
    assert (
        await owner.slash("settings reset", key=PAGE_SIZE)
    ).text == "`general.page_size` already has its default value."


async def test_the_overview_and_the_history_turn_their_pages_in_the_same_language(german: Person) -> None:
    overview = await german.slash("settings view")
    for part in reversed(registry.PARTS.values()):
        label = catalogue_of("de").gettext(part.label.text)
        await german.click(overview, label)
        assert overview.embeds[0]["title"] == f"Einstellungen · {label}"
        for setting in part.settings:
            with speaking("de"):
                said, explained = str(setting.label), str(setting.help)
            assert f"**{said}**: " in overview.full_text
            assert f"{explained}\n-# `{setting.name}`" in overview.full_text
    assert "dort ist es jetzt" in (await german.slash("settings view")).full_text
    for number in (3, 4, 5, 6, 7, 9, 10, 11, 12):
        await german.slash("settings set", key=PAGE_SIZE, value=str(number))
    history = await german.slash("settings history")
    assert history.embeds[0]["title"] == "Geänderte Einstellungen"
    assert history.embeds[0]["footer"]["text"] == "Seite 1 von 1 · 9 insgesamt"
    await german.slash("settings set", key=PAGE_SIZE, value="3")
    history = await german.slash("settings history", member=german.user)
    older = await german.click(history, "Ältere")
    assert older.embeds[0]["footer"]["text"] == "Seite 2 von 4 · 10 insgesamt"
    assert f"Nur von {german.mention}" in older.full_text


async def test_what_all_see_is_in_the_language_of_the_server(german: Person, town: Town, stand_in: StandIn) -> None:
    await german.slash("settings set", key="general.private_replies", value="aus")
    shown = await german.slash("settings view")
    assert not shown.private
    assert shown.embeds[0]["title"] == "Settings · General"
    await german.click(shown, "Reminders")
    assert shown.embeds[0]["title"] == "Settings · Reminders"
    assert (await german.slash("settings view", key="no.such")).text.startswith("Es gibt keine Einstellung namens")

    await german.slash("settings set", key="general.log_channel", channel=town.log)
    # What was changed just before may be told there as well.
    said = "`general.log_channel` set"
    await stand_in.until(lambda: any(said in one.full_text for one in german.at(town.log).messages))


async def test_a_german_server_speaks_german_to_all(owner: Person, town: Town, stand_in: StandIn) -> None:
    town.world.edit_guild(town.guild, locale="de")
    assert (await owner.slash("settings set", key="general.private_replies", value="off")).text.endswith("→ off.")
    assert (await owner.slash("settings view")).embeds[0]["title"] == "Einstellungen · Allgemein"
    await owner.slash("settings set", key="general.log_channel", channel=town.log)
    # What was changed just before may be told there as well.
    said = "`general.log_channel` eingestellt"
    await stand_in.until(lambda: any(said in one.full_text for one in owner.at(town.log).messages))


async def test_a_member_is_helped_in_their_language_and_a_ticket_is_in_that_of_the_server(
    desk: Desk, town: Town, stand_in: StandIn, alice: Person, helper_one: Person
) -> None:
    alice.user.locale = "de"
    await desk.offer()
    form = await alice.slash("ticket open")
    said = await alice.submit(form, {"Worum geht es?": "Mein Rad ist weg"})
    channel = desk.channel(await desk.ticket())
    assert said.text == f"Dein Ticket #1 ist offen: {channel.mention}"
    alice = alice.at(channel)
    (header,) = [message for message in alice.messages if message.embeds]
    assert [button.label for button in header.buttons] == ["Claim", "Close"]

    town.world.edit_guild(town.guild, locale="de")
    assert (await helper_one.at(channel).click(header, "Claim")).text == "Ticket #1 is yours now."
    await stand_in.until(lambda: [button.label for button in header.buttons] == ["Freigeben", "Schließen"])
    facts = {field["name"]: field["value"] for field in header.embeds[0]["fields"]}
    assert (facts["Status"], facts["Übernommen von"]) == ("🔵 übernommen", helper_one.mention)
    said = await alice.submit(await alice.click(header, "Schließen"), {"Grund": "Ist wieder da"})
    assert said.text == "Ticket #1 ist geschlossen. Das Transkript wird erstellt."
    await stand_in.until(lambda: alice.in_dm().messages)
    (told,) = alice.in_dm().messages
    assert told.embeds[0]["description"] == "Dein Ticket auf **Town** ist geschlossen."
    assert (await alice.in_dm().click(told, "4")).text == "Danke! Du hast ★★★★☆ gegeben."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"key": PAGE_SIZE, "value": "21"},
            "Das passt nicht zu `general.page_size`. Erlaubt: eine ganze Zahl von 3 bis 15.",
        ),
        ({"key": PAGE_SIZE}, "Gib `general.page_size` genau einen Wert. Erlaubt: eine ganze Zahl von 3 bis 15."),
        ({"key": "x.y", "value": "1"}, "Es gibt keine Einstellung namens `x.y`."),
        ({"key": "general.contact", "value": "x" * 300}, "Erlaubt: ein Text mit 1 bis 200 Zeichen."),
        ({"key": "general.log_channel", "value": "nirgends"}, "Erlaubt: ein Kanal dieses Servers."),
        ({"key": "general.private_replies", "value": "vielleicht"}, "Erlaubt: `an` oder `aus`."),
        ({"key": "general.undo_within", "value": "1s"}, "(mindestens: 1 Minute, höchstens: 52 Wochen 1 Tag)"),
        ({"key": "general.colour", "value": "lila"}, "Erlaubt: eins von `Blurple`, `Grün`, `Gold`, `Rot` oder `Grau`."),
        ({"key": "general.contact", "value": "x", "reason": "y" * 400}, "Ein Grund darf höchstens 300 Zeichen haben."),
    ],
)
async def test_refusals_are_in_the_language_of_the_person(given: dict[str, str], sentence: str, german: Person) -> None:
    reply = await german.slash("settings set", raw=True, **given)
    assert sentence in reply.text
    assert reply.private


async def test_suggestions_are_found_and_shown_in_the_language_of_the_person(german: Person) -> None:
    (zone,) = await german.autocomplete("settings set", "key", "zeitz")
    assert zone == {"name": "Zeitzone · general.timezone", "value": "general.timezone"}
    toggles = await german.autocomplete("settings set", "value", "", key="general.private_replies")
    assert [choice["name"] for choice in toggles] == ["an · jetzt", "aus"]
    (grey,) = await german.autocomplete("settings set", "value", "gra", key="general.colour")
    assert grey == {"name": "Grau", "value": "grey"}
    assert (await german.slash("settings set", key="general.colour", value="Grau")).text.endswith("(Blurple) → Grau.")


@pytest.mark.parametrize("locale", ["pt-BR", "xx", "en-US"])
async def test_a_language_without_catalogue_is_answered_in_english(locale: str, manager: Person) -> None:
    manager.user.locale = locale
    assert (
        await manager.slash("settings reset", key=PAGE_SIZE)
    ).text == "`general.page_size` already has its default value."


async def test_commands_are_registered_in_every_language_and_only_when_they_changed(
    stand_in: StandIn, own_database: DatabaseUrl, tmp_path: Path, clock: ManualClock, town: Town
) -> None:
    def sent() -> int:
        return len(stand_in.calls("PUT /applications/"))

    chosen = {"home_guild_id": town.guild.id}
    async with running_bot(stand_in, own_database, tmp_path, clock, **chosen):
        assert sent() == 2
        (settings,) = [each for each in town.world.commands.of(None) if each["name"] == "settings"]
        names = settings["name_localizations"]
        assert names["de"] == "einstellungen"
        # Discord has two codes for Spanish.
        assert names["es-ES"] == names["es-419"] == "ajustes"
        change = next(option for option in settings["options"] if option["name"] == "set")
        assert change["name_localizations"]["de"] == "ändern"
        assert change["description_localizations"]["de"] == "Eine Einstellung ändern"
        assert change["options"][1]["name_localizations"]["de"] == "wert"
        (migrate,) = town.world.commands.of(town.guild)
        assert migrate["description_localizations"]["de"] == "Die Datenbank des Bots verwalten (für seine Betreiber)"
    async with running_bot(stand_in, own_database, tmp_path, clock, **chosen):
        assert sent() == 2


async def test_somebody_who_has_discord_in_german_is_offered_german_commands(german: Person, desk: Desk) -> None:
    await desk.offer()
    assert "einstellungen" in {command.get("name_localized") for command in german.commands}
    help_ = await german.slash("help")
    text = help_.full_text
    while not next(one for one in help_.buttons if one.label == "Weiter").disabled:
        help_ = await german.click(help_, "Weiter")
        text += f"\n\n{help_.full_text}"
    assert "**/ticket** · Hilfe vom Team bekommen und Tickets bearbeiten\n" in text
    # Discord shows a command that can be clicked only by its name in English, which not everybody reads.
    assert re.search(r"\*\*/hilfe\*\* · Sehen, was dieser Bot .*\n\*\*/hilfe\*\* </help:[0-9]+>\n", text)
    page = await german.slash("help", topic="timezone")
    assert re.search(r"^\*\*/zeitzone festlegen\*\* </timezone set:[0-9]+> ", page.full_text, re.MULTILINE)
    assert "**Ticket dazu öffnen**" in text
    # In the order in which Germans look for them.
    topics = re.findall(r"^\*\*(/\S+)\*\* · ", text, re.MULTILINE)
    assert len(topics) > 10
    assert topics == sorted(topics)
    assert topics.index("/einstellungen") < topics.index("/hilfe") < topics.index("/zustand")
    one = await german.choose(page, "Mehr über einen Befehl", ["/zeitzone festlegen"])
    assert one.embeds[0]["title"] == "/zeitzone festlegen"
    assert re.search(r"</timezone set:[0-9]+>", one.full_text)


async def test_setting_up_and_the_settings_name_commands_in_the_language_of_whoever_reads(german: Person) -> None:
    for command, names in {
        "setup": {
            "/onboarding vorschau": "onboarding preview",
            "/onboarding fragen liste": "onboarding questions list",
        },
        "settings view": {"/einstellungen ändern": "settings set", "/einstellungen ansehen": "settings view"},
        "settings export": {"/einstellungen import": "settings import", "/faq exportieren": "faq export"},
    }.items():
        options = {"step": "onboarding"} if command == "setup" else {}
        shown = (await german.slash(command, **options)).full_text
        for typed, english in names.items():
            assert re.search(rf"\*\*{typed}\*\* </{english}:[0-9]+>", shown), shown
