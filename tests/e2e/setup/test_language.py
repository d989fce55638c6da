"""/setup in a server that speaks German, by somebody who does."""

from standin import Person, Reply, StandIn
from tests.fixtures.discord import Running
from tests.fixtures.town import Town

ENGLISH = ("Step ", "not yet", "Setting up", "Choose", "Skip", "Back", "done", "The default", "Nothing", "Check")


def read_by(page: Reply) -> str:
    """All that somebody reads."""
    return "\n".join([page.full_text, *(button.label or "" for button in page.buttons)])


async def test_the_whole_way_in_german(running: Running, stand_in: StandIn, town: Town) -> None:
    town.world.edit_guild(town.guild, locale="de")
    town.manager.locale = "de"
    manager: Person = stand_in.person(town.manager, town.general)
    async with running():
        names = {command["name_localized"] for command in manager.commands if "name_localized" in command}
        assert "einrichten" in names
        page = await manager.slash("setup")
        assert "Diesen Server einrichten" in page.full_text
        seen = [read_by(page)]
        page = await manager.click(page, "Allgemein")
        assert "**Sprache**: Deutsch" in page.full_text
        seen.append(read_by(page))
        form = await manager.click(page, "Auswählen")
        assert form.modal is not None
        seen += [f"{field.label} {field.description}" for field in form.modal.fields]
        refused = await manager.submit(form, {"Team-Rolle": [town.guild.roles[town.guild.id]]})
        assert refused.text.startswith("Nichts wurde gespeichert.")
        page = await manager.submit(form, {"Zeitzone": "Wien"})
    async with running():
        assert "Europe/Vienna" in page.full_text
        for _ in range(5):
            page = await manager.click(page, "Weiter")
            seen.append(read_by(page))
        page = await manager.click(page, "Zurück")
        page = await manager.click(page, "Zurück")
        page = await manager.click(page, "Zurück")
        form = await manager.click(page, "Erste Ticketart mit Panel")
        page = await manager.submit(form, {"Wo das Panel gepostet wird": [town.general]})
        (panel,) = [one for one in manager.messages if one.visible_to is None]
        assert panel.buttons[0].label == "Support"
        assert "Fragen und Probleme" in panel.full_text
        seen.append(read_by(page))
        for _ in range(4):
            page = await manager.click(page, "Weiter")
        seen.append(read_by(page))
        assert "**Noch offen**" in page.full_text
    for text in seen:
        assert not [word for word in ENGLISH if word in text], text
