"""The end of a ticket: its transcript is posted, then its channel goes, and nothing is lost on the way."""

import asyncio
from html.parser import HTMLParser
from typing import Any

import pytest

from app.bot import Bot
from app.core import registry
from app.core.actor import Actor
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.tickets.access import Which
from app.services.tickets.opening import Request
from standin import Channel, Message, Person, StandIn, Upload, User, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.jobs import settle_tickets
from tests.fixtures.tickets.services import Tickets
from tests.fixtures.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
POST = "POST /channels/{channel_id}/messages"


class End:
    """A town with tickets of two teams, which are written in and closed."""

    def __init__(self, bot: Bot, town: Town, stand_in: StandIn, clock: ManualClock, tickets: Tickets) -> None:
        self.bot, self.town, self.stand_in, self.clock, self.tickets = bot, town, stand_in, clock, tickets

    async def set(self, **chosen: Any) -> None:
        manager = Actor(self.town.guild.id, self.town.manager.id, is_manager=True, is_staff=True)
        async with self.bot.uow() as work:
            for key, value in chosen.items():
                setting = registry.find(key.replace("__", "."))
                assert setting is not None
                await work.settings.change(manager, setting, value)
        self.bot.settings.invalidate(self.town.guild.id)

    async def open(
        self, member: User, *, key: str = "001", about: str = "My cat is ill"
    ) -> tuple[SupportTicket, Channel]:
        town, world = self.town, self.stand_in.world
        policy = await self.policy()
        actor = Actor(town.guild.id, member.id)
        begun = await self.tickets.opening.begin(actor, policy, Request(policy.types[key], about, username=member.name))
        channel = world.create_channel(town.guild, f"ticket-{begun.number}")
        world.set_overwrite(channel, town.guild.roles[town.guild.id], deny=permissions.VIEW_CHANNEL)
        allow = permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES | permissions.ATTACH_FILES
        for one in (member, town.staff, town.billing, world.bot):
            world.set_overwrite(channel, one, allow=allow | permissions.MANAGE_CHANNELS)
        ticket = await self.tickets.opening.complete(begun, channel.id)
        await self.settle()
        return ticket, channel

    async def policy(self) -> TicketPolicy:
        return TicketPolicy.of(await self.bot.settings.get(self.town.guild.id))

    async def close(self, ticket: SupportTicket, reason: str | None = None, *, by: User | None = None) -> SupportTicket:
        # The clock of tests stands still, that of the stand-in does not.
        self.clock.move(minutes=5)
        closer = Actor(self.town.guild.id, (by or self.town.helper_one).id, role_ids=frozenset({self.town.staff.id}))
        await self.tickets.closing.close(closer, await self.policy(), Which(row_id=ticket.id), reason=reason)
        async with asyncio.timeout(30):
            while (row := await self.tickets.row(ticket)).status is TicketStatus.CLOSING:
                await self.settle()
        return row

    async def settle(self) -> None:
        """Return once nothing is due any more."""
        await settle_tickets(self.bot)


@pytest.fixture
def end(bot: Bot, town: Town, stand_in: StandIn, clock: ManualClock, own_tickets: Tickets) -> End:
    return End(bot, town, stand_in, clock, own_tickets)


