"""Nobody lets the bot give, by any way to a setting, a role that they could not give themselves."""

import json
from dataclasses import dataclass

import pytest

from app.bot import Bot
from standin import Person, Role, Upload, permissions
from tests.fixtures.town import Town

KEY = "onboarding.completion_role"
MORE = "has permissions that you do not have, so you cannot have it given to others. Somebody who has them can."


@dataclass(frozen=True)
class Hall:
    """The town with a role that the bot can give, and the manager cannot; whoever has Manage Server only is tempted."""

    town: Town
    bot: Bot
    powers: Role

    async def chosen(self) -> object:
        snapshot = await self.bot.settings.get(self.town.guild.id)
        return snapshot.chosen.get(KEY)


@pytest.fixture
def hall(town: Town, bot: Bot) -> Hall:
    powers = town.world.create_role(town.guild, "Powers", permissions=permissions.KICK_MEMBERS, position=0)
    managers = next(one for one in town.guild.roles.values() if one.name == "Managers")
    town.world.edit_role(managers, position=40)
    return Hall(town, bot, powers)


def file_with(role: Role) -> Upload:
    place = {"id": str(role.id), "name": role.name}
    content = {"format": "concierge-settings", "version": 1, "settings": {KEY: place}}
    return Upload("mine.json", json.dumps(content).encode())


async def test_it_comes_from_no_file(hall: Hall, manager: Person, administrator: Person) -> None:
    shown = await manager.slash("settings import", file=file_with(hall.powers))
    assert MORE in shown.full_text
    assert not any(button.label == "Change 1 setting" for button in shown.buttons)
    shown = await administrator.slash("settings import", file=file_with(hall.powers))
    assert "1 setting was changed" in (await administrator.click(shown, "Change 1 setting")).text
    assert await hall.chosen() == hall.powers.id


async def test_nothing_of_the_past_brings_it_back(hall: Hall, manager: Person, owner: Person) -> None:
    await owner.slash("settings set", key=KEY, role=hall.powers)
    reset = await owner.slash("settings reset", key=KEY)
    shown = await manager.slash("settings restore", when="before #2")
    assert MORE in shown.full_text
    history = await manager.slash("settings history")
    assert MORE in (await manager.choose(history, "Undo one of these…", f"#2 {KEY}")).text
    assert await hall.chosen() is None
    await owner.click(reset, "Undo")
    assert await hall.chosen() == hall.powers.id


async def test_several_changes_are_not_taken_back_if_one_brings_it_back(
    hall: Hall, manager: Person, owner: Person
) -> None:
    await owner.slash("settings set", key=KEY, role=hall.powers)
    await owner.slash("settings set", key="general.page_size", value="5")
    empty = Upload("mine.json", b'{"format": "concierge-settings", "version": 1, "settings": {}}')
    shown = await manager.slash("settings import", file=empty, others="reset")
    done = await manager.click(shown, "Change 2 settings")
    assert MORE in (await manager.click(done, "Undo")).text
    snapshot = await hall.bot.settings.get(hall.town.guild.id)
    assert not snapshot.chosen.keys() & {KEY, "general.page_size"}


async def test_it_is_not_chosen_in_a_check(hall: Hall, manager: Person) -> None:
    await manager.slash("settings set", key=KEY, role=hall.town.staff)
    hall.town.world.delete_role(hall.town.staff)
    reply = await manager.slash("health check")
    button = next(one.label for one in reply.buttons if (one.label or "").endswith("Choose another role"))
    refused = await manager.submit(await manager.click(reply, button), {"Which role instead?": hall.powers})
    assert MORE in refused.full_text
    assert await hall.chosen() == hall.town.staff.id
