"""What the forms for the work on tickets say about themselves."""

from app.ui.kit.ids import ButtonId, FormId, RowId


class NoteFormId(FormId, route="tickets:v1:note_form"):
    """Write down what was filled in."""

    ticket_id: RowId


class MergeId(ButtonId, route="tickets:v1:merge"):
    """Merge two tickets of different members."""

    ticket_id: RowId
    into_id: RowId
