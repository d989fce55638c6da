"""What staff learn from searches, over the wire: what is missing, by which words, and what the FAQ achieves."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from app.bot import Bot
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.faq.searches import Searches
from tests.fixtures.statements import statements_of
from tests.fixtures.town import Town


@pytest.fixture
def searches(bot: Bot, town: Town) -> Searches:
    return Searches(bot, town)


async def test_staff_answer_what_is_missing_in_three_ways(
    searches: Searches, town: Town, alice: Person, moderator: Person, clock: ManualClock
) -> None:
    for command in ("gaps", "words", "stats"):
        assert (await alice.slash(f"faq {command}")).text == (
            "Only staff of this server can see what is searched for in its FAQ."
        )
    assert (await moderator.slash("faq gaps")).text.startswith("Nothing was searched for in vain in the last 30 days")
    for person in (town.alice, town.mallory):
        await searches.add("How do I get @everyone **roles**?", person.id)
    await searches.add("get @everyone roles", town.alice.id, to_tell=True)
    await searches.add("`asdf`", town.mallory.id, results_count=2)
    await searches.add("refunds", town.alice.id)
    fees = await searches.entry("Money back")
    page = await moderator.slash("faq gaps", days=7)
    assert page.mentions == []
    assert page.private
    assert (
        "1. **How do I get @\u200beveryone \\*\\*roles\\*\\*?**\n3 searches · 2 people · 1 waits for an answer"
        in page.full_text
    )
    assert "1 with a result that nobody opened" in page.full_text
    assert "Page 1 of 1 · 3 questions" in page.full_text

    # Written: the form has the wording, and what was asked is answered once it is saved.
    one = await moderator.choose(page, "Do something about one…", ["How do I get @everyone **roles**?"])
    form = await moderator.click(one, "Write the answer")
    assert form.modal.fields[0].value == "How do I get @everyone **roles**?"
    preview = await moderator.submit(form, {"Title": "Getting roles", "Answer": "Ask the staff."})
    saved = await moderator.click(preview, "Save")
    assert (
        "It answers `How do I get @everyone **roles**?`.\nThat were 3 searches.\nOne person will be told directly."
        in (saved.full_text)
    )
    found = await moderator.slash("faq show", entry="Getting roles")
    assert found.embeds[0]["description"] == "Ask the staff."

    clock.move(seconds=1)
    # Answered by an entry that is there, which is looked for by its title, and taken back.
    page = await moderator.slash("faq gaps")
    one = await moderator.choose(page, "Do something about one…", ["refunds"])
    chooser = await moderator.click(one, "It is answered by…")
    form = await moderator.click(chooser, "Look for another one…")
    assert (
        "No entry has a title with `nothing like this`"
        in (await moderator.submit(form, {"Words of its title": "nothing like this"})).text
    )
    # Of all entries only those that are switched off are read; the others are looked up, also with a mistake.
    await searches.entry("Moneybags", enabled=False)
    statements = statements_of(searches.bot)
    for typed, titles in (("mon", ["Money back", "Moneybags"]), ("monye bakc", ["Money back"])):
        chooser = await moderator.submit(
            await moderator.click(chooser, "Look for another one…"), {"Words of its title": typed}
        )
        assert [one["label"] for one in chooser.selects[0].options] == titles
    assert all("NOT faq_entries.enabled" in one for one in statements if "LIKE" in one)
    done = await moderator.choose(chooser, "Choose the entry…", ["Money back"])
    assert (
        done.text
        == "“Money back” answers `refunds` from now on.\nIt is found by `refunds` as well.\nThat was one search."
    )
    async with searches.bot.uow() as work:
        hits = await work.faq.search.search(town.guild.id, "refunds", ["en-US"])
    assert [hit.id for hit in hits] == [fees]
    undone = await moderator.click(done, "Undo")
    assert undone.text == "1 search waits for an answer again."
    page = await moderator.click(undone, "All")
    assert "**refunds**" in page.full_text

    late = await moderator.choose(await moderator.slash("faq gaps"), "Do something about one…", ["`asdf`"])
    one = await moderator.choose(page, "Do something about one…", ["`asdf`"])
    assert (await moderator.click(one, "Needs no answer")).text.startswith("`'asdf'` needs no answer.")
    assert "asdf" not in (await moderator.slash("faq gaps")).full_text
    # Pressed too late, where it is still shown.
    refused = await moderator.click(late, "Needs no answer")
    assert refused.text.startswith("That is not waiting for an answer any more.")


async def test_buttons_live_on_after_a_restart_and_lead_nowhere_in_another_server(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    moderator, stranger = stand_in.person(town.moderator, town.general), stand_in.person(town.stranger, town.square)
    async with running() as bot:
        searches = Searches(bot, town)
        await searches.entry("Membership fees")
        for number in range(12):
            failed = await searches.add(f"{chr(97 + number) * 5} {number * 1111}", town.alice.id)
        page = await moderator.slash("faq gaps")
        assert "Page 1 of 3" in page.full_text
    async with running() as bot:
        page = await moderator.click(page, "Next")
        assert "Page 2 of 3" in page.full_text
        one = await moderator.choose(page, "Do something about one…", [page.selects[0].options[0]["label"]])
    async with running() as bot:
        searches = Searches(bot, town)
        done = await moderator.click(one, "Needs no answer")
        # Somebody of another server sends the same id.
        forged = await stranger.slash("faq gaps")
        assert forged.text.startswith("Nothing was searched for in vain")
        entry = await searches.entry("Fees")
        await searches.add("fee", town.alice.id, after_id=failed, opened_id=entry, results_count=1)
        assert "No words are suggested" in (await moderator.slash("faq words")).text
        more = {"opened_id": entry, "results_count": 1, "is_helpful": True}
        await searches.add("fees", town.alice.id, after_id=failed, **more)
        words = await moderator.slash("faq words")
        assert f"1. `{chr(97 + 11) * 5} 12221` → **Fees**" in words.full_text
        assert (
            "Page 1 of 3" in (await moderator.click(await moderator.slash("faq words"), "Without an answer")).full_text
        )
    async with running() as bot:
        assert (await moderator.click(done, "Undo")).text == "1 search waits for an answer again."
        dismissed = await moderator.click(words, "1: dismiss")
        assert "is not suggested for that entry again" in dismissed.text
    async with running() as bot:
        back = await moderator.click(await moderator.click(dismissed, "Undo"), "All")
        confirmed = await moderator.click(back, "1: add the words")
        assert "“Fees” answers `lllll 12221` from now on." in confirmed.text
        shown = await moderator.click(confirmed, "All")
        assert shown.text.startswith("No words are suggested at the moment")


async def test_stats_show_figures_a_chart_and_a_table(
    searches: Searches, town: Town, moderator: Person, clock: ManualClock
) -> None:
    empty = await moderator.slash("faq stats")
    assert empty.embeds[0]["description"] == "Nothing was searched for."
    assert not empty.attachments
    entry = await searches.entry("=Roles* @everyone")
    for week in range(12):
        for number in range(week + 1):
            await searches.add(
                "=roles", town.alice.id, searched_at=clock() - timedelta(days=7 * week + 1),
                **({"opened_id": entry, "results_count": 1, "is_helpful": True} if number % 2 else {}),
            )  # fmt: skip
    shown = await moderator.slash("faq stats", period=90, export=True)
    assert shown.embeds[0]["title"] == "The FAQ in the last 90 days"
    fields: dict[str, Any] = {one["name"]: one["value"] for one in shown.embeds[0]["fields"]}
    assert fields["Searches"] == "78"
    assert fields["Found an answer"] == "46% (36 of 78)"
    assert fields["Searched for most"] == "`=roles` · 78"
    assert fields["Opened most"] == "**=Roles\\* @\u200beveryone** · 36 · 👍 36 👎 0"
    picture, table = shown.attachments
    assert picture.name == "faq.png"
    assert picture.content.startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[-3][:3] == ["Search", "'=roles", "78"]
    assert len({len(row) for row in rows}) == 1


async def test_members_see_stop_and_delete_what_is_kept_of_them(
    searches: Searches, town: Town, bot: Bot, alice: Person, mallory: Person
) -> None:
    for number in range(11):
        await searches.add(f"secret {number} @everyone", town.alice.id)
    await searches.add("of mallory", town.mallory.id)
    mine = await alice.slash("faq privacy")
    assert mine.private
    assert mine.mentions == []
    assert "`secret 10 @everyone`" in mine.full_text
    assert "mallory" not in mine.full_text
    assert "Page 1 of 2 · 11 searches in this server" in mine.full_text
    stopped = await alice.click(mine, "Keep none of my searches")
    assert stopped.text.startswith("From now on, nothing of what you search for is kept")
    assert await bot.member_privacy.get(town.alice.id)
    assert not await bot.member_privacy.get(town.mallory.id)
    asked = await alice.click(stopped, "Delete my searches…")
    gone = await alice.click(asked, "Delete them")
    assert gone.text == "Your 11 searches are deleted."
    assert "secret" not in gone.full_text
    again = await alice.click(gone, "Keep my searches")
    assert "as each server chose" in again.text
    assert "`of mallory`" in (await mallory.slash("faq privacy")).full_text
