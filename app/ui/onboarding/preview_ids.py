"""What the buttons, selects and forms of a preview say about themselves: never the ids of a member's own way."""

from enum import StrEnum

from app.ui.kit.ids import ButtonId, FormId, RowId, SelectId
from app.ui.onboarding.ids import Part


class Act(StrEnum):
    """What a button of the preview does. The first letters stand in ids, so they differ."""

    BEGIN = "begin"
    ACCEPT = "accept"
    FILL_IN = "fill_in"
    PREVIOUS = "previous"
    NEXT = "next"
    CONFIRM = "confirm"


class PreviewId(ButtonId, route="onboarding:v1:preview"):
    """Take a step; `number` is the version of the rules or the first question of a page."""

    act: Act
    number: RowId | None


class PreviewChangeId(SelectId, route="onboarding:v1:preview_change", value=RowId):
    """Open the form of the question that was chosen."""

    part: Part


class PreviewFormId(FormId, route="onboarding:v1:preview_form"):
    """Take what was filled in."""

    alone: bool
