"""Which reminders a list shows, written into the ids of its buttons so that they still work after a restart."""

import re
from dataclasses import dataclass, replace

from app.core.base36 import base36
from app.core.errors import InvalidInput
from app.core.storable import MAX_KEY
from app.models import ReminderState

LONGEST_WORDS = 20
"""What an id has room for beside everything else: Discord takes a hundred characters."""
WRITTEN = re.compile(
    r"(?P<page>[0-9]{1,10}):(?P<everybody>e?)(?P<state>[wpad]?):(?P<channel>[0-9a-z]{0,13}):(?P<member>[0-9a-z]{0,13}):"
    rf"(?P<words>.{{0,{LONGEST_WORDS}}})",
    re.DOTALL,
)
STATES = {state.value[0]: state for state in ReminderState}


@dataclass(frozen=True)
class ListFilter:
    """What a list is narrowed down to, and which of its pages is meant."""

    everybody: bool = False
    channel_id: int | None = None
    member_id: int | None = None
    state: ReminderState | None = None
    words: str = ""
    page: int = 0

    def at(self, page: int) -> "ListFilter":
        """Return the same list at another page."""
        return replace(self, page=page)

    @property
    def is_narrow(self) -> bool:
        """Tell whether it leaves something out."""
        return bool(self.channel_id or self.member_id or self.state or self.words)

    def argument(self) -> str:
        """Write it for an id."""
        kind = "e" * self.everybody + (self.state.value[0] if self.state is not None else "")
        return f"{self.page}:{kind}:{in_digits(self.channel_id)}:{in_digits(self.member_id)}:{self.words}"

    @classmethod
    def read(cls, argument: str) -> "ListFilter":
        """Read what `argument` wrote. Raises InvalidInput for anything else."""
        found = WRITTEN.fullmatch(argument)
        if found is None or int(found["page"]) > MAX_KEY:
            raise InvalidInput("That does not lead anywhere. Please run the command again.")
        return cls(
            everybody=bool(found["everybody"]),
            channel_id=from_digits(found["channel"]),
            member_id=from_digits(found["member"]),
            state=STATES.get(found["state"]),
            words=found["words"],
            page=int(found["page"]),
        )


def in_digits(number: int | None) -> str:
    """Write a number, such as one of Discord's ids, in 13 letters and digits at most; nothing for none."""
    return base36(number) if number else ""


def from_digits(written: str) -> int | None:
    """Read what `in_digits` wrote. Raises InvalidInput for what is no such number."""
    if not re.fullmatch(r"[0-9a-z]{0,13}", written) or (written and int(written, 36) >= 2**63):
        raise InvalidInput("That does not lead anywhere. Please run the command again.")
    return int(written, 36) if written else None
