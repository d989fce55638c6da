"""What a page can ask for and is told, with a real bot answering."""

import asyncio
import base64

import pytest
from discord import Bot

from standin import StandIn
from tests.fixtures.town import Town
from tests.playground.conftest import Page

pytestmark = pytest.mark.usefixtures("small_bot")


async def test_a_command_is_offered_completed_sent_and_answered(page: Page, here: str, town: Town) -> None:
    commands = (await page.ask("commands", channel=here))["commands"]
    assert {command["name"] for command in commands} == {"sample", "Shout", "Greet"}

    about = {"channel": here, "name": "sample pick", "option": "fruit", "typed": "ap"}
    choices = (await page.ask("autocomplete", **about, options={"count": 5}))["choices"]
    assert [choice["name"] for choice in choices] == ["apple", "apricot", "plum"]
    choices = (await page.ask("autocomplete", **about, options={}))["choices"]
    assert [choice["name"] for choice in choices] == ["apple", "apricot"]

    options = {"fruit": "apple", "count": 2, "channel": str(town.log.id), "ripe": True, "size": "small"}
    await page.ask("slash", channel=here, name="sample pick", options=options)
    answer = await page.message("2 × apple")
    assert answer["text"] == f"2 × apple to <#{town.log.id}>, ripe True, size small"
    assert answer["private"]
    assert answer["interaction"] == {"user": "Alice", "name": "/sample pick"}


async def test_commands_are_shown_in_the_language_one_chooses(page: Page, here: str, town: Town) -> None:
    about = {"channel": str(town.general.id)}
    answer = await page.ask("set_locale", locale="de")
    assert answer["view"]["me"]["locale"] == town.alice.locale == "de"
    await page.told("commands")
    sample = next(each for each in (await page.ask("commands", **about))["commands"] if each["key"] == "sample")
    pick = next(each for each in sample["options"] if each["key"] == "pick")
    assert (pick["name"], pick["description"], pick["options"][0]["name"]) == ("wähle", "Nimm etwas Obst", "obst")
    assert pick["options"][1]["name"] == "count"
    assert "does not have" in await page.refused("set_locale", locale="xx")


async def test_who_manages_a_server_chooses_its_language_and_the_bot_hears_of_it(
    page: Page, small_bot: Bot, town: Town
) -> None:
    about = {"guild": str(town.guild.id)}
    assert "may manage it" in await page.refused("set_guild_locale", **about, locale="de")
    view = (await page.ask("become", person=str(town.manager.id)))["view"]
    before = {guild["id"]: (guild["locale"], guild["manages"]) for guild in view["guilds"]}
    assert before[about["guild"]] == ("en-GB", True)
    assert "does not have" in await page.refused("set_guild_locale", **about, locale="xx")
    view = (await page.ask("set_guild_locale", **about, locale="de"))["view"]
    assert {guild["locale"] for guild in view["guilds"] if guild["id"] == about["guild"]} == {"de"}
    async with asyncio.timeout(20):
        while str(small_bot.guilds[0].preferred_locale) != "de":
            await asyncio.sleep(0.02)


async def test_values_the_client_would_not_send_are_refused_with_a_reason(page: Page, here: str, town: Town) -> None:
    pick = {"channel": here, "name": "sample pick"}
    assert "between 1 and 5" in await page.refused("slash", **pick, options={"fruit": "fig", "count": 9})
    assert "required" in await page.refused("slash", **pick, options={"fruit": "fig"})
    far = {"fruit": "fig", "count": 1, "channel": str(town.square.id)}
    assert "not a channel you can choose" in await page.refused("slash", **pick, options=far)
    assert "no command" in await page.refused("slash", channel=here, name="nothing", options={})


async def test_only_who_may_use_a_command_is_offered_it(page: Page, here: str, town: Town) -> None:
    assert "manage" in await page.refused("slash", channel=here, name="manage", options={})
    await page.ask("become", person=str(town.manager.id))
    commands = (await page.ask("commands", channel=here))["commands"]
    assert "manage" in {command["name"] for command in commands}
    await page.ask("slash", channel=here, name="manage", options={})
    assert (await page.message("Managed."))["private"]


async def test_a_slow_answer_is_first_thought_about(page: Page, here: str) -> None:
    await page.ask("slash", channel=here, name="sample slow", options={})
    thinking = await page.told("message", lambda message: message["loading"])
    answer = await page.message("Now I know.")
    assert answer["id"] == thinking["id"]
    assert not answer["loading"]


async def test_no_answer_is_said_to_be_none(page: Page, here: str, stand_in: StandIn) -> None:
    stand_in.interactions.answer_within = 0.2
    error = await page.refused("slash", channel=here, name="sample never", options={})
    assert error == "The application did not respond"


