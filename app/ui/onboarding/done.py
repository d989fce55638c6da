"""What a member is told who is done: of roles only those that Discord shows."""

from collections.abc import Iterable

from app.core import formats
from app.core.messages import t
from app.core.onboarding.grants import Grant, Stage, What
from app.ui.kit.reply import Reply

MAX_NAMED = 20
"""Roles and channels that are named."""


def done(grants: Iterable[Grant], *, is_new: bool) -> Reply:
    """Say that somebody is done, what they have by now, and that the rest is on its way."""
    given = [one for one in grants if one.give]
    seen = [one for one in given if one.stage is Stage.SEEN]
    lines = [t("You are done. Welcome!") if is_new else t("You are done here already.")]
    if roles := _named(seen, What.ROLE, "<@&{id}>"):
        lines.append(t("You have: {roles}", roles=roles))
    if channels := _named(seen, What.CHANNEL, "<#{id}>"):
        lines.append(t("You see: {channels}", channels=channels))
    if len(seen) < len(given):
        lines.append(t("Your roles and channels are on their way. If some are missing in an hour, tell the staff."))
    lines.append("-# " + t("`/onboarding mine` shows what is stored about you, and lets you change it."))
    return Reply("\n".join(lines))


def named(grants: Iterable[Grant]) -> str:
    """Name roles and channels."""
    listed = list(grants)
    return formats.codes(filter(None, (_named(listed, What.ROLE, "<@&{id}>"), _named(listed, What.CHANNEL, "<#{id}>"))))


def _named(grants: Iterable[Grant], what: What, form: str) -> str:
    listed = [form.format(id=one.id) for one in grants if one.what is what]
    return formats.codes([*listed[:MAX_NAMED], *(["…"] if len(listed) > MAX_NAMED else [])])
