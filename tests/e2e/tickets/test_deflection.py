"""Answers of the FAQ before a ticket is opened: what they spare, and that nothing is lost on the way."""

import asyncio
import itertools
from typing import Any

from app.bot import Bot
from app.core.tickets.types import Question, QuestionKind, Route
from app.models.faq_search_log import SearchSource
from app.ui.faq.finding_ids import OpenAnywayId, SolvedId
from standin import Person, StandIn, Upload
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.shelf import Shelf
from tests.fixtures.statements import quiet, statements_of
from tests.fixtures.tickets.offering import Desk, headed, open_ticket
from tests.fixtures.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
CHANNELS = "POST /guilds/{guild_id}/channels"
ANYWAY, SOLVED = "Open the ticket anyway", "This solved it"
GONE = "What you wrote is not here any more: its ticket is open, or a day has passed."


async def test_an_answer_spares_a_ticket(desk: Desk, shelf: Shelf, alice: Person, mallory: Person) -> None:
    await desk.offer()
    roles = await shelf.write("How do I get roles?", "In <#1>, press **Roles**. " + "Really. " * 200)
    await shelf.write("How do I get rid of roles?")
    await shelf.write("Which roles are there?")
    await shelf.write("Roles of bots", elsewhere=True)
    said = await open_ticket(alice, "how do I get roles")
    assert said.private
    assert said.text.startswith("One of these may answer what you wrote. No ticket is open yet")
    titles = ["How do I get roles?", "How do I get rid of roles?", "Which roles are there?"]
    assert [embed["title"] for embed in said.embeds] == titles
    assert [one.label for one in said.buttons] == [SOLVED, ANYWAY]
    assert await desk.count() == 0
    read = await alice.choose(said, "Read all of an answer…", "How do I get roles?")
    assert read.embeds[0]["description"].endswith("Really.")
    (search,) = await shelf.searches()
    pressed = SolvedId(log_id=search.id, entry_id=roles.id).pack()
    assert (await mallory.click(read, pressed, raw=True)).text == GONE
    done = await alice.click(read, SOLVED)
    assert done.text == "Good to hear. No ticket was opened; “How do I get roles?” answered it."
    assert not done.buttons
    (search,) = await shelf.searches()
    assert (search.source, search.is_helpful, search.opened_id) == (SearchSource.TICKET, True, roles.id)
    assert search.ticket_at is None
    assert await shelf.counts(roles) == (1, 1, 0)
    assert await desk.count() == 0
    # Pressed on the message as it was before.
    assert (await alice.click(said, OpenAnywayId(log_id=search.id).pack(), raw=True)).text == GONE


async def test_a_ticket_is_opened_anyway_with_all_that_was_written(
    desk: Desk, shelf: Shelf, town: Town, alice: Person, bot: Bot, stand_in: StandIn
) -> None:
    await desk.offer(
        questions=(
            Question("What is wrong?", QuestionKind.LONG),
            Question("Area", QuestionKind.SELECT, options=("Money", "Other")),
            Question("Pictures", QuestionKind.FILES, required=False, max_files=2),
        ),
        routes=(Route("Area", "Money", team_role_ids=(town.billing.id,)),),
    )
    entry = await shelf.write("I paid twice")
    given: dict[str, Any] = {"What is wrong?": "I paid twice", "Area": "Money", "Pictures": [Upload("a.png", PNG)]}
    said = await alice.submit(await alice.slash("ticket open"), given)
    assert said.text.startswith("This may answer what you wrote.")
    assert said.embeds[0]["title"] == "I paid twice"
    # Nothing of it is remembered by a process, so that a restart in between changes nothing.
    bot.kept_forms.__init__()
    opened = await alice.click(said, ANYWAY)
    ticket = await desk.ticket()
    assert opened.text.startswith(f"Your ticket #1 is open: <#{ticket.channel_id}>")
    assert not opened.buttons
    assert not opened.embeds
    assert ticket.team_role_ids == [town.billing.id]
    assert [one["label"] for one in ticket.answers] == ["What is wrong?", "Area", "Pictures"]
    files = [file for message in desk.channel(ticket).messages for file in message.attachments]
    assert [file.content for file in files] == [PNG]
    (search,) = await shelf.searches()
    assert search.ticket_at is not None
    assert search.is_helpful is None
    assert await shelf.counts(entry) == (1, 0, 0)
    assert (await alice.click(said, OpenAnywayId(log_id=search.id).pack(), raw=True)).text == GONE
    assert await desk.count() == 1
    assert stand_in.world is town.world