async def test_buttons_edit_open_forms_and_delete(page: Page, here: str) -> None:
    await page.ask("slash", channel=here, name="sample buttons", options={})
    message = (await page.message("Counted to 0."))["id"]
    await page.ask("press", channel=here, message=message, custom_id="sample:count")
    edited = await page.message("Counted to 1.")
    assert edited["id"] == message
    assert "disabled" in await page.refused("press", channel=here, message=message, custom_id="sample:closed")

    await page.ask("press", channel=here, message=message, custom_id="sample:ask")
    form = await page.told("modal")
    assert form["title"] == "A few questions"
    assert [part["type"] for part in form["components"]] == [10, 18, 18, 18]
    wrong = {"name": "x" * 21, "colour": ["r"], "story": ""}
    assert "20 or fewer" in await page.refused("submit", modal=form["id"], values=wrong)
    await page.ask("submit", modal=form["id"], values={"name": "Ann", "colour": ["b"], "story": "Once upon"})
    assert (await page.message("Ann likes"))["text"] == "Ann likes b: Once upon"
    assert "no longer open" in await page.refused("submit", modal=form["id"], values={})

    await page.ask("press", channel=here, message=message, custom_id="sample:remove")
    assert (await page.told("gone"))["id"] == message
    assert "gone" in await page.refused("press", channel=here, message=message, custom_id="sample:count")


async def test_menus_of_every_kind_are_answered(page: Page, here: str, town: Town) -> None:
    await page.ask("slash", channel=here, name="sample menus", options={})
    message = await page.message("Choose.")
    menus = [row["components"][0] for row in message["components"]]
    assert [menu["type"] for menu in menus] == [3, 8, 6]
    chosen = [["Autumn"], [str(town.log.id)], [str(town.staff.id), str(town.above.id)]]
    for menu, values in zip(menus, chosen, strict=True):
        ids = {"channel": here, "message": message["id"], "custom_id": menu["custom_id"]}
        await page.ask("choose", **ids, values=values)
    assert await page.message("Season: Autumn")
    assert await page.message(f"Channel: <#{town.log.id}>")
    both = " ".join(sorted((town.staff.mention, town.above.mention)))
    assert await page.message(f"Roles: {both}")


async def test_files_go_both_ways(page: Page, here: str) -> None:
    await page.ask("slash", channel=here, name="sample gallery", options={})
    message = await page.message("Gallery")
    file, _ = message["attachments"]
    assert (file["name"], file["size"]) == ("plan.sql", 22)
    read = await page.ask("read", channel=here, message=message["id"], attachment=file["id"])
    assert base64.b64decode(read["base64"]) == b"-- the plan\nSELECT 1;\n"

    upload = {"name": "note.txt", "type": "text/plain", "base64": base64.b64encode(b"12345").decode()}
    await page.ask("slash", channel=here, name="sample take", options={"file": upload})
    assert await page.message("note.txt has 5 bytes")
    broken = {**upload, "base64": "?"}
    assert "not be read" in await page.refused("slash", channel=here, name="sample take", options={"file": broken})


async def test_commands_hang_on_messages_and_people(page: Page, here: str, town: Town) -> None:
    await page.ask("say", channel=here, text="quietly")
    said = await page.message("quietly")
    await page.ask("message_command", channel=here, name="Shout", target=said["id"])
    shouted = await page.message("QUIETLY!")
    assert shouted["interaction"]["name"] == "Shout"
    await page.ask("user_command", channel=here, name="Greet", target=str(town.mallory.id))
    assert await page.message(f"Hello, <@{town.mallory.id}>.")


async def test_private_replies_are_one_persons_and_can_be_dismissed(page: Page, here: str, town: Town) -> None:
    await page.ask("slash", channel=here, name="sample pick", options={"fruit": "fig", "count": 1})
    private = await page.message("1 × fig")
    shown = (await page.ask("open", channel=here))["messages"]
    assert private["id"] in {message["id"] for message in shown}

    await page.ask("become", person=str(town.mallory.id))
    shown = (await page.ask("open", channel=here))["messages"]
    assert private["id"] not in {message["id"] for message in shown}
    assert "gone" in await page.refused("dismiss", channel=here, message=private["id"])

    await page.ask("become", person=str(town.alice.id))
    await page.ask("dismiss", channel=here, message=private["id"])
    shown = (await page.ask("open", channel=here))["messages"]
    assert private["id"] not in {message["id"] for message in shown}


async def test_a_form_may_ask_for_anything(page: Page, here: str, town: Town) -> None:
    await page.ask("slash", channel=here, name="sample long_form", options={})
    form = await page.told("modal")
    assert [part["component"]["type"] for part in form["components"]] == [21, 22, 23, 19, 6]
    file = {"name": "a.txt", "type": "text/plain", "base64": base64.b64encode(b"1234").decode()}
    values = {"drink": "Tea", "days": ["Monday"], "sure": True, "files": [file], "role": [str(town.staff.id)]}
    assert "choices" in await page.refused("submit", modal=form["id"], values={**values, "days": ["Monday"] * 3})
    await page.ask("submit", modal=form["id"], values=values)
    told = (await page.message("Tea on"))["text"]
    assert told == f"Tea on ['Monday'], sure True, ['a.txt:4'] for {town.staff.mention}"


async def test_a_form_is_closed_with_the_person_who_opened_it(page: Page, here: str, town: Town) -> None:
    await page.ask("slash", channel=here, name="sample form", options={})
    form = await page.told("modal")
    await page.ask("become", person=str(town.mallory.id))
    values = {"name": "Mallory", "colour": ["r"]}
    assert "no longer open" in await page.refused("submit", modal=form["id"], values=values)
