"""A ticket that was closed becomes an entry of the FAQ, without the people in it."""

import asyncio

from app.core.tickets.policy import TicketPolicy
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from standin import Person, StandIn
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town


async def test_staff_make_an_entry_of_a_ticket_above_its_transcript(
    office: Office, town: Town, stand_in: StandIn, alice: Person, manager: Person, moderator: Person
) -> None:
    await office.configure()
    await office.set("tickets.log_channel", town.log.id)
    ticket, channel = await office.open(town.alice, about="How do I get\nmy money back, Helper One?")
    member, helper = stand_in.person(town.alice, channel), stand_in.person(town.helper_one, channel)
    await office.say(member, "Please!")
    await office.say(helper, f"Hi {town.alice.mention}, within **14 days**, alice.")
    await office.say(member, "Thanks")
    office.clock.move(minutes=5)
    policy = TicketPolicy.of(await office.bot.settings.get(town.guild.id))
    await office.tickets.closing.close(office.staff, policy, Which(row_id=ticket.id))
    async with asyncio.timeout(30):
        while (await office.row(ticket)).status is not TicketStatus.CLOSED:
            await office.settle()
    posted = next(one for one in town.log.messages if one.embeds and "Ticket #1" in one.embeds[0]["title"])

    form = await manager.at(town.log).click(posted, "Make this an FAQ entry")
    assert [field.value for field in form.modal.fields[:2]] == ["How do I get", "Hi, within **14 days**."]
    preview = await manager.submit(form, {"Title": "How do I get my money back?"})
    await manager.click(preview, "Save")
    shown = await alice.slash("faq show", entry="How do I get my money back?")
    assert shown.embeds[0]["description"] == "Hi, within **14 days**."
    refused = await alice.at(town.log).click(posted, "Make this an FAQ entry")
    assert refused.text == "Only staff of this server can change its FAQ."
    # Staff, but of another team.
    refused = await moderator.at(town.log).click(posted, "Make this an FAQ entry")
    assert refused.text.startswith("There is no such ticket")
