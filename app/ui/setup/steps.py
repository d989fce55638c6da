"""The steps: what each is called, what it is for, and which settings its form asks for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.core.checks import TICKET_CATEGORY
from app.core.faq import settings as faq
from app.core.messages import Message, msg
from app.core.onboarding import settings as onboarding
from app.core.records import record
from app.core.reminders import settings as reminders
from app.core.settings import general
from app.core.settings.kinds import Setting
from app.core.setup import Step
from app.core.tickets import settings as tickets


@record
class About:
    """What is said of a step, and what its form asks for: five settings at most (Discord)."""

    emoji: str
    title: Message
    purpose: Message
    asks: tuple[Setting[Any], ...]
    needs: tuple[str, ...] = ()
    """The permissions that the bot needs in the whole server."""
    more: tuple[tuple[Message, tuple[str, ...]], ...] = ()
    """What else there is: sentences, each with the command that it names as `{command}`."""


ABOUT: Mapping[Step, About] = {
    Step.GENERAL: About(
        "🌍",
        msg("General"),
        msg("By which clock this server lives, who its staff are, and how my messages look."),
        (general.TIMEZONE, general.STAFF_ROLE, general.COLOUR, general.CONTACT),
        more=((msg("Members set their own clock with {command}."), ("timezone", "set")),),
    ),
    Step.REMINDERS: About(
        "⏰",
        msg("Reminders"),
        msg("Reminders work at once. Here you say who may make which, and where they go."),
        (reminders.CHANNEL, reminders.WHO, reminders.IN_CHANNELS, reminders.FOR_OTHERS, reminders.EVERYONE),
        more=((msg("Make one to try it out: {command}."), ("reminder", "create")),),
    ),
    Step.TICKETS: About(
        "🎫",
        msg("Tickets"),
        msg(
            "Members ask staff in private. It takes a kind of ticket and a panel, the message they are opened from: "
            "one form makes both."
        ),
        (tickets.HOURS, tickets.OUTSIDE_HOURS, tickets.WHO_CLOSES, tickets.RATING, tickets.DIRECT),
        needs=TICKET_CATEGORY.permissions,
        more=(
            (msg("More kinds of tickets: {command}."), ("tickets", "type", "add")),
            (msg("What members are asked first: {command}."), ("tickets", "type", "questions")),
            (msg("What panels say: {command}."), ("tickets", "panel", "edit")),
        ),
    ),
    Step.ONBOARDING: About(
        "👋",
        msg("Onboarding"),
        msg(
            "What new members do before they take part: accept your rules, answer questions, or both. When they are "
            "done they get a role."
        ),
        (
            onboarding.MODE,
            onboarding.COMPLETION_ROLE,
            onboarding.JOIN_ROLE,
            onboarding.WELCOME_CHANNEL,
            onboarding.WELCOME_TEXT,
        ),
        needs=("manage_roles",),
        more=(
            (msg("Try it as a new member: {command}."), ("onboarding", "preview")),
            (msg("Change the questions, and what answers give: {command}."), ("onboarding", "questions", "list")),
        ),
    ),
    Step.FAQ: About(
        "💡",
        msg("FAQ"),
        msg("Answers that members find by themselves, before a ticket too, and that I can suggest in channels."),
        (faq.STAFF_CHANNEL, faq.IN_TICKETS),
        more=(
            (msg("Many entries at once, from a file: {command}."), ("faq", "import")),
            (msg("How sure I have to be to suggest something: {command}."), ("faq", "auto", "set")),
        ),
    ),
    Step.LOGS: About(
        "📋",
        msg("Logs and statistics"),
        msg(
            "Where staff read what happens: changed settings, transcripts of tickets, and who is done with onboarding."
        ),
        (general.LOG_CHANNEL, tickets.LOG_CHANNEL, onboarding.LOG_CHANNEL),
        more=(
            (msg("Figures that stand in a channel: {command}."), ("stats", "pin")),
            (msg("What is wrong anywhere: {command}."), ("health", "check")),
        ),
    ),
}
ORDER: Sequence[Step] = tuple(Step)
SCOPES: Mapping[str, Step] = {
    "general": Step.GENERAL,
    "reminders": Step.REMINDERS,
    "tickets": Step.TICKETS,
    "ticket": Step.TICKETS,
    "onboarding": Step.ONBOARDING,
    "faq": Step.FAQ,
    "analytics": Step.LOGS,
}
"""To which step what a setting names belongs, by the first word of its name, unless another step asks for it."""


def step_of(setting: str) -> Step | None:
    """Return the step to which a setting belongs, also one that its form does not ask for; None for none."""
    asking = (step for step, about in ABOUT.items() if any(one.name == setting for one in about.asks))
    return next(asking, SCOPES.get(setting.partition(".")[0].partition("_")[0]))


def neighbours(step: Step) -> tuple[Step | None, Step | None]:
    """Return the step before one and the step after it."""
    at = ORDER.index(step)
    return (ORDER[at - 1] if at else None), (ORDER[at + 1] if at + 1 < len(ORDER) else None)


def numbered() -> Iterator[tuple[int, Step]]:
    """Yield the steps with their numbers."""
    yield from enumerate(ORDER, 1)
