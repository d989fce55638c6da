"""The options of one run of migrations: `-x name=value` on the command line, a mapping in the program.

A revision may have options of its own and reads them from `op.get_context().config.attributes["options"]`. A name that
neither this module nor any revision knows is refused, so that a typo does not silently mean the default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.core.errors import InvalidInput
from app.core.messages import msg

YES = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}

MEANINGS: Mapping[str, str] = {
    "lock-wait": "seconds to wait for another migration to finish (300)",
    "lock-timeout": "milliseconds to wait for a table lock, while users wait behind it (500)",
    "retry": "seconds to keep trying again when a lock is not granted (120)",
    "statement-timeout": "seconds that one statement may take; 0 means no limit (900)",
    "idle-timeout": "seconds that a revision may compute between two statements; 0 means no limit (300)",
    "backup": "`no`: continue without a backup, because you have one (yes)",
    "allow-data-loss": "`yes`: let a downgrade delete data, after a backup (no)",
    "allow-unmanaged": "`yes`: upgrade a database whose tables came from elsewhere (no)",
    "allow-older-processes": "`yes`: contract while a process of an older release is running (no)",
    "allow-purge": "`yes`: let `alembic stamp --purge` forget which revisions were applied (no)",
}


@dataclass(frozen=True)
class Options:
    """The options of one run, checked."""

    given: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def lock_wait(self) -> float:
        """Seconds to wait for another migration."""
        return self._number("lock-wait", 300)

    @property
    def lock_timeout_ms(self) -> int:
        """Milliseconds that a statement waits for a lock, and others behind it."""
        return int(self._number("lock-timeout", 500))

    @property
    def retry(self) -> float:
        """Seconds over which a revision is tried again."""
        return self._number("retry", 120)

    @property
    def statement_timeout_ms(self) -> int:
        """Milliseconds that one statement may run."""
        return int(self._number("statement-timeout", 900) * 1000)

    @property
    def idle_timeout_ms(self) -> int:
        """Milliseconds that the transaction may wait for the program."""
        return int(self._number("idle-timeout", 300) * 1000)

    @property
    def backup(self) -> bool:
        """Whether to back up before something is lost."""
        return self._switch("backup", default=True)

    @property
    def allow_data_loss(self) -> bool:
        """Whether a downgrade may delete data."""
        return self._switch("allow-data-loss")

    @property
    def allow_unmanaged(self) -> bool:
        """Whether to upgrade tables that came from elsewhere."""
        return self._switch("allow-unmanaged")

    @property
    def allow_older_processes(self) -> bool:
        """Whether a contracting revision may run beside older releases."""
        return self._switch("allow-older-processes")

    @property
    def allow_purge(self) -> bool:
        """Whether the recorded versions may be thrown away."""
        return self._switch("allow-purge")

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
        for name in ("lock-wait", "lock-timeout", "retry", "statement-timeout", "idle-timeout"):
            self._number(name, 0)
        for name in ("backup", "allow-data-loss", "allow-unmanaged", "allow-older-processes", "allow-purge"):
            self._switch(name)

    def _number(self, name: str, default: float) -> float:
        try:
            number = float(self.given.get(name, default))
        except ValueError:
            number = -1
        if not 0 <= number < 10**7:
            raise InvalidInput("Option {name} takes a number: {meaning}.", name=name, meaning=MEANINGS[name])
        return number

    def _switch(self, name: str, *, default: bool = False) -> bool:
        given = self.given.get(name)
        if given is None:
            return default
        if given.lower() not in YES:
            raise InvalidInput("Option {name} takes yes or no: {meaning}.", name=name, meaning=MEANINGS[name])
        return YES[given.lower()]


def parse(pairs: Iterable[str]) -> Options:
    """Read `name=value` pairs. Raises InvalidInput for one without a name or an equals sign."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name.strip() or not equals:
            raise InvalidInput("Write an option as name=value, as in -x lock-wait=60, not as {pair}", pair=pair)
        given[name.strip().replace("_", "-")] = value.strip()
    return Options(given)
