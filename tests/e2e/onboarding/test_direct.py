"""A member's way in direct messages, from the first message to the roles, in two servers at once."""

from typing import Any

from app.core.actor import Actor
from app.core.onboarding.questions import QuestionKind
from standin import Guild, Message, StandIn
from standin.reply import Reply
from tests.fixtures.discord import Running
from tests.fixtures.jobs import settle_members
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.gate import Gate
from tests.fixtures.onboarding.tables import Asking
from tests.fixtures.town import Town


async def test_a_member_of_two_servers_begins_goes_on_and_is_done_in_direct_messages(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    world, guilds = town.world, (town.guild, town.elsewhere)
    nina = stand_in.person(world.add_user("nina"), town.general).in_dm()
    roles = [world.create_role(guild, "Member", position=1) for guild in guilds]
    pages, forms = list[Reply](), list[Reply]()

    def prompt_of(guild: Guild) -> Message:
        (found,) = [message for message in nina.messages if f"Welcome to **{guild.name}**" in message.text]
        return found

    async with running() as bot:
        arrivals = Arrivals(bot, town)
        for guild, role in zip(guilds, roles, strict=True):
            await arrivals.set(guild.id, mode="both", where="direct", completion_role=role.id)
            asking = Asking(bot.uow, guild.id)
            await asking.publish(text=f"Rules of {guild.name}")
            why = await asking.ask("Why?", QuestionKind.CHOICE, "Games", "Other", place=1)
            await asking.ask("Which games?", place=2, only_if=(why, "Games"))
        for guild in guilds:
            world.add_member(guild, nina.user)
            await bot.wait_for("member_join", timeout=20)
        await settle_members(bot)
        assert len(nina.messages) == 2
    async with running():
        for guild in guilds:
            pages.append(await nina.click(prompt_of(guild), "Begin"))
            assert f"Rules of {guild.name}" in pages[-1].full_text
        # The message itself stays, with its button.
        assert len([one for one in nina.messages if "Press the button to begin" in one.text]) == 2
    async with running():
        for page in pages:
            await nina.click(page, "I accept the rules")
    async with running():
        forms = [await nina.click(page, "Answer") for page in pages]
    async with running():
        for page, form in zip(pages, forms, strict=True):
            await nina.submit(form, {"Why?": "Games"})
            assert "Which games?" in page.full_text
    async with running():
        # Days later what only they saw is gone; the button of the message leads on.
        pages = [await nina.click(prompt_of(guild), "Begin") for guild in guilds]
        forms = [await nina.click(page, "Answer") for page in pages]
        for guild, form in zip(guilds, forms, strict=True):
            await nina.submit(form, {"Which games?": f"Those of {guild.name}"})
    async with running() as bot:
        for guild, role, page in zip(guilds, roles, pages, strict=True):
            assert f"**Which games?**\nThose of {guild.name}" in page.full_text
            await nina.click(page, "Confirm")
            assert page.text.startswith("You are done. Welcome!"), page.text
            assert guild.members[nina.id].role_ids == {role.id}
        await settle_members(bot)
        states: list[Any] = [await Asking(bot.uow, guild.id).row(Actor(guild.id, nina.id)) for guild in guilds]
        assert [row.state for row in states] == ["completed"] * 2


async def test_who_takes_no_direct_messages_has_the_panel_and_is_written_to_once_they_do(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", where="direct", completion_role=arrivals.member.id)
    await arrivals.asking.publish()
    nina, otto = world.add_user("nina"), world.add_user("otto")
    nina.accepts_dms = otto.accepts_dms = False
    # Without a panel there is nothing that they see: they are not asked, and it is tried again.
    first = await gate.join(nina)
    assert (await arrivals.row(first)).asked_at is None
    await gate.later(hours=1)
    assert (await arrivals.row(first)).asked_at is None
    nina.accepts_dms = True
    await gate.later(hours=1)
    assert (await arrivals.row(first)).asked_at == gate.clock.now
    assert ["Press the button" in message.text for message in first.in_dm().messages] == [True]
    # With one they can begin, and reminders go where it is.
    await gate.panel()
    second = await gate.join(otto)
    assert (await arrivals.row(second)).asked_at == gate.clock.now
    await gate.later(days=1)
    assert [message.pinged for message in town.general.messages] == [[otto]]
    prompt, reminder = first.in_dm().messages
    assert not second.in_dm().messages

    # Whoever has left begins nothing with the button that stays in their messages, and is not welcomed for the last.
    page = await first.in_dm().click(prompt, "Begin")
    world.remove_member(town.guild, nina)
    refused = await first.in_dm().click(page, "I accept the rules")
    assert refused.text == "You are not in that server any more. Join it again, and then begin."
    assert (await first.in_dm().click(reminder, "Begin")).text == refused.text
    assert (await arrivals.row(first)).state == "left"
