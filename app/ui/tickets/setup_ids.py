"""What the buttons, selects and forms say with which tickets are set up."""

from typing import Annotated

from app.ui.kit.ids import ButtonId, FormId, Page, SelectId, Snowflake, Text
from app.ui.tickets.ids import TypeKey

Ref = Annotated[str, Text(8, "0123456789abcdef")]
"""Stands for a question as it is (app.core.tickets.questions.reference)."""
PanelKey = Annotated[str, Text(20, "abcdefghijklmnopqrstuvwxyz0123456789_")]


class ShowTypeId(SelectId, route="tickets:v1:show_type", value=TypeKey):
    """Show the type that was chosen."""


class QuestionsId(ButtonId, route="tickets:v1:questions"):
    """Show the questions of a type."""

    type_key: TypeKey


class PreviewId(ButtonId, route="tickets:v1:preview"):
    """Open a type's form without opening a ticket."""

    type_key: TypeKey


class PreviewFormId(FormId, route="tickets:v1:preview_form"):
    """Show what would become of what was filled in."""

    type_key: TypeKey


class AddQuestionId(ButtonId, route="tickets:v1:add_question"):
    """Ask for another question."""

    type_key: TypeKey


class AddQuestionFormId(FormId, route="tickets:v1:add_question_form"):
    """Add the question that was filled in."""

    type_key: TypeKey


class OneQuestionId(SelectId, route="tickets:v1:one_question", value=Ref):
    """Show the question that was chosen."""

    type_key: TypeKey


class EditQuestionId(ButtonId, route="tickets:v1:edit_question"):
    """Change a question in a form."""

    ref: Ref
    type_key: TypeKey


class EditQuestionFormId(FormId, route="tickets:v1:edit_question_form"):
    """Change it to what was filled in."""

    ref: Ref
    type_key: TypeKey


class MoveQuestionId(ButtonId, route="tickets:v1:move_question"):
    """Ask it earlier."""

    ref: Ref
    type_key: TypeKey


class RemoveQuestionId(ButtonId, route="tickets:v1:remove_question"):
    """Ask it no more."""

    ref: Ref
    type_key: TypeKey


class PanelFormId(FormId, route="tickets:v1:panel_form"):
    """Post a panel as it was filled in, or change the one with this key."""

    channel_id: Snowflake
    panel_key: PanelKey | None


class PostAgainId(SelectId, route="tickets:v1:post_again", value=PanelKey):
    """Post the panel that was chosen again."""


class BlockedPageId(ButtonId, route="tickets:v1:blocked"):
    """Turn to a page of the blocked members."""

    page: Page


class UnblockId(SelectId, route="tickets:v1:unblock", value=Snowflake):
    """Unblock the member that was chosen."""
