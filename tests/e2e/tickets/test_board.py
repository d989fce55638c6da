"""The board: one message that shows which tickets are open, always up to date."""

from app.services.tickets.access import Which
from standin import Person, StandIn
from standin.model import Message
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.hearing import delete
from tests.fixtures.tickets.office import Office
from tests.fixtures.tickets.services import Tickets
from tests.fixtures.town import Town

UPDATES = "PATCH /channels/{channel_id}/messages"


def boards(town: Town, place: str = "log") -> list[Message]:
    return [one for one in getattr(town, place).messages if one.embeds and one.embeds[0]["title"] == "Open tickets"]


def edits(stand_in: StandIn, town: Town) -> int:
    return sum(f"{boards(town)[0].id}" in request.path for request in stand_in.calls(UPDATES))


async def test_a_board_shows_what_is_open_and_moves_and_comes_again(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock, own_tickets: Tickets
) -> None:
    manager, helper = stand_in.person(town.manager, town.log), stand_in.person(town.helper_one, town.log)
    async with running() as bot:
        desk = Office(bot, town, stand_in, clock, own_tickets)
        await desk.configure()
        outsider: Person = stand_in.person(town.alice, town.general)
        assert "manage this server" in (await outsider.slash("tickets board", channel=town.log)).text
        # Posted, and cut off before it is known to be: the next try finds it.
        stand_in.faults.reset("POST /channels/{channel_id}/messages", after=True)
        said = await manager.slash("tickets board", channel=town.log)
        assert "Everybody in this server can see that channel" in said.text
        await desk.later(seconds=5)
        (board,) = boards(town)
        assert board.embeds[0]["description"] == "None."
        posted = edits(stand_in, town)

        calm, _ = await desk.open(town.alice)
        urgent, channel = await desk.open(town.mallory)
        await own_tickets.work.set_priority(desk.staff, Which(row_id=urgent.id), 3)
        await desk.later(seconds=5)
        first, second = boards(town)[0].embeds[0]["description"].splitlines()
        assert f"🔥 **#{urgent.number}** {channel.mention} {town.mallory.mention}" in first
        assert f"**#{calm.number}**" in second
        # However much happened, it was edited once in five seconds; and not at all when it shows the same.
        count = edits(stand_in, town)
        assert 1 <= count - posted <= 2
        await desk.later(seconds=30)
        assert edits(stand_in, town) == count

        answer = await helper.click(boards(town)[0], f"Claim #{urgent.number}")
        assert answer.private
        await desk.later(seconds=5)
        assert town.helper_one.mention in boards(town)[0].embeds[0]["description"].splitlines()[0]

        # Deleted by hand it comes again.
        await delete(bot, town.world, boards(town)[0])
        await desk.later(seconds=5)
        await desk.later(seconds=5)
        (board,) = boards(town)

    # It is the same message after a restart, of which the history knows nothing.
    async with running() as bot:
        desk = Office(bot, town, stand_in, clock, own_tickets)
        await own_tickets.work.claim(desk.staff, Which(row_id=calm.id))
        await desk.later(seconds=10)
        assert [one.id for one in boards(town)] == [board.id]
        assert "nobody's yet" not in boards(town)[0].embeds[0]["description"]
        history = await manager.slash("settings history")
        assert history.embeds[0]["description"].count("ticket_boards") <= 1

        await manager.slash("tickets board", channel=town.closed, team=town.billing)
        await manager.slash("tickets board", channel=town.general)
        await desk.later(seconds=5)
        assert boards(town) == []
        (moved,) = boards(town, "general")
        assert moved.components == []
        await manager.slash("tickets board", off=True)
        await desk.later(seconds=5)
        assert boards(town, "general") == []
        wrong = await manager.slash("tickets board")
        assert wrong.text.endswith("Give the `channel` of the board, or `off` to take it away.")
