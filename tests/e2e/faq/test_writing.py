"""Writing the FAQ, as staff and others meet it."""

import asyncio
from pathlib import Path

from app.db import DatabaseUrl
from standin import Person, StandIn, Upload
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import running_bot
from tests.fixtures.town import Town

ONLY_STAFF = "Only staff of this server can change its FAQ."
NO_SUCH = "There is no such entry in the FAQ of this server. Choose one of those that are suggested."
ANSWER = "**Press** the button.\n\n- twice\n```py\nprint('<@1> @everyone')\n```"


async def test_an_entry_is_written_changed_and_read(
    moderator: Person, manager: Person, alice: Person, town: Town
) -> None:
    nothing = await moderator.slash("faq list")
    assert nothing.text == "There are no entries yet. Write the first one with `/faq add`."
    form = await moderator.slash("faq add", owner=town.alice, verify_by="in 6 months", language="de")
    typed = {
        "Title": " How do I *win*? ",
        "Answer": ANSWER,
        "Keywords and other names": "victory, Sieg\nvictory",
        "Category": "Games",
        "Address of an image": "https://example.com/win.png?a=1&b=2",
    }
    shown = await moderator.submit(form, typed)
    assert shown.private
    assert shown.text == "This is how it will look. Nothing is saved yet."
    entry, details = shown.embeds
    assert (entry["title"], entry["description"]) == ("How do I *win*?", ANSWER)
    assert (entry["footer"]["text"], entry["image"]["url"]) == ("Games", "https://example.com/win.png?a=1&b=2")
    assert f"Owner: {alice.mention}" in details["description"]
    assert "To be checked by <t:" in details["description"]
    assert "Language: Deutsch" in details["description"]
    assert details["footer"]["text"] == "🔑 victory, Sieg"
    assert (await alice.slash("faq show", entry="How do I *win*")).text == NO_SUCH

    # Back into the form and out again, nothing is lost; what is refused is kept.
    form = await moderator.click(shown, "Change")
    assert [one.value for one in form.modal.fields] == [
        "How do I *win*?",
        ANSWER,
        "victory, Sieg",
        "Games",
        "https://example.com/win.png?a=1&b=2",
    ]
    refused = await moderator.submit(form, {"Address of an image": "win.png"})
    assert refused.text.startswith("An image is given by its address")
    again = await moderator.click(refused, "Try again")
    assert again.modal.fields[0].value == "How do I *win*?"
    shown = await moderator.submit(again, {"Address of an image": "", "Title": "How do I win?"})
    saved, twice = await asyncio.gather(moderator.click(shown, "Save"), moderator.click(shown, "Save"))
    assert saved.text == twice.text == "Saved. It is found from now on."
    assert "Opened 0×" in saved.full_text

    read = await alice.slash("faq show", entry="how do i win")
    assert read.private
    assert [(one["title"], one["description"]) for one in read.embeds] == [("How do I win?", ANSWER)]
    assert not read.buttons
    (found,) = await alice.autocomplete("faq show", "entry", "WIN")
    assert found["name"] == "How do I win?"
    assert (await alice.slash("faq show", entry=found["value"], public=True)).text == ONLY_STAFF
    public = await moderator.slash("faq show", entry=found["value"], public=True)
    assert not public.private
    assert len(public.embeds) == 1
    assert not alice.pings

    # What is chosen beside the text is changed at once, and taken back.
    changed = await moderator.slash("faq edit", entry=found["value"], state="off", clear="language")
    assert changed.text == "Changed: language, whether it is switched on."
    assert "⏸️ **Switched off:** only staff see it." in changed.full_text
    assert (await manager.slash("faq show", entry="how do i win")).embeds[0]["title"] == "How do I win?"
    (suggested,) = await moderator.autocomplete("faq edit", "entry", "win")
    assert suggested["name"] == "How do I win? · switched off"
    listed = await moderator.slash("faq list")
    assert "**Games**\n• How do I win?\n-# ⏸️ switched off" in listed.full_text
    assert (await alice.slash("faq list", category="Games")).text == "There is no such entry."
    back = await moderator.click(changed, "Undo")
    assert "Language: Deutsch" in back.full_text
    assert "Games" in (await alice.slash("faq list")).full_text

    # A new title keeps the old one as a keyword. Every version is there.
    form = await moderator.click(back, "Edit")
    shown = await moderator.submit(form, {"Title": "Winning", "Answer": "Press it."})
    assert "**title**: How do I win? → Winning" in shown.text
    assert "```diff\n-**Press** the button." in shown.text
    saved = await moderator.click(shown, "Save")
    assert saved.text == "Changed: title, answer, keywords."
    assert "🔑 victory, Sieg, How do I win?" in saved.full_text
    versions = await moderator.click(saved, "Versions")
    assert "4 versions" in versions.full_text
    assert "changed: title, answer, keywords" in versions.full_text
    looked = await moderator.choose(versions, versions.selects[0].custom_id, ["Version 1: How do I win?"])
    assert "**title**: How do I win? → Winning" in looked.text
    other = await manager.slash("faq history", entry="winning")
    other = await manager.choose(other, other.selects[0].custom_id, ["Version 2: How do I win?"])
    back = await moderator.click(looked, "Back to this version")
    assert back.embeds[0]["description"] == ANSWER
    # That was offered for a version that is no more.
    assert "changed meanwhile" in (await manager.click(other, "Back to this version")).text


