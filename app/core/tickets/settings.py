"""What a server can choose about tickets. What differs by type is configured with it (`app.core.tickets.types`)."""

from app.core.checks import STAFF_LOG
from app.core.messages import msg
from app.core.settings.kinds import DAY, Kind, Setting
from app.core.tickets.hours import HOURS_FORM

ENABLED: Setting[bool] = Setting(
    "tickets.enabled",
    Kind.TOGGLE,
    default=True,
    label=msg("Tickets"),
    help=msg("Whether members can open tickets. Open ones can still be worked on and closed while this is off."),
)
LOG_CHANNEL: Setting[int | None] = Setting(
    "tickets.log_channel",
    Kind.CHANNEL,
    None,
    use=STAFF_LOG,
    label=msg("Transcript channel"),
    help=msg(
        "Where transcripts of closed tickets are posted for staff. "
        "Without it they are only kept in the database, without files."
    ),
)
PER_MEMBER: Setting[int] = Setting(
    "tickets.per_member",
    Kind.NUMBER,
    3,
    minimum=1,
    maximum=25,
    label=msg("Tickets per member"),
    help=msg("How many open tickets each member may have, of different types. Of each type it is one."),
)
PER_SERVER: Setting[int] = Setting(
    "tickets.per_server",
    Kind.NUMBER,
    400,
    minimum=1,
    maximum=5000,
    label=msg("Open tickets"),
    help=msg("How many tickets may be open in this server at once. Discord allows 500 channels in all."),
)
HOURS: Setting[str | None] = Setting(
    "tickets.hours",
    Kind.TEXT,
    None,
    minimum=1,
    maximum=1000,
    form=HOURS_FORM,
    label=msg("Business hours"),
    help=msg(
        "When staff answer, by the clock of this server, such as `Mon-Fri 9:00-17:00, Sat 10-14`. "
        "Targets and statistics count this time only. Not set means always."
    ),
)
OUTSIDE_HOURS: Setting[str] = Setting(
    "tickets.outside_hours",
    Kind.CHOICE,
    "open",
    label=msg("Outside business hours"),
    help=msg("What happens when a member opens a ticket outside the business hours."),
    choices={
        "open": msg("It is opened, and says when staff are back"),
        "refuse": msg("It is refused, with the time when staff are back"),
    },
)
REOPEN_WITHIN: Setting[int] = Setting(
    "tickets.reopen_within",
    Kind.DURATION,
    7 * DAY,
    minimum=0,
    maximum=90 * DAY,
    label=msg("Reopen within"),
    help=msg("How long after it was closed a ticket can be opened again."),
)
CLOSE_REQUEST: Setting[int] = Setting(
    "tickets.close_request",
    Kind.DURATION,
    DAY,
    minimum=300,
    maximum=30 * DAY,
    label=msg("Close requests"),
    help=msg("How long a member has to answer when staff ask whether a ticket can be closed. Then it is closed."),
)
KEEP_LEFT: Setting[int] = Setting(
    "tickets.keep_left",
    Kind.DURATION,
    2 * DAY,
    minimum=300,
    maximum=30 * DAY,
    label=msg("Tickets of those who left"),
    help=msg(
        "How long a ticket stays open after its member has left the server. If they come back, they see it again."
    ),
)
RATING: Setting[bool] = Setting(
    "tickets.rating",
    Kind.TOGGLE,
    default=True,
    label=msg("Ratings"),
    help=msg("Whether members are asked how the help was when their ticket is closed."),
)
DIRECT: Setting[bool] = Setting(
    "tickets.direct",
    Kind.TOGGLE,
    default=True,
    label=msg("Transcripts for members"),
    help=msg("Whether members get the transcript of their ticket as a direct message when it is closed."),
)
WHO_CLOSES: Setting[str] = Setting(
    "tickets.who_closes",
    Kind.CHOICE,
    "everybody",
    label=msg("Who closes tickets"),
    help=msg("Who may close a ticket. Staff always may."),
    choices={"everybody": msg("The member and staff"), "staff": msg("Staff only")},
)
FIGURES_BY_PERSON: Setting[bool] = Setting(
    "tickets.figures_by_person",
    Kind.TOGGLE,
    default=False,
    label=msg("Figures by person"),
    help=msg("Whether staff see the figures of each other in `/tickets stats`. Otherwise each sees their own."),
)
