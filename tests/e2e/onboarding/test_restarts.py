"""The bot is started anew between every two steps of two members, each of another server."""

from typing import Any

from app.bot import Bot
from app.core.actor import Actor
from app.core.onboarding.posts import Post
from app.core.onboarding.questions import QuestionKind
from app.core.settings.snapshot import SettingsSnapshot
from app.effects import posts
from app.ui.onboarding.panel import panel_message
from standin import Person, StandIn
from standin.reply import Reply
from tests.fixtures.discord import Running
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.tables import Asking
from tests.fixtures.town import Town


async def test_two_members_go_on_in_two_servers_after_each_restart(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    people = [stand_in.person(town.alice, town.general), stand_in.person(town.stranger, town.square)]
    panels, pages, forms = list[int](), list[Reply](), list[Reply]()
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        for person in people:
            await arrivals.set(person.guild.id, mode="both")
            asking = Asking(bot.uow, person.guild.id)
            await asking.publish(text=f"Rules of {person.guild.name}")
            why = await asking.ask("Why?", QuestionKind.CHOICE, "Games", "Other", place=1)
            await asking.ask("Which games?", place=2, only_if=(why, "Games"))
            body = posts.body_of(panel_message(Post("1", person.channel.id), SettingsSnapshot(person.guild.id, {})))
            panels.append(await posts.post(bot, person.channel.id, body, once=f"panel {person.guild.id}"))
    async with running():
        for person, panel in zip(people, panels, strict=True):
            pages.append(await person.click(person.channel.by_id[panel], "Begin"))
            assert f"Rules of {person.guild.name}" in pages[-1].full_text
    both = list(zip(people, pages, strict=True))
    async with running():
        for person, page in both:
            await person.click(page, "I accept the rules")
    async with running():
        forms = [await person.click(page, "Answer") for person, page in both]
    async with running():
        for person, form in zip(people, forms, strict=True):
            await person.submit(form, {"Why?": "Games"})
    async with running():
        forms = [await person.click(page, "Answer") for person, page in both]
    async with running():
        for person, form in zip(people, forms, strict=True):
            await person.submit(form, {"Which games?": f"Those of {person.guild.name}"})
    async with running() as bot:
        for person, page in both:
            assert f"**Which games?**\nThose of {person.guild.name}" in page.full_text
            await person.click(page, "Confirm")
            assert page.text.startswith("You are done. Welcome!")
            row = await _row(bot, person)
            assert (row.state, row.rules_version, len(row.responses)) == ("completed", 1, 2)


async def _row(bot: Bot, person: Person) -> Any:
    return await Asking(bot.uow, person.guild.id).row(Actor(person.guild.id, person.id))
