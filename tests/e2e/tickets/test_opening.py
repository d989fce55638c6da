"""Opening tickets: what members and staff see, and what becomes of it at Discord."""

import asyncio

from sqlalchemy import select

from app.bot import Bot
from app.core.tickets.types import TYPES, Place, Question, QuestionKind, Route
from app.effects.tickets import opening
from app.models import SupportTicket, TicketStatus
from app.services.tickets.access import Which
from app.ui.tickets.ids import OpenFormId
from standin import Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.helped import helped
from tests.fixtures.tickets.offering import Desk, headed, open_ticket
from tests.fixtures.town import Town

CHANNELS, THREADS = "POST /guilds/{guild_id}/channels", "POST /channels/{channel_id}/threads"


async def test_a_member_opens_a_ticket_that_only_they_and_its_team_see(
    desk: Desk, town: Town, alice: Person, mallory: Person, helper_one: Person, cashier: Person
) -> None:
    await desk.offer()
    said = await open_ticket(alice, "My **bicycle** is gone <@&1>")
    ticket = await desk.ticket()
    channel = desk.channel(ticket)
    assert said.private
    assert said.text == f"Your ticket #1 is open: <#{channel.id}>"
    assert channel.name == "ticket-0001-alice"
    assert (ticket.status, ticket.number, ticket.user_id) == (TicketStatus.OPEN, 1, alice.id)
    sees = {
        one.name: bool(one.at(channel).permissions & permissions.VIEW_CHANNEL)
        for one in (alice, mallory, helper_one, cashier)
    }
    assert sees == {"alice": True, "mallory": False, "helper_one": True, "cashier": False}
    (header,) = [message for message in alice.at(channel).messages if message.embeds]
    assert header.id == ticket.header_message_id
    assert header.pinned_at is not None
    assert {one.name for one in header.pinged} == {"alice", "helper_one", "helper_two"}
    # One of a kind, and its place is said.
    again = await alice.slash("ticket open")
    assert again.text == f"You have an open ticket of this kind already: <#{channel.id}>."


async def test_help_shows_each_what_they_do_with_tickets(
    desk: Desk, alice: Person, cashier: Person, manager: Person, moderator: Person, town: Town
) -> None:
    async def shown(person: Person) -> list[bool]:
        text = await helped(person, "ticket", "tickets")
        asked = ("ticket open", "ticket list", "ticket claim", "tickets list", "tickets type add")
        return [f"</{name}:" in text for name in asked]

    assert await shown(alice) == [False, True, False, False, False]
    await desk.offer(team_role_ids=(town.billing.id,))
    assert await shown(alice) == [True, True, False, False, False]
    for one in (cashier, moderator):
        assert await shown(one) == [True, True, True, True, False]
    assert await shown(manager) == [True, True, True, True, True]


async def test_two_staff_claim_at_once_and_one_wins(
    desk: Desk, alice: Person, helper_one: Person, helper_two: Person, cashier: Person
) -> None:
    await desk.offer()
    await open_ticket(alice)
    ticket = await desk.ticket()
    channel = desk.channel(ticket)
    (header,) = [message for message in helper_one.at(channel).messages if message.embeds]
    people = [helper_one.at(channel), helper_two.at(channel)]
    replies = await asyncio.gather(*(one.click(header, "Claim") for one in people))
    texts = sorted(reply.text for reply in replies)
    winner = (await desk.ticket()).claimed_by
    assert texts == [f"<@{winner}> has claimed this ticket already.", "Ticket #1 is yours now."]
    await desk.settled()
    refused = await cashier.click(header, "Close", raw=True)
    assert refused.text == "There is no such ticket in this server, or it is not yours to see."
    assert (await alice.at(channel).slash("ticket claim")).text == "Only the staff of this ticket can do that."


async def test_answers_decide_who_works_on_it(
    desk: Desk, town: Town, alice: Person, cashier: Person, helper_one: Person
) -> None:
    await desk.offer(
        questions=(
            Question("What is wrong?", QuestionKind.LONG),
            Question("Area", QuestionKind.SELECT, options=("Money", "Other")),
        ),
        routes=(Route("Area", "Money", team_role_ids=(town.billing.id,)),),
        place=Place.THREAD,
        parent_id=town.general.id,
    )
    form = await alice.slash("ticket open")
    said = await alice.submit(form, {"What is wrong?": "I paid twice", "Area": "Money"})
    ticket = await desk.ticket()
    assert said.text == f"Your ticket #1 is open: <#{ticket.channel_id}>"
    thread = desk.channel(ticket)
    assert thread.is_private_thread
    assert ticket.team_role_ids == [town.billing.id]
    assert {alice.id, cashier.id} <= set(thread.thread_members)
    assert helper_one.id not in thread.thread_members
    assert (await helper_one.slash("ticket reason", number="1", reason="x")).text == (
        "There is no such ticket in this server, or it is not yours to see."
    )


