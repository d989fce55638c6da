"""Read when something is to happen, from what a person typed."""

from datetime import datetime, timedelta

from app.core.errors import InvalidInput
from app.core.schedule import Schedule

LONGEST_PHRASE = 200


def read(
    phrase: str, *, now: datetime, zone: str, locale: str | None = None, shortest: timedelta = timedelta(minutes=1)
) -> Schedule:
    """Read a phrase such as `in 2h30m`, `tomorrow 9am` or `every weekday at 8`.

    `now` is aware, `zone` an IANA name, `locale` what Discord says of the person (`de`, `en-US`). Raises InvalidInput
    with one sentence that says what would work: for what cannot be read, has two readings, lies in the past, does not
    exist, never happens, or repeats faster than `shortest`.
    """
    raise InvalidInput("That time cannot be read.")
