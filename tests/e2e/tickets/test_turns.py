"""Whose turn it is, as a server sees it: reminded once, told when away, closed for silence, by words of people only."""

from datetime import timedelta

from app.bot import Bot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Priority
from app.jobs.tickets import timer
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.access import Which
from standin import Channel, Message, Person, StandIn
from tests.fixtures.tickets.office import Office
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
    office: Office,
    town: Town,
    stand_in: StandIn,
    alice: Person,
    helper_one: Person,
    helper_two: Person,
    cashier: Person,
) -> None:
    await office.configure(first_target=HOUR, next_target=HOUR)
    ticket, channel = await office.open(town.alice)
    assert (ticket.turn, ticket.header_message_id) == (Turn.STAFF, channel.messages[0].id)
    assert channel.messages[0].pinned_at is not None
    assert fields(channel)["Waiting for"].startswith("the staff")

    # What its side has said before changes nothing: not even the header is looked at.
    office.clock.move(minutes=10)
    before = len(stand_in.calls(UPDATES))
    for words in ("It sneezes", "And coughs"):
        await office.say(alice.at(channel), words)
    assert len(stand_in.calls(UPDATES)) == before
    assert (await office.row(ticket)).updated_at == ticket.updated_at

    await office.say(helper_one.at(channel), "Since when?")
    answered = await office.row(ticket)
    assert (answered.turn, answered.first_answered_by, answered.first_seconds) == (Turn.MEMBER, town.helper_one.id, 600)
    assert fields(channel)["Waiting for"].startswith("the member")
    await office.say(helper_two.at(channel), "And where?")
    assert (await office.row(ticket)).turn_since == answered.turn_since

    # Somebody of another team who was let in is on the side of the member.
    office.clock.move(minutes=1)
    await office.say(cashier.at(channel), "It was in our office")
    asked = await office.row(ticket)
    assert (asked.turn, asked.next_due_at) == (Turn.STAFF, office.clock.now + timedelta(hours=1))
    due = int(office.clock.now.timestamp()) + HOUR
    await office.later(hours=2)
    assert (await office.row(ticket)).missed == ["next"]
    await office.say(helper_two.at(channel), "Poor thing")
    assert (await office.row(ticket)).waits == [2 * HOUR]
    assert by_bot(channel) == [f"<@&{town.staff.id}> The target for this ticket: <t:{due}:R>."]


async def test_the_opener_is_never_staff_of_their_own_ticket(
    office: Office, town: Town, helper_one: Person, helper_two: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.helper_one)
    await office.say(helper_one.at(channel), "I need help myself")
    assert (await office.row(ticket)).first_answered_at is None
    await office.say(helper_two.at(channel), "What is it?")
    assert (await office.row(ticket)).first_answered_by == town.helper_two.id


async def test_each_side_is_reminded_once_in_each_wait(
    office: Office, town: Town, alice: Person, helper_one: Person, helper_two: Person
) -> None:
    await office.configure(remind_after=HOUR)
    ticket, channel = await office.open(town.alice)
    await office.later(minutes=61)
    await office.later(hours=5)
    assert len(pings(helper_one, channel)) == 1
    await office.tickets.work.claim(office.staff, Which(row_id=ticket.id))
    await office.say(alice.at(channel), "Hello?")
    await office.later(hours=5)
    assert len(by_bot(channel)) == 1

    await office.say(helper_one.at(channel), "Yes?")
    await office.later(minutes=59)
    assert pings(alice, channel) == []
    await office.later(minutes=2)
    await office.later(hours=5)
    assert len(pings(alice, channel)) == 1
    await office.say(alice.at(channel), "Here I am")
    await office.later(minutes=61)
    # The one who has claimed it, and nobody else.
    assert len(pings(helper_one, channel)) == 2
    assert len(pings(helper_two, channel)) == 1


