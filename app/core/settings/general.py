"""The settings that belong to no feature.

Adding a setting is one entry: here, or in the `settings.py` of its feature. Commands, autocomplete, checks and
`docs/settings.md` follow from it.
"""

from app.core.checks import ANNOUNCING, TEAM
from app.core.messages import msg
from app.core.settings.kinds import DAY, Kind, Setting

COLOURS = {"blurple": 0x5865F2, "green": 0x57F287, "gold": 0xF1C40F, "red": 0xED4245, "grey": 0x95A5A6}

TIMEZONE: Setting[str] = Setting(
    "general.timezone",
    Kind.TIMEZONE,
    "UTC",
    label=msg("Time zone"),
    help=msg("The time zone of this server. Times are read and shown in it."),
)
LOG_CHANNEL: Setting[int | None] = Setting(
    "general.log_channel",
    Kind.CHANNEL,
    None,
    use=ANNOUNCING,
    label=msg("Log channel"),
    help=msg("Where every change of a setting is announced."),
)
STAFF_ROLE: Setting[int | None] = Setting(
    "general.staff_role",
    Kind.ROLE,
    None,
    use=TEAM,
    label=msg("Staff role"),
    help=msg("Members with this role count as staff, like those who can manage messages."),
)
PRIVATE_REPLIES: Setting[bool] = Setting(
    "general.private_replies",
    Kind.TOGGLE,
    default=True,
    label=msg("Private replies"),
    help=msg("Whether only you see the answers of `/settings view` and `/settings history`."),
)
COLOUR: Setting[str] = Setting(
    "general.colour",
    Kind.CHOICE,
    "blurple",
    label=msg("Colour"),
    help=msg("The colour at the side of the bot's messages."),
    choices={
        "blurple": msg("Blurple"),
        "green": msg("Green"),
        "gold": msg("Gold"),
        "red": msg("Red"),
        "grey": msg("Grey"),
    },
)
PAGE_SIZE: Setting[int] = Setting(
    "general.page_size",
    Kind.NUMBER,
    8,
    minimum=3,
    maximum=15,
    label=msg("Page size"),
    help=msg("How many entries a list shows at once."),
)
CONTACT: Setting[str | None] = Setting(
    "general.contact",
    Kind.TEXT,
    None,
    minimum=1,
    maximum=200,
    label=msg("Contact"),
    help=msg("Who to turn to when something breaks. The bot names them when it apologises."),
)
UNDO_WITHIN: Setting[int] = Setting(
    "general.undo_within",
    Kind.DURATION,
    30 * DAY,
    minimum=60,
    maximum=365 * DAY,
    label=msg("Undo within"),
    help=msg("How long a change can be undone."),
)
