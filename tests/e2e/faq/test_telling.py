"""Telling people that what they searched for is answered now, over the wire: once each, in their language."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.bot import Bot
from app.core.faq.settings import DIRECT_PER_HOUR
from app.models.faq_search_log import FaqSearchLog
from app.services.faq.telling import TELL_AFTER
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.faq.searches import Searches
from tests.fixtures.town import Town

L = FaqSearchLog


async def settled(bot: Bot) -> None:
    """Return once everybody is told who is due."""
    job: Any = await bot.jobs.run_now("faq")
    for part in job.parts:
        await part.drain()
        part._again_at = None
    await bot.jobs.run_now("faq")
    await job.drain()


def direct(person: Person) -> list[Any]:
    return [one for one in person.in_dm().messages if one.author.bot]


@pytest.fixture
def searches(bot: Bot, town: Town) -> Searches:
    return Searches(bot, town)


async def test_who_wants_it_is_told_once_by_the_job_in_their_language(
    searches: Searches, town: Town, alice: Person, mallory: Person, moderator: Person, clock: ManualClock
) -> None:
    nothing = await alice.slash("faq search", question="refunds")
    assert "direct message" in (await alice.click(nothing, "Tell me when there is an answer")).text
    clock.move(seconds=1)
    await searches.add("Refund, <@&1>?", town.alice.id, to_tell=True, language="de")
    await searches.add("refunds", town.mallory.id)
    page = await moderator.slash("faq gaps")
    one = await moderator.choose(page, "Do something about one…", [page.selects[0].options[0]["label"]])
    form = await moderator.click(one, "Write the answer")
    preview = await moderator.submit(form, {"Title": "Getting money back", "Answer": "Within **14 days**."})
    saved = await moderator.click(preview, "Save")
    assert "One person will be told directly." in saved.full_text
    await settled(searches.bot)
    assert direct(alice) == []
    clock.now += TELL_AFTER
    await settled(searches.bot)
    (told,) = direct(alice)
    assert told.text.startswith("Du hast auf **Town** nach `Refund, <@&1>?` gesucht.")
    assert told.embeds[0]["title"] == "Getting money back"
    assert told.embeds[0]["description"] == "Within **14 days**."
    assert told.pinged == []
    assert direct(mallory) == []
    clock.move(days=1)
    await settled(searches.bot)
    assert len(direct(alice)) == 1
    # Whether it helped can be said right there.
    assert "That counts" in (await alice.in_dm().click(told, "Hilfreich")).text


async def test_who_takes_no_messages_is_not_tried_again_and_the_hour_has_its_bound(
    searches: Searches, bot: Bot, town: Town, alice: Person, mallory: Person, manager: Person, clock: ManualClock
) -> None:
    await manager.slash("settings set", key=DIRECT_PER_HOUR.name, value="1")
    entry = await searches.entry("Getting money back")
    town.alice.accepts_dms = False
    for user in (town.alice, town.mallory, town.stranger):
        log_id = await searches.add("refunds", user.id, to_tell=True)
    await searches.answered(log_id, entry)
    clock.now += TELL_AFTER
    await settled(bot)
    stranger = [town.world.direct[town.stranger.id]] if town.stranger.id in town.world.direct else []
    assert len(direct(mallory)) + sum(len(one.messages) for one in stranger) == 1
    town.alice.accepts_dms = True
    clock.move(hours=1, minutes=1)
    await settled(bot)
    assert len(direct(mallory)) == 1
    assert direct(alice) == []
    async with bot.uow() as work:
        rows = await work._session.execute(select(L.user_id, L.to_tell, L.told_at.is_not(None)))
        found = {user_id: (to_tell, told) for user_id, to_tell, told in rows}
    assert found == {
        town.alice.id: (False, False),
        town.mallory.id: (True, True),
        town.stranger.id: (True, True),
    }


async def test_an_answer_that_discord_does_not_take_holds_up_no_other(
    searches: Searches, bot: Bot, stand_in: StandIn, town: Town, alice: Person, mallory: Person, clock: ManualClock
) -> None:
    for person, entry in ((town.alice, "Bad"), (town.mallory, "Good")):
        log_id = await searches.add(f"about {entry}", person.id, to_tell=True)
        await searches.answered(log_id, await searches.entry(entry))
        clock.move(seconds=1)
    clock.now += TELL_AFTER
    stand_in.faults.fail("POST /channels/{channel_id}/messages", 400, code=50035, message="Invalid Form Body")
    await settled(bot)
    assert (direct(alice), len(direct(mallory))) == ([], 1)
    # It may have been mended since.
    clock.move(hours=1, minutes=1)
    await settled(bot)
    assert (len(direct(alice)), len(direct(mallory))) == (1, 1)


async def test_nobody_is_told_twice_by_a_process_that_was_killed_before_it_wrote_that_down(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running() as bot:
        searches = Searches(bot, town)
        entry = await searches.entry("Getting money back")
        await searches.answered(await searches.add("refunds", town.alice.id, to_tell=True), entry)
    clock.now += TELL_AFTER
    async with running() as bot:
        await settled(bot)
        assert len(direct(alice)) == 1
        async with bot.uow() as work:
            await work._session.execute(update(L).values(told_at=None))
    clock.move(seconds=30)
    async with running() as bot:
        await settled(bot)
        assert len(direct(alice)) == 1
        async with bot.uow() as work:
            assert await work._session.scalar(select(L.told_at)) == clock()
        # Discord says that it is too much: nobody is written to for hours, and nobody is lost.
        stand_in.faults.fail("POST /users/@me/channels", 403, code=40003, message="Too fast")
        other = await Searches(bot, town).add("rules", town.alice.id, to_tell=True)
        await Searches(bot, town).answered(other, entry)
        clock.now += TELL_AFTER
        await settled(bot)
        clock.move(hours=5)
        await settled(bot)
        assert len(direct(alice)) == 1
        clock.move(hours=2)
        await settled(bot)
        assert len(direct(alice)) == 2
