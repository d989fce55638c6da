"""Onboarding by a bot that is not told who joins: what works, what does not, and that both is said."""

from standin import StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.town import Town

LESS = "I am not told who joins, because the server members intent is off."


async def test_without_the_members_intent_the_panel_does_and_the_rest_is_said(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock
) -> None:
    town.world.application.allowed_intents = 0
    manager = stand_in.person(town.manager, town.general)
    nina, otto = (stand_in.person(town.world.add_user(name), town.general) for name in ("nina", "otto"))
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        # Whoever sets it up is told, whichever way they do it.
        chosen = await manager.slash("settings set", key="onboarding.mode", value="both")
        assert LESS in chosen.text
        for key, role in (("join_role", arrivals.newcomer), ("completion_role", arrivals.member)):
            chosen = await manager.slash("settings set", key=f"onboarding.{key}", role=role)
            assert (LESS in chosen.text) is (key == "join_role")
        assert LESS in (await manager.slash("settings view", key="onboarding.join_role")).full_text
        assert LESS in (await manager.slash("onboarding check")).text
        posted = await manager.submit(await manager.slash("onboarding panel post"), {"Title": "Come in"})
        assert LESS in posted.text
        assert LESS not in (await manager.slash("settings reset", key="onboarding.join_role")).text
        await arrivals.set(join_role=arrivals.newcomer.id, where="channel", channel=town.log.id)
        await arrivals.asking.publish()
        await arrivals.asking.ask("Name", place=1)

        # Nobody is noticed on joining.
        for person in (nina, otto):
            town.world.add_member(town.guild, person.user)
        await arrivals.settle()
        assert [await arrivals.row(one) for one in (nina, otto)] == [None, None]
        assert not town.log.messages

        # The panel and the command lead to the end all the same, and whoever began is looked after.
        (panel,) = town.general.messages
        page = await nina.click(panel, "Begin")
        await otto.slash("onboarding start")
        await nina.click(page, "I accept the rules")
        await nina.submit(await nina.click(page, "Answer"), {"Name": "Nina"})
        await nina.click(page, "Confirm")
        assert page.text.startswith("You are done. Welcome!")
        await arrivals.settle()
        assert town.guild.members[nina.id].role_ids == {arrivals.member.id}
        clock.move(days=1)
        await arrivals.settle()
        assert [message.pinged for message in town.log.messages] == [[otto.user]]

        # That somebody left is noticed once something is due about them.
        town.world.remove_member(town.guild, otto.user)
        await arrivals.settle()
        assert (await arrivals.row(otto)).state == "started"
        clock.move(days=1, minutes=1)
        await arrivals.settle()
    town.world.application.allowed_intents = ~0
    async with running() as bot:
        arrivals.asking.uow = bot.uow
        assert LESS not in (await manager.slash("onboarding check")).text
        assert LESS not in (await manager.slash("settings set", key="onboarding.mode", value="rules")).text
