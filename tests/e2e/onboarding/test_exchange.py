"""The usual questions, and questions as a file, as managers meet them."""

import json
from typing import Any

from standin import Person, StandIn, Upload
from standin.reply import Reply
from tests.fixtures.onboarding.asking import ask
from tests.fixtures.town import Town

NAME = "onboarding-questions.json"


def opened(reply: Reply) -> Any:
    """The file under an answer."""
    (file,) = reply.message.attachments
    assert file.name == NAME
    return json.loads(file.content)


async def give(manager: Person, content: Any) -> Reply:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return await manager.slash("onboarding questions import", file=Upload(NAME, data))


async def test_the_usual_questions_are_added_once(manager: Person, town: Town, alice: Person) -> None:
    town.world.edit_guild(town.guild, locale="de")
    added = await manager.slash("onboarding questions defaults")
    assert added.text == "Added 5 questions. Change them as you like."
    assert "**1.** Wie hast du zu uns gefunden?" in added.full_text
    assert "only if the answer to question 1 is: Jemand hat mir davon erzählt" in added.full_text
    town.world.edit_guild(town.guild, locale="en-US")
    again = await manager.slash("onboarding questions defaults")
    assert again.text.startswith(
        "“Wie hast du zu uns gefunden?” is one of the usual questions, so they are here already."
    )
    for command in ("defaults", "export"):
        assert (await alice.slash(f"onboarding questions {command}")).text.startswith("Only managers")


async def test_questions_leave_as_a_file_and_come_back(
    manager: Person, alice: Person, stand_in: StandIn, town: Town
) -> None:
    assert (await manager.slash("onboarding questions export")).text.startswith("There are no questions yet.")
    await ask(manager, "Team?", "♟️ Chess\nGo")
    form = await manager.slash("onboarding questions gives", question="1", answer="Chess")
    await manager.submit(form, {"Gets these roles": [town.staff], "Sees these channels": [town.general]})
    await ask(manager, "Why?")
    await manager.slash("onboarding questions only_if", question="2", earlier="1", answer="Go")
    content = opened(await manager.slash("onboarding questions export"))
    assert (await give(manager, content)).text == "That would change nothing: the questions are so already."

    # Changed, new in front, and one gone; the role of another server is left out.
    team, why = content["questions"]
    changed = {**team, "text": "Which team?", "options": [*team["options"], {"label": "Checkers", "role_ids": ["7"]}]}
    new = {"text": "New?", "kind": "text", "place": 1}
    preview = await give(manager, {**content, "questions": [{**changed, "place": 2}, new]})
    for line in (
        "➕ New?\n-# new, at place 1",
        "✏️ Which team?\n-# text, options",
        "➖ Why?\n-# goes",
        "⚠️ 1 role or channel is not in this server, and is left out.",
    ):
        assert line in preview.full_text
    assert "Team?" in (await manager.slash("onboarding questions list")).full_text
    stays = await give(manager, {**content, "questions": []})
    assert (await manager.click(stays, "Leave it")).text == "The questions stay as they are."
    assert (await alice.click(preview, "Do it", raw=True)).text.startswith("Only managers")
    older = await give(manager, {**content, "questions": []})
    done = await manager.click(preview, "Do it")
    assert done.text == "The questions are those of the file now."
    assert "**1.** New?" in done.full_text
    assert "**2.** Which team?" in done.full_text
    assert f"→ {town.staff.mention} {town.general.mention}" in done.full_text
    # Who stays keeps the id, so that answers are still about it; what was shown before is not done any more.
    kept = opened(await manager.slash("onboarding questions export"))["questions"][1]
    assert kept["id"] == team["id"] != why["id"]
    refused = await manager.click(older, "Do it")
    assert refused.text == "The questions were changed meanwhile. Look at them again, and then decide."


async def test_a_file_that_cannot_be_taken_changes_nothing(
    manager: Person, alice: Person, stand_in: StandIn, town: Town
) -> None:
    await ask(manager, "Why?")
    content = opened(await manager.slash("onboarding questions export"))
    (bots,) = [role for role in town.guild.roles.values() if role.managed]
    choice = {"text": "A", "id": "a", "kind": "select", "options": [{"label": "x", "role_ids": [str(bots.id)]}]}
    about = {"only_if": {"question": "b", "values": ["y"]}}
    other = {"text": "B", "id": "b", "kind": "select", "options": [{"label": "y"}]}
    for questions, refusal in (
        ([choice], f"{bots.mention} belongs to an app"),
        ([{**choice, **about, "options": [{"label": "x"}]}, other], "“A” depends on “B”, so it has to come after it."),
        ([{**other, **about}], "That leads in a circle: “B” → “B”."),
        ([{**other, "place": 1}, {**choice, "place": 1}], "“B” and “A” are both at place 1."),
        (
            [{**other, "options": [{"label": str(n)} for n in range(26)]}],
            "Question 1 of the file: A question has at most",
        ),
    ):
        assert (await give(manager, {**content, "questions": questions})).text.startswith(refusal)
    assert (await give(manager, b"PNG")).text == "That is not a JSON file, or it is damaged on line 1."
    assert (await give(manager, b" " * (1024 * 1024 + 1))).text == "That file is too large: at most 1024 KB."
    assert (await give(alice, content)).text.startswith("Only managers")

    # Another server's ids are new here, and its questions stay untouched.
    stranger = stand_in.person(town.stranger, town.square)
    preview = await give(stranger, content)
    assert "➕ Why?" in preview.full_text
    await stranger.click(preview, "Do it")
    (theirs,) = opened(await stranger.slash("onboarding questions export"))["questions"]
    assert theirs["id"] != content["questions"][0]["id"]
    assert opened(await manager.slash("onboarding questions export")) == content
