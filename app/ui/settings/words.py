"""What each setting is called and does, in words for people. `docs/settings.md` is made from this."""

from dataclasses import dataclass

from app.core.settings import registry


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
    registry.REMINDERS_ENABLED.name: Words(
        "Reminders", "Whether there are reminders here. While they are off, none is made and none is sent."
    ),
    registry.REMINDERS_CHANNEL.name: Words(
        "Reminder channel", "Where a reminder goes if nobody says where; not set, it goes where it was made."
    ),
    registry.REMINDERS_WHO.name: Words("Who makes reminders", "Who may make reminders here; what is made stays."),
    registry.REMINDERS_FOR_OTHERS.name: Words(
        "Reminders for others", "Who may make reminders that ping another member or a role."
    ),
    registry.REMINDERS_EVERYONE.name: Words(
        "Reminders for everyone", "Whether members whom Discord lets mention @everyone may do so in a reminder."
    ),
    registry.REMINDERS_SERIES.name: Words(
        "Repeating reminders", "Whether a reminder may repeat; those that do already go on."
    ),
    registry.REMINDERS_SHORTEST.name: Words("Shortest interval", "How often a repeating reminder may come at most."),
    registry.REMINDERS_PER_MEMBER.name: Words("Reminders per member", "How many reminders a member may have waiting."),
    registry.REMINDERS_PER_SERVER.name: Words("Reminders per server", "How many reminders may be waiting in all."),
    registry.REMINDERS_CATCH_UP.name: Words(
        "Catch-up limit", "How late a reminder may still be sent, after the bot was away; later ones are skipped."
    ),
}
