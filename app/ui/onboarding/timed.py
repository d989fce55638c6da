"""What members who are not done are told by themselves."""

from datetime import datetime

from app.core.messages import t
from app.models import Onboarding
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.onboarding.invitation import prompt


def reminder(row: Onboarding, *, server: str, is_warning: bool, kick_at: datetime | None) -> Reply:
    """Remind somebody of what is left to do; `server` is the server's name in a direct message, where no one is named.

    A warning says when they will be removed, if they will.
    """
    begin = prompt(row.guild_id, row.user_id, server=server, mentions=False)
    here = t("this server") if not server else f"**{plain(server)}**"
    if is_warning and kick_at is not None:
        text = t(
            "You are not done with joining {server} yet. Please finish by <t:{at}:F> (<t:{at}:R>), or you will be "
            "removed. You can come back at any time.",
            server=here,
            at=int(kick_at.timestamp()),
        )
    else:
        text = t("You are not done with joining {server} yet. Press the button to go on where you were.", server=here)
    if not server:
        text = f"<@{row.user_id}> {text}"
    return Reply(text, items=begin.items, private=False)