async def test_it_is_asked_only_where_an_answer_is_likely_and_wanted(
    desk: Desk, shelf: Shelf, alice: Person, mallory: Person, moderator: Person, town: Town
) -> None:
    await desk.offer()
    await shelf.write("How do I get roles?", "Ask the boat committee.")
    await shelf.write("Where is the wiki?", enabled=False)
    # Of what was written, one word is somewhere in an answer.
    said = await open_ticket(alice, "My bicycle was stolen last night by a man in a boat and nobody helps me")
    assert said.text.startswith("Your ticket #1 is open")
    form = await moderator.slash("ticket open", member=mallory.user)
    assert "is open" in (await moderator.submit(form, {"What is it about?": "How do I get roles?"})).text
    await shelf.set("faq.in_tickets", value=False)
    form = await moderator.slash("ticket open")
    assert "is open" in (await moderator.submit(form, {"What is it about?": "How do I get roles?"})).text
    (search,) = await shelf.searches()
    assert (search.source, search.results_count) == (SearchSource.TICKET, 0)


async def test_a_search_is_followed_by_a_ticket_that_is_there(
    desk: Desk, shelf: Shelf, alice: Person, clock: ManualClock, stand_in: StandIn
) -> None:
    await desk.offer()
    await shelf.set("faq.in_tickets", value=False)
    await alice.slash("faq search", question="bicycle")
    stand_in.faults.fail(CHANNELS, 403, code=50013, message="Missing Permissions")
    assert "I lack a permission" in (await open_ticket(alice)).text
    await desk.settled()
    (search,) = await shelf.searches()
    assert search.ticket_at is None
    # The job opens it, once Discord answers.
    stand_in.faults.show_page(CHANNELS)
    await open_ticket(alice)
    (search,) = await shelf.searches()
    assert search.ticket_at is None
    clock.move(minutes=2)
    await desk.settled()
    assert (await desk.ticket()).channel_id is not None
    (search,) = await shelf.searches()
    assert search.ticket_at == clock()


async def test_a_ticket_without_an_answer_shows_staff_what_the_faq_lacks(
    desk: Desk, shelf: Shelf, town: Town, alice: Person, mallory: Person, moderator: Person
) -> None:
    await desk.offer()
    await desk.offer("002", name="Reports")
    await desk.offer("003", name="All", team_role_ids=())
    await shelf.set("general.staff_role", town.staff.id)
    await mallory.click(await mallory.slash("faq privacy"), "Keep none of my searches")

    async def opened(person: Person, kind: str, about: str) -> None:
        form = await person.choose(await person.slash("ticket open"), "Choose a kind of ticket…", kind)
        assert "is open" in (await person.submit(form, {"What is it about?": about})).text
        await desk.settled()

    await opened(alice, "Support", "Where are the bicycles?")
    await opened(mallory, "Support", "Where are the boats?")
    await desk.offer("002", name="Reports", team_role_ids=(town.billing.id,))
    await opened(alice, "Reports", "Somebody hurt me")
    await opened(alice, "All", "where are the bicycles")
    gaps = await moderator.slash("faq gaps")
    assert "where are the bicycles" in gaps.full_text
    assert "2 searches · 1 person" in gaps.full_text
    assert "boats" not in gaps.full_text
    assert "hurt" not in gaps.full_text
    found = await shelf.searches()
    assert [one.query is None for one in found] == [False, True, True, False]
    assert [one.user_id for one in found] == [alice.id, None, alice.id, alice.id]
    assert all(one.ticket_at is not None for one in found)


async def test_what_stands_in_the_way_is_said_before_and_loses_nothing(
    desk: Desk, shelf: Shelf, alice: Person, clock: ManualClock, bot: Bot
) -> None:
    await desk.offer()
    await shelf.write("How do I get roles?")
    forms = [await alice.slash("ticket open") for _ in range(3)]
    about = {"What is it about?": "How do I get roles?"}
    first, second = [await alice.submit(form, about) for form in forms[:2]]
    assert (await alice.click(first, ANYWAY)).text.startswith("Your ticket #1 is open")
    await headed(bot)
    refused = await alice.submit(forms[2], about)
    assert refused.text.startswith("You have an open ticket of this kind already")
    # The second draft waits until the first ticket is closed.
    waiting = await alice.click(second, ANYWAY)
    assert "already" in waiting.followups[0].text if waiting.followups else "already" in waiting.text
    await headed(bot)
    await alice.at(desk.channel(await desk.ticket())).slash("ticket close")
    await desk.settled()
    third = await open_ticket(alice, "How do I get roles?")
    assert (await alice.click(second, ANYWAY)).text.startswith("Your ticket #2 is open")
    await desk.remove("ticket_types", "001")
    gone = await alice.click(third, ANYWAY)
    assert "How do I get roles?" in gone.text
    clock.move(days=1, seconds=1)
    async with bot.uow() as work:
        assert await work.faq.deflecting.forget_old() == 0


async def test_drafts_that_nobody_came_back_to_go_after_a_day(
    desk: Desk, shelf: Shelf, alice: Person, clock: ManualClock, bot: Bot
) -> None:
    await desk.offer()
    await shelf.write("How do I get roles?")
    said = await open_ticket(alice, "How do I get roles?")
    clock.move(days=1, seconds=1)
    assert (await alice.click(said, ANYWAY)).text == GONE
    async with bot.uow() as work:
        assert await work.faq.deflecting.forget_old() == 1
        assert await work.faq.deflecting.forget_old() == 0


