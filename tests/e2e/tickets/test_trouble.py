"""The end of tickets where Discord does not play along: too large, closed doors, channels that are gone, threads."""

import random

from app.core.tickets.policy import TicketPolicy
from app.effects.erasing import erase
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from standin import Person, StandIn, Upload, permissions
from tests.fixtures.tickets.offering import open_ticket
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


async def close(office: Office, ticket: SupportTicket) -> SupportTicket:
    """Let staff close a ticket, and return it once it was tried to end it."""
    # The clock of tests stands still, that of the stand-in does not.
    office.clock.move(minutes=5)
    policy = TicketPolicy.of(await office.bot.settings.get(office.town.guild.id))
    await office.tickets.closing.close(office.staff, policy, Which(row_id=ticket.id), reason="Done")
    await office.settle()
    return await office.row(ticket)


async def test_a_transcript_shrinks_to_what_discord_takes(office: Office, town: Town, alice: Person) -> None:
    await office.configure()
    await office.set("tickets.log_channel", town.log.id)
    ticket, channel = await office.open(town.alice)
    for number in range(80):
        town.world.messages.post(channel, town.alice, f"{number:04}" + "x" * 1996)
    large = random.Random(1).randbytes(400 * 1024)
    await alice.at(channel).say("Look", files=[Upload("large.bin", large), Upload("small.txt", b"a small one")])
    town.guild.upload_limit = 300 * 1024
    row = await close(office, ticket)
    assert row.status is TicketStatus.CLOSED
    assert channel.id not in town.guild.channels
    # Half as much each time, and what was posted before the refusal is taken back.
    first, second = town.log.messages
    assert row.transcript_message_id == first.id
    assert {"name": "Transcript", "value": "One file was too large and is not in it.", "inline": False} in (
        first.embeds[0]["fields"]
    )
    assert not second.embeds
    (page,), (text,) = (list(message.attachments) for message in (first, second))
    assert (page.name, text.name) == ("ticket-0001.html", "ticket-0001.txt")
    assert all(f"{number:04}xxxx".encode() in file.content for number in range(80) for file in (page, text))
    assert b"large.bin" in page.content
    assert page.content.count(b"base64,") == 1
    # The direct message takes more: there it is in one piece, with everything.
    (direct,) = alice.in_dm().messages
    assert len(direct.attachments[0].content) > len(page.content) + len(large)


async def test_a_member_with_a_closed_door_loses_nothing_and_staff_know(
    office: Office, town: Town, alice: Person, helper_one: Person
) -> None:
    await office.configure()
    await office.set("tickets.log_channel", town.log.id)
    ticket, channel = await office.open(town.alice)
    town.alice.accepts_dms = False
    await office.say(helper_one.at(channel), "Here is your answer")
    await office.later(minutes=30)
    # Told of the answer where they can be.
    assert [one.name for one in (channel.messages[-1]).pinged] == ["alice"]

    row = await close(office, ticket)
    assert row.status is TicketStatus.CLOSED
    transcript, note = town.log.messages
    assert transcript.attachments
    assert note.text == (
        f"{alice.mention} takes no direct messages from me, and so was not told that ticket #1 is closed. "
        "`/ticket list` offers them its transcript."
    )
    assert not note.pinged
    listed = await alice.at(town.general).slash("ticket list")
    read = await alice.click(listed, "Transcript #1")
    assert b"Here is your answer" in read.attachments[1].content


async def test_without_a_place_for_the_transcript_nothing_is_deleted(
    office: Office, town: Town, stand_in: StandIn
) -> None:
    await office.configure()
    await office.set("tickets.log_channel", town.log.id)
    ticket, channel = await office.open(town.alice)
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)

    def said(what: str) -> list[str]:
        return [message.text for message in channel.messages if what in message.text]

    async def tries(count: int) -> None:
        for _ in range(count):
            await office.later(minutes=2)

    row = await close(office, ticket)
    assert not said("transcript")
    await tries(3)
    row = await office.row(ticket)
    assert (row.status, row.transcript_tries) == (TicketStatus.CLOSING, 4)
    assert channel.id in town.guild.channels
    (why,) = said("transcript")
    assert why == (
        f"This ticket is closed, but its transcript cannot be posted in {town.log.mention}: I lack a permission for "
        "that. `/tickets check` says which one.\nI try again until it can, and keep this channel until then."
    )
    town.world.clear_overwrite(town.log, town.world.bot.id)
    await office.later(minutes=5)
    assert (await office.row(ticket)).status is TicketStatus.CLOSED
    assert channel.id not in town.guild.channels
    assert len(town.log.messages) == 1

    ticket, channel = await office.open(town.alice)
    town.world.delete_channel(town.log)
    await close(office, ticket)
    await tries(2)
    (why,) = said("transcript")
    assert "That channel is gone. A manager can choose another one with `/settings set tickets.log_channel`." in why
    assert channel.id in town.guild.channels
    await office.set("tickets.log_channel", town.general.id)
    await office.later(minutes=5)
    assert (await office.row(ticket)).status is TicketStatus.CLOSED
    assert channel.id not in town.guild.channels
    assert [len(message.attachments) for message in town.general.messages] == [2]


async def test_a_thread_is_locked_and_archived_and_opens_again(
    office: Office, town: Town, stand_in: StandIn, alice: Person, helper_one: Person
) -> None:
    await office.configure(place="thread", parent_id=town.general.id)
    await office.set("tickets.log_channel", town.log.id)
    await open_ticket(alice, "Be quiet about it")
    await office.settle()
    (thread,) = town.guild.threads.values()
    state = thread.thread
    assert state is not None
    assert (state.auto_archive_duration, state.invitable) == (10080, False)
    ticket = await office.tickets.work.get(office.staff, Which(channel_id=thread.id))

    # Kept from the archive while it is open, and put there once its transcript is posted.
    town.world.edit_thread(thread, archived=True)
    await stand_in.until(lambda: not state.archived)
    closed = await close(office, ticket)
    assert closed.status is TicketStatus.CLOSED
    assert (state.archived, state.locked) == (True, True)
    assert thread.id in town.guild.threads
    assert closed.transcript_message_id == town.log.messages[0].id

    # The same one opens again, is worked in, and closes again with all that was said in it.
    await helper_one.at(town.general).slash("ticket reopen", number="1")
    await office.settle()
    again = await office.row(ticket)
    assert (again.channel_id, again.status, again.reopened) == (thread.id, TicketStatus.OPEN, 1)
    assert (state.archived, state.locked) == (False, False)
    assert len([message for message in thread.messages if message.embeds]) == 2
    await office.say(helper_one.at(thread), "Once more")
    await close(office, ticket)
    assert (state.archived, state.locked) == (True, True)
    last = town.log.messages[-1]
    assert b"Once more" in last.attachments[1].content


async def test_a_ticket_whose_member_was_erased_is_not_opened_again(
    office: Office, town: Town, helper_one: Person
) -> None:
    await office.configure()
    ticket, _ = await office.open(town.alice)
    await close(office, ticket)
    await erase(office.bot, town.alice.id, town.guild.id)
    refused = await helper_one.at(town.general).slash("ticket reopen", number="1")
    assert "can no longer be opened again" in refused.text
    await office.settle()
    row = await office.row(ticket)
    assert (row.status, row.user_id) == (TicketStatus.CLOSED, 0)