async def test_the_opener_is_told_of_an_answer_when_away(
    office: Office, town: Town, alice: Person, helper_one: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    await office.say(alice.at(channel), "It is getting worse")
    await office.say(helper_one.at(channel), "Since when?")
    await office.say(helper_one.at(channel), "And where?")
    assert alice.in_dm().messages == []
    await office.later(minutes=5)
    await office.say(alice.at(channel), "Since noon")
    await office.later(hours=1)
    assert alice.in_dm().messages == []

    await office.say(helper_one.at(channel), "I see")
    await office.say(helper_one.at(channel), "Keep it warm")
    await office.later(hours=1)
    (told,) = alice.in_dm().messages
    assert told.text.startswith(f"There is an answer in your ticket #{ticket.number} in Town: https://discord.com/")
    assert by_bot(channel) == []

    await office.say(alice.at(channel), "Thanks")
    office.clock.move(hours=1)
    town.alice.accepts_dms = False
    await office.say(helper_one.at(channel), "How is it now?")
    assert [message.text for message in pings(alice, channel)] == [f"{alice.mention} There is an answer for you."]
    assert len(alice.in_dm().messages) == 1


async def test_only_the_silence_of_the_opener_closes(
    office: Office, town: Town, alice: Person, helper_one: Person
) -> None:
    await office.configure(warn_after=DAY, close_after=DAY)
    ticket, channel = await office.open(town.alice)
    await office.later(days=30)
    assert (await office.row(ticket)).status is TicketStatus.OPEN
    await office.say(helper_one.at(channel), "Are you there?")
    await office.later(days=1.5)
    (warned,) = pings(alice, channel)
    assert "closes" in warned.text
    await office.say(alice.at(channel), "Yes")
    await office.later(days=5)
    await office.say(helper_one.at(channel), "So?")
    await office.later(days=1)
    # While the bot was away they wrote, and nobody heard it.
    office.bot.heard_channels.discard(channel.id)
    office.stand_in.world.let_pass(40 * DAY)
    await alice.at(channel).say("Sorry, I was on holiday")
    await office.later(days=1)
    assert (await office.row(ticket)).turn is Turn.STAFF
    office.bot.heard_channels.add(channel.id)
    await office.say(helper_one.at(channel), "Good")
    await office.later(days=1)
    await office.later(days=1)
    closed = await office.row(ticket)
    assert closed.status.is_final
    assert closed.closed_by is None
    assert closed.close_reason == "Nothing was heard from the member."


async def test_a_snoozed_ticket_comes_back_by_itself_or_with_an_answer(
    office: Office, town: Town, alice: Person, helper_one: Person
) -> None:
    await office.configure(remind_after=HOUR)
    ticket, channel = await office.open(town.alice)
    await office.tickets.work.claim(office.staff, Which(row_id=ticket.id))
    await office.tickets.work.snooze(office.staff, Which(row_id=ticket.id), office.clock.now + timedelta(days=2))
    await office.later(days=1)
    assert by_bot(channel) == []
    await office.later(days=1)
    assert (await office.row(ticket)).status is TicketStatus.CLAIMED
    assert [message.text for message in pings(helper_one, channel)] == [
        f"{helper_one.mention} This ticket was put off until now."
    ]
    await office.tickets.work.snooze(office.staff, Which(row_id=ticket.id), None)
    await office.say(helper_one.at(channel), "We wait for the doctor")
    assert (await office.row(ticket)).status is TicketStatus.SNOOZED
    await office.say(alice.at(channel), "The doctor is here")
    back = await office.row(ticket)
    assert (back.status, back.turn) == (TicketStatus.CLAIMED, Turn.STAFF)


async def test_a_question_whether_to_close_is_answered_by_writing_or_runs_out(
    office: Office, town: Town, alice: Person, cashier: Person
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    await office.request(ticket)
    await office.say(cashier.at(channel), "I think it is done")
    assert (await office.row(ticket)).close_requested_by is not None
    await office.say(alice.at(channel), "It is not")
    assert (await office.row(ticket)).close_requested_by is None
    await office.later(days=3)
    await office.request(ticket)
    await office.later(days=2)
    assert (await office.row(ticket)).close_reason == "Nobody objected to closing it."


async def test_a_header_that_was_deleted_is_posted_again(
    bot: Bot, office: Office, town: Town, own_tickets: Tickets, stand_in: StandIn
) -> None:
    await office.configure()
    ticket, channel = await office.open(town.alice)
    stand_in.world.messages.delete(channel.messages[0])
    await own_tickets.work.claim(office.staff, Which(row_id=ticket.id))
    await office.settle()
    assert fields(channel)["Claimed by"] == f"<@{town.helper_one.id}>"
    assert len(stand_in.calls("PUT /channels/{channel_id}/messages/pins")) == 2


async def test_a_reminder_that_was_sent_and_not_written_down_comes_once(
    bot: Bot, office: Office, town: Town, own_tickets: Tickets
) -> None:
    await office.configure(remind_after=HOUR)
    ticket, channel = await office.open(town.alice)
    await bot.jobs.stop()
    office.clock.move(minutes=61)
    snapshot = await bot.settings.get(town.guild.id)
    policy, row = TicketPolicy.of(snapshot), await office.row(ticket)
    # Whoever sent it was killed before it was written down; the next one, and one that only stood still, send it too.
    for _ in range(2):
        await timer.handle(bot, row, policy, snapshot)
        await own_tickets.work.set_priority(office.staff, Which(row_id=ticket.id), Priority.HIGH)
    assert len(by_bot(channel)) == 1
    assert (await office.row(ticket)).reminded_at == office.clock.now
