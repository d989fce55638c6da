"""Whose turn it is, as a server sees it: reminded once, told when away, closed for silence, by words of people only."""

from datetime import timedelta

from app.bot import Bot
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.access import Which
from standin import Channel, Message, Person, StandIn
from tests.fixtures.tickets.desk import Desk
from tests.fixtures.tickets.services import Tickets
from tests.fixtures.town import Town

HOUR, DAY = 3600, 86400
UPDATES = "PATCH /channels/{channel_id}/messages"


def by_bot(channel: Channel) -> list[str]:
    """What the bot wrote, but for the header."""
    return [message.text for message in channel.messages if message.author.bot and message.text and not message.embeds]


def pings(who: Person, channel: Channel) -> list[Message]:
    """What notified them, but for the header."""
    return [message for message in who.at(channel).pings if not message.embeds]


def fields(channel: Channel) -> dict[str, str]:
    """What the header says."""
    (header,) = [message for message in channel.messages if message.author.bot and message.embeds]
    return {field["name"]: field["value"] for field in header.embeds[0]["fields"]}


async def test_a_whole_conversation(
    desk: Desk, town: Town, stand_in: StandIn, alice: Person, helper_one: Person, helper_two: Person, cashier: Person
) -> None:
    await desk.configure(first_target=HOUR, next_target=HOUR)
    ticket, channel = await desk.open(town.alice)
    assert (ticket.turn, ticket.header_message_id) == (Turn.STAFF, channel.messages[0].id)
    assert channel.messages[0].pinned_at is not None
    assert fields(channel)["Waiting for"].startswith("the staff")

    # What its side has said before changes nothing: not even the header is looked at.
    desk.clock.move(minutes=10)
    before = len(stand_in.calls(UPDATES))
    for words in ("It sneezes", "And coughs"):
        await desk.say(alice.at(channel), words)
    assert len(stand_in.calls(UPDATES)) == before
    assert (await desk.row(ticket)).updated_at == ticket.updated_at

    await desk.say(helper_one.at(channel), "Since when?")
    answered = await desk.row(ticket)
    assert (answered.turn, answered.first_answered_by, answered.first_seconds) == (Turn.MEMBER, town.helper_one.id, 600)
    assert fields(channel)["Waiting for"].startswith("the member")
    await desk.say(helper_two.at(channel), "And where?")
    assert (await desk.row(ticket)).turn_since == answered.turn_since

    # Somebody of another team who was let in is on the side of the member.
    desk.clock.move(minutes=1)
    await desk.say(cashier.at(channel), "It was in our office")
    asked = await desk.row(ticket)
    assert (asked.turn, asked.next_due_at) == (Turn.STAFF, desk.clock.now + timedelta(hours=1))
    due = int(desk.clock.now.timestamp()) + HOUR
    await desk.later(hours=2)
    assert (await desk.row(ticket)).missed == ["next"]
    await desk.say(helper_two.at(channel), "Poor thing")
    assert (await desk.row(ticket)).waits == [2 * HOUR]
    assert by_bot(channel) == [f"<@&{town.staff.id}> The target for this ticket: <t:{due}:R>."]


async def test_the_opener_is_never_staff_of_their_own_ticket(
    desk: Desk, town: Town, helper_one: Person, helper_two: Person
) -> None:
    await desk.configure()
    ticket, channel = await desk.open(town.helper_one)
    await desk.say(helper_one.at(channel), "I need help myself")
    assert (await desk.row(ticket)).first_answered_at is None
    await desk.say(helper_two.at(channel), "What is it?")
    assert (await desk.row(ticket)).first_answered_by == town.helper_two.id


async def test_each_side_is_reminded_once_in_each_wait(
    desk: Desk, town: Town, alice: Person, helper_one: Person, helper_two: Person
) -> None:
    await desk.configure(remind_after=HOUR)
    ticket, channel = await desk.open(town.alice)
    await desk.later(minutes=61)
    await desk.later(hours=5)
    assert len(pings(helper_one, channel)) == 1
    await desk.tickets.work.claim(desk.staff, Which(row_id=ticket.id))
    await desk.say(alice.at(channel), "Hello?")
    await desk.later(hours=5)
    assert len(by_bot(channel)) == 1

    await desk.say(helper_one.at(channel), "Yes?")
    await desk.later(minutes=59)
    assert pings(alice, channel) == []
    await desk.later(minutes=2)
    await desk.later(hours=5)
    assert len(pings(alice, channel)) == 1
    await desk.say(alice.at(channel), "Here I am")
    await desk.later(minutes=61)
    # The one who has claimed it, and nobody else.
    assert len(pings(helper_one, channel)) == 2
    assert len(pings(helper_two, channel)) == 1


