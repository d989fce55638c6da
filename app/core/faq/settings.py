"""What a server can choose about its FAQ. In which channels answers are suggested is kept by `/faq auto`."""

from app.core.checks import ANNOUNCING
from app.core.messages import msg
from app.core.settings.kinds import DAY, Kind, Setting

STAFF_CHANNEL: Setting[int | None] = Setting(
    "faq.staff_channel",
    Kind.CHANNEL,
    None,
    use=ANNOUNCING,
    label=msg("Channel for staff"),
    help=msg("Where the owners of entries are reminded to look at them again. Not set means that nobody is."),
)
IN_TICKETS: Setting[bool] = Setting(
    "faq.in_tickets",
    Kind.TOGGLE,
    True,
    label=msg("Suggest answers before a ticket"),
    help=msg("Show up to three answers that may help before a ticket is opened."),
)
TICKET_WITHIN: Setting[int] = Setting(
    "faq.ticket_within",
    Kind.DURATION,
    DAY,
    minimum=3600,
    maximum=14 * DAY,
    label=msg("A ticket follows within"),
    help=msg("How long after a search a ticket of the same member counts as one that the FAQ could not spare."),
)
KEEP_SEARCHES: Setting[int] = Setting(
    "faq.keep_searches",
    Kind.DURATION,
    90 * DAY,
    minimum=0,
    maximum=730 * DAY,
    label=msg("Keep what was searched"),
    help=msg("How long the words of a search are kept. After that only its figures are. 0 keeps no words at all."),
)
KEEP_MEMBERS: Setting[bool] = Setting(
    "faq.keep_members",
    Kind.TOGGLE,
    True,
    label=msg("Keep who searched"),
    help=msg(
        "Keep who searched, for as long as the words. It is needed to tell people of a new answer. Members can switch "
        "it off for themselves with `/faq privacy`."
    ),
)
DIRECT_PER_HOUR: Setting[int] = Setting(
    "faq.direct_per_hour",
    Kind.NUMBER,
    20,
    minimum=0,
    maximum=100,
    label=msg("Direct messages per hour"),
    help=msg(
        "How many people at most are told within an hour that what they searched for is answered; the others are told "
        "later. Discord stops bots that write to many. 0 tells nobody."
    ),
)
