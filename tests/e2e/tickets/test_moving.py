"""Tickets in the wrong place: moved to another kind, merged into another one, and seen by who works on them."""

from app.core.tickets.types import Place
from app.models.support_ticket import TicketStatus
from standin import ChannelType, Person, StandIn, permissions
from tests.fixtures.tickets.offering import Desk, open_ticket
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

NOT_THEIRS = "There is no such ticket in this server, or it is not yours to see."


async def test_a_ticket_is_moved_to_another_kind_and_its_team(
    office: Office, town: Town, stand_in: StandIn, alice: Person, helper_one: Person, cashier: Person
) -> None:
    world = town.world
    shelf = world.create_channel(town.guild, "Money", ChannelType.CATEGORY)
    await office.configure(first_target=3600)
    await office.configure(
        "002", name="Money", team_role_ids=[town.billing.id], parent_id=shelf.id, enabled=False, next_target=600
    )
    ticket, channel = await office.open(town.alice)
    world.clear_overwrite(channel, town.billing.id)
    world.set_overwrite(channel, town.mallory, allow=permissions.VIEW_CHANNEL)
    helper = helper_one.at(channel)
    await helper.slash("ticket claim")
    assert (await alice.at(channel).slash("ticket move", to="Money")).text == (
        "Only the staff of this ticket can do that."
    )
    assert (await cashier.slash("ticket move", to="Money", number="1")).text == NOT_THEIRS
    assert "Choose one from the list" in (await helper.slash("ticket move", to="Cats")).text
    assert (await helper.slash("ticket move", to="Help")).text == "Ticket #1 is of this kind already."
    assert [one["name"] for one in await helper.autocomplete("ticket move", "to", "mon")] == ["Money"]
    before = await office.row(ticket)

    assert (await helper.slash("ticket move", to="Money")).text == "Ticket #1 is of the kind **Money** now."
    await office.settle()
    row = await office.row(ticket)
    assert (row.type, row.type_name, row.team_role_ids) == ("002", "Money", [town.billing.id])
    assert (row.status, row.claimed_by) == (TicketStatus.OPEN, None)
    # What runs already is what was promised.
    assert row.first_due_at == before.first_due_at is not None
    assert channel.parent_id == shelf.id
    assert cashier.at(channel).permissions & permissions.SEND_MESSAGES
    assert not helper.permissions & permissions.VIEW_CHANNEL
    # Whom somebody let in by hand, stays in.
    assert channel.overwrites[town.mallory.id].allow & permissions.VIEW_CHANNEL
    assert alice.at(channel).permissions & permissions.SEND_MESSAGES
    (call,) = cashier.at(channel).pings
    assert call.text == f"<@&{town.billing.id}> {helper_one.mention} has moved this ticket to **Money**."
    assert alice.at(channel).pings == [channel.messages[0]]
    assert channel.messages[0].embeds[0]["title"] == "Ticket #1: Money"
    changed = [one for one in stand_in.calls("PATCH /channels/{channel_id}") if "messages" not in one.route]
    assert [one.reason for one in changed] == ["Ticket #1, by helper_one"]
    assert (await helper_one.slash("ticket move", to="Help", number="1")).text == NOT_THEIRS


async def test_what_stands_against_a_move_is_said_and_undoes_nothing(
    office: Office, town: Town, stand_in: StandIn, helper_one: Person, cashier: Person
) -> None:
    shelf = town.world.create_channel(town.guild, "Money", ChannelType.CATEGORY)
    await office.configure()
    await office.configure("002", name="Money", team_role_ids=[town.billing.id], parent_id=shelf.id)
    first, channel = await office.open(town.alice)
    await office.open(town.alice, key="002")
    refused = await helper_one.at(channel).slash("ticket move", to="Money")
    assert refused.text == f"<@{town.alice.id}> has an open ticket of this kind already."
    assert (await office.row(first)).type == "001"

    # A category that is full: it goes to its team all the same.
    other, channel = await office.open(town.mallory)
    for number in range(50):
        town.world.create_channel(town.guild, f"full-{number}", parent=shelf)
    moved = await helper_one.at(channel).slash("ticket move", to="Money")
    assert moved.text == f"Ticket #{other.number} is of the kind **Money** now."
    assert channel.parent_id != shelf.id
    # What Discord refuses altogether is said; what was decided holds.
    await office.settle()
    stand_in.faults.fail("PATCH /channels/{channel_id}", status=403, code=50013)
    back = await cashier.at(channel).slash("ticket move", to="Help")
    assert "is of the kind **Help** now, but its channel is not yet as it should be: I lack a permission" in back.text
    assert (await office.row(other)).team_role_ids == [town.staff.id]


