"""The largest entries there can be, rows from before, and what goes for good."""

import pytest
from sqlalchemy import text

from app.bot import Bot
from app.core.actor import Actor
from app.core.faq.entries import Draft
from app.core.faq.errors import EntryNotFound
from app.core.faq.listing import Listing
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.jobs import settle_faq
from tests.fixtures.town import Town

BEFORE = (
    "INSERT INTO faq_entries (guild_id, title, summary, keywords, legacy) VALUES "
    "(:guild, '', '', '{}', NULL), "
    "(:guild, 'Twice', 'First', '{}', NULL), "
    "(:guild, 'twice', 'Second', array_fill('a keyword of before'::text, ARRAY[300]), NULL), "
    "(:guild, 'Long ' || repeat('t', 400), repeat('a', 5000), '{}', '{\"title\": true, \"summary\": true}'), "
    "(0, 'Of no server', 'Nowhere', '{}', NULL)"
)


async def test_the_largest_entry_fits_and_every_part_of_it_comes_back(
    moderator: Person, manager: Person, town: Town
) -> None:
    keywords = ", ".join(f"{number:02}{'k' * 30}" for number in range(29))
    typed = {
        "Title": "*T_" * 85 + "T",
        "Answer": ("`a` **b** <@1>\n" * 267)[:4000].strip(),
        "Keywords and other names": keywords,
        "Category": "C" * 50,
        "Address of an image": "https://example.com/" + "i" * 480,
    }
    form = await moderator.slash("faq add", owner=town.alice, verify_by="in 2 years", language="es-419")
    shown = await moderator.submit(form, typed)
    form = await moderator.click(shown, "Change")
    assert [one.value for one in form.modal.fields] == list(typed.values())
    await moderator.click(await moderator.submit(form, {}), "Save")
    # An entirely different text, beside one that somebody else wrote: what is compared is cut to what a message holds.
    mine = await moderator.slash("faq edit", entry=typed["Title"])
    theirs = await manager.slash("faq edit", entry=typed["Title"])
    shown = await moderator.submit(mine, {"Answer": "x\n" * 1999 + "y"})
    other = await manager.submit(theirs, {"Answer": "z\n" * 1999 + "y", "Category": "D" * 50})
    assert len(shown.text) <= 2000
    await moderator.click(shown, "Save")
    told = await manager.click(other, "Save")
    assert told.text.startswith(f"{moderator.mention} changed this entry")
    # There is no room for the title of before as a keyword: it is said, and nothing is lost.
    form = await manager.click(told, "Change")
    refused = await manager.submit(form, {"Title": "Short"})
    assert refused.text.startswith("All keywords of an entry have at most 1000 characters together.")
    form = await manager.click(refused, "Try again")
    assert form.modal.fields[0].value == "Short"
    shown = await manager.submit(form, {"Keywords and other names": "few"})
    saved = await manager.click(shown, "Save")
    assert saved.text == "Changed: title, answer, keywords, category."
    versions = await manager.click(saved, "Versions")
    for place in (0, 1):
        menu = versions.selects[0]
        looked = await manager.choose(versions, menu.custom_id, [menu.options[place]["label"]])
        versions = await manager.click(looked, "All versions")


async def test_rows_from_before_can_be_read_and_changed(bot: Bot, moderator: Person, alice: Person, town: Town) -> None:
    async with bot.uow() as work:
        await work._session.execute(text(BEFORE), {"guild": town.guild.id})
        await work.faq.indexing.index_next()
    listed = await alice.slash("faq list")
    assert listed.full_text.count("• ") == 4
    for line in ("• (without a title)", "• Twice", "• twice", "• Long ttt"):
        assert line in listed.full_text
    assert "Of no server" not in listed.full_text
    assert (await alice.slash("faq show", entry="Of no server")).text.startswith("There is no such entry")
    staffs = await moderator.slash("faq list", sort="title")
    for option in staffs.selects[0].options:
        card = await moderator.choose(staffs, staffs.selects[0].custom_id, [option["label"]])
        form = await moderator.click(card, "Edit")
        assert form.modal is not None
        assert len(form.modal.fields[1].value or "") <= 4000
    assert (await alice.slash("faq show", entry="TWICE")).embeds[0]["description"] == "First"
    assert (await alice.slash("faq show", entry="twice")).embeds[0]["description"] in {"First", "Second"}
    # One of two with the same title: its answer can be changed, and its title once it is another.
    second = await moderator.choose(staffs, staffs.selects[0].custom_id, ["twice"])
    form = await moderator.click(second, "Edit")
    shown = await moderator.submit(form, {"Answer": "Other", "Keywords and other names": ""})
    card = await moderator.click(shown, "Save")
    assert card.text == "Changed: answer, keywords."
    form = await moderator.click(card, "Edit")
    card = await moderator.click(await moderator.submit(form, {"Title": "Thrice"}), "Save")
    assert card.text == "Changed: title, keywords."
    assert (await alice.slash("faq show", entry="thrice")).embeds[0]["description"] == "Other"


async def test_what_was_removed_goes_for_good_after_thirty_days(bot: Bot, town: Town, clock: ManualClock) -> None:
    staff = Actor(town.guild.id, town.moderator.id, is_staff=True)
    async with bot.uow() as work:
        kept, gone, late = [(await work.faq.entries.add(staff, Draft(one, "So."))).id for one in "abc"]
        await work.faq.entries.remove(staff, gone)
    clock.move(days=29)
    async with bot.uow() as work:
        await work.faq.entries.remove(staff, late)
    clock.move(days=2)
    await settle_faq(bot, "purge")
    with pytest.raises(EntryNotFound):
        async with bot.uow() as work:
            await work.faq.entries.restore(staff, gone)
    async with bot.uow() as work:
        await work.faq.entries.restore(staff, late)
        assert {one.id for one in (await work.faq.reading.page(staff, Listing())).entries} == {kept, late}
