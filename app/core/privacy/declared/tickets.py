"""What `support_tickets` holds about people."""

from app.core.messages import msg
from app.core.privacy.tables import LEGACY, Column, Fate, Says, Table

HELP = "to help them, and to know later what was said"
WORK = "so that the team knows who does what"
FIGURES = "to know how quickly members are helped"


def _staff(name: str, what: str) -> Column:
    return Column(name, Says.PERSON, Fate.NOBODY, what, WORK, other="staff")


SUPPORT_TICKETS = Table(
    "support_tickets",
    title=msg("Tickets"),
    holds=msg(
        "Your tickets: what you asked for and answered, everything that was said in them, how you rated the help. "
        "Other tickets in which you wrote, were added, or worked."
    ),
    kept=msg("For ever, unless the server or you delete it."),
    erased=msg(
        "Of your tickets everything that was asked and said. In other tickets your name, and what you wrote as a "
        "member."
    ),
    stays=msg(
        "Of your tickets the number, the type, when it was opened and closed and how long answers took, as figures "
        "without you. What you wrote to others as staff, without your name. A ticket that is still open, until it is "
        "closed. Transcripts that were posted into a channel are messages on Discord; the staff of the server can "
        "delete those."
    ),
    columns=(
        Column("user_id", Says.PERSON, Fate.NOBODY, "who asked", HELP),
        Column(
            "username",
            Says.FACT,
            Fate.EMPTIED,
            "what they were called then",
            "to recognise them after they left or renamed themselves",
        ),
        Column("description", Says.WORDS, Fate.EMPTIED, "what they asked", HELP),
        Column("answers", Says.DOCUMENT, Fate.EMPTIED, "what they filled into the form", HELP),
        Column(
            "record",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "everything that was said, with the names and roles of those who said it or were spoken of",
            HELP,
        ),
        Column(
            "search_text",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "the same in plain words",
            "so that staff find it",
            in_export=False,
        ),
        Column(
            "search",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "the same as an index of words",
            "so that staff find it",
            in_export=False,
        ),
        Column("events", Says.DOCUMENT, Fate.WITHOUT, "who did what when, with the notes of staff", WORK),
        Column("rating", Says.FACT, Fate.STAYS, "how they rated the help, from 1 to 5", "to know how good the help is"),
        Column("rating_comment", Says.WORDS, Fate.EMPTIED, "the same in words", "to know how good the help is"),
        Column("close_reason", Says.WORDS, Fate.EMPTIED, "why it was closed", HELP),
        Column("labels", Says.FACT, Fate.EMPTIED, "what staff filed it under", "so that the team finds what is alike"),
        Column(
            "opener_left_at", Says.FACT, Fate.EMPTIED, "when they left the server", "to close what nobody waits for"
        ),
        _staff("claimed_by", "who of the staff took it"),
        _staff("opened_by", "who of the staff opened it for the member"),
        _staff("first_answered_by", "who of the staff answered first"),
        _staff("close_requested_by", "who of the staff asked whether it can be closed"),
        Column("closed_by", Says.PERSON, Fate.NOBODY, "who closed it", WORK, other="staff"),
        _staff("escalated_to", "which person or role it was handed to"),
        Column(
            "added_user_ids", Says.PEOPLE, Fate.WITHOUT, "who else may see it", "to let them into it, and nobody else"
        ),
        LEGACY,
    ),
    impersonal=(
        *("id", "guild_id", "status", "created_at", "channel_id", "claimed_at", "updated_at", "number", "type"),
        *("type_name", "is_thread", "team_role_ids", "added_role_ids", "priority", "locked", "header_message_id"),
        *("turn", "turn_since", "reminded_at", "warned_at", "tell_at", "snoozed_until", "next_at", "first_due_at"),
        *("first_answered_at", "first_seconds", "next_due_at", "waits", "sla_warned_at", "resolution_due_at"),
        *("resolved_seconds", "missed", "close_runs_out_at", "closed_at", "reopened", "merged_into", "rated_at"),
        *("transcript_channel_id", "transcript_message_id", "transcript_tries"),
    ),
    owners=("user_id",),
    brief=("number", "type_name", "created_at", "status"),
)
