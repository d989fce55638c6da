"""A ticket begins and ends, killed between each two of its steps: nothing is lost, and nothing is there twice."""

import asyncio
import json
from typing import Any

from app.core import registry
from app.core.actor import Actor
from app.core.tickets.types import TicketType
from app.db import DatabaseUrl
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from app.services.tickets.opening import Request
from standin import Channel, Message, StandIn, permissions
from standin.faults import Hold
from tests.fixtures.bots import Process, Start
from tests.fixtures.postgres import connect, execute, fetch
from tests.fixtures.tickets.services import Tickets, policy
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


WAITING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def kill_at(
    start: Start,
    stand_in: StandIn,
    database: DatabaseUrl,
    route: str,
    channel_id: int | None = None,
    *,
    after: Any = None,
) -> None:
    """Kill a process when it asks for this; with `after`, once that is so, before it can write it down."""
    await execute(database, "UPDATE support_tickets SET next_at = now()")
    hold = stand_in.faults.hold(route, channel_id)
    process = await start()
    await hold.reached()
    await killed(process, stand_in, database, hold, after=after)


async def killed(process: Process, stand_in: StandIn, database: DatabaseUrl, hold: Hold, *, after: Any = None) -> None:
    if after is not None:
        holder = await connect(database)
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM support_tickets FOR UPDATE")
            hold.release()
            await stand_in.until(after)
            await process.killed(stand_in)
            # A statement that waits for a lock would come to its end without whoever sent it.
            await holder.execute(WAITING)
        await holder.close()
    else:
        await process.killed(stand_in)
    stand_in.faults.clear()


async def test_a_ticket_is_opened_once_however_often_its_process_is_killed(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_tickets: Tickets
) -> None:
    manager = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
    setting = registry.find("ticket_types.001")
    assert setting is not None
    async with own_tickets.uow() as work:
        await work.settings.change(manager, setting, {"name": "Help", "team_role_ids": [town.staff.id]})
    alice, helper = (stand_in.person(user, town.general) for user in (town.alice, town.helper_one))

    def channels() -> list[Channel]:
        return [channel for channel in town.guild.channels.values() if channel.name.startswith("ticket-")]

    def headers() -> list[Message]:
        return [message for channel in channels() for message in channel.messages if message.embeds]

    process = await start()
    await stand_in.ready()
    form = await alice.slash("ticket open")
    hold = stand_in.faults.hold("POST /guilds/{guild_id}/channels")
    sent = asyncio.create_task(alice.submit(form, {"What is it about?": "My cat is ill"}))
    await hold.reached()
    await killed(process, stand_in, own_database, hold)
    assert not channels()
    await kill_at(start, stand_in, own_database, "POST /guilds/{guild_id}/channels", after=channels)
    (row,) = await rows(own_database)
    assert (row["status"], row["channel_id"]) == ("opening", None)
    await kill_at(start, stand_in, own_database, POST)
    (row,) = await rows(own_database)
    assert (row["status"], row["channel_id"], row["header_message_id"]) == ("open", channels()[0].id, None)
    # Whoever opened it has had the time to post its header.
    await execute(own_database, "UPDATE support_tickets SET created_at = created_at - interval '1 minute'")
    await kill_at(start, stand_in, own_database, POST, after=headers)

    await execute(own_database, "UPDATE support_tickets SET next_at = now()")
    await start()
    async with asyncio.timeout(60):
        while (await rows(own_database))[0]["header_message_id"] is None:
            await asyncio.sleep(0.05)
    (row,) = await rows(own_database)
    (channel,), (header,) = channels(), headers()
    assert (row["number"], row["channel_id"], row["header_message_id"]) == (1, channel.id, header.id)
    assert len(alice.at(channel).pings) == 1
    assert (await helper.at(channel).click(header, "Claim")).text == "Ticket #1 is yours now."
    # Nobody answers it any more.
    sent.cancel()
    await asyncio.gather(sent, return_exceptions=True)


async def rows(database: DatabaseUrl) -> list[Any]:
    connection = await connect(database)
    try:
        return await connection.fetch("SELECT number, status, channel_id, header_message_id FROM support_tickets")
    finally:
        await connection.close()