async def test_two_write_at_once_and_nothing_is_lost(moderator: Person, manager: Person, alice: Person) -> None:
    await add(moderator, "Rules?", "Be kind.")
    first = await moderator.slash("faq edit", entry="Rules")
    second = await manager.slash("faq edit", entry="rules?")
    mine = await moderator.submit(first, {"Answer": "Be nice."})
    theirs = await manager.submit(second, {"Category": "Rules", "Answer": "Be good."})
    await moderator.click(mine, "Save")
    told = await manager.click(theirs, "Save")
    assert f"{moderator.mention} changed this entry while you were writing: answer." in told.text
    assert "-Be kind.\n+Be nice." in told.text
    assert (told.embeds[0]["description"], told.embeds[0]["footer"]["text"]) == ("Be good.", "Rules")
    assert "Changed: answer, category." in (await manager.click(told, "Save")).text
    # Removed while somebody writes: what they wrote can be saved as a new one.
    form = await manager.slash("faq edit", entry="Rules")
    ask = await moderator.slash("faq remove", entry="Rules")
    assert ask.text.startswith("Remove this entry?")
    gone = await moderator.click(ask, "Remove")
    assert gone.text.startswith("“Rules?” is removed.")
    shown = await manager.submit(form, {"Answer": "Be better."})
    assert shown.text.startswith("That entry was removed while you were writing.")
    assert (await manager.click(shown, "Save")).text.startswith("Saved.")
    taken = await moderator.click(gone, "Undo")
    assert taken.text == "“Rules?” is in the FAQ already."
    await moderator.click(await moderator.slash("faq remove", entry="Rules"), "Remove")
    listed = await moderator.slash("faq list", which="removed")
    assert listed.full_text.count("• Rules?") == 2
    assert moderator.mention in listed.full_text
    (first_found, _) = await moderator.autocomplete("faq restore", "entry", "")
    back = await moderator.slash("faq restore", entry=first_found["value"])
    assert back.text == "It is there again, as it was."
    assert (await alice.slash("faq show", entry="Rules")).embeds


async def test_a_title_that_is_there_is_offered_to_edit(moderator: Person) -> None:
    await add(moderator, "Where?", "Here.")
    form = await moderator.slash("faq add", language="fr")
    shown = await moderator.submit(form, {"Title": "WHERE", "Answer": "There.", "Category": "Places"})
    assert shown.text.startswith("“WHERE” is in the FAQ already.")
    there = await moderator.click(shown, "Look at that entry")
    assert there.embeds[0]["description"] == "Here."
    form = await moderator.click(shown, "Change what I wrote")
    assert form.modal.fields[1].value == "There."
    instead = await moderator.click(shown, "Change that entry")
    assert "-Here.\n+There." in instead.text
    saved = await moderator.click(instead, "Save")
    assert saved.text == "Changed: title, answer, category, language."
    assert saved.embeds[0]["title"] == "WHERE"


