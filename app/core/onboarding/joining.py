"""Who is left alone when they join, and until when: from what Discord says of a member."""

from datetime import datetime
from enum import StrEnum

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
