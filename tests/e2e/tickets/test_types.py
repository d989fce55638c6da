"""/tickets type, as managers and others meet it."""

from typing import Any

import pytest

from standin import Person, StandIn
from standin.inputs import Upload
from standin.model import ChannelType
from standin.refusals import BadInput
from tests.fixtures.town import Town

AND_SO = (
    "and the channels of tickets are made in one. Give a category as `parent`, or choose private threads as `place`."
)
THREADS = "View Channel, Create Private Threads, Send Messages in Threads and Manage Threads"
ONLY_MANAGERS = "Only people who may manage this server can set up its tickets."


async def test_a_type_is_added_shown_changed_and_removed(manager: Person, town: Town) -> None:
    category = town.world.create_channel(town.guild, "tickets", ChannelType.CATEGORY)
    added = await manager.slash(
        "tickets type add",
        name="Bug report",
        emoji="🐞",
        description="Something is broken",
        team=town.staff,
        second_team=town.billing,
        parent=category,
        priority=2,
        first_answer="1h30m",
        warn_after="3d",
        close_after="1 day",
        cool_down="none",
    )
    assert added.private
    assert added.text.startswith("🐞 **Bug report** is a ticket type now.")
    said = added.full_text
    for line in (
        "Something is broken",
        f"Team: {town.staff.mention} {town.billing.mention}",
        f"Each is a channel of its own in <#{category.id}>",
        "Priority: high",
        "Target for the first answer: 1 hour 30 minutes",
        "Closed so long after the warning: 1 day",
        "None: one long field asks what it is about.",
    ):
        assert line in said
    assert "Wait between two" not in said
    assert added.mentions == []

    (found,) = await manager.autocomplete("tickets type edit", "type", "bug")
    assert (found["name"], found["value"]) == ("Bug report", "001")
    edited = await manager.slash("tickets type edit", type="Bug report", name="Bug", offered=False, clear="team")
    assert edited.text == "🐞 **Bug** is changed. Tickets that are open already stay as they are."
    assert "Team: all staff" in edited.full_text
    assert "**Not offered** to members at the moment." in edited.full_text

    listed = await manager.slash("tickets type list")
    assert "🐞 **Bug** · all staff · 0 questions · not offered" in listed.full_text
    shown = await manager.choose(listed, "Show one of them…", ["001"])
    assert "Something is broken" in shown.full_text
    removed = await manager.slash("tickets type remove", type="001")
    assert removed.text == "🐞 **Bug** is removed. Panels offer it no more."
    assert (await manager.slash("tickets type list")).text == (
        "There are no ticket types yet. Add one with `/tickets type add`."
    )
    await manager.click(removed, "Undo")
    await manager.click(edited, "Undo")
    assert "**Bug report**" in (await manager.slash("tickets type list")).full_text
    history = await manager.slash("settings history")
    assert "Bug report" in history.full_text


async def test_only_managers_set_up_types(manager: Person, moderator: Person, alice: Person) -> None:
    listed = await manager.slash("tickets type add", name="Bug")
    for person in (moderator, alice):
        for command, options in {
            "add": {"name": "Other"},
            "edit": {"type": "001", "name": "Other"},
            "remove": {"type": "001"},
            "list": {},
            "show": {"type": "001"},
            "questions": {"type": "001"},
            "route": {"type": "001", "question": "a", "answer": "b"},
        }.items():
            refused = await person.slash(f"tickets type {command}", **options)
            assert (refused.text, refused.private) == (ONLY_MANAGERS, True)
        refused = await person.click(listed, "Preview the form", raw=True)
        assert refused.text == ONLY_MANAGERS
    assert "**Bug**" in (await manager.slash("tickets type list")).full_text


