"""What `onboarding`, `guild_onboarding_questions` and `guild_rules` hold about people."""

from app.core.messages import msg
from app.core.privacy.tables import LEGACY, NOTHING_STORED, Column, Fate, Says, Table

MOMENT = "so that nobody is asked, reminded or removed too early, and the server knows where members give up"


def _moment(name: str, what: str) -> Column:
    return Column(name, Says.FACT, Fate.COARSE, what, MOMENT, waits=True)


ONBOARDING = Table(
    "onboarding",
    title=msg("Onboarding"),
    holds=msg(
        "When you joined and left, how far you came, what you answered, which versions of the rules you accepted, and "
        "which roles and channels you were to have."
    ),
    kept=msg("As long as the server keeps it. Your answers until you delete them with `/onboarding mine`."),
    erased=msg(
        "All of it is deleted. If you are still here, the bot no longer knows that you accepted the rules; your roles "
        "stay."
    ),
    stays=msg(
        "That somebody joined on that day, how far they came and which version of the rules they accepted, for "
        "counting alone: nothing leads from it to you. While you are still to finish, or to accept new rules: that you "
        "are, and until when."
    ),
    columns=(
        Column(
            "user_id",
            Says.PERSON,
            Fate.NOBODY,
            "whose way it is",
            "to know who has done what the server asks for",
            waits=True,
        ),
        Column(
            "responses",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "what they answered, to whatever the server asks",
            "the server asks for it",
            kept="until the member deletes them",
        ),
        Column(
            "acceptances",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "each version of the rules that they accepted: when, in which language, and the hash of its text",
            "to prove that they accepted",
        ),
        Column(
            "grants",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "which roles and channels they are to have, why, and what became of it",
            "to give and take them, also after a restart",
            waits=True,
        ),
        Column(
            "to_tell",
            Says.DOCUMENT,
            Fate.EMPTIED,
            "what is still to be said to or about them",
            "to say it once",
            waits=True,
        ),
        _moment("timestamp", "when they answered last"),
        _moment("joined_at", "when they joined"),
        _moment("asked_at", "since when they could begin"),
        _moment("started_at", "when they began"),
        _moment("completed_at", "when they were done"),
        _moment("left_at", "when they left"),
        _moment("nudged_at", "when they were reminded"),
        _moment("warned_at", "when they were warned"),
        _moment("rules_accepted_at", "when they accepted the rules"),
        Column("direct_at", Says.FACT, Fate.EMPTIED, "when they were last written to directly", MOMENT, waits=True),
        Column("state", Says.FACT, Fate.STAYS, "where they are between joining and taking part", MOMENT),
        Column("step", Says.FACT, Fate.STAYS, "at which question they are, or gave up", MOMENT),
        Column("announced", Says.FACT, Fate.STAYS, "how often Discord announced their joining", "to greet them once"),
        Column(
            "rules_version",
            Says.FACT,
            Fate.STAYS,
            "which version of the rules they accepted last",
            "to count who accepted a version, and to ask those who did not",
        ),
        Column(
            "asked_version",
            Says.FACT,
            Fate.EMPTIED,
            "which version they have to accept",
            "to ask them once",
            waits=True,
        ),
        Column(
            "accept_by",
            Says.FACT,
            Fate.EMPTIED,
            "until when",
            "to take the role of those who do not, not earlier",
            waits=True,
        ),
        Column(
            "prompt_channel_id",
            Says.FACT,
            Fate.EMPTIED,
            "where they were asked to begin",
            "to take that message away",
            waits=True,
        ),
        Column(
            "prompt_message_id",
            Says.FACT,
            Fate.EMPTIED,
            "with which message",
            "to take it away when they are done",
            waits=True,
        ),
        Column(
            "completed_by",
            Says.PERSON,
            Fate.NOBODY,
            "who of the staff let them in without answers",
            "so that others know why answers are missing",
            other="staff",
        ),
        LEGACY,
    ),
    impersonal=("guild_id", "grant_tries", "next_at", "updated_at"),
    owners=("user_id",),
    brief=("updated_at",),
)

QUESTIONS = Table(
    "guild_onboarding_questions",
    title=msg("Questions of onboarding"),
    holds=NOTHING_STORED,
    kept=msg("Until the question is deleted."),
    erased=msg("Nothing to delete."),
    impersonal=(
        *("id", "guild_id", "step_order", "question", "question_type", "options", "followup", "required", "enabled"),
        *("created_at", "updated_at", "hint", "asked_if", "legacy"),
    ),
)

GUILD_RULES = Table(
    "guild_rules",
    title=msg("Rules"),
    holds=msg("Which versions of the rules you published."),
    kept=msg("For ever, so that members can read what they accepted."),
    erased=msg("The rules no longer say that you published them."),
    stays=msg("The text of the rules, which is the server's."),
    columns=(
        Column(
            "published_by",
            Says.PERSON,
            Fate.NOBODY,
            "who published this version",
            "so that members know who changed the rules",
            other="staff",
        ),
    ),
    impersonal=(
        *("id", "guild_id", "rule_order", "title", "description", "enabled", "created_at", "updated_at", "legacy"),
        *("thumbnail_url", "image_url", "version", "published_at"),
    ),
    brief=("version", "rule_order", "title", "published_at"),
)
