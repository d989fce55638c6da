"""What the buttons and selects about the bot's health say about themselves."""

from typing import Annotated

from app.core.health.trend import Span
from app.ui.health.views import View
from app.ui.kit.ids import ButtonId, Choice, FormId, Number, Page, SelectId, Snowflake, Text

SPANS = {"d": Span.DAY, "w": Span.WEEK, "m": Span.MONTH, "y": Span.YEAR}
SpanChoice = Annotated[Span, Choice(SPANS)]
MAX_SHARD = 36**4 - 1
Shard = Annotated[int, Number(0, MAX_SHARD)]


class LookAgainId(ButtonId, route="health:v1:look_again"):
    """Look once more, in place."""


class SpanId(ButtonId, route="health:v1:span"):
    """Show another time in place."""

    span: SpanChoice
    view: View
    shard: Shard | None
    """What an operator asked for; None for what everybody sees."""


class ViewId(SelectId, route="health:v1:view", value=View):
    """Show other figures in place."""

    span: SpanChoice
    shard: Shard | None


class IncidentsId(ButtonId, route="health:v1:incidents"):
    """Turn to a page of incidents in place."""

    page: Page


SettingName = Annotated[str, Text(45, "abcdefghijklmnopqrstuvwxyz0123456789_.")]
Line = Annotated[int, Number(0, 9)]
"""Which finding of a page: two of them may be about the same setting, and ids of a message have to differ."""


class CheckPageId(ButtonId, route="health:v1:check"):
    """Check again in place, and show a page of what was found; `of_settings` alone, as `/settings check` does."""

    page: Page
    of_settings: bool


class ClearId(ButtonId, route="health:v1:clear"):
    """Set a setting to nothing, if it still names this channel or role."""

    setting: SettingName
    one_id: Snowflake
    line: Line
    page: Page
    of_settings: bool


class ChooseId(ButtonId, route="health:v1:choose"):
    """Open a form to choose another channel or role in place of this one."""

    setting: SettingName
    one_id: Snowflake
    line: Line
    page: Page
    of_settings: bool


class ChosenFormId(FormId, route="health:v1:chosen"):
    """Take the channel or the role that was chosen in place of this one."""

    setting: SettingName
    one_id: Snowflake
    page: Page
    of_settings: bool
