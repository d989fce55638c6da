"""What the buttons and selects about the bot's health say about themselves."""

from typing import Annotated

from app.core.health.trend import Span
from app.ui.health.views import View
from app.ui.kit.ids import ButtonId, Choice, Number, Page, SelectId

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
