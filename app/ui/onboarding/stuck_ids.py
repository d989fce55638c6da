"""What the buttons of the list of members who are not done say about themselves."""

from typing import Annotated

from app.core.settings.kinds import DAY
from app.ui.kit.ids import ButtonId, Number, SelectId, Snowflake

MAX_PAGE = 100_000
PageNumber = Annotated[int, Number(0, MAX_PAGE)]
Seconds = Annotated[int, Number(0, 90 * DAY)]


class StuckPageId(ButtonId, route="onboarding:v1:stuck"):
    """Show a page."""

    page: PageNumber


class StuckTrialId(ButtonId, route="onboarding:v1:stuck_if"):
    """Show a page of what would happen with other times than the server's, in seconds; 0 for never."""

    page: PageNumber
    warn_after: Seconds
    kick_after: Seconds


class StuckWhoId(SelectId, route="onboarding:v1:stuck_who", value=Snowflake):
    """Show one of them."""


class RemindId(ButtonId, route="onboarding:v1:stuck_remind"):
    """Remind somebody now."""

    user_id: Snowflake


class LetInId(ButtonId, route="onboarding:v1:stuck_let_in"):
    """Let somebody in without answers."""

    user_id: Snowflake


class RemoveId(ButtonId, route="onboarding:v1:stuck_remove"):
    """Remove somebody; `is_sure` once that was confirmed."""

    user_id: Snowflake
    is_sure: bool