async def test_who_may_read_somebody_elses_ticket_by_a_merge_is_asked_first(
    office: Office, town: Town, helper_one: Person, cashier: Person, alice: Person, mallory: Person
) -> None:
    await office.configure()
    await office.configure("002", name="Money", team_role_ids=[town.staff.id])
    first, channel = await office.open(town.alice)
    second, double = await office.open(town.alice, key="002", about="The same cat")
    third, elsewhere = await office.open(town.mallory, about="My cat as well")
    helper = helper_one.at(double)
    assert (await cashier.slash("ticket merge", number="2", into="1")).text == NOT_THEIRS
    assert "the same ticket" in (await helper.slash("ticket merge", into="2")).text
    assert (await alice.at(double).slash("ticket merge", into="1")).text == "Only the staff of this ticket can do that."
    # Of the same member: at once.
    merged = await helper.slash("ticket merge", into="1")
    assert merged.text == f"Ticket #2 is closed as a double of <#{channel.id}>."
    assert (await office.row(second)).merged_into == first.id
    assert alice.at(channel).pings[-1].text.endswith("was about the same and goes on here: The same cat")

    asked = await helper_one.at(elsewhere).slash("ticket merge", into="1")
    assert f"{mallory.mention} of ticket #3 would be able to read all that was said" in asked.text
    assert (await office.row(third)).merged_into is None
    assert not mallory.at(channel).permissions & permissions.VIEW_CHANNEL
    refused = await mallory.click(asked, "Merge them anyway", raw=True)
    assert refused.text in {NOT_THEIRS, "Only the staff of this ticket can do that."}
    done = await helper_one.at(elsewhere).click(asked, "Merge them anyway")
    assert done.text == f"Ticket #3 is closed as a double of <#{channel.id}>."
    assert mallory.at(channel).permissions & permissions.VIEW_CHANNEL
    assert (await office.row(first)).added_user_ids == [mallory.id]
    assert "is closed" in (await helper_one.at(elsewhere).click(asked, "Merge them anyway")).text


async def test_a_ticket_without_a_team_is_seen_by_all_staff(
    desk: Desk, town: Town, alice: Person, helper_one: Person, cashier: Person
) -> None:
    town.world.edit_role(town.staff, permissions=permissions.MANAGE_MESSAGES)
    await desk.offer(team_role_ids=())
    await open_ticket(alice)
    channel = desk.channel(await desk.ticket())
    assert helper_one.at(channel).permissions & permissions.VIEW_CHANNEL
    assert not cashier.at(channel).permissions & permissions.VIEW_CHANNEL
    assert not helper_one.at(channel).pings
    (header,) = [message for message in channel.messages if message.embeds]
    assert (await helper_one.at(channel).click(header, "Claim")).text == "Ticket #1 is yours now."

    await desk.offer("002", name="Quiet", place=Place.THREAD, parent_id=town.general.id, team_role_ids=())
    form = await alice.slash("ticket open", kind="Quiet")
    await alice.submit(form, {"What is it about?": "Hush"})
    thread = desk.channel(await desk.ticket(2))
    assert town.helper_one.id in thread.thread_members
    assert town.cashier.id not in thread.thread_members


async def test_a_role_that_cannot_be_mentioned_is_named_where_it_would_not_get_into_a_thread(
    desk: Desk, town: Town, alice: Person, helper_one: Person
) -> None:
    await desk.offer(place=Place.THREAD, parent_id=town.general.id)
    vault = town.world.create_role(town.guild, "Vault")
    await desk.offer("002", name="Money", place=Place.THREAD, parent_id=town.general.id, team_role_ids=(vault.id,))
    await alice.submit(await alice.slash("ticket open", kind="Support"), {"What is it about?": "Hush"})
    thread = helper_one.at(desk.channel(await desk.ticket()))

    def written() -> int:
        return sum(not message.private for message in thread.messages)

    known = written()
    sentence = "I cannot mention that role, and only so a whole role gets into a thread."
    for command, options in {
        "ticket add": {"who": town.above},
        "ticket escalate": {"role": town.above},
        "ticket move": {"to": "Money"},
    }.items():
        assert sentence in (await thread.slash(command, **options)).text, command
    assert written() == known
    assert (await desk.ticket()).team_role_ids == [vault.id]