async def test_a_ticket_ends_once_however_often_its_process_is_killed(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_tickets: Tickets
) -> None:
    manager = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
    setting = registry.find("tickets.log_channel")
    assert setting is not None
    async with own_tickets.uow() as work:
        await work.settings.change(manager, setting, town.log.id)
    kind, chosen = TicketType("001", "Help"), policy(TicketType("001", "Help"))
    begun = await own_tickets.opening.begin(Actor(town.guild.id, town.alice.id), chosen, Request(kind, "My cat is ill"))
    channel = town.world.create_channel(town.guild, "ticket-1")
    seen = permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES
    for one in (town.alice, town.world.bot):
        town.world.set_overwrite(channel, one, allow=seen)
    ticket = await own_tickets.opening.complete(begun, channel.id)
    await stand_in.person(town.alice, channel).say("Help me")
    own_tickets.clock.move(minutes=1)
    await own_tickets.closing.close(manager, chosen, Which(row_id=ticket.id), reason="Well")
    alice = stand_in.person(town.alice, channel).in_dm

    async def killed_at(route: str, channel_id: int | None = None, *, after: Any = None) -> None:
        await kill_at(start, stand_in, own_database, route, channel_id, after=after)

    await killed_at("GET /channels/{channel_id}/messages", channel.id)
    await killed_at(POST, town.log.id)
    assert not town.log.messages
    await killed_at(POST, town.log.id, after=lambda: town.log.messages)
    assert (await own_tickets.row(ticket)).transcript_message_id is None
    await killed_at("POST /users/@me/channels")
    assert (await own_tickets.row(ticket)).transcript_message_id == town.log.messages[0].id
    await killed_at("DELETE /channels/{channel_id}", channel.id)
    assert channel.id in town.guild.channels

    await execute(own_database, "UPDATE support_tickets SET next_at = now()")
    await start()
    async with asyncio.timeout(60):
        while (await own_tickets.row(ticket)).status is TicketStatus.CLOSING:
            await asyncio.sleep(0.05)
    assert channel.id not in town.guild.channels
    assert (await own_tickets.row(ticket)).status is TicketStatus.CLOSED
    assert len(town.log.messages) == len(alice().messages) == 1
    for message in (*town.log.messages, *alice().messages):
        assert any(b"Help me" in file.content for file in message.attachments)


async def test_two_processes_with_shards_of_their_own_share_what_there_is_to_do(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_tickets: Tickets
) -> None:
    """Direct messages come to the first shard, the town is in the last."""
    assert town.guild.id // 2**22 % 3 == 2
    manager = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
    async with own_tickets.uow() as work:
        for name, value in {
            "tickets.log_channel": town.log.id,
            "ticket_types.001": {"name": "Help", "team_role_ids": [town.staff.id]},
        }.items():
            setting = registry.find(name)
            assert setting is not None
            await work.settings.change(manager, setting, value)
    both = [await start(SHARD_COUNT="3", SHARD_IDS=shards) for shards in ("0-1", "2")]
    for process in both:
        await process.says("ready")
    alice, helper = (stand_in.person(user, town.general) for user in (town.alice, town.helper_one))

    async def until(column: str, value: Any = None) -> Any:
        """Wait until something is written down, or is so."""
        async with asyncio.timeout(60):
            while True:
                (row,) = await fetch(own_database, "SELECT * FROM support_tickets")
                if row[column] == value if value is not None else row[column] is not None:
                    return row
                await asyncio.sleep(0.05)

    opened = await alice.submit(await alice.slash("ticket open"), {"What is it about?": "My cat is ill"})
    assert "#1" in opened.text
    row = await until("header_message_id")
    channel = town.guild.channels[row["channel_id"]]
    assert (await helper.at(channel).click(channel.messages[0], "Claim")).text == "Ticket #1 is yours now."
    await helper.at(channel).say("What does it eat?")
    await until("turn", "member")
    await alice.at(channel).say("Mice")
    await until("turn", "staff")
    await helper.at(channel).slash("ticket close", reason="Fed")
    await until("status", "closed")
    assert channel.id not in town.guild.channels

    (told,) = alice.in_dm().messages
    assert "★★★★☆" in (await alice.in_dm().click(told, "4")).text
    assert (await alice.in_dm().click(told, "Open it again")).private
    row = await until("status", "open")
    assert (row["rating"], row["reopened"]) == (4, 1)
    again = town.guild.channels[row["channel_id"]]
    await stand_in.until(lambda: again.messages)
    assert again.id != channel.id
    events = [event["kind"] for event in json.loads(row["events"])]
    assert [events.count(kind) for kind in ("opened", "claimed", "closed", "reopened")] == [1, 1, 1, 1]
    assert len(town.log.messages) == 1
    for process in both:
        assert "Traceback" not in process.printed