async def test_the_opener_is_told_of_an_answer_when_away(
    desk: Desk, town: Town, alice: Person, helper_one: Person
) -> None:
    await desk.configure()
    ticket, channel = await desk.open(town.alice)
    await desk.say(alice.at(channel), "It is getting worse")
    await desk.say(helper_one.at(channel), "Since when?")
    await desk.say(helper_one.at(channel), "And where?")
    assert alice.in_dm().messages == []
    await desk.later(minutes=5)
    await desk.say(alice.at(channel), "Since noon")
    await desk.later(hours=1)
    assert alice.in_dm().messages == []

    await desk.say(helper_one.at(channel), "I see")
    await desk.say(helper_one.at(channel), "Keep it warm")
    await desk.later(hours=1)
    (told,) = alice.in_dm().messages
    assert told.text.startswith(f"There is an answer in your ticket #{ticket.number} in Town: https://discord.com/")
    assert by_bot(channel) == []

    await desk.say(alice.at(channel), "Thanks")
    desk.clock.move(hours=1)
    town.alice.accepts_dms = False
    await desk.say(helper_one.at(channel), "How is it now?")
    assert [message.text for message in pings(alice, channel)] == [f"{alice.mention} There is an answer for you."]
    assert len(alice.in_dm().messages) == 1


async def test_only_the_silence_of_the_opener_closes(desk: Desk, town: Town, alice: Person, helper_one: Person) -> None:
    await desk.configure(warn_after=DAY, close_after=DAY)
    ticket, channel = await desk.open(town.alice)
    await desk.later(days=30)
    assert (await desk.row(ticket)).status is TicketStatus.OPEN
    await desk.say(helper_one.at(channel), "Are you there?")
    await desk.later(days=1.5)
    (warned,) = pings(alice, channel)
    assert "closes" in warned.text
    await desk.say(alice.at(channel), "Yes")
    await desk.later(days=5)
    await desk.say(helper_one.at(channel), "So?")
    await desk.later(days=1)
    # While the bot was away they wrote, and nobody heard it.
    desk.bot.heard_channels.discard(channel.id)
    desk.stand_in.world.let_pass(40 * DAY)
    await alice.at(channel).say("Sorry, I was on holiday")
    await desk.later(days=1)
    assert (await desk.row(ticket)).turn is Turn.STAFF
    desk.bot.heard_channels.add(channel.id)
    await desk.say(helper_one.at(channel), "Good")
    await desk.later(days=1)
    await desk.later(days=1)
    closed = await desk.row(ticket)
    assert (closed.status, closed.closed_by) == (TicketStatus.CLOSING, None)
    assert closed.close_reason == "Nothing was heard from the member."


async def test_a_snoozed_ticket_comes_back_by_itself_or_with_an_answer(
    desk: Desk, town: Town, alice: Person, helper_one: Person
) -> None:
    await desk.configure(remind_after=HOUR)
    ticket, channel = await desk.open(town.alice)
    await desk.tickets.work.claim(desk.staff, Which(row_id=ticket.id))
    await desk.tickets.work.snooze(desk.staff, Which(row_id=ticket.id), desk.clock.now + timedelta(days=2))
    await desk.later(days=1)
    assert by_bot(channel) == []
    await desk.later(days=1)
    assert (await desk.row(ticket)).status is TicketStatus.CLAIMED
    assert [message.text for message in pings(helper_one, channel)] == [
        f"{helper_one.mention} This ticket was put off until now."
    ]
    await desk.tickets.work.snooze(desk.staff, Which(row_id=ticket.id), None)
    await desk.say(helper_one.at(channel), "We wait for the doctor")
    assert (await desk.row(ticket)).status is TicketStatus.SNOOZED
    await desk.say(alice.at(channel), "The doctor is here")
    back = await desk.row(ticket)
    assert (back.status, back.turn) == (TicketStatus.CLAIMED, Turn.STAFF)


async def test_a_question_whether_to_close_is_answered_by_writing_or_runs_out(
    desk: Desk, town: Town, alice: Person, cashier: Person
) -> None:
    await desk.configure()
    ticket, channel = await desk.open(town.alice)
    await desk.request(ticket)
    await desk.say(cashier.at(channel), "I think it is done")
    assert (await desk.row(ticket)).close_requested_by is not None
    await desk.say(alice.at(channel), "It is not")
    assert (await desk.row(ticket)).close_requested_by is None
    await desk.later(days=3)
    await desk.request(ticket)
    await desk.later(days=2)
    assert (await desk.row(ticket)).close_reason == "Nobody objected to closing it."


async def test_a_header_that_was_deleted_is_posted_again(
    bot: Bot, desk: Desk, town: Town, own_tickets: Tickets, stand_in: StandIn
) -> None:
    await desk.configure()
    ticket, channel = await desk.open(town.alice)
    stand_in.world.messages.delete(channel.messages[0])
    await own_tickets.work.claim(desk.staff, Which(row_id=ticket.id))
    await desk.settle()
    assert fields(channel)["Claimed by"] == f"<@{town.helper_one.id}>"
    assert len(stand_in.calls("PUT /channels/{channel_id}/messages/pins")) == 2
