"""What a server can choose about reminders."""

from app.core.checks import ANNOUNCING
from app.core.messages import msg
from app.core.settings.kinds import DAY, Kind, Setting

KEPT = msg(
    "Reminders that were made before are still sent. Staff see them with `/reminder list everybody:True`, "
    "and stop them with `/reminder pause` or `/reminder delete`."
)

ENABLED: Setting[bool] = Setting(
    "reminders.enabled",
    Kind.TOGGLE,
    default=True,
    label=msg("Reminders"),
    help=msg("Whether this server has reminders. While they are off, none can be made and none are sent."),
)
CHANNEL: Setting[int | None] = Setting(
    "reminders.channel",
    Kind.CHANNEL,
    None,
    use=ANNOUNCING,
    label=msg("Reminder channel"),
    help=msg("Where reminders go if no channel is given. If this is not set, they go where they were made."),
)
WHO: Setting[str] = Setting(
    "reminders.who",
    Kind.CHOICE,
    "everybody",
    label=msg("Who makes reminders"),
    help=msg("Who may make reminders here. Existing reminders stay."),
    choices={"everybody": msg("Everybody"), "staff": msg("Staff only")},
    then={"staff": KEPT},
)
FOR_OTHERS: Setting[str] = Setting(
    "reminders.for_others",
    Kind.CHOICE,
    "staff",
    label=msg("Reminders for others"),
    help=msg("Who may make reminders that ping another member or a role. Existing reminders stay."),
    choices={"everybody": msg("Everybody"), "staff": msg("Staff only"), "nobody": msg("Nobody, not even staff")},
    then={"staff": KEPT, "nobody": KEPT},
)
IN_CHANNELS: Setting[str] = Setting(
    "reminders.in_channels",
    Kind.CHOICE,
    "everybody",
    label=msg("Reminders in channels"),
    help=msg(
        "Who may make reminders that are posted in a channel. Others can make them as direct messages. "
        "Existing reminders stay."
    ),
    choices={"everybody": msg("Everybody"), "staff": msg("Staff only")},
    then={"staff": KEPT},
)
BLOCKED_WORDS: Setting[str | None] = Setting(
    "reminders.blocked_words",
    Kind.TEXT,
    None,
    minimum=1,
    maximum=1000,
    label=msg("Blocked words"),
    help=msg(
        "Words that no reminder in a channel may contain, separated by commas. "
        "`*` stands for the rest of a word, as in `casino*`."
    ),
)
EVERYONE: Setting[bool] = Setting(
    "reminders.everyone",
    Kind.TOGGLE,
    default=False,
    label=msg("Reminders for everyone"),
    help=msg("Whether members who may mention @everyone can do so in a reminder."),
)
SERIES: Setting[bool] = Setting(
    "reminders.series",
    Kind.TOGGLE,
    default=True,
    label=msg("Repeating reminders"),
    help=msg("Whether new reminders may repeat. Existing ones keep repeating."),
    then={False: KEPT},
)
SHORTEST_INTERVAL: Setting[int] = Setting(
    "reminders.shortest_interval",
    Kind.DURATION,
    300,
    minimum=60,
    maximum=30 * DAY,
    label=msg("Shortest interval"),
    help=msg("The shortest time between two occurrences of a repeating reminder."),
)
PER_MEMBER: Setting[int] = Setting(
    "reminders.per_member",
    Kind.NUMBER,
    25,
    minimum=1,
    maximum=500,
    label=msg("Reminders per member"),
    help=msg("How many pending reminders each member may have."),
)
PER_SERVER: Setting[int] = Setting(
    "reminders.per_server",
    Kind.NUMBER,
    1000,
    minimum=1,
    maximum=100_000,
    label=msg("Reminders per server"),
    help=msg("How many pending reminders this server may have in total."),
)
CATCH_UP: Setting[int] = Setting(
    "reminders.catch_up",
    Kind.DURATION,
    DAY,
    minimum=60,
    maximum=30 * DAY,
    label=msg("Catch-up limit"),
    help=msg("How late a reminder may still be sent after the bot was offline. Later ones are skipped."),
)
