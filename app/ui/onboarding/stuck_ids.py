"""What the buttons of the list of members who are not done say about themselves."""

from typing import Annotated

from app.ui.kit.ids import ButtonId, Number, SelectId, Snowflake

MAX_PAGE = 100_000
PageNumber = Annotated[int, Number(0, MAX_PAGE)]


class StuckPageId(ButtonId, route="onboarding:v1:stuck"):
    """Show a page."""

    page: PageNumber


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
