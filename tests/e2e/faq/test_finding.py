"""Finding answers: results, opening one in place, going back, and saying whether it helped."""

import pytest

from app.ui.faq.finding_ids import BackId, OpenResultId, RateId
from standin import Person
from tests.fixtures.faq.shelf import Shelf
from tests.fixtures.tickets.offering import Desk

CHOOSE = "Read an answer…"


async def test_a_member_finds_an_answer_reads_it_in_place_and_goes_back(shelf: Shelf, alice: Person) -> None:
    nick = await shelf.write("How do I change my nickname?", "Use **Edit Server Profile**.")
    await shelf.write("Can I change my nickname colour?", "Colours come with roles.")
    await shelf.write("Where is the wiki?", elsewhere=True)
    said = await alice.slash("faq search", question="change my **nickname** <@1>")
    assert said.private
    assert said.text == "2 answers for `change my **nickname** <@1>`"
    assert said.embeds[0]["description"].splitlines() == [
        "1. How do I change my nickname?",
        "2. Can I change my nickname colour?",
    ]
    opened = await alice.choose(said, CHOOSE, "How do I change my nickname?")
    assert opened.embeds[0]["description"] == "Use **Edit Server Profile**."
    assert opened.text == said.text
    assert [one.label for one in opened.buttons] == [
        "Helpful",
        "Not helpful",
        "Share in this channel",
        "Send to a member…",
        "Back to the results",
    ]
    (search,) = await shelf.searches()
    assert (search.results_count, search.opened_id, search.user_id) == (2, nick.id, alice.id)
    back = await alice.click(opened, "Back to the results")
    assert back.embeds[0]["description"].startswith("1. How do I change my nickname?\n2. ")
    again = await alice.choose(back, CHOOSE, "Can I change my nickname colour?")
    assert again.embeds[0]["title"] == "Can I change my nickname colour?"
    assert await shelf.counts(nick) == (1, 0, 0)


async def test_a_suggestion_opens_its_answer_at_once(shelf: Shelf, alice: Person) -> None:
    entry = await shelf.write("How do I get roles?")
    hidden = await shelf.write("How do I get rid of roles?", enabled=False)
    foreign = await shelf.write("How do I get a boat?", elsewhere=True)
    (choice,) = await alice.autocomplete("faq search", "question", "how do i g")
    assert choice["name"] == "How do I get roles?"
    assert await alice.autocomplete("faq search", "question", "can somebody tell me where rolles are") == [choice]
    said = await alice.slash("faq search", question=choice["value"])
    assert said.embeds[0]["title"] == "How do I get roles?"
    assert not said.selects
    # Some clients send what the suggestion is called.
    assert (await alice.slash("faq search", question=choice["name"])).embeds[0]["title"] == "How do I get roles?"
    assert [one.opened_id for one in await shelf.searches()] == [entry.id, entry.id]
    for one in (hidden, foreign):
        refused = await alice.slash("faq search", question=f"#{one.id}")
        assert refused.text.startswith("There is no such entry in the FAQ of this server.")
    assert len(await shelf.searches()) == 2
    assert await alice.autocomplete("faq search", "question", "'; DROP TABLE faq_entries; --") == []


@pytest.mark.parametrize("typed", ["'", "!!! ??", "😀 😀", "<@123> <#5>", "** __ ~~", "\u200b\u200b", '" & | ! <->'])
async def test_what_has_no_words_is_answered_with_a_sentence(shelf: Shelf, alice: Person, typed: str) -> None:
    await shelf.write("How do I get roles?")
    said = await alice.slash("faq search", question=typed)
    assert said.text.startswith("There is no word in that to search for.")
    assert await shelf.searches() == []


@pytest.mark.parametrize(
    "typed",
    ["the of and", "zzz " * 1000, "'; DROP TABLE faq_entries; --", "![x](y) ```z```", "@everyone qqq", "zz" * 2000],
)
async def test_whatever_is_typed_gets_a_sensible_answer_and_pings_nobody(
    shelf: Shelf, alice: Person, mallory: Person, typed: str
) -> None:
    await shelf.write("How do I get roles?")
    said = await alice.slash("faq search", question=typed)
    assert said.text.startswith("The FAQ has no answer for `")
    assert "everyone" not in said.text or "`@everyone qqq`" in said.text
    assert [one.label for one in said.buttons] == ["Tell me when there is an answer"]
    assert not mallory.pings
    (search,) = await shelf.searches()
    assert search.results_count == 0
    assert search.query == typed.strip()


