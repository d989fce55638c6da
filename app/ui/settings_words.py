"""What each setting is called and does, in words for people. `docs/settings.md` is made from this."""

from dataclasses import dataclass

from app.core import settings as registry


@dataclass(frozen=True)
class Words:
    """The name of a setting for people, and one sentence on what it does."""

    label: str
    help: str


WORDS: dict[str, Words] = {
    registry.TIMEZONE.name: Words("Time zone", "The clock of this server: how times are read and shown."),
    registry.LOG_CHANNEL.name: Words("Log channel", "Where every change of a setting is announced."),
    registry.STAFF_ROLE.name: Words("Staff role", "Whoever has it counts as staff, beside those who manage messages."),
    registry.PRIVATE_REPLIES.name: Words(
        "Private replies", "Whether only you see the answers of `/settings view` and `/settings history`."
    ),
    registry.COLOUR.name: Words("Colour", "The colour at the side of the bot's messages."),
    registry.PAGE_SIZE.name: Words("Page size", "How many entries a list shows at once."),
    registry.CONTACT.name: Words("Contact", "Whom to turn to when something breaks; the bot says so in its apology."),
    registry.UNDO_WITHIN.name: Words("Undo within", "How long after a change it can be undone."),
}
