"""What `reminders` holds about people."""

from app.core.messages import msg
from app.core.privacy.tables import LEGACY, Column, Fate, Says, Table

WRITTEN = "to send what was asked for, when it was asked for"

REMINDERS = Table(
    "reminders",
    title=msg("Reminders"),
    holds=msg("The reminders that you made, with your words; those that remind you, and those that you joined."),
    kept=msg("Until 30 days after it is over, or a day after it was deleted."),
    erased=msg(
        "Your reminders stop and are deleted, and so are those that go to you alone. Others no longer ping or name you."
    ),
    stays=msg("A reminder of yours in a channel that others joined, or that pings a role: it stays without your name."),
    columns=(
        Column("created_by", Says.PERSON, Fate.NOBODY, "who made it", "so that they can change it, and nobody else"),
        Column("target_id", Says.PERSON, Fate.NOBODY, "whom it pings, if `target_kind` is `member`", WRITTEN),
        Column("subscribers", Says.PEOPLE, Fate.WITHOUT, "who joined it", "to ping them as well"),
        Column("deleted_by", Says.PERSON, Fate.NOBODY, "who deleted it", "so that they can bring it back for a day"),
        Column("name", Says.WORDS, Fate.GOES, "what it is called", WRITTEN),
        Column("message", Says.WORDS, Fate.GOES, "what it says", WRITTEN),
        Column("phrase", Says.WORDS, Fate.GOES, "when it comes, as it was typed", "to show it again when it is edited"),
        Column("location", Says.WORDS, Fate.GOES, "where the event is", WRITTEN),
        Column(
            "origin_channel_id",
            Says.FACT,
            Fate.GOES,
            "where the message is that it is about",
            "to lead back to that message",
        ),
        Column("origin_message_id", Says.FACT, Fate.GOES, "which message it is about", "to lead back to that message"),
        Column("timezone", Says.FACT, Fate.GOES, "by which clock it comes", "to send it at the right moment"),
        Column("resume_zone", Says.FACT, Fate.GOES, "by which clock a pause ends", "to end it at the right moment"),
        LEGACY,
    ),
    impersonal=(
        *("id", "guild_id", "channel_id", "time", "call_time", "days", "event_time", "last_sent_at", "starts_at"),
        *("local_start", "rrule", "interval_seconds", "until", "most_times", "warn_seconds", "direct", "target_kind"),
        *("repeat_seconds", "repeat_most", "escalate_role_id", "state", "next_at", "wake_at", "attempts", "through"),
        *("warned_for", "again_at", "repeats", "skipped", "message_id", "message_channel_id", "problem", "problem_at"),
        *("snooze_of", "created_at", "except_dates", "catch_up_seconds", "resume_at", "deleted_at", "channel_paused"),
        *("acknowledged_for", "planned_local", "zone_rules", "local_until", "resume_local", "resume_rules"),
    ),
    owners=("created_by",),
    brief=("id", "created_at", "next_at"),
)
