"""The options of one run of migrations: `-x name=value` on the command line, a mapping in the program.

A revision may have options of its own and reads them from `op.get_context().config.attributes["options"]`. A name that
neither this module nor any revision knows is refused, so that a typo does not silently mean the default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.records import record

YES = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}

MEANINGS: dict[str, str] = {}
"""What each option does, with its default in parentheses."""


class _Number:
    """An option that takes a number."""

    def __init__(self, default: float, meaning: str) -> None:
        self._default = default
        self._meaning = meaning

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name.replace("_", "-")
        MEANINGS[self._name] = self._meaning

    def __get__(self, options: "Options", owner: type) -> float:
        try:
            number = float(options.given.get(self._name, self._default))
        except ValueError:
            number = -1
        if not 0 <= number < 10**7:
            raise InvalidInput("Option {name} takes a number: {meaning}.", name=self._name, meaning=self._meaning)
        return number


class _Switch(_Number):
    """An option that takes yes or no."""

    def __get__(self, options: "Options", owner: type) -> bool:
        given = options.given.get(self._name)
        if given is None:
            return bool(self._default)
        if given.lower() not in YES:
            raise InvalidInput("Option {name} takes yes or no: {meaning}.", name=self._name, meaning=self._meaning)
        return YES[given.lower()]


@record
class Options:
    """The options of one run, checked."""

    given: Mapping[str, str] = field(default_factory=dict[str, str])

    lock_wait = _Number(300, "seconds to wait for another migration to finish (300)")
    lock_timeout = _Number(500, "milliseconds to wait for a table lock, while users wait behind it (500)")
    retry = _Number(120, "seconds to keep trying again when a lock is not granted (120)")
    statement_timeout = _Number(900, "seconds that one statement may take; 0 means no limit (900)")
    idle_timeout = _Number(300, "seconds that a revision may compute between two statements; 0 means no limit (300)")
    backup = _Switch(True, "`no`: continue without a backup, because you have one (yes)")
    allow_data_loss = _Switch(False, "`yes`: let a downgrade delete data, after a backup (no)")
    allow_unmanaged = _Switch(False, "`yes`: upgrade a database whose tables came from elsewhere (no)")
    allow_older_processes = _Switch(False, "`yes`: contract while a process of an older release is running (no)")
    allow_purge = _Switch(False, "`yes`: let `alembic stamp --purge` forget which revisions were applied (no)")

    @property
    def limits(self) -> Mapping[str, str]:
        """The time limits of a statement, as PostgreSQL reads them."""
        return {
            "lock": f"{self.lock_timeout:.0f}ms",
            "statement": f"{self.statement_timeout * 1000:.0f}ms",
            "idle": f"{self.idle_timeout * 1000:.0f}ms",
        }

    def check(self, sources: Iterable[str]) -> None:
        """Raise InvalidInput for a value that cannot be used, or a name that neither we nor `sources` know."""
        texts = list(sources)
        for name in self.given:
            if name not in MEANINGS and not any(f'"{name}"' in text or f"'{name}'" in text for text in texts):
                known = ", ".join(sorted(MEANINGS))
                told = msg(
                    "There is no option {name}. There are: {known}, and those of revisions.", name=name, known=known
                )
                raise InvalidInput(told)
        for name in MEANINGS:
            getattr(self, name.replace("-", "_"))


def parse(pairs: Iterable[str]) -> Options:
    """Read `name=value` pairs. Raises InvalidInput for one without a name or an equals sign."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name.strip() or not equals:
            raise InvalidInput("Write an option as name=value, as in -x lock-wait=60, not as {pair}", pair=pair)
        given[name.strip().replace("_", "-")] = value.strip()
    return Options(given)
