"""What `bot_settings` and `settings_history` hold about people."""

from app.core.messages import msg
from app.core.privacy.tables import LEGACY, Column, Fate, Says, Table

BOT_SETTINGS = Table(
    "bot_settings",
    title=msg("Settings"),
    holds=msg(
        "Which of this server's settings you chose last. For all servers: your time zone, and what you wished for the "
        "FAQ. If you were blocked from opening tickets: that, why, and until when."
    ),
    kept=msg("Until the setting is reset or you choose otherwise."),
    erased=msg(
        "Your time zone and wishes are deleted if you delete everywhere. Settings no longer say who chose them."
    ),
    stays=msg("The server's settings. If you are blocked from opening tickets, that too: deleting must not lift it."),
    columns=(
        Column(
            "updated_by",
            Says.PERSON,
            Fate.NOBODY,
            "who chose the value last",
            "so that staff can ask why a server is set up as it is",
        ),
        Column(
            "key",
            Says.DOCUMENT,
            Fate.GOES,
            "in rows of members (`member`, server 0) and of blocked members (`ticket_blocked`), whose row it is",
            "to find a member's time zone, wishes, and whether they may open tickets",
            kept="until they choose otherwise; a block until it is lifted",
        ),
        Column(
            "value",
            Says.DOCUMENT,
            Fate.GOES,
            "in rows of members what they chose; of blocked members why, and until when; else what a server chose",
            "to read times by a member's clock, to respect their wishes, and to keep to a block",
            kept="until they choose otherwise; a block until it is lifted",
        ),
        LEGACY,
    ),
    impersonal=("guild_id", "scope", "value_type", "updated_at"),
    owners=("updated_by",),
)

SETTINGS_HISTORY = Table(
    "settings_history",
    title=msg("History of settings"),
    holds=msg("Which settings you changed in this server, when, from what to what, and the reason that you gave."),
    kept=msg("For ever, so that a server can be taken back to how it was."),
    erased=msg("The changes no longer say that they were yours, and the reasons that you gave are deleted."),
    stays=msg("The changes themselves, as Undo and restoring need them."),
    columns=(
        Column(
            "changed_by",
            Says.PERSON,
            Fate.NOBODY,
            "who changed the setting",
            "so that staff can ask why, and take changes back",
        ),
        Column("reason", Says.WORDS, Fate.EMPTIED, "why, in their words", "so that others understand the change"),
        Column(
            "old_value",
            Says.DOCUMENT,
            Fate.WITHOUT,
            "what was chosen before; of a block from opening tickets, why and until when",
            "so that the change can be taken back",
        ),
        Column(
            "new_value",
            Says.DOCUMENT,
            Fate.WITHOUT,
            "what was chosen; of a block from opening tickets, why and until when",
            "so that the change can be taken back, and later ones be told from it",
        ),
        Column(
            "key",
            Says.DOCUMENT,
            Fate.GOES,
            "in rows about blocked members (`ticket_blocked`), who was blocked",
            "so that a block can be taken back",
        ),
        LEGACY,
    ),
    impersonal=("id", "guild_id", "scope", "value_type", "changed_at", "change_type", "restores_id"),
    owners=("changed_by",),
)
