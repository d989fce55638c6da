"""/onboarding questions, as managers and others meet it."""

import pytest

from standin import Person, StandIn
from standin.refusals import BadInput
from tests.fixtures.onboarding.asking import ask
from tests.fixtures.town import Town

ONLY_MANAGERS = "Only managers can set up onboarding: whoever has the permission Manage Server."
NO_SUCH = "There is no such question any more. `/onboarding questions list` shows those there are."
KIND, OPTIONS, ANSWER = "How it is answered", "Options to choose from", "Answer"


async def test_questions_are_set_up(manager: Person) -> None:
    empty = await manager.slash("onboarding questions list")
    assert empty.private
    assert "There are no questions yet." in empty.full_text

    form = await manager.slash("onboarding questions add")
    asked = {"Question": "What do you *play*?", KIND: ["Choose several"], OPTIONS: "🎮 Chess | At night\n Go "}
    added = await manager.submit(form, asked)
    assert added.private
    assert added.text == "Added. It is question 1."
    for line in (
        r"What do you \*play\*?",
        "Choose several",
        "2 options",
        "required",
        "🎮 **Chess** · At night",
        "**Go**",
    ):
        assert line in added.full_text
    form = await manager.slash("onboarding questions add", place=1)
    added = await manager.submit(
        form, {"Question": "Your e-mail?", KIND: ["E-mail address"], ANSWER: "It can be left out"}
    )
    assert "optional" in added.full_text

    listed = await manager.slash("onboarding questions list")
    assert "**1.** Your e-mail?\n-# E-mail address · optional\n**2.** What do you" in listed.full_text
    assert "New members are asked nothing yet" in listed.full_text
    await manager.slash("settings set", key="onboarding.mode", value="questions")
    assert "asked nothing" not in (await manager.slash("onboarding questions list")).full_text

    (found,) = await manager.autocomplete("onboarding questions move", "question", "PLAY")
    assert found["name"] == "2. What do you *play*?"
    moved = await manager.slash("onboarding questions move", question=found["value"], place=1)
    assert moved.text == "Moved. It is question 1 now."
    assert "**1.** What do you" in moved.full_text

    # What was typed again stays what it was, also by its text or place.
    form = await manager.slash("onboarding questions edit", question="1")
    assert form.modal.fields[2].value == "🎮 Chess | At night\nGo"
    edited = await manager.submit(form, {"Question": "What do you play?"})
    assert edited.text == "Changed."
    off = await manager.click(edited, "Switch off")
    assert "**switched off**" in off.full_text
    assert "**switched off**" not in (await manager.click(off, "Switch on")).full_text

    ask = await manager.slash("onboarding questions remove", question="your E-MAIL?")
    assert ask.text.startswith("Remove “Your e-mail?”? What members answered stays")
    again = await manager.slash("onboarding questions remove", question="2")
    kept = await manager.click(ask, "Keep it")
    assert "Your e-mail?" in kept.full_text
    gone = await manager.click(await manager.click(kept, "Remove"), "Remove")
    assert gone.text == "“Your e-mail?” is removed."
    assert "**2.**" not in gone.full_text
    assert (await manager.click(again, "Remove")).text == NO_SUCH
    assert (await manager.slash("onboarding questions edit", question="7")).text == NO_SUCH


async def test_a_form_that_is_refused_keeps_what_was_typed(manager: Person) -> None:
    form = await manager.slash("onboarding questions add")
    typed = {"Question": "Which?", KIND: ["Choose one"], OPTIONS: "\n".join(f"Number {n}" for n in range(26))}
    refused = await manager.submit(form, typed)
    assert refused.text == "A question has at most 25 options. You gave 26."
    for options, refusal in (
        ("", "Give the options to choose from, one a line: 1 to 25."),
        ("Yes\nyes", "“yes” is there twice. Each option has to differ."),
        ("x" * 101, "An option has a label of 1 to 100 characters"),
    ):
        form = await manager.click(refused, "Try again")
        assert form.modal.fields[0].value == "Which?"
        refused = await manager.submit(form, {OPTIONS: options})
        assert refused.text.startswith(refusal)
    form = await manager.click(refused, "Try again")
    refused = await manager.submit(form, {KIND: ["Date"], OPTIONS: "Yes"})
    assert refused.text == "Only a question that is answered by choosing has options. Leave them empty."
    assert "no questions yet" in (await manager.slash("onboarding questions list")).full_text
    assert (await manager.submit(await manager.click(refused, "Try again"), {OPTIONS: ""})).text.startswith("Added.")
    with pytest.raises(BadInput):
        await manager.slash("onboarding questions move", question="1", place=41)


async def test_only_managers_of_this_server_set_questions_up(
    manager: Person, moderator: Person, alice: Person, stand_in: StandIn, town: Town
) -> None:
    form = await manager.slash("onboarding questions add")
    card = await manager.submit(form, {"Question": "Why?", KIND: ["Short text"]})
    (found,) = await manager.autocomplete("onboarding questions edit", "question", "")
    for person in (moderator, alice):
        for command, options in {
            "add": {},
            "edit": {"question": found["value"]},
            "move": {"question": found["value"], "place": 1},
            "remove": {"question": found["value"]},
            "list": {},
        }.items():
            assert (await person.slash(f"onboarding questions {command}", **options)).text == ONLY_MANAGERS
        assert await person.autocomplete("onboarding questions edit", "question", "") == []
        for button in ("Edit", "Switch off", "Remove", "All questions"):
            assert (await person.click(card, button, raw=True)).text == ONLY_MANAGERS
        assert (await person.submit(form, {"Question": "Mine?", KIND: ["Short text"]}, raw=True)).text == ONLY_MANAGERS

    stranger = stand_in.person(town.stranger, town.square)
    assert await stranger.autocomplete("onboarding questions edit", "question", "") == []
    for command in ("edit", "remove"):
        assert (await stranger.slash(f"onboarding questions {command}", question=found["value"])).text == NO_SUCH
    for button in ("Edit", "Switch off", "Remove"):
        assert (await stranger.click(card, button, raw=True)).text == NO_SUCH
    assert "Why?" in (await manager.slash("onboarding questions list")).full_text


async def test_choices_are_all_in_sight_where_discord_has_room(manager: Person, alice: Person) -> None:
    few, many = "Chess | At night\nGo", "\n".join(f"N{number}" for number in range(1, 12))
    for text, kind, options in (
        ("One?", "Choose one", few),
        ("Some?", "Choose several", few),
        ("Which?", "Choose one", many),
        ("All?", "Choose several", many),
        ("Smile?", "Choose several", "🎮 Games\nNo"),
    ):
        await ask(manager, text, options, kind)
    await manager.slash("settings set", key="onboarding.mode", value="questions")
    form = await alice.slash("onboarding start")
    assert form.modal is not None
    assert [field.type for field in form.modal.fields] == [21, 22, 3, 3, 3]
    chosen = {"One?": "Chess", "Some?": ["Chess", "Go"], "Which?": "N11", "All?": ["N1", "N2"], "Smile?": ["Games"]}
    page = await alice.submit(form, chosen)
    for line in ("**One?**\nChess", "**Some?**\nChess, Go", "**Which?**\nN11", "**All?**\nN1, N2", "**Smile?**\nGames"):
        assert line in page.full_text
    # What was chosen is chosen when the form is opened again.
    form = await alice.choose(page, "Change an answer…", "Some?")
    assert form.modal is not None
    assert [bool(one.get("default")) for one in form.modal.fields[0].options] == [True, True]
    await alice.submit(form, {"Some?": ["Go"]})
    assert "**Some?**\nGo" in page.full_text
