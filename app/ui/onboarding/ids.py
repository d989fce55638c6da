"""What the buttons, selects and forms of a member's way say about themselves.

All of them name the server and the member, because some stand in direct messages, or where others can press them.
"""

from typing import Annotated

from app.ui.kit.ids import ButtonId, FormId, Number, RowId, SelectId, Snowflake

Part = Annotated[int, Number(0, 3)]
"""Which of several selects of one message."""


class BeginId(ButtonId, route="onboarding:v1:begin"):
    """Begin, or go on; under a panel, for everybody."""


class BeginForId(ButtonId, route="onboarding:v1:begin_for"):
    """Begin, or go on; in what was sent to one member."""

    guild_id: Snowflake
    user_id: Snowflake


class AcceptId(ButtonId, route="onboarding:v1:accept"):
    """Accept the version of the rules that was shown, as a step of the way."""

    guild_id: Snowflake
    user_id: Snowflake
    version: RowId


class AnswerId(ButtonId, route="onboarding:v1:answer"):
    """Open the form of the page that begins with a question."""

    guild_id: Snowflake
    user_id: Snowflake
    question_id: RowId


class AnswerFormId(FormId, route="onboarding:v1:answer_form"):
    """Keep what was filled in. `mine` is for somebody who changes one answer among all that is stored about them."""

    guild_id: Snowflake
    user_id: Snowflake
    mine: bool


class BackId(ButtonId, route="onboarding:v1:back"):
    """Go to the page before the one that begins with a question, or before the summary."""

    guild_id: Snowflake
    user_id: Snowflake
    question_id: RowId | None


class NextId(ButtonId, route="onboarding:v1:next"):
    """Leave a page as it is answered."""

    guild_id: Snowflake
    user_id: Snowflake
    question_id: RowId


class ChangeId(SelectId, route="onboarding:v1:change", value=RowId):
    """Open the form of the question that was chosen."""

    guild_id: Snowflake
    user_id: Snowflake
    mine: bool
    part: Part


class RestartId(ButtonId, route="onboarding:v1:restart"):
    """Forget the answers and begin again."""

    guild_id: Snowflake
    user_id: Snowflake


class ConfirmId(ButtonId, route="onboarding:v1:confirm"):
    """Be done."""

    guild_id: Snowflake
    user_id: Snowflake


class MineId(ButtonId, route="onboarding:v1:mine"):
    """Show what is stored about oneself."""

    guild_id: Snowflake
    user_id: Snowflake


class ForgetId(ButtonId, route="onboarding:v1:forget"):
    """Ask whether all answers are to be deleted."""

    guild_id: Snowflake
    user_id: Snowflake


class ForgetNowId(ButtonId, route="onboarding:v1:forget_now"):
    """Delete them."""

    guild_id: Snowflake
    user_id: Snowflake
