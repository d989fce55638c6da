"""The usual questions, to begin with. They are written in the language in which they are asked for."""

from collections.abc import Mapping, Sequence

from app.core.errors import Conflict
from app.core.messages import SOURCE_LANGUAGE, Message, languages, msg, speaking
from app.core.onboarding.questions import Condition, Option, Question, QuestionKind

SOURCE, FRIEND, REASON, NEWS, ABOUT = (
    msg("How did you find us?"),
    msg("Who told you about us?"),
    msg("What brings you here?"),
    msg("What would you like to hear about?"),
    msg("Would you like to introduce yourself?"),
)
SOURCES = {
    "friend": ("👋", msg("Somebody told me")),
    "search": ("🔎", msg("By searching")),
    "media": ("📱", msg("On social media")),
    "server": ("💬", msg("On another server")),
    "other": ("", msg("In another way")),
}
REASONS = {
    "people": ("🫂", msg("Meeting people")),
    "help": ("🙋", msg("Getting help")),
    "helping": ("🤝", msg("Helping others")),
    "fun": ("🎮", msg("Playing and fun")),
    "looking": ("👀", msg("Just looking around")),
}
SUBJECTS = {
    "announcements": ("📣", msg("News of this server")),
    "events": ("📅", msg("Events")),
    "polls": ("📊", msg("Polls")),
}


def usual() -> list[Question]:
    """Return the usual questions in the current language; their ids are negative."""
    return [
        Question(-1, 1, str(SOURCE), QuestionKind.CHOICE, _options(SOURCES)),
        Question(-2, 2, str(FRIEND), QuestionKind.SHORT, required=False, asked_if=Condition(-1, ("friend",))),
        Question(-3, 3, str(REASON), QuestionKind.CHOICES, _options(REASONS)),
        Question(-4, 4, str(NEWS), QuestionKind.CHOICES, _options(SUBJECTS), required=False),
        Question(-5, 5, str(ABOUT), QuestionKind.LONG, required=False),
    ]


def require_none(there: Sequence[Question]) -> None:
    """Raise Conflict if one of the usual questions is there, in whatever language, or with other words."""
    texts = set[str]()
    for language in (SOURCE_LANGUAGE, *languages()):
        with speaking(language):
            texts |= {one.text for one in usual()}
    values = {tuple(one.value for one in made.options) for made in usual() if made.options}
    for one in there:
        if one.text in texts or tuple(option.value for option in one.options) in values:
            raise Conflict(
                "“{question}” is one of the usual questions, so they are here already. Remove it first to begin anew.",
                question=one.short,
            )


def _options(known: Mapping[str, tuple[str, Message]]) -> tuple[Option, ...]:
    return tuple(Option(value, str(label), emoji=emoji) for value, (emoji, label) in known.items())
