"""The ids of selects and buttons under figures: what is shown, of how many days, in which order."""

from enum import StrEnum
from typing import Annotated

from app.core.analytics.recording import MAX_FINGERPRINT
from app.core.analytics.settings import PERIODS
from app.core.base36 import DIGITS
from app.core.records import record
from app.ui.kit.ids import ButtonId, Choice, Page, SelectId, Text

Days = Annotated[int, Choice({f"{days}": days for days in PERIODS})]
MAX_NAME = 64
"""Characters of a command's name that an id has room for."""
Name = Annotated[str, Text(MAX_NAME)]
Fingerprint = Annotated[str, Text(MAX_FINGERPRINT, DIGITS)]


class View(StrEnum):
    """What is shown."""

    OVERVIEW = "overview"
    COMMANDS = "commands"
    PEOPLE = "people"
    ERRORS = "errors"
    UNUSED = "unused"


class Sort(StrEnum):
    """Which commands come first."""

    USED = "used"
    SLOWEST = "slowest"
    FAILURES = "failures"
    RISING = "rising"


class Kinds(StrEnum):
    """Of what: commands, parts of answers to them, or both."""

    COMMANDS = "commands"
    PARTS = "parts"
    ALL = "all"


@record
class Shown:
    """All that a message with figures is about."""

    view: View
    days: Days
    everywhere: bool = False
    """Whether it is about all servers."""
    sort: Sort = Sort.USED
    kinds: Kinds = Kinds.COMMANDS
    page: Page = 0


class ViewId(SelectId, route="stats:v1:view", value=View):
    """Show something else of the same time."""

    shown: Shown


class PeriodId(SelectId, route="stats:v1:period", value=Days):
    """Show the same of another time."""

    shown: Shown


class SortId(SelectId, route="stats:v1:sort", value=Sort):
    """Put others first."""

    shown: Shown


class KindsId(SelectId, route="stats:v1:kinds", value=Kinds):
    """Show commands, or buttons, choices and forms."""

    shown: Shown


class TurnId(ButtonId, route="stats:v1:turn"):
    """Show another page."""

    shown: Shown


class ErrorId(SelectId, route="stats:v1:error", value=Fingerprint):
    """Show all that is known of one kind of error."""

    shown: Shown


class BackId(ButtonId, route="stats:v1:back"):
    """Go back to where something was chosen."""

    shown: Shown


class LookId(ButtonId, route="stats:v1:look"):
    """Show these figures to whoever wants to see more, and may."""

    days: Days


class CommandPeriodId(SelectId, route="stats:v1:command", value=Days):
    """Show one command in another time."""

    everywhere: bool
    name: Name


class MinePeriodId(SelectId, route="stats:v1:mine", value=Days):
    """Show one's own use of another time."""
