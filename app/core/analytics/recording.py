"""What is written down of an interaction once it is over, and how often errors of the same kind are told apart."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import TracebackType

from app.core.interactions import InteractionKind, Outcome

SAMPLE = 10
"""Of suggestions while typing, one in so many is written down, and counts as so many."""
OTHER = "other"
"""The name of a command or component that this release does not have: what arrives in its place is not kept."""

OURS = "app."
CARRIERS = frozenset(
    {
        "app.bot",
        "app.effects.sending",
        "app.ui.kit.first_response",
        "app.ui.kit.long_waits",
        "app.ui.kit.patience",
        "app.ui.kit.reply",
        "app.ui.kit.resets",
        "app.ui.kit.wire",
        "app.uow",
    }
)
"""Modules that what anybody does passes through: where an error came from is who called them."""
MAX_FINGERPRINT = 12


@dataclass(frozen=True, slots=True)
class InteractionRecord:
    """One interaction that is over."""

    at: datetime
    """When the bot heard of it."""
    guild_id: int
    """0 in a direct message."""
    channel_id: int | None
    user_id: int
    name: str
    """Of a command in full; of a component or form its route without the version."""
    kind: InteractionKind
    outcome: Outcome
    duration_ms: int
    first_response_ms: int | None
    error: str | None
    fingerprint: str | None
    reference: str | None
    locale: str | None
    shard: int
    release: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Lost:
    """Interactions of one server that could not be written down."""

    at: datetime
    """When that began."""
    guild_id: int
    count: int
    release: str


def is_sampled(interaction_id: int) -> bool:
    """Tell whether a suggestion is one of those that are written down."""
    # By the milliseconds in it. The rest counts what one of Discord's processes did in that millisecond: mostly zero.
    return (interaction_id >> 22) % SAMPLE == 0


def describe(error: BaseException) -> str:
    """Say what kind of error it is and where in our code it came from: `KeyError in app.services.faq.reading:of`.

    Nothing that anybody wrote is in it, and nothing that changes from one time to the next, such as numbers of lines.
    """
    whole, error = error, _innermost(error)
    kind = type(error).__name__
    if (original := getattr(error, "orig", None)) is not None:
        # SQLAlchemy has few classes; what the driver calls it says more.
        kind = f"{kind}({type(original.__cause__ or original).__name__})"
    if (code := getattr(error, "code", None)) and isinstance(code, int):
        kind = f"{kind}({code})"
    # What is in a group may never have been raised by itself.
    places = _places(error.__traceback__) or _places(whole.__traceback__)
    found = next((place for module, place in reversed(places) if module not in CARRIERS), None)
    where = found or (places[-1][1] if places else None)
    return f"{kind} in {where}" if where else kind


def fingerprint(description: str) -> str:
    """Return what is the same for all errors of that kind from that place."""
    return sha256(description.encode()).hexdigest()[:MAX_FINGERPRINT]


def _innermost(error: BaseException) -> BaseException:
    """Return the first error of a group."""
    while (inside := getattr(error, "exceptions", None)) is not None:
        error = inside[0]
    return error


def _places(traceback: TracebackType | None) -> list[tuple[str, str]]:
    """Return the module, and module and function, of each step in our code; the last is where it was raised."""
    found: list[tuple[str, str]] = []
    while traceback is not None:
        frame = traceback.tb_frame
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(OURS):
            function = frame.f_code.co_qualname.replace("<locals>.", "")
            found.append((module, f"{module}:{function}"))
        traceback = traceback.tb_next
    return found
