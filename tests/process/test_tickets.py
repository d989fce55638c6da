"""The end of a ticket, killed between each two of its steps: nothing is lost, and nothing is there twice."""

import asyncio
from typing import Any

from app.core import registry
from app.core.actor import Actor
from app.core.tickets.types import TicketType
from app.db import DatabaseUrl
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from app.services.tickets.opening import Request
from standin import StandIn, permissions
from tests.fixtures.bots import Start
from tests.fixtures.postgres import connect, execute
from tests.fixtures.tickets.services import Tickets, policy
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


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
        """Kill a process when it asks for this; with `after`, once that is so, before it can write it down."""
        await execute(own_database, "UPDATE support_tickets SET next_at = now()")
        hold = stand_in.faults.hold(route, channel_id)
        process = await start()
        await hold.reached()
        if after is not None:
            holder = await connect(own_database)
            async with holder.transaction():
                await holder.execute("SELECT 1 FROM support_tickets FOR UPDATE")
                hold.release()
                await stand_in.until(after)
                await process.killed(stand_in)
            await holder.close()
        else:
            await process.killed(stand_in)
        stand_in.faults.clear()

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
