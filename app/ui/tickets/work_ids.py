"""What the forms for the work on tickets say about themselves."""

from app.ui.kit.ids import FormId, RowId


class NoteFormId(FormId, route="tickets:v1:note_form"):
    """Write down what was filled in."""

    ticket_id: RowId