async def test_a_message_becomes_an_entry(moderator: Person, alice: Person, town: Town) -> None:
    said = await alice.say(f"{moderator.mention} told <@&{town.staff.id}> to restart in <#{town.general.id}>")
    form = await moderator.context_menu("Add to FAQ", said)
    assert form.modal.fields[1].value == f"Moderator told Staff to restart in <#{town.general.id}>"
    shown = await moderator.submit(form, {"Title": "It hangs"})
    assert (await moderator.click(shown, "Save")).text.startswith("Saved.")
    assert (await alice.context_menu("Add to FAQ", said)).text == ONLY_STAFF


async def test_an_entry_is_in_the_language_of_its_server_unless_said(
    moderator: Person, alice: Person, stand_in: StandIn, town: Town
) -> None:
    stand_in.world.edit_guild(town.guild, locale="de")
    card = await add(moderator, "Passwörter vergessen", "Drück auf den Knopf.")
    assert "Language: Deutsch" in card.full_text
    assert "Passwörter vergessen" in (await alice.slash("faq search", question="Passwort")).full_text
    table = Upload("faq.csv", b"title,answer,language\nEins,1,\nDeux,2,fr\n")
    await moderator.click(await moderator.slash("faq import", file=table), "Take 2 entries")
    assert "Language: Deutsch" in (await moderator.slash("faq show", entry="eins")).full_text
    assert "Language: Français" in (await moderator.slash("faq show", entry="deux")).full_text


async def test_what_is_shown_can_be_saved_after_a_restart(
    stand_in: StandIn, town: Town, own_database: DatabaseUrl, tmp_path: Path, clock: ManualClock
) -> None:
    moderator = stand_in.person(town.moderator, town.general)
    async with running_bot(stand_in, own_database, tmp_path, clock):
        form = await moderator.slash("faq add", owner=town.staff)
    async with running_bot(stand_in, own_database, tmp_path, clock):
        shown = await moderator.submit(form, {"Title": "Still?", "Answer": ANSWER, "Keywords and other names": "a, b"})
    async with running_bot(stand_in, own_database, tmp_path, clock):
        saved = await moderator.click(shown, "Save")
        assert saved.text.startswith("Saved.")
        assert saved.embeds[0]["description"] == ANSWER
        assert f"Owner: {town.staff.mention}" in saved.full_text
        assert "🔑 a, b" in saved.full_text


async def test_only_staff_of_this_server_write(moderator: Person, alice: Person, stand_in: StandIn, town: Town) -> None:
    card = await add(moderator, "Why?", "So.")
    form = await moderator.slash("faq edit", entry="Why")
    shown = await moderator.submit(form, {"Answer": "Mine."})
    assert (await alice.slash("faq add")).text == ONLY_STAFF
    for command in ("edit", "remove", "history"):
        assert (await alice.slash(f"faq {command}", entry="Why")).text == ONLY_STAFF
    assert (await alice.slash("faq list", which="disabled")).text == ONLY_STAFF
    for on, button in [*((card, one) for one in ("Edit", "Switch off", "Versions", "Remove")), (shown, "Save")]:
        assert (await alice.click(on, button, raw=True)).text == ONLY_STAFF
    stranger = stand_in.person(town.stranger, town.square)
    for command in ("show", "edit", "remove", "history", "restore"):
        assert (await stranger.slash(f"faq {command}", entry="Why")).text == NO_SUCH
    for button in ("Edit", "Switch off", "Versions", "Remove"):
        assert (await stranger.click(card, button, raw=True)).text == NO_SUCH
    assert await stranger.autocomplete("faq edit", "entry", "") == []


async def add(person: Person, title: str, answer: str):
    form = await person.slash("faq add")
    return await person.click(await person.submit(form, {"Title": title, "Answer": answer}), "Save")
