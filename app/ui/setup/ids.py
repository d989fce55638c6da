"""What the buttons and forms of setting a server up are about."""

from typing import Annotated

from app.core.setup import Step
from app.ui.kit.ids import ButtonId, FormId, Text

Seen = Annotated[str, Text(8, "0123456789abcdef")]
"""Stands for what was so when a form was opened."""


class BeginId(ButtonId, route="setup:v1:begin"):
    """Begin, or go on, in a message of one's own."""


class ListId(ButtonId, route="setup:v1:list"):
    """Show all steps."""


class StepId(ButtonId, route="setup:v1:step"):
    """Show a step."""

    step: Step


class AgainId(ButtonId, route="setup:v1:again"):
    """Look at a step again, at all of them without one."""

    step: Step | None


class SkipId(ButtonId, route="setup:v1:skip"):
    """Skip a step for now, and show the next; or, unless `on`, skip it no more."""

    step: Step
    on: bool


class KeepId(ButtonId, route="setup:v1:keep"):
    """Leave a step as it is on purpose."""

    step: Step


class ChooseId(ButtonId, route="setup:v1:choose"):
    """Open the form of a step."""

    step: Step


class ChooseFormId(FormId, route="setup:v1:choose_form"):
    """Choose what was filled in; `seen` is what was so when the form was opened."""

    step: Step
    seen: Seen


class FirstTypeId(ButtonId, route="setup:v1:first_type"):
    """Ask what the first kind of ticket is to be, and where its panel."""


class FirstTypeFormId(FormId, route="setup:v1:first_form"):
    """Make them."""


class TicketPanelId(ButtonId, route="setup:v1:panel"):
    """Ask where tickets are to be opened from."""


class TicketPanelFormId(FormId, route="setup:v1:panel_form"):
    """Post a panel there with every kind of ticket."""


class BeginningId(ButtonId, route="setup:v1:beginning"):
    """Ask where new members are to begin."""


class BeginningFormId(FormId, route="setup:v1:beginning_form"):
    """Post a panel there."""


class UsualId(ButtonId, route="setup:v1:usual"):
    """Add the usual questions."""


class EndId(ButtonId, route="setup:v1:end"):
    """Show what was set since somebody began, and what is left."""


class CloseId(ButtonId, route="setup:v1:close"):
    """Be done: what is set from then on is another time's."""