async def test_presses_at_once_open_one_ticket_each_without_gaps(
    desk: Desk, alice: Person, mallory: Person, moderator: Person
) -> None:
    await desk.offer()
    people = [alice, mallory, moderator]
    forms = [(one, await one.slash("ticket open")) for one in people for _ in range(3)]
    said = await asyncio.gather(*(one.submit(form, {"What is it about?": "Help"}) for one, form in forms))
    numbers = sorted([(await desk.ticket(number)).number for number in (1, 2, 3)])
    assert numbers == [1, 2, 3]
    assert sum(reply.text.startswith("Your ticket #") and "is open" in reply.text for reply in said) == 3


async def test_what_discord_refuses_leaves_nothing_half_made(desk: Desk, town: Town, alice: Person) -> None:
    await desk.offer()
    me = town.guild.members[town.world.bot.id]
    (role,) = [town.guild.roles[one] for one in me.role_ids]
    town.world.edit_role(role, permissions=role.permissions & ~permissions.MANAGE_CHANNELS)
    refused = await open_ticket(alice)
    assert refused.text.startswith("I need these permissions for that: **Manage Channels**.")
    town.world.edit_role(role, permissions=role.permissions | permissions.MANAGE_CHANNELS)
    assert (await open_ticket(alice)).text.startswith("Your ticket #1 is open")


async def test_a_ticket_is_closed_by_its_member_or_staff(desk: Desk, alice: Person, helper_one: Person) -> None:
    await desk.offer()
    await open_ticket(alice)
    channel = desk.channel(await desk.ticket())
    asked = await helper_one.at(channel).slash("ticket resolve")
    assert asked.text == f"{alice.mention} is asked whether this ticket can be closed."
    question = alice.at(channel).last_message
    assert question is not None
    assert [one.name for one in question.pinged] == ["alice"]
    await alice.at(channel).click(question, "No, I still need help")
    assert (await desk.ticket()).close_requested_by is None
    (header,) = [message for message in alice.at(channel).messages if message.embeds]
    form = await alice.at(channel).click(header, "Close")
    said = await alice.at(channel).submit(form, {"Reason": "Found it"})
    assert said.text == "Ticket #1 is closed. Its transcript is being made."
    ticket = await desk.ticket()
    assert (ticket.closed_by, ticket.close_reason) == (alice.id, "Found it")
    assert ticket.status.is_final


async def test_who_means_harm_gets_one_sentence_and_changes_nothing(
    desk: Desk, town: Town, stand_in: StandIn, alice: Person, mallory: Person
) -> None:
    await desk.offer()
    await desk.offer("002", name="Money", team_role_ids=(town.billing.id,))
    form = await alice.submit(
        await alice.choose(await alice.slash("ticket open"), "Choose a kind of ticket…", "Support"),
        {"What is it about?": "@everyone <@&1> " + "x" * 3980},
    )
    assert form.text.startswith("Your ticket #1 is open")
    ticket = await desk.ticket()
    channel = desk.channel(ticket)
    (header,) = [message for message in alice.at(channel).messages if message.embeds]
    assert not header.mentions_everyone
    # A form for somebody else, and one that was sent by hand.
    forged = await mallory.slash("ticket open", kind="Support")
    assert forged.interaction.modal is not None
    forged.interaction.modal["custom_id"] = OpenFormId(
        type_key="001", for_user_id=alice.id, channel_id=None, message_id=None
    ).pack()
    told = await mallory.submit(forged, {"What is it about?": "Mine"}, raw=True)
    assert told.text == "Only staff may open a ticket for somebody else."
    # The ids of a ticket of others, in another server as well.
    stranger = stand_in.person(town.stranger, town.square)
    for one in (mallory, stranger):
        for command, options in {
            "ticket reopen": {"number": "1"},
            "ticket transcript": {"number": "1"},
            "ticket reason": {"number": "1", "reason": "x"},
            "ticket priority": {"number": "1", "priority": 3},
            "ticket merge": {"number": "1", "into": "1"},
        }.items():
            refused = await one.slash(command, raw=True, **options)
            assert refused.text == "There is no such ticket in this server, or it is not yours to see.", command
            assert refused.private
    for button in ("Claim", "Close"):
        refused = await mallory.click(header, button, raw=True)
        assert refused.text == "There is no such ticket in this server, or it is not yours to see."
    # Pressed twice, and sent after the type was deleted.
    first, second = [await alice.at(channel).click(header, "Close") for _ in range(2)]
    late = await mallory.slash("ticket open", kind="Money")
    await desk.remove(TYPES, "002")
    assert "closed" in (await alice.at(channel).submit(first, {"Reason": "x" * 1000})).text
    assert (await alice.at(channel).submit(second, {"Reason": "again"})).text == "This ticket is closed already."
    gone = "This kind of ticket is no longer offered. Choose another one with `/ticket open`."
    told = (await mallory.submit(late, {"What is it about?": "My coins"})).text
    assert told.startswith(gone)
    assert "My coins" in told
    after = await desk.ticket()
    assert (after.close_reason, after.priority, after.claimed_by) == ("x" * 1000, 1, None)
    assert await desk.count() == 1


