"""What the bot has heard and not written down yet names nobody who deletes themselves in between."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.bot import Bot
from app.core.privacy.tombstones import EVERYWHERE
from app.effects.erasing import erase
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.channel import PASSWORD, Helpdesk
from tests.fixtures.jobs import settle_privacy
from tests.fixtures.personal import everything, rows_naming
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town


async def naming(bot: Bot, person: Person) -> dict[str, Any]:
    await bot.interactions.drain()
    async with bot.uow() as work:
        return rows_naming(await everything(work._session), person.id)


@pytest.mark.parametrize("where", [None, "all"])
async def test_a_question_that_nobody_answered_yet_is_not_searched_for(
    bot: Bot, town: Town, clock: ManualClock, alice: Person, mallory: Person, where: str | None
) -> None:
    desk = Helpdesk(bot, town, clock)
    await desk.add(PASSWORD)
    await desk.choose(town.general, cooldown=0)
    await alice.slash("timezone set", zone="Europe/Rome")
    await alice.slash("reminder create", when="in 2 days", what="tea")
    await alice.say(PASSWORD)
    await mallory.say(PASSWORD)
    await desk.settle()
    asked = await alice.slash("privacy delete", **({"server": where} if where else {}))
    await alice.click(asked, "Delete")
    (answer,) = await desk.suggested(town.general, minutes=1)
    assert answer.reply_to is not None
    assert answer.reply_to.author.id == mallory.id
    assert set(await naming(bot, alice)) == (set() if where else {"bot_settings"}), "her zone holds in all servers"


async def test_what_staff_wrote_in_a_ticket_a_moment_before_keeps_it_waiting(
    bot: Bot, office: Office, town: Town, stand_in: StandIn
) -> None:
    await office.configure()
    _, channel = await office.open(town.alice)
    await office.say(stand_in.person(town.helper_one, channel), "I am looking")
    helper = stand_in.person(town.helper_two, channel)
    heard = asyncio.ensure_future(bot.wait_for("message", check=lambda one: one.author.id == helper.id))
    await helper.say("Have you tried turning it off?")
    await heard
    # The journal gathers what is said for a while.
    erasure, _ = await erase(bot, helper.id, EVERYWHERE)
    assert erasure.open_tickets == 1
    await office.settle()
    async with bot.uow() as work:
        await work._session.execute(text("UPDATE support_tickets SET status = 'closed', closed_at = now()"))
    await settle_privacy(bot, "postponed")
    assert await naming(bot, helper) == {}
