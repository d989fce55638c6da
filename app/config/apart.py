"""Reading the settings in a process of its own, which ends at once.

pydantic takes 9 MB and as long to load as a tenth of the bot. In a process that runs for weeks it would be needed for a
millisecond, and what it does there can be done while the bot itself is loaded.
"""

import os
import pickle
from collections.abc import Callable
from contextlib import suppress

from app.config import ConfigurationError, Settings, load_settings


def begin() -> Callable[[], Settings]:
    """Begin to read; call what is returned for the settings. That raises what `load_settings` does.

    For a process that has no threads yet.
    """
    hearing, telling = os.pipe()
    process = os.fork()
    if process == 0:
        # Nothing of the other process may be done twice: neither its `finally` blocks nor what it has not printed yet.
        try:
            os.close(hearing)
            _tell(telling)
        finally:
            os._exit(0)
    os.close(telling)

    def answer() -> Settings:
        with os.fdopen(hearing, "rb") as told:
            packed = told.read()
        with suppress(ChildProcessError):
            os.waitpid(process, 0)
        if not packed:
            # Killed, or something that nobody expects, which is told best where it is seen.
            return load_settings()
        found: Settings | list[str] = pickle.loads(packed)  # noqa: S301 -- from the process above
        if isinstance(found, list):
            raise ConfigurationError(found)
        return found

    return answer


def _tell(telling: int) -> None:
    found: Settings | list[str]
    try:
        found = load_settings()
    except ConfigurationError as error:
        found = error.mistakes
    with os.fdopen(telling, "wb") as told:
        pickle.dump(found, told)
