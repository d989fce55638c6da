"""What a server allows its members to do with reminders."""

from datetime import timedelta

from app.core.actor import Actor
from app.core.records import record
from app.core.reminders import settings as reminders
from app.core.reminders.blocked_words import holds_blocked
from app.core.settings.snapshot import SettingsSnapshot


@record
class ReminderPolicy:
    """A server's choices about reminders, at one moment."""

    enabled: bool
    default_channel: int | None
    who: str
    """Who may make reminders: `everybody` or `staff`."""
    for_others: str
    """Who may make reminders that ping somebody else: `everybody`, `staff` or `nobody`."""
    in_channels: str
    """Who may make reminders that are posted in a channel: `everybody` or `staff`."""
    blocked_words: str
    """What no reminder in a channel may say, separated by commas."""
    everyone: bool
    """Whether those whom Discord lets mention everyone may do so in a reminder."""
    series: bool
    """Whether reminders may repeat."""
    shortest: timedelta
    per_member: int
    per_guild: int
    catch_up: timedelta
    """How late a reminder may still be sent."""

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "ReminderPolicy":
        """Return the policy of a server's settings."""
        return snapshot.policy(cls._read)

    @classmethod
    def _read(cls, snapshot: SettingsSnapshot) -> "ReminderPolicy":
        return cls(
            enabled=snapshot[reminders.ENABLED],
            default_channel=snapshot[reminders.CHANNEL],
            who=snapshot[reminders.WHO],
            for_others=snapshot[reminders.FOR_OTHERS],
            in_channels=snapshot[reminders.IN_CHANNELS],
            blocked_words=snapshot[reminders.BLOCKED_WORDS] or "",
            everyone=snapshot[reminders.EVERYONE],
            series=snapshot[reminders.SERIES],
            shortest=timedelta(seconds=snapshot[reminders.SHORTEST_INTERVAL]),
            per_member=snapshot[reminders.PER_MEMBER],
            per_guild=snapshot[reminders.PER_SERVER],
            catch_up=timedelta(seconds=snapshot[reminders.CATCH_UP]),
        )

    def lets_create(self, actor: Actor) -> bool:
        """Tell whether this person may make reminders at all."""
        return self.who == "everybody" or actor.is_staff

    def lets_post(self, actor: Actor) -> bool:
        """Tell whether this person may have the bot say something in a channel."""
        return self.in_channels == "everybody" or actor.is_staff

    def blocks(self, text: str) -> bool:
        """Tell whether a text may not be said in a channel."""
        return holds_blocked(text, self.blocked_words)

    def lets_ping_others(self, actor: Actor) -> bool:
        """Tell whether this person may make reminders for others."""
        return self.for_others == "everybody" or (self.for_others == "staff" and actor.is_staff)