async def test_what_was_typed_is_not_lost_when_discord_refuses(desk: Desk, town: Town, alice: Person) -> None:
    await desk.offer()
    (role,) = [town.guild.roles[one] for one in town.guild.members[town.world.bot.id].role_ids]
    before = role.permissions
    town.world.edit_role(role, permissions=before & ~permissions.MANAGE_CHANNELS)
    refused = await open_ticket(alice, "A long story")
    assert "**Manage Channels**" in refused.text
    town.world.edit_role(role, permissions=before)
    again = await alice.click(refused, "Try again")
    assert (await alice.submit(again)).text.startswith("Your ticket #1 is open")
    assert (await desk.ticket()).description == "A long story"


async def test_staff_learn_nothing_of_other_teams_when_they_open_for_a_member(
    desk: Desk, town: Town, alice: Person, moderator: Person
) -> None:
    await desk.offer(team_role_ids=(town.billing.id,))
    await open_ticket(alice)
    refused = await moderator.slash("ticket open", member=town.alice)
    assert refused.text == f"{alice.mention} has an open ticket of this kind already."


async def test_where_it_is_is_said_before_anything_that_nobody_waits_for(
    desk: Desk, stand_in: StandIn, alice: Person
) -> None:
    await desk.offer()
    await open_ticket(alice)
    ticket = await desk.ticket()
    assert (ticket.status, ticket.header_message_id is not None) == (TicketStatus.OPEN, True)
    asked = [str(one) for one in stand_in.requests]
    after = asked.index(CHANNELS) + 1
    assert asked[after : after + 2] == [
        "POST /interactions/{interaction_id}/{interaction_token}/callback",
        "POST /channels/{channel_id}/messages",
    ]


async def test_who_is_told_of_a_channel_that_is_not_the_one_is_told_of_the_right_one(
    desk: Desk, town: Town, stand_in: StandIn, bot: Bot, alice: Person
) -> None:
    await desk.offer()
    hold = stand_in.faults.hold(CHANNELS)
    form = await alice.slash("ticket open")
    sent = asyncio.create_task(alice.submit(form, {"What is it about?": "My bicycle is gone"}))
    await hold.reached()
    # It took so long that another process has opened it.
    channel = town.world.create_channel(town.guild, "ticket-0001-alice")
    async with bot.uow() as work:
        begun = await work.tickets.work.get(desk.manager, Which(number=1))
        await work.tickets.opening.complete(begun, channel.id)
    before = set(town.guild.channels)
    hold.release()
    said = await sent
    await desk.settled()
    await stand_in.until(lambda: said.followups)
    named = [one.text.removeprefix("Your ticket #1 is open: <#").removesuffix(">") for one in [said, *said.followups]]
    assert named[1:] == [str(channel.id)]
    assert int(named[0]) not in before
    # What was made for nothing is gone.
    assert set(town.guild.channels) == before
    assert await desk.count() == 1
    # The same channel, found and written down by another process, is nothing to remove.
    found, is_ours = await opening.write_down(bot, begun, channel.id)
    assert (found.channel_id, is_ours) == (channel.id, False)
    assert channel.id in town.guild.channels


async def test_a_database_that_is_away_when_there_is_a_channel_leaves_the_rest_to_the_job(
    desk: Desk, town: Town, stand_in: StandIn, bot: Bot, clock: ManualClock, alice: Person, mallory: Person
) -> None:
    await desk.offer()
    await desk.offer("002", name="Threads", place=Place.THREAD, parent_id=town.general.id)
    for number, person, kind, route, said in (
        (1, alice, "Support", CHANNELS, "Your ticket #1 is open: <#"),
        (2, mallory, "Threads", THREADS, "Your ticket #2 is saved."),
    ):
        hold = stand_in.faults.hold(route)
        form = await person.slash("ticket open", kind=kind)
        sent = asyncio.create_task(person.submit(form, {"What is it about?": "My bicycle is gone"}))
        await hold.reached()
        async with bot.uow() as work:
            # What it waits for comes too late.
            locking = select(SupportTicket.id).where(SupportTicket.number == number).with_for_update()
            await work._session.execute(locking)
            hold.release()
            reply = await sent
            assert reply.text.startswith(said)
            await headed(bot)
        assert not reply.followups
        async with bot.uow() as work:
            row = await work.tickets.work.get(desk.manager, Which(number=number))
            assert (row.status, row.channel_id) == (TicketStatus.OPENING, None)
        clock.move(minutes=2)
        row = await desk.ticket(number)
        await desk.settled()
        row = await desk.ticket(number)
        assert row.status is TicketStatus.OPEN
        assert row.header_message_id in {one.id for one in desk.channel(row).messages}
        if number == 1:
            assert f"<#{row.channel_id}>" in reply.text
    # Nothing was made twice.
    assert [len(stand_in.calls(route)) for route in (CHANNELS, THREADS)] == [1, 1]