async def test_who_finds_nothing_can_be_told_later_if_they_are_kept(
    shelf: Shelf, desk: Desk, alice: Person, mallory: Person
) -> None:
    await desk.offer()
    said = await alice.slash("faq search", question="submarines")
    assert [one.label for one in said.buttons] == ["Tell me when there is an answer", "Open a ticket"]
    refused = await mallory.click(said, "Tell me when there is an answer", raw=True)
    assert refused.text == "I do not know that search any more. Please search again."
    told = await alice.click(said, "Tell me when there is an answer")
    assert told.text.endswith("\nYou will get a direct message once there is an answer.")
    assert [one.label for one in told.buttons] == ["Open a ticket"]
    assert [one.to_tell for one in await shelf.searches()] == [True]
    # What is found by a word of no weight is not opened as if it were the answer.
    await shelf.write("How do I get roles?", "Ask. Or [x](https://example.com).")
    weak = await alice.slash("faq search", question="how can submarines fire torpedoes at x")
    assert weak.embeds[0]["description"] == "1. How do I get roles?"
    assert [one.label for one in weak.buttons] == ["Tell me when there is an answer", "Open a ticket"]
    told = await alice.click(weak, "Tell me when there is an answer")
    assert told.embeds[0]["description"] == "1. How do I get roles?"
    assert [one.label for one in told.buttons] == ["Open a ticket"]
    assert [one.opened_id for one in await shelf.searches()] == [None, None]
    await shelf.set("faq.keep_members", value=False)
    assert [one.label for one in (await alice.slash("faq search", question="submarines")).buttons] == ["Open a ticket"]


async def test_everybody_has_one_vote_and_may_change_it(
    shelf: Shelf, desk: Desk, alice: Person, mallory: Person
) -> None:
    await desk.offer()
    entry, other = await shelf.write("How do I get roles?"), await shelf.write("Which roles are there?")
    said = await alice.slash("faq search", question="how do i get roles")
    assert said.embeds[0]["title"] == "How do I get roles?"
    for _ in range(2):
        thanks = await alice.click(said, "Helpful")
        assert thanks.text == "Thank you. That counts."
    assert await shelf.counts(entry) == (1, 1, 0)
    sorry = await alice.click(said, "Not helpful")
    assert sorry.private
    assert await shelf.counts(entry) == (1, 0, 1)
    assert [option["label"] for option in sorry.selects[0].options] == ["Which roles are there?"]
    assert [one.label for one in sorry.buttons] == ["Open a ticket"]
    read = await alice.choose(sorry, CHOOSE, "Which roles are there?")
    assert read.embeds[0]["title"] == "Which roles are there?"
    (search,) = await shelf.searches()
    assert (search.opened_id, search.is_helpful) == (other.id, False)
    # Somebody else, with a client that sends what it was never shown.
    await mallory.click(
        said, RateId(guild_id=entry.guild_id, log_id=search.id, entry_id=entry.id, helpful=True).pack(), raw=True
    )
    (search,) = await shelf.searches()
    assert search.is_helpful is False


async def test_old_buttons_of_what_is_gone_say_so(shelf: Shelf, alice: Person, stranger: Person) -> None:
    entry = await shelf.write("How do I change my nickname?")
    await shelf.write("Can I change my nickname colour?")
    said = await alice.slash("faq search", question="change nickname")
    await shelf.remove(entry)
    for pressed in (
        await alice.choose(said, CHOOSE, "How do I change my nickname?"),
        await alice.click(
            said, RateId(guild_id=entry.guild_id, log_id=1, entry_id=entry.id, helpful=True).pack(), raw=True
        ),
    ):
        assert pressed.text == "This answer is not in the FAQ any more."
    foreign = await shelf.write("Where is the boat?", elsewhere=True)
    chosen = await alice.choose(said, OpenResultId(log_id=1).pack(), [str(foreign.id)], raw=True)
    assert "boat" not in chosen.full_text
    assert (await alice.click(said, BackId(log_id=999).pack(), raw=True)).text == "2 answers for `change nickname`"
