"""A member's way, over the wire: forms, going back, the summary and the end."""

from app.core.onboarding.questions import Option, QuestionKind
from app.ui.onboarding.ids import AcceptId, BeginForId, ConfirmId
from app.ui.onboarding.invitation import prompt
from standin import Person, StandIn
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.town import Town


async def test_a_member_reads_answers_changes_and_is_done(arrivals: Arrivals, alice: Person, town: Town) -> None:
    asking = arrivals.asking
    await arrivals.set(
        mode="both",
        completion_role=arrivals.member.id,
        log_channel=arrivals.log.id,
        welcome_channel=town.general.id,
        welcome_text="Welcome {member} (@everyone) to {server}",
        direct_text="Hello {name}",
    )
    await asking.publish(text="Be **kind**")
    games = Option("g", "Games", role_ids=(arrivals.role("Players").id,))
    why = await asking.ask("Why are you here?", QuestionKind.CHOICE, games, "Other", place=1)
    await asking.ask("E-mail", QuestionKind.EMAIL, place=2, required=False)
    await asking.ask("Which games?", QuestionKind.LONG, place=3, only_if=(why, "g"))

    page = await alice.slash("onboarding start")
    assert page.private
    assert page.embeds[0]["description"] == "**1. Rule 1**\nBe **kind**"
    assert page.embeds[0]["footer"]["text"] == "Step 1 of 3"
    await alice.click(page, "I accept the rules")
    assert "**Why are you here?**\nGames · Other" in page.full_text
    form = await alice.click(page, "Answer")
    await alice.submit(form, {"Why are you here?": "Games", "E-mail": "alice@"})
    assert page.text.startswith("⚠️ “E-mail” takes an e-mail address")
    form = await alice.click(page, "Answer")
    assert form.modal is not None
    assert form.modal.fields[1].value == "alice@"
    await alice.submit(form, {"E-mail": "alice@example.org"})
    assert "Which games?" in page.full_text
    await alice.click(page, "Back")
    assert "→ alice@example.org" in page.full_text
    await alice.click(page, "Continue")
    form = await alice.click(page, "Answer")
    await alice.submit(form, {"Which games?": "Go"})
    assert page.text == "Is everything right? Then confirm, and you are done."
    form = await alice.choose(page, "Change an answer…", "Why are you here?")
    await alice.submit(form, {"Why are you here?": "Other"})
    assert page.embeds[0]["description"] == "**Why are you here?**\nOther\n**E-mail**\nalice@example.org"
    await alice.click(page, "Confirm")
    assert page.text.startswith(f"You are done. Welcome!\nYou have: <@&{arrivals.member.id}>\n")
    await arrivals.settle()
    row = await arrivals.row(alice)
    assert (row.state, row.rules_version, row.to_tell) == ("completed", 1, [])
    assert arrivals.member.id in town.guild.members[alice.id].role_ids
    (welcome,) = [one for one in town.general.by_id.values() if one.visible_to is None]
    assert welcome.text == f"Welcome {alice.mention} (@everyone) to Town"
    assert welcome.pinged == [alice.user]
    (card,) = arrivals.log.by_id.values()
    assert (card.text, card.pinged) == (f"{alice.mention} is done.", [])
    assert "**E-mail**\nalice@example.org" in card.embeds[0]["description"]
    assert [one.text for one in alice.in_dm().messages] == ["Hello Alice"]
    mine = await alice.slash("onboarding mine")
    assert "Version 1" in str(mine.embeds)
    form = await alice.choose(mine, "Change an answer…", "E-mail")
    await alice.submit(form, {"E-mail": "a@example.org"})
    assert mine.text == "Your answer is changed."
    assert "a@example.org" in mine.full_text
    await alice.click(mine, "Delete my answers…")
    await alice.click(mine, "Delete them")
    assert mine.text == "Your answers are deleted."
    assert "example.org" not in mine.full_text
    assert (await alice.slash("onboarding start")).text.startswith("You are done here.")


async def test_one_form_opens_at_once_and_a_panel_is_never_replaced(
    arrivals: Arrivals, alice: Person, mallory: Person, town: Town
) -> None:
    asking = arrivals.asking
    assert (await alice.slash("onboarding start")).text == "Nothing is asked of new members in this server."
    await arrivals.set(mode="questions")
    name = await asking.ask("Name", place=1)
    message = await arrivals.post(prompt(town.guild.id, alice.id))
    refused = await mallory.click(message, "Begin")
    assert refused.text == "That is for somebody else. Begin with `/onboarding start`."
    form = await alice.click(message, "Begin")
    page = await alice.submit(form, {"Name": "x" * 200})
    assert page.private
    assert message.text == f"<@{alice.id}> Welcome. Press the button to begin, and you can take part."
    # Somebody who means harm: ids of others, forms of others, fields that nobody asked.
    mine = {"guild_id": town.guild.id, "user_id": alice.id}
    for forged in (ConfirmId(**mine), AcceptId(**mine, version=1), BeginForId(**mine)):
        assert "somebody else" in (await mallory.click(message, forged.pack(), raw=True)).text
    other = await mallory.submit(form, {"Name": "Mallory"}, raw=True)
    assert "somebody else" in other.text
    own = BeginForId(guild_id=town.elsewhere.id, user_id=mallory.id)
    assert "somebody else" in (await mallory.click(message, own.pack(), raw=True)).text
    assert message.text.startswith(f"<@{alice.id}> Welcome.")
    form = await alice.choose(page, "Change an answer…", "Name")
    too_long = await alice.submit(form, {"Name": "x" * 4000}, raw=True)
    assert "takes at most 200 characters" in too_long.text
    await asking.change(name, question="Full name")
    changed = await alice.submit(form, {"Name": "Alice"}, raw=True)
    assert "These questions were changed while you answered" in changed.text
    assert "> Alice" in changed.text
    await asking.remove(name)
    assert "no such question" in (await alice.choose(page, "Change an answer…", str(name), raw=True)).text
    assert await arrivals.row(mallory) is None


async def test_a_panel_is_posted_changed_pressed_and_removed(
    arrivals: Arrivals, alice: Person, manager: Person, town: Town, stand_in: StandIn
) -> None:
    assert "Only managers" in (await alice.slash("onboarding panel post")).text
    posted = await manager.submit(await manager.slash("onboarding panel post"), {"Title": "Come in"})
    assert posted.text.startswith(f"The panel is in <#{town.general.id}>")
    assert "Nothing is asked of new members yet." in posted.text
    (panel,) = [one for one in town.general.by_id.values() if one.embeds]
    await arrivals.set(mode="questions")
    await arrivals.asking.ask("Name", place=1)
    form = await alice.click(panel, "Begin")
    assert form.modal is not None
    page = await alice.submit(form, {"Name": "Alice"})
    assert page.private
    assert panel.embeds[0]["title"] == "Come in"
    await alice.click(page, "Confirm")
    assert page.text.startswith("You are done. Welcome!")
    key = str((await manager.autocomplete("onboarding panel edit", "panel", "come"))[0]["value"])
    await manager.submit(await manager.slash("onboarding panel edit", panel=key), {"Title": "Come in!"})
    assert panel.embeds[0]["title"] == "Come in!"
    assert "Come in!" in (await manager.slash("onboarding panel list")).full_text
    removed = await manager.slash("onboarding panel remove", panel=key)
    assert panel.id not in town.general.by_id
    await manager.click(removed, "Undo")
    await stand_in.until(lambda: any(one.embeds for one in town.general.by_id.values()))
