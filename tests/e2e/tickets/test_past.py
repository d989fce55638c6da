"""What earlier tickets are good for: found by their numbers, those of the predecessor too; and what to expect."""

from datetime import timedelta
from typing import Any

from app.db import DatabaseUrl
from app.models.support_ticket import SupportTicket, TicketStatus
from app.ui.kit.text import plain
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import execute
from tests.fixtures.tickets.offering import Desk, open_ticket
from tests.fixtures.town import Town

OLD = (
    "INSERT INTO support_tickets (guild_id, user_id, number, description, status, created_at, channel_id, legacy) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, '{}')"
)


def text(reply: Any) -> str:
    return reply.embeds[0]["description"] if reply.embeds else reply.text


async def test_tickets_of_the_predecessor_are_in_lists_searches_and_figures(
    desk: Desk,
    town: Town,
    clock: ManualClock,
    own_database: DatabaseUrl,
    alice: Person,
    mallory: Person,
    helper_one: Person,
    moderator: Person,
    manager: Person,
) -> None:
    await desk.offer()
    statuses = ("open", "claimed", "waiting", "escalated", "closed", "closed")
    for number, status in enumerate(statuses, 11):
        about = "" if number == 16 else f"Old {status} **bicycle** 17"
        at = clock.now - timedelta(days=20 - number)
        await execute(own_database, OLD, town.guild.id, town.alice.id, number, about, status, at, town.general.id)

    mine = text(await alice.slash("ticket list"))
    for number, word in zip(
        range(11, 17), ("open", "claimed", "waiting", "escalated", "closed", "closed"), strict=True
    ):
        assert f"**Ticket #{number}** · " in mine
        assert word in mine
    assert mine.count("It is over.") == 2
    assert "no tickets" in text(await mallory.slash("ticket list"))

    # All staff see those; the staff of one team see the tickets of their team alone.
    every = text(await moderator.slash("tickets list", status="all"))
    assert all(f"#{number}" in every for number in range(11, 17))
    still = text(await moderator.slash("tickets list"))
    assert "#14" in still
    assert "#15" not in still
    assert "#15" in text(await manager.slash("tickets list", status="finished"))
    found = text(await moderator.slash("tickets search", words="bicycle"))
    assert "#15" in found
    assert plain("Old closed **bicycle** 17") in found
    assert "Nothing was found" in (await mallory.slash("ticket search", words="bicycle")).text

    # By number: exactly that one first, then where it was said; and nobody else's.
    for typed in ("#12", "12", "# 12"):
        own = text(await alice.slash("ticket search", words=typed))
        assert "#12" in own.splitlines()[0]
        assert "Ticket #11" not in own
        assert "#12" in text(await moderator.slash("tickets search", words=typed)).splitlines()[0]
        assert "Nothing was found" in (await mallory.slash("ticket search", words=typed)).text
    assert "#16" in text(await moderator.slash("tickets search", words="16", member=town.alice))
    assert "Nothing" in (await moderator.slash("tickets search", words="16", member=town.mallory)).text
    said = text(await alice.slash("ticket search", words="17"))
    assert "#15" in said
    refused = await alice.slash("ticket transcript", number="15")
    assert refused.text == "Nothing that was said in this ticket was kept."

    await open_ticket(mallory)
    await desk.settled()
    clock.move(minutes=1)
    stats = await manager.slash("tickets stats")
    fields = {field["name"]: field["value"] for field in stats.embeds[0]["fields"]}
    assert fields["Opened"] == "7"
    assert fields["Open now"].splitlines()[0] == "5"
    assert "**Without a type** · 6 opened" in fields["By type"]
    assert (await helper_one.slash("tickets stats")).private


async def test_whoever_opens_a_ticket_is_told_when_to_expect_an_answer(
    desk: Desk, town: Town, clock: ManualClock, stand_in: StandIn, alice: Person, mallory: Person, moderator: Person
) -> None:
    await desk.offer(first_target=7200)
    hour = timedelta(hours=1)

    async def opened(person: Person, number: int, *, says: str, lists: str | None = None) -> None:
        said = await open_ticket(person)
        channel = desk.channel(await desk.ticket(number))
        assert said.text == f"Your ticket #{number} is open: <#{channel.id}>\n{says}"
        (header,) = [message for message in channel.messages if message.embeds]
        assert header.text.endswith(f"\n{says}")
        listed = f"Staff answer next. {lists or says.replace(chr(10), ' ')}"
        assert listed in text(await person.slash("ticket list"))

    # Nothing is known yet but what staff aim at.
    due = int((clock.now + 2 * hour).timestamp())
    await opened(alice, 1, says=f"Staff aim to answer <t:{due}:R>.")
    async with desk._bot.uow() as work:
        for number, minutes in enumerate((10, 20, 600), 100):
            work._session.add(
                SupportTicket(
                    guild_id=town.guild.id,
                    number=number,
                    user_id=town.stranger.id,
                    description="",
                    type="001",
                    status=TicketStatus.CLOSED,
                    created_at=clock.now - timedelta(days=minutes // 60),
                    first_seconds=minutes * 60,
                )
            )
    half = "Half of such tickets get their first answer within 20 minutes."
    # Whoever opens one does not ask the database each time; a list does.
    await opened(mallory, 103, says=f"Staff aim to answer <t:{due}:R>.", lists=half)
    clock.move(minutes=11)
    await opened(stand_in.person(town.stranger, town.general), 104, says=half)
    await desk.set("tickets.hours", "Mon-Fri 09:00-17:00")
    clock.move(days=(5 - clock.now.weekday()) % 7)
    monday = (clock.now + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    says = (
        "Half of such tickets get their first answer within 20 minutes of business hours.\n"
        f"It is outside our business hours. Staff are back <t:{int(monday.timestamp())}:R>."
    )
    await opened(moderator, 105, says=says)
