"""The words above the header of a new ticket: whom it calls."""

from collections.abc import Sequence

from app.core.messages import t, tn
from app.models import SupportTicket


def greeting(ticket: SupportTicket, role_ids: Sequence[int], *, expected: Sequence[str] = (), lost: int = 0) -> str:
    """Say who is meant: the only words of it that ping. `expected` says when there will be an answer.

    `lost` is how many files of the form are missing.
    """
    roles = "".join(f" <@&{role}>" for role in role_ids)
    lines = [f"<@{ticket.user_id}>{roles}"]
    if ticket.opened_by is not None:
        lines.append(t("<@{staff}> has opened this ticket for you.", staff=ticket.opened_by))
    lines += expected
    if lost:
        lines.append(
            tn(
                "⚠️ {count} file of the form could not be kept. Please send it again here.",
                "⚠️ {count} files of the form could not be kept. Please send them again here.",
                lost,
            )
        )
    return "\n".join(lines)
