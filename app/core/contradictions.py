"""Settings of a server that contradict each other, as far as they themselves tell. Pure.

What contradicts itself within a feature's own structures, such as ticket types, is in its `contradictions.py`.
"""

from collections.abc import Iterator

from app.core.analytics import settings as analytics
from app.core.faq import settings as faq
from app.core.messages import Message, msg
from app.core.onboarding import settings as onboarding
from app.core.records import record
from app.core.reminders import settings as reminders
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets import settings as tickets


@record
class Contradiction:
    """What does not go together, and what mends it. `can_stay` says that it may be meant so."""

    what: Message
    fix: Message
    can_stay: bool = False


def between(snapshot: SettingsSnapshot) -> Iterator[Contradiction]:
    """Return what does not go together. Of features that are switched off nothing is said."""
    if snapshot[onboarding.MODE] != "off":
        yield from _of_onboarding(snapshot)
    if snapshot[tickets.ENABLED] and snapshot[tickets.PER_MEMBER] > snapshot[tickets.PER_SERVER]:
        yield Contradiction(
            msg("Each member may have more open tickets than there may be in this server."),
            msg("Allow more with `/settings set tickets.per_server`, or fewer with `tickets.per_member`."),
        )
    if snapshot[reminders.ENABLED] and snapshot[reminders.PER_MEMBER] > snapshot[reminders.PER_SERVER]:
        yield Contradiction(
            msg("Each member may have more reminders than there may be in this server."),
            msg("Allow more with `/settings set reminders.per_server`, or fewer with `reminders.per_member`."),
        )
    if snapshot[analytics.KEEP_EVENTS] > snapshot[analytics.KEEP_FIGURES]:
        yield Contradiction(
            msg("It is kept longer who used a command than how often it was used."),
            msg("Keep figures longer with `/settings set analytics.keep_figures`."),
        )
    is_forgotten = not snapshot[faq.KEEP_MEMBERS] or not snapshot[faq.KEEP_SEARCHES]
    if is_forgotten and snapshot.is_chosen(faq.DIRECT_PER_HOUR) and snapshot[faq.DIRECT_PER_HOUR]:
        yield Contradiction(
            msg("Nobody is told that what they searched for is answered, because it is not kept who searched."),
            msg("Keep it with `/settings set faq.keep_members` and `faq.keep_searches`."),
            can_stay=True,
        )


def _of_onboarding(snapshot: SettingsSnapshot) -> Iterator[Contradiction]:
    join, done = snapshot[onboarding.JOIN_ROLE], snapshot[onboarding.COMPLETION_ROLE]
    if join is not None and join == done:
        yield Contradiction(
            msg("The role on joining and the role when done are the same, so nothing changes when members are done."),
            msg("Choose another one with `/settings set onboarding.join_role`."),
        )
    log, welcome = snapshot[onboarding.LOG_CHANNEL], snapshot[onboarding.WELCOME_CHANNEL]
    if log is not None and log == welcome:
        yield Contradiction(
            msg("Members are welcomed where staff see the answers of others."),
            msg("Choose another channel with `/settings set onboarding.log_channel`."),
        )
    if snapshot[onboarding.WELCOME_TEXT] and welcome is None:
        yield Contradiction(
            msg("There is a welcome message, and no channel for it."),
            msg("Choose one with `/settings set onboarding.welcome_channel`."),
        )
    if welcome is not None and not snapshot[onboarding.WELCOME_TEXT]:
        yield Contradiction(
            msg("There is a channel for welcoming members, and no message."),
            msg("Write one with `/settings set onboarding.welcome_text`."),
        )
    if snapshot[onboarding.DIRECT_TEXT] and not snapshot[onboarding.DIRECT_PER_HOUR]:
        yield Contradiction(
            msg("Members are to be welcomed by direct message, and none may be sent."),
            msg("Allow some with `/settings set onboarding.direct_per_hour`."),
        )
    nudge, warn = snapshot[onboarding.NUDGE_AFTER], snapshot[onboarding.WARN_AFTER]
    if warn and nudge > warn:
        yield Contradiction(
            msg("Members are warned that they will be removed before they are reminded."),
            msg("Remind them earlier with `/settings set onboarding.nudge_after`."),
            can_stay=True,
        )
