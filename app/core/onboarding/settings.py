"""What a server can choose about onboarding. Rules and questions are in tables of their own."""

from app.core.checks import ANNOUNCING, GIVEN, PANEL, STAFF_LOG
from app.core.messages import msg
from app.core.onboarding.limits import MAX_TEMPLATE
from app.core.onboarding.templates import TEMPLATE
from app.core.settings.kinds import DAY, Kind, Setting

WITHOUT_MEMBERS = msg(
    "I am not told who joins, because the server members intent is off. The panel and `/onboarding start` work all the "
    "same; the role on joining, messages to each new member, and noticing who left do not. Whoever runs me can switch "
    "it on in the developer portal."
)
"""What whoever sets onboarding up has to know of a bot without that intent."""

MODE: Setting[str] = Setting(
    "onboarding.mode",
    Kind.CHOICE,
    "off",
    without_members=WITHOUT_MEMBERS,
    label=msg("What new members do"),
    help=msg("What new members do before they take part."),
    choices={
        "off": msg("Nothing"),
        "rules": msg("Accept the rules"),
        "questions": msg("Answer questions"),
        "both": msg("Accept the rules, then answer questions"),
    },
)
WHERE: Setting[str] = Setting(
    "onboarding.where",
    Kind.CHOICE,
    "panel",
    without_members=WITHOUT_MEMBERS,
    label=msg("Where it begins"),
    help=msg(
        "Where new members begin. Direct messages of a stranger end in a box for requests that many never open, and "
        "Discord stops bots that write to many."
    ),
    choices={
        "panel": msg("With the button of a panel"),
        "channel": msg("With a message in a channel"),
        "direct": msg("With a direct message"),
    },
)
CHANNEL: Setting[int | None] = Setting(
    "onboarding.channel",
    Kind.CHANNEL,
    None,
    use=PANEL,
    label=msg("Channel to begin in"),
    help=msg("Where new members are asked to begin, if `onboarding.where` is `channel`, and where reminders go."),
)
JOIN_ROLE: Setting[int | None] = Setting(
    "onboarding.join_role",
    Kind.ROLE,
    None,
    use=GIVEN,
    without_members=WITHOUT_MEMBERS,
    label=msg("Role on joining"),
    help=msg("The role that new members have until they are done."),
)
COMPLETION_ROLE: Setting[int | None] = Setting(
    "onboarding.completion_role",
    Kind.ROLE,
    None,
    use=GIVEN,
    label=msg("Role when done"),
    help=msg("The role that members get when they are done."),
)
LOG_CHANNEL: Setting[int | None] = Setting(
    "onboarding.log_channel",
    Kind.CHANNEL,
    None,
    use=STAFF_LOG,
    label=msg("Staff log"),
    help=msg("Where staff see who is done, with the answers, and what went wrong."),
)
WELCOME_CHANNEL: Setting[int | None] = Setting(
    "onboarding.welcome_channel",
    Kind.CHANNEL,
    None,
    use=ANNOUNCING,
    label=msg("Welcome channel"),
    help=msg("Where members are welcomed when they are done."),
)
WELCOME_TEXT: Setting[str | None] = Setting(
    "onboarding.welcome_text",
    Kind.TEXT,
    None,
    minimum=1,
    maximum=MAX_TEMPLATE,
    form=TEMPLATE,
    label=msg("Welcome message"),
    help=msg("What the welcome channel says of a new member, such as `Welcome, {{member}}!`."),
)
DIRECT_TEXT: Setting[str | None] = Setting(
    "onboarding.direct_text",
    Kind.TEXT,
    None,
    minimum=1,
    maximum=MAX_TEMPLATE,
    form=TEMPLATE,
    label=msg("Direct welcome"),
    help=msg("What members get as a direct message when they are done. Not set means no message."),
)
NUDGE_AFTER: Setting[int] = Setting(
    "onboarding.nudge_after",
    Kind.DURATION,
    DAY,
    minimum=0,
    maximum=30 * DAY,
    without_members=WITHOUT_MEMBERS,
    label=msg("Reminder after"),
    help=msg("How long after they could begin members are reminded, once. `0s` means never."),
)
WARN_AFTER: Setting[int] = Setting(
    "onboarding.warn_after",
    Kind.DURATION,
    0,
    minimum=0,
    maximum=90 * DAY,
    without_members=WITHOUT_MEMBERS,
    label=msg("Warning after"),
    help=msg("How long after they could begin members are warned that they will be removed. `0s` means never."),
)
KICK_AFTER: Setting[int] = Setting(
    "onboarding.kick_after",
    Kind.DURATION,
    0,
    minimum=0,
    maximum=90 * DAY,
    without_members=WITHOUT_MEMBERS,
    label=msg("Removed after"),
    help=msg(
        "How long after their warning members who are not done are removed from the server. `0s` means never. "
        "`/onboarding stuck` shows who it would be."
    ),
)
GRACE: Setting[int] = Setting(
    "onboarding.grace",
    Kind.DURATION,
    7 * DAY,
    minimum=300,
    maximum=90 * DAY,
    label=msg("Time for new rules"),
    help=msg("How long members have to accept a new version of the rules before they lose the role for being done."),
)
REJOIN: Setting[str] = Setting(
    "onboarding.rejoin",
    Kind.CHOICE,
    "keep",
    without_members=WITHOUT_MEMBERS,
    label=msg("Those who come back"),
    help=msg("What members do who were done, left, and join again."),
    choices={"keep": msg("Nothing: their answers count"), "again": msg("Begin again")},
)
NATIVE: Setting[bool] = Setting(
    "onboarding.after_discord",
    Kind.TOGGLE,
    default=True,
    without_members=WITHOUT_MEMBERS,
    label=msg("After Discord's own"),
    help=msg("Whether members are left alone until they are done with Discord's own onboarding, where it is on."),
)
DIRECT_PER_HOUR: Setting[int] = Setting(
    "onboarding.direct_per_hour",
    Kind.NUMBER,
    20,
    minimum=0,
    maximum=100,
    label=msg("Direct messages"),
    help=msg("How many direct messages an hour onboarding may send. Discord stops bots that write to many."),
)