class Page(HTMLParser):
    """What a browser would make of a page: its elements, with their attributes, and its text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(message: Message) -> Page:
    (html,) = [file.content for file in message.attachments if file.name.endswith(".html")]
    return Page(html)


async def test_a_ticket_ends_with_a_transcript_for_each_side_and_without_its_channel(
    end: End, town: Town, stand_in: StandIn
) -> None:
    await end.set(
        ticket_types__001={"name": "Help", "team_role_ids": [town.staff.id]}, tickets__log_channel=town.log.id
    )
    # Names have the colour of the highest role that has one.
    town.world.edit_role(town.staff, color=0x3366FF)
    for name, colour in (("Gold", 0xAA8800), ("Quiet", 0)):
        role = town.world.create_role(town.guild, name, color=colour)
        town.world.grant(town.guild.members[town.helper_one.id], role)
    ticket, channel = await end.open(town.alice)
    alice, helper = stand_in.person(town.alice, channel), stand_in.person(town.helper_one, channel)
    await alice.say("Help <script>alert(1)</script>", files=[Upload("cat.png", PNG, "image/png")])
    await helper.say("Give it water")
    said = await helper.say("Give it cola")
    await helper.edit(said, "Give it rest")
    wrong = await helper.say("What a silly cat")
    await end.settle()
    await helper.delete(wrong)
    await end.tickets.work.note(
        Actor(town.guild.id, town.helper_one.id, role_ids=frozenset({town.staff.id})),
        Which(row_id=ticket.id),
        "She feeds it cake",
    )
    closed = await end.close(ticket, "The cat is well")

    assert closed.status is TicketStatus.CLOSED
    assert closed.next_at is not None
    assert closed.closed_at is not None
    assert channel.id not in town.guild.channels
    (posted,) = town.log.messages
    assert closed.transcript_message_id == posted.id
    assert posted.embeds[0]["title"] == "Ticket #1: Help"
    facts = {field["name"]: field["value"] for field in posted.embeds[0]["fields"]}
    assert facts["Reason"] == "The cat is well"
    assert facts["Closed by"] == town.helper_one.mention
    assert not stand_in.person(town.alice, town.log).pings
    staff = page(posted)
    assert "Give it water" in staff.text
    assert "She feeds it cake" in staff.text
    assert "Help <script>alert(1)</script>" in staff.text
    assert "script" not in {tag for tag, _ in staff.elements}
    assert any(
        (more.get("src") or "").startswith("data:image/png;base64,") for tag, more in staff.elements if tag == "img"
    )

    classes = [(more.get("class") or "").split() for _, more in staff.elements]
    assert {tuple(one) for one in classes if one[:1] == ["name"]} == {("name",), ("name", "caa8800")}

    assert "Give it cola" in staff.text
    assert "What a silly cat" in staff.text

    (direct,) = alice.in_dm().messages
    member = page(direct)
    assert "Give it water" in member.text
    assert "Give it rest" in member.text
    for hidden in ("cake", "cola", "silly"):
        assert hidden not in member.text
    assert "Town" in direct.embeds[0]["description"]


async def test_what_was_closed_is_rated_found_and_read_by_those_who_may(
    end: End, town: Town, stand_in: StandIn, mallory: Person, cashier: Person, helper_two: Person
) -> None:
    await end.set(
        ticket_types__001={"name": "Help", "team_role_ids": [town.staff.id]}, tickets__log_channel=town.log.id
    )
    ticket, channel = await end.open(town.alice, about="My role/permission setup – broken")
    alice, helper = stand_in.person(town.alice, channel), stand_in.person(town.helper_one, channel)
    here = alice.at(town.general)
    waiting = await here.slash("ticket list")
    assert waiting.private
    assert "Staff answer next." in waiting.embeds[0]["description"]
    assert channel.mention in waiting.embeds[0]["description"]
    await helper.say("Have you read https://example.com/handbook/roles?")
    assert "still open" in (await here.slash("ticket transcript", number="1")).text
    await end.close(ticket, "Done")

    # Stars in the direct message, and words.
    direct = alice.in_dm()
    thanks = await direct.click(direct.messages[0], "4")
    assert "★★★★☆" in thanks.text
    said = await direct.submit(await direct.click(thanks, "Say more"), {"What was good, and what was not?": "Quick!"})
    assert "Thank you!" in said.text
    (posted,) = town.log.messages
    await stand_in.until(
        lambda: {"name": "Rating", "value": "★★★★☆\n>>> Quick!", "inline": False} in posted.embeds[0]["fields"]
    )
    outsider = await mallory.click(direct.messages[0], "1", raw=True)
    assert "no such ticket" in outsider.text

    # Found by any of its words, by those who may.
    for words in ("permission", "role/permission", "handb", "https://example.com/handbook/roles", "setup – broken"):
        found = await helper_two.slash("tickets search", words=words)
        assert "#1" in found.embeds[0]["description"], words
        assert str(posted.id) in found.embeds[0]["description"]
        own = await here.slash("ticket search", words=words)
        assert "#1" in own.embeds[0]["description"], words
        assert str(posted.id) not in own.embeds[0]["description"]
        assert "Nothing was found" in (await mallory.slash("ticket search", words=words)).text
        assert (await mallory.slash("tickets search", words=words)).text.startswith("Only staff see")
        assert not (await cashier.slash("tickets search", words=words)).embeds
    assert "Type one or more words" in (await here.slash("ticket search", words="–!–")).text

    # Lists and transcripts follow the same.
    listed = await helper_two.slash("tickets list", status="finished", member=town.alice)
    assert "#1" in listed.embeds[0]["description"]
    assert "no such ticket" in (await helper_two.slash("tickets list", status="finished", label="money")).text
    assert not (await cashier.slash("tickets list", status="all")).embeds
    assert "1 page" not in (await mallory.slash("tickets list")).text
    for who in (mallory, cashier):
        assert "no such ticket" in (await who.slash("ticket transcript", number="1")).text
    read = await helper_two.slash("ticket transcript", number="#1")
    assert read.private
    assert [file.name for file in read.attachments] == ["ticket-0001.html", "ticket-0001.txt"]
    mine = await here.slash("ticket list")
    assert "Done" in mine.embeds[0]["description"]
    again = await here.click(mine, "Transcript #1")
    assert b"handbook" in again.attachments[1].content
    assert "is being opened again" in (await direct.click(direct.messages[0], "Open it again")).text
