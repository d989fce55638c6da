"""What is under answers does the same after the bot was stopped and started, also what waits to become a ticket."""

from standin import StandIn
from tests.fixtures.discord import Running
from tests.fixtures.faq.shelf import Shelf
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town

ANYWAY, SOLVED, CHOOSE = "Open the ticket anyway", "This solved it", "Read an answer…"


async def test_buttons_live_on_after_a_restart(running: Running, stand_in: StandIn, town: Town) -> None:
    alice, mallory = (stand_in.person(one, town.general) for one in (town.alice, town.mallory))
    async with running() as bot:
        shelf, desk = Shelf(bot, town), Desk(bot, town)
        await desk.offer()
        await desk.offer("002", name="Money")
        nick = await shelf.write("How do I change my nickname?")
        await shelf.write("Can I change my nickname colour?")
        roles = await shelf.write("How do I get roles?")
        found = await alice.slash("faq search", question="change nickname")
        read = await alice.choose(
            await alice.slash("faq search", question="change nickname"), CHOOSE, "How do I change my nickname?"
        )
        mine = await alice.slash("faq search", question="roles")
        await alice.click(mine, "Share in this channel")
        await stand_in.until(lambda: "You shared" in mine.text)
        post = mallory.last_message
        assert post is not None
        nothing = await alice.slash("faq search", question="submarines")
        drafts = []
        for about in ("How do I get roles?", "I want to change my nickname, how?"):
            form = await alice.choose(await alice.slash("ticket open"), "Choose a kind of ticket…", "Support")
            drafts.append(await alice.submit(form, {"What is it about?": about}))
        form = await alice.choose(await alice.slash("ticket open"), "Choose a kind of ticket…", "Money")
        solved = await alice.submit(form, {"What is it about?": "change nickname"})

    async with running() as bot:
        shelf, desk = Shelf(bot, town), Desk(bot, town)
        opened = await alice.choose(found, CHOOSE, "Can I change my nickname colour?")
        assert opened.embeds[0]["title"] == "Can I change my nickname colour?"
        back = await alice.click(read, "Back to the results")
        assert back.embeds[0]["description"].splitlines()[0] == "1. How do I change my nickname?"
        assert (await mallory.click(post, "Helpful")).text == "Thank you. That counts."
        assert (await mallory.click(post, "Helpful")).text == "Thank you. That counts."
        assert await shelf.counts(roles) == (2, 1, 0)
        told = await alice.click(nothing, "Tell me when there is an answer")
        assert told.text.endswith("You will get a direct message once there is an answer.")
        form = await alice.choose(await alice.click(told, "Open a ticket"), "Choose a kind of ticket…", "Money")
        assert form.modal.fields[0].value == "submarines"
        ticket = await alice.click(drafts[0], ANYWAY)
        assert ticket.text.startswith("Your ticket #1 is open")
        assert (await desk.ticket()).description == "How do I get roles?"
        # Only one open ticket of a kind: what was written for the other is still there.
        refused = await alice.click(drafts[1], ANYWAY)
        assert "You have an open ticket of this kind already" in (refused.followups or [refused])[0].text
        chosen = await alice.choose(solved, "Read all of an answer…", "How do I change my nickname?")
        assert (await alice.click(chosen, SOLVED)).text.startswith("Good to hear. No ticket was opened; “How do I")
        assert (await shelf.counts(nick))[1] == 1
        assert await desk.count() == 1
