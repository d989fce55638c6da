"""Who is left alone when they join, and until when: from what Discord says of a member."""

from datetime import datetime
from enum import StrEnum

from app.core.onboarding.errors import IsGuest, IsPending, IsQuarantined

# https://discord.com/developers/docs/resources/guild#guild-member-object-guild-member-flags
COMPLETED_ONBOARDING = 1 << 1
BYPASSES_VERIFICATION = 1 << 2
IS_GUEST = 1 << 4
QUARANTINED = 1 << 7 | 1 << 10
"""AutoMod found their name, or the tag of their server, to be one that is not allowed."""


class Standing(StrEnum):
    """How far Discord has let somebody in."""

    NOBODY = "nobody"
    """A bot, or a guest who is there for a conversation: nothing is asked of them, and nothing kept."""
    WAITING = "waiting"
    IN = "in"


def is_held_back(*, is_pending: bool, flags: int) -> bool:
    """Tell whether Discord lets somebody do nothing yet: a role would let them past that, or make a guest a member."""
    return is_pending or bool(flags & (QUARANTINED | IS_GUEST))


def require_let_in(*, is_pending: bool, flags: int) -> None:
    """Let nobody begin whom Discord has not let in. Raises IsPending, IsQuarantined, IsGuest."""
    if flags & IS_GUEST:
        raise IsGuest
    if flags & QUARANTINED:
        raise IsQuarantined
    if is_pending:
        raise IsPending


def standing(
    *, is_bot: bool, joined_at: datetime | None, is_pending: bool, flags: int, after_discord: bool
) -> Standing:
    """Tell how far somebody is; `after_discord` is whether they go through Discord's own onboarding first."""
    if is_bot or joined_at is None or flags & IS_GUEST:
        return Standing.NOBODY
    if is_pending or flags & QUARANTINED:
        return Standing.WAITING
    if after_discord and not flags & (COMPLETED_ONBOARDING | BYPASSES_VERIFICATION):
        return Standing.WAITING
    return Standing.IN