async def test_what_does_not_fit_is_refused_in_one_sentence(manager: Person, town: Town) -> None:
    await manager.slash("tickets type add", name="Bug")
    for options, said in (
        ({"name": "bug"}, "There is a ticket type “bug” already."),
        ({"name": "x" * 61}, "The name of a type has 1 to 60 characters."),
        ({"emoji": "bug"}, "`emoji` takes one emoji, such as 🐞, or one of this server's own."),
        ({"emoji": "🐞🐞"}, "`emoji` takes one emoji, such as 🐞, or one of this server's own."),
        (
            {"cool_down": "soon"},
            "`cool_down` takes a length of time from 1 minute to 366 days, such as `30m` or `1d4h`, or `none`.",
        ),
        (
            {"close_after": "1d"},
            "Before a ticket is closed for silence its member is warned. Give `warn_after` as well as `close_after`.",
        ),
        ({"team": town.guild.roles[town.guild.id]}, "Everybody has that role. Choose one that only some people have."),
        ({"place": "thread"}, "Private threads are made in a text channel. Give one as `parent`."),
        (
            {"parent": town.general},
            f"{town.general.mention} is no category, {AND_SO}",
        ),
        (
            {"place": "thread", "parent": town.closed},
            f"I lack permissions in {town.closed.mention}. Give me these there first: {THREADS}.",
        ),
        ({"parent": town.square}, "That is not a channel of this server. Choose one from the list."),
        (
            {"team": next(iter(town.elsewhere.roles.values()))},
            "That is not a role of this server. Choose one from the list.",
        ),
    ):
        refused = await manager.slash("tickets type add", raw=True, **{"name": "Other", **options})
        assert refused.text == said, options
    for command in ("edit", "remove", "show", "questions"):
        more = {"name": "x"} if command == "edit" else {}
        refused = await manager.slash(f"tickets type {command}", type="nothing", **more)
        assert refused.text.startswith("There is no such ticket type in this server.")
    assert (await manager.slash("tickets type edit", type="Bug")).text == "Give at least one thing to change."
    same = await manager.slash("tickets type edit", type="Bug", name="Bug")
    assert same.text == "That would change nothing: it is so already."
    made = await manager.slash("tickets type add", name="Thread", place="thread", parent=town.general)
    assert f"Each is a private thread in {town.general.mention}" in made.full_text


QUESTION, ANSWERED, CHOICES, HINT, ANSWER = "Question", "How it is answered", "Choices", "Hint", "Answer"


async def ask(manager: Person, page: Any, **given: Any) -> Any:
    form = await manager.click(page, "Add a question")
    return await manager.submit(form, given)


async def test_questions_are_added_changed_moved_removed_and_tried_out(manager: Person, town: Town) -> None:
    await manager.slash("tickets type add", name="Bug", team=town.staff)
    page = await manager.slash("tickets type questions", type="Bug")
    assert "There are none yet" in page.full_text
    kinds = {
        "Browser": ("Select menu", "Firefox\nChrome"),
        "How often?": ("Radio buttons", "Once\nAlways"),
        "Where?": ("Checkboxes", "Home\nWork"),
        "What happened?": ("Long text", ""),
    }
    for label, (kind, choices) in kinds.items():
        page = await ask(manager, page, **{QUESTION: label, ANSWERED: [kind], CHOICES: choices})
        assert page.text == "Added."
    page = await ask(
        manager, page, **{QUESTION: "Pictures", ANSWERED: ["Files"], CHOICES: "2", ANSWER: "It can be left out"}
    )
    assert "• Pictures · Files · optional · at most 2 files" in page.full_text
    assert next(button for button in page.buttons if button.label == "Add a question").disabled

    form = await manager.click(page, "Preview the form")
    assert [field.label for field in form.modal.fields] == [*kinds, "Pictures"]
    with pytest.raises(BadInput):
        await manager.submit(form, {"Browser": "Chrome"})
    given = {"Browser": "Chrome", "How often?": "Once", "Where?": ["Home", "Work"], "What happened?": "It *broke*"}
    tried = await manager.submit(form, {**given, "Pictures": [Upload("a.png", b"x")]})
    assert tried.private
    assert tried.text == (
        f"This was a preview; no ticket was opened. It would go to {town.staff.mention}, with priority normal."
    )
    fields = {field["name"]: field["value"] for field in tried.embeds[0]["fields"]}
    assert fields == {**given, "Where?": "Home, Work", "What happened?": r"It \*broke\*", "Pictures": "1 file"}

    one = await manager.choose(page, "Change one of them…", ["What happened?"])
    page = await manager.click(one, "Move up")
    assert page.full_text.index("What happened?") < page.full_text.index("Where?")
    one = await manager.choose(page, "Change one of them…", ["Browser"])
    page = await manager.submit(await manager.click(one, "Edit"), {QUESTION: "Which browser?", HINT: "The one you use"})
    assert "• Which browser? · Select menu · required\n-# Firefox, Chrome" in page.full_text
    one = await manager.choose(page, "Change one of them…", ["Where?"])
    page = await manager.click(one, "Remove")
    assert "Where?" not in page.full_text
    await manager.click(page, "Undo")
    assert "Where?" in (await manager.slash("tickets type questions", type="Bug")).full_text


