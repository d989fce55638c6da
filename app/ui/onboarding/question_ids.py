"""What the buttons, selects and forms say with which questions are set up."""

from typing import Annotated

from app.core.onboarding.limits import MAX_QUESTIONS
from app.ui.kit.ids import ButtonId, FormId, Number, Page, RowId, SelectId, Text

Ref = Annotated[str, Text(8, "0123456789abcdef")]
"""Stands for an option of a question, or for all questions as they were shown."""
Place = Annotated[int, Number(1, MAX_QUESTIONS)]


class QuestionsId(ButtonId, route="onboarding:v1:questions"):
    """Turn to a page of the questions."""

    page: Page


class ShowQuestionId(SelectId, route="onboarding:v1:question", value=RowId):
    """Show the question that was chosen."""


class AddQuestionId(ButtonId, route="onboarding:v1:add_question"):
    """Ask for another question."""


class AddQuestionFormId(FormId, route="onboarding:v1:add_question_form"):
    """Add the question that was filled in, at a place or at the end."""

    place: Place | None


class EditQuestionId(ButtonId, route="onboarding:v1:edit_question"):
    """Change a question in a form."""

    question_id: RowId


class EditQuestionFormId(FormId, route="onboarding:v1:edit_question_form"):
    """Change it to what was filled in."""

    question_id: RowId


class SwitchQuestionId(ButtonId, route="onboarding:v1:switch_question"):
    """Ask it, or ask it no more for the time being."""

    question_id: RowId
    on: bool


class AskRemoveQuestionId(ButtonId, route="onboarding:v1:ask_remove"):
    """Ask whether a question is to be removed."""

    question_id: RowId


class RemoveQuestionId(ButtonId, route="onboarding:v1:remove_question"):
    """Remove it."""

    question_id: RowId


class PutQuestionBackId(ButtonId, route="onboarding:v1:put_question_back"):
    """Put it back, once it is removed."""

    question_id: RowId


class KeepQuestionId(ButtonId, route="onboarding:v1:keep_question"):
    """Show it again."""

    question_id: RowId


class GivesId(SelectId, route="onboarding:v1:gives", value=Ref):
    """Open the form of what the option gives that was chosen."""

    question_id: RowId


class GivesFormId(FormId, route="onboarding:v1:gives_form"):
    """Let an option give what was chosen."""

    question_id: RowId
    option: Ref


class ImportId(ButtonId, route="onboarding:v1:import"):
    """Let the questions be those of the file under the message; `shown` is what there was when it was shown."""

    shown: Ref


class NoImportId(ButtonId, route="onboarding:v1:no_import"):
    """Leave the questions as they are."""


class TakePromptsId(ButtonId, route="onboarding:v1:take_prompts"):
    """Take the prompts of Discord's own onboarding; both stand for what there was when it was shown."""

    shown: Ref
    prompts: Ref


class GivePromptsId(ButtonId, route="onboarding:v1:give_prompts"):
    """Write the questions into Discord's own onboarding; both stand for what there was when it was shown."""

    shown: Ref
    prompts: Ref
