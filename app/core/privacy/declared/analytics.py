"""What `audit_logs` and `health_check_history` hold about people."""

from app.core.messages import msg
from app.core.privacy.tables import NOTHING_STORED, Column, Fate, Says, Table

FIGURES = "to know what is used, what fails and how long it takes"
KEPT = "as long as the server chose (`analytics.keep_events`)"

AUDIT_LOGS = Table(
    "audit_logs",
    title=msg("Use of commands"),
    holds=msg(
        "Which commands, buttons and forms of the bot you used, where and when, in which language, how it ended and "
        "how long it took; nothing that you wrote. On which day you used it last."
    ),
    kept=msg("As long as this server chose; the day on which you used it last for two years at most."),
    erased=msg("That it was you, where it was, and your language. The day on which you used the bot last."),
    stays=msg("That something was used, how it ended and how long it took, as figures without you."),
    columns=(
        Column("user_id", Says.PERSON, Fate.NOBODY, "who asked", FIGURES, KEPT),
        Column("channel_id", Says.FACT, Fate.EMPTIED, "where", FIGURES, KEPT),
        Column("locale", Says.FACT, Fate.EMPTIED, "the language that their Discord speaks", FIGURES, KEPT),
        Column("command_name", Says.FACT, Fate.STAYS, "what they used", FIGURES, KEPT),
        Column(
            "reference", Says.FACT, Fate.STAYS, "the code that they were told of an error", "to find its cause", KEPT
        ),
        Column(
            "people_ids",
            Says.PEOPLE,
            Fate.WITHOUT,
            "in one row of a server, who used the bot in the last two years",
            "to tell who is new from who returns",
            "two years from the last use",
        ),
        Column(
            "step_counts",
            Says.DOCUMENT,
            Fate.WITHOUT,
            "in the same row, the day on which each of them did so last; in others, figures",
            "to tell who is new from who returns",
            "two years from the last use",
        ),
        Column(
            "details",
            Says.DOCUMENT,
            Fate.WITHOUT,
            "of a change of the schema, who it was on the terminal, as `user@host`",
            "to know who changed the schema",
            "for ever",
        ),
        Column(
            "legacy",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "what the row held in the bot before this one, where that was written differently",
            "so that a database can be taken back to that bot",
            in_export=False,
        ),
    ),
    impersonal=(
        *("id", "guild_id", "command_type", "success", "error_message", "created_at", "duration_ms", "outcome"),
        *("first_response_ms", "fingerprint", "shard", "release", "count", "grain", "until", "answered_count"),
        *("within_second_count", "steps"),
    ),
    owners=("user_id",),
    brief=("created_at",),
)

HEALTH_CHECK_HISTORY = Table(
    "health_check_history",
    title=msg("Health of the bot"),
    holds=NOTHING_STORED,
    kept=msg("For two years."),
    erased=msg("Nothing to delete."),
    impersonal=(
        *("id", "service", "version", "uptime_seconds", "db_status", "guild_count", "active_commands_24h"),
        *("gpt_status", "database_pool_size", "checked_at", "legacy", "kind", "grain", "samples", "state", "reasons"),
        *("since", "revision", "database_ms", "pool_in_use", "pool_waiting", "loop_lag_ms", "gateway_ms"),
        *("reconnects", "rate_limited", "invalid_requests", "reminder_late_seconds", "memory_mb", "cpu_percent"),
        *("queues", "shards", "highest"),
    ),
)
