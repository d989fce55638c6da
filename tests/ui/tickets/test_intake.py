"""The intake form of a type: what Discord is asked to show, and what is made of what comes back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord
import pytest

from app.core.errors import InvalidInput
from app.core.tickets.types import Question, QuestionKind, Route, TicketType
from app.ui.kit.forms import FilledIn
from app.ui.tickets.ids import OpenFormId
from app.ui.tickets.intake import FormChanged, description_of, intake_form, read_answers
from standin import forms, payloads
from standin.inputs import Upload
from standin.interactions import Interaction, InteractionType
from standin.limits import modal_problems
from standin.reply import Modal
from tests.fixtures import town as towns

BROWSER, WHAT, HOW, WHERE, PICTURES = "Browser", "What happened?", "How often?", "Where?", "Pictures"
BUG = TicketType(
    "001",
    "A bug in something with a name that is far too long for a form",
    questions=(
        Question(BROWSER, QuestionKind.SELECT, options=("Firefox", "Chrome", "Other"), hint="The one you use"),
        Question(WHAT, QuestionKind.LONG, hint="Tell us everything"),
        Question(HOW, QuestionKind.RADIO, options=("Once", "Always"), required=False, hint="Roughly"),
        Question(WHERE, QuestionKind.CHECKBOXES, options=("Home", "Work", "Train"), required=False),
        Question(PICTURES, QuestionKind.FILES, required=False, max_files=2),
    ),
)
PLAIN = TicketType("002", "Other")
TO = OpenFormId(type_key="001", for_user_id=2**63 - 1, channel_id=2**63 - 1, message_id=2**63 - 1)


def opened(kind: TicketType, typed: FilledIn | None = None) -> Modal:
    data = intake_form(kind, TO, typed).to_dict()
    assert list(modal_problems(data)) == []
    return Modal.of(data)


def sent(kind: TicketType, values: Mapping[str, Any], *, raw: bool = False) -> discord.Interaction:
    """A form that was opened, filled in and sent."""
    town = towns.build()
    data = forms.fill_in(town.world, town.alice, town.general, opened(kind), values, raw=raw)
    one = Interaction(1, InteractionType.MODAL_SUBMIT, town.alice, town.general, "", None, is_context_menu=False)
    payload: Any = payloads.interaction(town.world, one, data)
    return discord.Interaction(data=payload, state=discord.Client()._connection)


async def test_a_form_asks_every_kind_of_question() -> None:
    modal = opened(BUG)
    assert modal.title == "A bug in something with a name that is far t…"
    assert [field.label for field in modal.fields] == [BROWSER, WHAT, HOW, WHERE, PICTURES]
    assert [field.required for field in modal.fields] == [True, True, False, False, False]
    assert (modal.fields[0].placeholder, modal.fields[2].description) == ("The one you use", "Roughly")


async def test_answers_are_read_as_they_were_given() -> None:
    files = [Upload("a.png", b"1"), Upload("b.png", b"22")]
    given = {BROWSER: "Chrome", WHAT: "  It **broke**  ", HOW: "Always", WHERE: ["Train", "Home"], PICTURES: files}
    answers, chosen, uploaded = read_answers(BUG, sent(BUG, given))
    assert answers == [
        {"label": BROWSER, "kind": "select", "value": "Chrome"},
        {"label": WHAT, "kind": "long", "value": "It **broke**"},
        {"label": HOW, "kind": "radio", "value": "Always"},
        {"label": WHERE, "kind": "checkboxes", "values": ["Home", "Train"]},
        {
            "label": PICTURES,
            "kind": "files",
            "files": [one.file.id for one in uploaded],
            "sent": [{"name": one.file.filename, "url": one.file.url} for one in uploaded],
        },
    ]
    assert [(one.file.filename, one.file.size) for one in uploaded] == [("a.png", 1), ("b.png", 2)]
    assert description_of(answers) == "It **broke**"
    assert chosen == {BROWSER: "Chrome", HOW: "Always", WHERE: "Home\nTrain"}
    routed = replace(BUG, routes=(Route(WHERE, "Train", team_role_ids=(7,)),)).routed(chosen)
    assert routed.team_role_ids == (7,)


async def test_what_is_left_empty_is_no_answer() -> None:
    answers, chosen, files = read_answers(BUG, sent(BUG, {BROWSER: "Other", WHAT: "x"}))
    assert [answer["label"] for answer in answers] == [BROWSER, WHAT]
    assert chosen == {BROWSER: "Other", HOW: "", WHERE: ""}
    assert files == []


async def test_a_type_without_questions_asks_what_it_is_about() -> None:
    modal = opened(PLAIN)
    assert [(field.label, field.multiline, field.max_length) for field in modal.fields] == [
        ("What is it about?", True, 4000)
    ]
    answers, chosen, _ = read_answers(PLAIN, sent(PLAIN, {"What is it about?": "y" * 4000}))
    assert description_of(answers) == "y" * 4000
    assert chosen == {}


async def test_without_a_text_the_choices_say_what_it_is_about() -> None:
    kind = replace(BUG, questions=(BUG.questions[0], BUG.questions[3], BUG.questions[2]))
    answers, _, _ = read_answers(kind, sent(kind, {BROWSER: "Chrome", WHERE: ["Home", "Work"]}))
    assert description_of(answers) == "Browser: Chrome\nWhere?: Home, Work"


async def test_a_form_that_is_opened_again_has_what_was_typed() -> None:
    given = {BROWSER: "Chrome", WHAT: "It broke", HOW: "Once", WHERE: ["Home"]}
    again = opened(BUG, FilledIn.read(sent(BUG, given)))
    assert again.fields[1].value == "It broke"
    marked = [[option["label"] for option in field.options if option.get("default")] for field in again.fields]
    assert marked == [["Chrome"], [], ["Once"], ["Home"], []]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({WHAT: "  "}, "“What happened?” needs an answer."),
        ({WHAT: "x" * 4001}, "“What happened?” takes at most 4000 characters."),
        ({WHAT: "a\0b"}, "“What happened?” holds characters that cannot be stored."),
        ({BROWSER: []}, "“Browser” needs an answer."),
        ({BROWSER: "Lynx"}, "“Browser” takes only what it offers. Choose again, please."),
        ({BROWSER: ["Chrome", "Firefox"]}, "“Browser” takes only what it offers. Choose again, please."),
        ({HOW: "Never"}, "“How often?” takes only what it offers. Choose again, please."),
        ({WHERE: ["Home", "Moon"]}, "“Where?” takes only what it offers. Choose again, please."),
        ({PICTURES: [Upload(f"{i}.png", b"") for i in range(3)]}, "“Pictures” takes at most 2 files."),
    ],
)
async def test_what_no_client_sends_is_refused_with_the_name_of_the_field(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_answers(BUG, sent(BUG, {BROWSER: "Chrome", WHAT: "x", **given}, raw=True))
    assert str(refused.value) == said


async def test_answers_to_other_questions_are_not_taken() -> None:
    arrived = sent(BUG, {BROWSER: "Chrome", WHAT: "x"})
    other = replace(BUG.questions[0], options=("Chrome", "Opera"))
    with pytest.raises(FormChanged):
        read_answers(replace(BUG, questions=(other, *BUG.questions[1:])), arrived)
    # In another order they are the same questions.
    answers, _, _ = read_answers(replace(BUG, questions=BUG.questions[::-1]), arrived)
    assert [answer["label"] for answer in answers] == [WHAT, BROWSER]