async def test_a_search_in_vain_becomes_a_ticket_without_asking_twice(desk: Desk, shelf: Shelf, alice: Person) -> None:
    await desk.offer()
    await desk.offer("002", name="Money")
    entry = await shelf.write("How do I get roles?")
    said = await alice.slash("faq search", question="how do I get roles")
    sorry = await alice.click(said, "Not helpful")
    form = await alice.choose(await alice.click(sorry, "Open a ticket"), "Choose a kind of ticket…", "Money")
    assert form.modal.fields[0].value == "how do I get roles"
    opened = await alice.submit(form, {"What is it about?": "How do I get roles?"})
    assert opened.text.startswith("Your ticket #1 is open")
    assert (await desk.ticket()).type == "002"
    (search,) = await shelf.searches()
    assert search.ticket_at is not None
    assert (search.is_helpful, search.opened_id) == (False, entry.id)


async def test_every_way_in_shows_answers_and_two_presses_open_one_ticket(
    desk: Desk, shelf: Shelf, town: Town, alice: Person, mallory: Person, manager: Person
) -> None:
    await desk.offer()
    await desk.offer("002", name="Money")
    await shelf.write("How do I get roles?")
    about = {"What is it about?": "How do I get roles?"}
    form = await manager.slash("tickets panel post")
    await manager.submit(form, {"Ticket types": ["Support", "Money"]})
    panel = alice.last_message
    assert panel is not None
    asked = await mallory.say("how?")
    menu = await alice.choose(
        await alice.context_menu("Open a ticket about this", asked), "Choose a kind of ticket…", "Money"
    )
    said = await alice.submit(menu, about)
    pressed = await alice.submit(await alice.click(panel, "Support"), about)
    for one in (said, pressed):
        assert one.text.startswith("This may answer what you wrote.")
    opened = await asyncio.gather(*(alice.click(said, ANYWAY) for _ in range(2)))
    assert await desk.count() == 1
    texts = {message.text for one in opened for message in [one, *one.followups]}
    assert GONE in texts
    ticket = await desk.ticket()
    assert [one["kind"] for one in ticket.answers] == ["long", "message"]
    assert ticket.answers[1]["value"].endswith(f"/{asked.id}")


async def test_where_nothing_is_found_opening_costs_one_query_more(
    desk: Desk, shelf: Shelf, alice: Person, mallory: Person, bot: Bot
) -> None:
    await desk.offer()
    await shelf.write("How do I get roles?")
    sent = statements_of(bot)

    async def waited_for(person: Person) -> list[str]:
        form = await person.slash("ticket open")
        await desk.settled()
        await quiet(sent)
        await person.submit(form, {"What is it about?": "My bicycle is gone"})
        # Until the ticket is begun: the rest is the same.
        return list(itertools.takewhile(lambda one: "INSERT INTO support_tickets" not in one, sent))

    asking = await waited_for(alice)
    await shelf.set("faq.in_tickets", value=False)
    silent = await waited_for(mallory)
    assert len(asking) == len(silent) + 1
    assert sum("faq_entries" in one for one in asking) == 1


async def test_where_there_is_no_faq_a_ticket_is_begun_without_a_search(
    desk: Desk, shelf: Shelf, town: Town, stand_in: StandIn, bot: Bot
) -> None:
    await desk.offer()
    await shelf.write("How do I get roles?", elsewhere=True)
    people = [stand_in.person(one, town.general) for one in (town.alice, town.mallory, town.helper_one, town.manager)]
    sent = statements_of(bot)

    async def opened(person: Person) -> tuple[str, int]:
        """What the person is told, and how many searches there were."""
        form = await person.slash("ticket open")
        await desk.settled()
        await quiet(sent)
        said = await person.submit(form, {"What is it about?": "How do I get roles?"})
        await headed(bot)
        return said.text.splitlines()[0], sum("WITH word" in one for one in sent)

    # The first one sees that there is nothing, and the next one relies on it.
    first, second, third, fourth = people
    assert [await opened(one) for one in (first, second)] == [
        (f"Your ticket #{number} is open: <#{(await desk.ticket(number)).channel_id}>", 1 - place)
        for place, number in enumerate((1, 2))
    ]
    # Each is a search in vain that a ticket followed.
    assert [(one.results_count, one.ticket_at is not None) for one in await shelf.searches()] == [(0, True)] * 2
    # Another process adds an entry, of which this one hears nothing.
    entry = await shelf.write("How do I get roles?")
    said, searches = await opened(third)
    assert said.startswith("This may answer what you wrote.")
    assert searches == 1
    assert await desk.count() == 2
    await shelf.remove(entry)
    assert (await opened(fourth))[0].startswith("Your ticket #3 is open")