async def test_a_question_that_cannot_be_asked_can_be_mended(manager: Person) -> None:
    await manager.slash("tickets type add", name="Bug")
    page = await manager.slash("tickets type questions", type="Bug")
    form = await manager.click(page, "Add a question")
    given = {QUESTION: "Browser", ANSWERED: ["Select menu"]}
    for choices, said in (
        ("", "Give 2 to 25 choices, one a line."),
        ("Chrome\nchrome", "“chrome” is there twice. Each choice has to differ."),
        ("x" * 101 + "\ny", "A choice has at most 100 characters. “xxxxxxxxxxxxxxxxxxxx…” is longer."),
        ("\n".join(map(str, range(26))), "Give 2 to 25 choices, one a line."),
    ):
        refused = await manager.submit(form, {**given, CHOICES: choices}, raw=False)
        assert refused.text == said
    again = await manager.click(refused, "Try again")
    assert again.modal.fields[2].value == "\n".join(map(str, range(26)))
    added = await manager.submit(again, {CHOICES: "Firefox\nChrome"})
    assert "Browser" in added.full_text
    twice = await manager.submit(form, {**given, CHOICES: "a\nb"})
    assert twice.text == "This form has a question “Browser” already."
    long = await manager.submit(form, {QUESTION: "x" * 46, ANSWERED: ["short"]}, raw=True)
    assert long.text == "A question has 1 to 45 characters."


async def test_forms_of_a_type_or_question_that_is_gone_change_nothing(manager: Person) -> None:
    await manager.slash("tickets type add", name="Bug")
    page = await manager.slash("tickets type questions", type="Bug")
    page = await ask(manager, page, **{QUESTION: "Name", ANSWERED: ["Short text"]})
    one = await manager.choose(page, "Change one of them…", ["Name"])
    form = await manager.click(one, "Edit")
    preview = await manager.click(await manager.slash("tickets type show", type="Bug"), "Preview the form")
    await manager.submit(form, {QUESTION: "Full name"})
    gone = await manager.submit(form, {QUESTION: "Nick"})
    assert gone.text == "That question was changed or removed meanwhile. Look at the questions again."
    changed = await manager.submit(preview, {"Name": "Alice"})
    assert changed.text == "This form was changed while you filled it in. Open it again, please."
    await manager.slash("tickets type remove", type="Bug")
    for reply in (await manager.submit(form, {QUESTION: "Nick"}), await manager.submit(preview, {"Name": "Alice"})):
        assert reply.text.startswith("There is no such ticket type in this server.")


async def test_an_answer_decides_team_priority_and_target(manager: Person, town: Town) -> None:
    await manager.slash("tickets type add", name="Shop")
    page = await manager.slash("tickets type questions", type="Shop")
    await ask(manager, page, **{QUESTION: "About", ANSWERED: ["Radio buttons"], CHOICES: "An order\nMy money"})
    (question,) = await manager.autocomplete("tickets type route", "question", "", type="Shop")
    assert question["value"] == "About"
    (answer,) = await manager.autocomplete("tickets type route", "answer", "money", type="001", question="About")
    of = {"type": "Shop", "question": "About", "answer": answer["value"]}
    routed = await manager.slash("tickets type route", **of, team=town.billing, priority=3, first_answer="30m")
    assert routed.text == (
        f"Routes of **Shop**:\n• About = My money → {town.billing.mention}, urgent, first answer within 30 minutes"
    )
    form = await manager.click(await manager.slash("tickets type show", type="Shop"), "Preview the form")
    tried = await manager.submit(form, {"About": "My money"})
    assert tried.text.endswith(f"It would go to {town.billing.mention}, with priority urgent.")
    tried = await manager.submit(form, {"About": "An order"})
    assert tried.text.endswith("It would go to all staff, with priority normal.")
    gone = await manager.slash("tickets type route", **of)
    assert gone.text == "Routes of **Shop**:\nNo answer decides anything now."
    for options, said in (
        ({}, "Say what that answer decides: a team, a priority or a time for the first answer."),
        ({"answer": "x", "priority": 1}, "“About” has no such choice. It has: An order and My money."),
        ({"question": "x"}, "Choose a question that has choices: a select, radio buttons or checkboxes."),
    ):
        assert (await manager.slash("tickets type route", **{**of, **options})).text == said


async def test_no_more_types_than_a_menu_holds(manager: Person, stand_in: StandIn) -> None:
    for number in range(25):
        await manager.slash("tickets type add", name=f"Type {number}")
    refused = await manager.slash("tickets type add", name="One more")
    assert refused.text == "A server has at most 25 ticket types. Remove one first."
    listed = await manager.slash("tickets type list")
    assert len(listed.selects[0].options) == 25
    # Not by taking back that one was removed, either.
    removed = await manager.slash("tickets type remove", type="Type 3")
    await manager.slash("tickets type add", name="One more")
    full = await manager.click(removed, "Undo")
    assert full.text == "This server has 25 of that kind already, which is as many as there may be. Remove one first."
    await manager.slash("tickets type remove", type="Type 4")
    await manager.click(removed, "Undo")
    listed = await manager.slash("tickets type list")
    assert "**Type 3**" in listed.full_text
    assert len(listed.selects[0].options) == 25
