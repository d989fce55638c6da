"""What `faq_entries` and `faq_search_logs` hold about people."""

from app.core.messages import msg
from app.core.privacy.tables import LEGACY, Column, Fate, Says, Table

CARE = "so that staff know whom to ask whether it is still true"
GAP = "so that staff learn what is asked and find no answer to"
KEPT = "as long as the server chose (`faq.keep_searches`), at most until the member deletes it"

FAQ_ENTRIES = Table(
    "faq_entries",
    title=msg("FAQ"),
    holds=msg("Which answers you wrote, changed, deleted or look after, and the versions that you wrote."),
    kept=msg("Until 30 days after the entry was removed."),
    erased=msg("Entries and their earlier versions no longer say that you wrote, changed, deleted or own them."),
    stays=msg("The questions and answers, which are the server's."),
    columns=(
        Column("created_by", Says.PERSON, Fate.NOBODY, "who wrote it", CARE, other="staff"),
        Column("updated_by", Says.PERSON, Fate.NOBODY, "who changed it last", CARE, other="staff"),
        Column("deleted_by", Says.PERSON, Fate.NOBODY, "who removed it", "so that staff can ask why", other="staff"),
        Column("owner_user_id", Says.PERSON, Fate.NOBODY, "who sees to it that it stays true", CARE, other="staff"),
        Column(
            "history",
            Says.DOCUMENT,
            Fate.WITHOUT,
            "the versions before, with who wrote each and when",
            "so that a change can be taken back",
        ),
        Column("title", Says.WORDS, Fate.STAYS, "the question, as staff wrote it", "to answer members"),
        Column("summary", Says.WORDS, Fate.STAYS, "the answer, as staff wrote it", "to answer members"),
        LEGACY,
    ),
    impersonal=(
        *("id", "guild_id", "keywords", "created_at", "title_key", "category", "language", "image_url"),
        *("owner_role_id", "verify_by", "verify_told_at", "enabled", "version", "updated_at", "deleted_at"),
        *("opened_count", "helpful_count", "unhelpful_count", "search", "search_version", "title_size"),
    ),
    owners=("created_by", "updated_by"),
    brief=("id", "title", "created_at"),
)

FAQ_SEARCH_LOGS = Table(
    "faq_search_logs",
    title=msg("Searches in the FAQ"),
    holds=msg(
        "What you searched for, when, which answer you opened, whether it helped, and whether you want to hear of an "
        "answer. What you wrote into the form of a ticket that is not open yet."
    ),
    kept=msg("As long as this server chose, unless you switched it off with `/faq privacy`. Drafts for a day."),
    erased=msg("Your words, that it was you, the message that it was about, and your drafts."),
    stays=msg(
        "That something was searched for, how much was found and what came of it, as figures. Your vote on an answer "
        "that others see, counted without your name."
    ),
    columns=(
        Column(
            "user_id", Says.PERSON, Fate.NOBODY, "who searched", "to show them, and to tell them of an answer", KEPT
        ),
        Column("query", Says.WORDS, Fate.EMPTIED, "what for", GAP, KEPT),
        Column("query_key", Says.WORDS, Fate.EMPTIED, "the same as it is compared", GAP, KEPT, in_export=False),
        Column(
            "channel_id", Says.FACT, Fate.EMPTIED, "where the message is that it came from", "not to answer twice", KEPT
        ),
        Column("message_id", Says.FACT, Fate.EMPTIED, "the message that it came from", "not to answer twice", KEPT),
        Column("to_tell", Says.FACT, Fate.EMPTIED, "whether they want to hear of an answer", "to tell them", KEPT),
        Column("language", Says.FACT, Fate.STAYS, "the language that their Discord speaks", "to search in it"),
        Column(
            "votes",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "whether its answers helped those who saw them, by a short hash of the id of each",
            "so that everybody has one vote",
            KEPT,
        ),
        Column(
            "draft",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "what somebody wrote into the form of a ticket, with their id",
            "so that it is not lost while they read answers",
            "until they decide, or for a day",
        ),
        Column(
            "handled_by",
            Says.PERSON,
            Fate.NOBODY,
            "who of the staff dealt with it",
            "so that nobody does it twice",
            other="staff",
        ),
        LEGACY,
    ),
    impersonal=(
        *("id", "guild_id", "results_count", "searched_at", "source", "after_id", "opened_id", "opened_at"),
        *("is_helpful", "ticket_at", "told_at", "answered_id", "handled_at", "dismissed_at"),
    ),
    owners=("user_id",),
    brief=("id", "handled_at"),
)
