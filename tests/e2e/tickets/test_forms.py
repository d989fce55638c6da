"""Forms of tickets that are sent too late, with wrong files, or while something fails: nothing is lost in silence."""

import asyncio
from typing import Any

from app.bot import Bot
from app.commands.tickets.opening import TicketOpening
from app.core.tickets.file_kinds import Accepts
from app.core.tickets.types import TYPES, Question, QuestionKind
from app.models import TicketStatus
from standin import Channel, Message, Person, StandIn, Upload
from tests.fixtures.clock import ManualClock
from tests.fixtures.tickets.offering import Desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
POST = "POST /channels/{channel_id}/messages"
WHAT, PICTURES, PROOF = "What happened?", "Pictures", "Proof"
ASKED = (
    Question(WHAT, QuestionKind.LONG),
    Question(PICTURES, QuestionKind.FILES, required=False, max_files=2, hint="Of it", accepts=Accepts.IMAGES),
)


async def test_files_are_taken_by_what_they_are(
    desk: Desk, alice: Person, manager: Person, bot: Bot, stand_in: StandIn
) -> None:
    await desk.offer(questions=ASKED)
    form = await alice.slash("ticket open")
    assert form.modal.fields[1].description == "Images only: PNG, JPEG, GIF, WebP, AVIF or HEIC. Of it"
    given: dict[str, Any] = {WHAT: "It broke", PICTURES: [Upload("a.png", PNG), Upload("b.png", b"MZ\x90\0")]}
    refused = await alice.submit(form, given)
    assert refused.text == (
        "The file b.png is not what “Pictures” takes. Images only: PNG, JPEG, GIF, WebP, AVIF or HEIC."
    )
    assert await desk.count() == 0
    again = await alice.click(refused, "Try again")
    assert again.modal.fields[0].value == "It broke"
    # The answer does not wait for the message in the channel, but a stop does, and the files are in it.
    hold = stand_in.faults.hold(POST)
    said = await alice.submit(again, {PICTURES: [Upload("b.txt", PNG)]})
    assert said.text.startswith("Your ticket #1 is open")
    stand_in.world.files.lose_uploads()
    opening = bot.get_cog("TicketOpening")
    assert isinstance(opening, TicketOpening)
    stopping = asyncio.create_task(opening.stop())
    await hold.reached()
    assert not stopping.done()
    hold.release()
    await stopping
    assert [file.content for file in header(desk.channel(await desk.ticket())).attachments] == [PNG]

    # Managers say so where they say how a question is answered, and their preview refuses the same.
    page = await manager.slash("tickets type questions", type="Support")
    assert "• Pictures · Images · optional · at most 2 files" in page.full_text
    asked = {"Question": PROOF, "How it is answered": ["Documents"], "Choices": "1", "Answer": "It can be left out"}
    page = await manager.submit(await manager.click(page, "Add a question"), asked)
    assert "• Proof · Documents · optional · at most 1 file" in page.full_text
    edit = await manager.click(await manager.choose(page, "Change one of them…", [PROOF]), "Edit")
    assert "Documents" in [option["label"] for option in edit.modal.fields[1].options if option.get("default")]
    preview = await manager.click(await manager.slash("tickets type show", type="Support"), "Preview the form")
    tried = await manager.submit(preview, {WHAT: "x", PROOF: [Upload("bill.pdf", PNG)]})
    assert tried.text.startswith("The file bill.pdf is not what “Proof” takes. Documents only: PDF, Word,")


def header(channel: Channel) -> Message:
    (found,) = [message for message in channel.messages if message.embeds]
    return found


async def test_files_of_a_form_survive_whoever_was_to_post_them(
    desk: Desk, alice: Person, stand_in: StandIn, clock: ManualClock
) -> None:
    await desk.offer(questions=ASKED)

    async def sent(number: int) -> Channel:
        said = await alice.submit(
            await alice.slash("ticket open"), {WHAT: "It broke", PICTURES: [Upload("a.png", PNG), Upload("b.png", PNG)]}
        )
        assert said.text.startswith(f"Your ticket #{number} is open")
        return desk.channel(await desk.ticket(number))

    async def headed(channel: Channel, number: int) -> Message:
        clock.move(minutes=1)
        await desk.settled()
        found = header(channel)
        assert (await desk.ticket(number)).header_message_id == found.id
        await alice.at(channel).slash("ticket close")
        # What it is told at the end would meet the next failure.
        while (await desk.ticket(number)).status is not TicketStatus.CLOSED:
            await desk.settled()
        return found

    stand_in.faults.reset(POST, after=False)
    channel = await sent(1)
    assert not channel.messages
    found = await headed(channel, 1)
    assert [(file.name, file.content) for file in found.attachments] == [("a.png", PNG), ("b.png", PNG)]
    assert "could not be kept" not in found.text

    stand_in.faults.reset(POST, after=False)
    channel = await sent(2)
    stand_in.world.files.lose_uploads()
    found = await headed(channel, 2)
    assert not found.attachments
    assert "⚠️ 2 files of the form could not be kept. Please send them again here." in found.text

    # Discord takes the message without them, and with them it does not.
    stand_in.faults.fail(POST, 413, code=40005)
    found = header(await sent(3))
    assert not found.attachments
    assert "⚠️ 2 files of the form could not be kept." in found.text


async def test_what_was_typed_comes_back_when_there_is_nothing_to_open(desk: Desk, alice: Person) -> None:
    await desk.offer(questions=ASKED)
    forms = [await alice.slash("ticket open") for _ in range(4)]
    gone = "This kind of ticket is no longer offered. Choose another one with `/ticket open`."
    await desk.offer(questions=(Question(WHAT, QuestionKind.SHORT), Question("Where?", QuestionKind.LONG)))
    changed = await alice.submit(forms[0], {WHAT: "It *broke*"})
    reopen = "This form was changed while you filled it in. Open it again, please."
    assert changed.text == f"{reopen}\nThis is what you wrote:\n> It \\*broke\\*"
    again = await alice.click(changed, "Try again")
    assert [field.label for field in again.modal.fields] == [WHAT, "Where?"]

    await desk.remove(TYPES, "001")
    short = await alice.submit(forms[1], {WHAT: "It *broke*\n# Twice", PICTURES: [Upload("a.png", PNG)]})
    assert short.private
    assert short.text == (f"{gone}\nIts file was not kept.\nThis is what you wrote:\n> It \\*broke\\*\n> \\# Twice")
    long = await alice.submit(forms[2], {WHAT: "x " * 1500 + "ü"})
    assert long.private
    assert long.text == f"{gone}\nThis is what you wrote:"
    assert [file.content.decode("utf-8-sig") for file in long.attachments] == ["x " * 1500 + "ü"]
    await desk.offer(questions=ASKED, enabled=False)
    off = await alice.submit(forms[3], {WHAT: "It broke"})
    assert off.text == f"{gone}\nThis is what you wrote:\n> It broke"
    assert await desk.count() == 0
