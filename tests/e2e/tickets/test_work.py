"""What staff do with tickets, as two of them who compete, as their member, as another team, and as an outsider."""

import asyncio
from datetime import timedelta

from app.core.tickets.types import Place
from app.db import DatabaseUrl
from app.models.support_ticket import TicketStatus, Turn
from standin import Person, StandIn, permissions
from tests.fixtures.faq.shelf import Shelf
from tests.fixtures.postgres import fetchval
from tests.fixtures.tickets.offering import Desk, open_ticket
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

ONLY_STAFF = "Only the staff of this ticket can do that."
NOT_THEIRS = "There is no such ticket in this server, or it is not yours to see."


async def test_of_two_who_claim_at_once_one_wins(
    office: Office, town: Town, helper_one: Person, helper_two: Person, manager: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    header = channel.messages[0]
    answers = await asyncio.gather(
        *(helper.at(channel).click(header, "Claim") for helper in (helper_one, helper_two) * 2)
    )
    await office.settle()
    claimed = await office.row(ticket)
    winner, loser = (helper_one, helper_two) if claimed.claimed_by == helper_one.id else (helper_two, helper_one)
    assert all(answer.private for answer in answers)
    texts = [answer.text for answer in answers]
    assert texts.count("Ticket #1 is yours now.") == 1
    assert texts.count(f"<@{winner.id}> has claimed this ticket already.") == 2
    assert texts.count("You have claimed this ticket already.") == 1

    assert (await loser.at(channel).click(header, "Unclaim")).text == "You have not claimed this ticket."
    assert (await winner.at(channel).click(header, "Unclaim")).text == "Ticket #1 is free again."
    await winner.at(channel).slash("ticket claim")
    # A manager may take it from anybody.
    assert (
        await manager.slash("ticket transfer", to=loser.user, number="#1")
    ).text == f"Ticket #1 is {loser.mention}'s now."
    assert (await office.row(ticket)).claimed_by == loser.id


async def test_nobody_else_does_what_staff_do(
    office: Office, town: Town, alice: Person, mallory: Person, cashier: Person, stranger: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    before = await office.row(ticket)
    commands = {
        "transfer": {"to": town.helper_one},
        "add": {"who": town.mallory},
        "remove": {"who": town.mallory},
        "escalate": {"role": town.billing},
        "priority": {"priority": 2},
        "labels": {"labels": "mine"},
        "turn": {"waits_for": "member"},
        "snooze": {},
        "wake": {},
        "lock": {},
        "unlock": {},
        "note": {"text": "hm"},
    }
    for person, refusal in ((alice, ONLY_STAFF), (mallory, NOT_THEIRS), (cashier, NOT_THEIRS)):
        for name, options in commands.items():
            refused = await person.slash(f"ticket {name}", number="1", **options)
            assert (refused.text, refused.private) == (refusal, True), name
    assert (await alice.at(channel).slash("ticket note")).text == ONLY_STAFF
    assert (await alice.at(channel).click(channel.messages[0], "Claim")).text == ONLY_STAFF
    # A manager of another server, where the number is not known.
    assert (await stranger.at(town.square).slash("ticket wake", number="1")).text == NOT_THEIRS
    after = await office.row(ticket)
    assert (after.updated_at, after.next_at) == (before.updated_at, before.next_at)


async def test_people_and_roles_are_let_in_and_out(
    office: Office, town: Town, stand_in: StandIn, helper_one: Person, mallory: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    helper = helper_one.at(channel)
    assert (await helper.slash("ticket add", who=town.mallory)).text == f"{mallory.mention} can see ticket #1 now."
    assert mallory.at(channel).permissions & permissions.SEND_MESSAGES
    (request,) = stand_in.calls("PUT /channels/{channel_id}/permissions")
    assert request.reason == "Ticket #1, by helper_one"
    assert "been added already" in (await helper.slash("ticket add", who=town.mallory)).text
    assert "can see ticket #1" in (await helper.slash("ticket add", who=town.above)).text
    assert (
        await helper.slash("ticket remove", who=town.mallory)
    ).text == f"{mallory.mention} belong to ticket #1 no more."
    assert not mallory.at(channel).permissions & permissions.VIEW_CHANNEL
    assert (await helper.slash("ticket remove", who=town.mallory)).text == "They were not added to this ticket."
    everyone = town.guild.roles[town.guild.id]
    assert "Choose another role" in (await helper.slash("ticket add", who=everyone, raw=True)).text
    assert "Bots cannot" in (await helper.slash("ticket add", who=stand_in.world.bot)).text
    assert "not of the staff" in (await helper.slash("ticket transfer", to=town.cashier)).text

    # What Discord refuses is said; what was decided holds.
    stand_in.faults.fail("PUT /channels/{channel_id}/permissions/{overwrite_id}", status=403, code=50013)
    told = await helper.slash("ticket add", who=town.stranger)
    assert "belong to ticket #1 now, but do not see its channel yet: I lack a permission" in told.text
    assert (await office.row(ticket)).added_user_ids == [town.stranger.id]


async def test_escalating_calls_a_role_that_works_on_it_from_then_on(
    office: Office, town: Town, helper_one: Person, cashier: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    assert (await cashier.slash("ticket priority", priority=2, number="1")).text == NOT_THEIRS
    done = await helper_one.at(channel).slash("ticket escalate", role=town.billing)
    assert done.text == f"Ticket #1 was escalated to <@&{town.billing.id}>."
    (call,) = cashier.at(channel).pings
    assert call.text == f"<@&{town.billing.id}> {helper_one.mention} asks for your help here."
    assert (await cashier.slash("ticket priority", priority=3, number="1")).text == "Ticket #1: priority urgent."
    await cashier.at(channel).click(channel.messages[0], "Claim")
    assert (await office.row(ticket)).claimed_by == cashier.id


async def test_what_staff_say_about_a_ticket(
    office: Office, town: Town, helper_one: Person, own_database: DatabaseUrl
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    helper = helper_one.at(channel)
    assert (await helper.slash("ticket labels", labels="Refund,  bug , refund")).text == (
        "Ticket #1 has these labels now: refund, bug"
    )
    assert [one["value"] for one in await helper.autocomplete("ticket labels", "labels", "bug, re")] == ["bug, refund"]
    assert "up to 10 labels" in (await helper.slash("ticket labels", labels=",".join(map(str, range(11))))).text
    assert (await helper.slash("ticket labels")).text == "Ticket #1 has no labels now."

    assert (await helper.slash("ticket turn", waits_for="member")).text == "Ticket #1 waits for the member now."
    assert (await helper.slash("ticket turn", waits_for="member")).text == "That is so already."
    assert (await office.row(ticket)).turn is Turn.MEMBER

    assert "comes back <t:" in (await helper.slash("ticket snooze", until="in 3 days")).text
    assert (await office.row(ticket)).snoozed_until == office.clock.now + timedelta(days=3)
    assert "one time in the future" in (await helper.slash("ticket snooze", until="every day at 9")).text
    assert (await helper.slash("ticket wake")).text == "Ticket #1 is put off no more."
    assert (await helper.slash("ticket wake")).text == "This ticket is not put off."
    assert "when its member writes" in (await helper.slash("ticket snooze")).text
    assert (await office.row(ticket)).status is TicketStatus.SNOOZED

    assert (await helper.slash("ticket lock")).text == "Only staff can close ticket #1 now."
    assert (await helper.slash("ticket unlock")).text == "The member can close ticket #1 again."

    form = await helper.slash("ticket note")
    assert form.modal is not None
    assert (
        await helper.submit(form, {"Only staff see this": "He is **right**"})
    ).text == "Noted for the staff of ticket #1."
    kinds = "SELECT jsonb_path_query_array(events, '$[*] ? (@.kind == \"note\").text') FROM support_tickets"
    assert await fetchval(own_database, kinds) == '["He is **right**"]'
    assert not [message for message in channel.messages if "right" in message.text]


async def test_an_answer_of_the_faq_is_posted_without_pings_and_counts_as_an_answer(
    office: Office, town: Town, helper_one: Person, alice: Person, shelf: Shelf
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    await shelf.write("How to *pay*", f"Ask @everyone or <@{alice.id}>. " + "x" * 3000)
    foreign = await shelf.write("How to cheat", elsewhere=True)
    hidden = [await shelf.write("How to pay less", enabled=False), await shelf.write("How to pay more")]
    await shelf.remove(hidden[1])
    helper = helper_one.at(channel)
    (found,) = await helper.autocomplete("ticket reply", "answer", "HOW")
    # As the member asked it, which is not how the title begins.
    assert await helper.autocomplete("ticket reply", "answer", "hello i want to paye") == [found]
    # Titles are for who may answer here: not for its member, and not where there is no ticket.
    for other in (alice.at(channel), helper_one.at(town.general)):
        assert await other.autocomplete("ticket reply", "answer", "HOW") == []
    sent = await helper.slash("ticket reply", answer=found["value"])
    assert sent.text == r"“How to \*pay\*” was sent."
    message = channel.messages[-1]
    assert message.text.endswith(f"…\n-# Sent by {helper_one.mention}")
    assert len(message.text) == 2000
    assert not message.pinged
    answered = await office.row(ticket)
    assert (answered.turn, answered.first_answered_by) == (Turn.MEMBER, town.helper_one.id)
    for one in (foreign, *hidden):
        assert "no such answer" in (await helper.slash("ticket reply", answer=str(one.id))).text
    assert "no such answer" in (await helper.slash("ticket reply", answer="pay")).text
    assert (await alice.at(channel).slash("ticket reply", answer=found["value"])).text == ONLY_STAFF


async def test_a_whole_role_joins_a_thread_by_one_message(
    desk: Desk, town: Town, stand_in: StandIn, alice: Person, helper_one: Person, mallory: Person
) -> None:
    await desk.offer(place=Place.THREAD, parent_id=town.general.id)
    await open_ticket(alice)
    await desk.settled()
    thread = desk.channel(await desk.ticket())
    helper = helper_one.at(thread)
    before = len(stand_in.requests)
    added = await helper.slash("ticket add", who=town.billing)
    assert added.text == f"<@&{town.billing.id}> can see ticket #1 now."
    assert [str(one) for one in list(stand_in.requests)[before:] if "thread-members" in str(one)] == []
    assert town.cashier in thread.messages[-1].pinged
    told = await helper.slash("ticket add", who=town.above)
    assert "do not see its channel yet: I cannot mention that role" in told.text
    await helper.slash("ticket add", who=town.mallory)
    assert town.mallory.id in thread.thread_members
    assert "one by one" in (await helper.slash("ticket remove", who=town.billing)).text
    await helper.slash("ticket remove", who=town.mallory)
    assert town.mallory.id not in thread.thread_members
