"""Questions and rules that were removed are put back, also after a restart."""

from typing import Any

from app.core.onboarding.removed import MAX_REMOVED
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.asking import ask
from tests.fixtures.postgres import fetchval
from tests.fixtures.town import Town

TOO_LATE = "That was removed too long ago to be put back."
NOTHING = "There is nothing to put back"


async def test_what_was_removed_is_put_back_after_a_restart(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock
) -> None:
    manager, alice = (stand_in.person(one, town.general) for one in (town.manager, town.alice))
    removed = dict[str, Any]()
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        await arrivals.set(mode="questions")
        for text, options in (("Team?", "🎮 Chess | At night\nGo"), ("Name?", ""), ("Why?", "")):
            await ask(manager, text, options)
        given = await manager.slash("onboarding questions gives", question="1", answer="chess")
        await manager.submit(given, {"Gets these roles": [town.billing]})
        before = (await manager.slash("onboarding questions list")).full_text
        page = await alice.submit(await alice.slash("onboarding start"), {"Team?": "Chess", "Name?": "A", "Why?": "B"})
        for place in ("1", "1"):
            sure = await manager.slash("onboarding questions remove", question=place)
            removed[place + str(len(removed))] = await manager.click(sure, "Remove")
        for title in ("First", "Second", "Third"):
            form = await manager.slash("rules add")
            await manager.submit(form, {"Title": title, "Text": f"The {title.lower()} rule"})
        rule = await manager.slash("rules remove", rule="Second")
        assert "Second" not in (await manager.slash("rules preview")).full_text
    async with running():
        first, second = removed.values()
        assert "Undo" in [one.label for one in first.buttons]
        assert (await alice.click(first, "Undo", raw=True)).text.startswith("Only managers")
        # In any order each comes back to its place, with what it gives, and with the answers that there were.
        await manager.click(second, "Undo")
        assert second.text == "It is back, as question 1."
        await manager.click(first, "Undo")
        assert first.text == "It is back, as question 1."
        assert (await manager.slash("onboarding questions list")).full_text == before
        await alice.click(page, "Back")
        assert "→ Chess" in page.full_text
        assert (await manager.click(rule, "Undo")).text == "Rule 2 is back: **Second**"
        shown = (await manager.slash("rules preview")).full_text
        assert shown.index("First") < shown.index("Second") < shown.index("Third")
        assert town.billing.mention in (await manager.slash("onboarding questions list")).full_text


async def test_nothing_is_put_back_twice_too_late_or_without_what_it_depends_on(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock, own_database: Any
) -> None:
    manager = stand_in.person(town.manager, town.general)

    async def remove(person: Person, place: int) -> Any:
        sure = await person.slash("onboarding questions remove", question=str(place))
        return await person.click(sure, "Remove")

    async with running():
        await ask(manager, "Team?", "Chess\nGo")
        await ask(manager, "Since when?")
        await manager.slash("onboarding questions only_if", question="2", earlier="1", answer="Chess")
        later, earlier = await remove(manager, 2), await remove(manager, 1)
        refused = await manager.click(later, "Undo")
        assert refused.text.startswith("“Since when?”"), refused.text
        # Refused, it can still be put back once that is mended.
        await manager.click(earlier, "Undo")
        await manager.click(later, "Undo")
        assert later.text == "It is back, as question 2."
        again = await remove(manager, 2)
        (undo,) = [one.custom_id for one in again.buttons if one.label == "Undo"]
        undone = await manager.click(again, "Undo")
        assert (await manager.click(undone, undo, raw=True)).text.startswith(NOTHING)
        for _ in range(MAX_REMOVED + 1):
            added = await ask(manager, "Another?")
            old = await manager.click(await manager.click(added, "Remove"), "Remove")
        kept = "SELECT count(*) FROM bot_settings WHERE scope = 'onboarding_removed'"
        assert await fetchval(own_database, kept) == MAX_REMOVED
        clock.move(days=31)
        assert (await manager.click(old, "Undo")).text == TOO_LATE
