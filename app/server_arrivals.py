"""Being ready once every server that Discord announced has arrived.

py-cord does not count them: it waits until none has come for a while. That wait is only needed for those that do not
come, because Discord has an outage there.
"""

from collections.abc import Callable
from typing import Any

SOON_SECONDS = 0.02

Parser = Callable[[Any], None]


class ServerArrivals:
    """Keeps account of what is announced at the login, and shortens py-cord's wait when nothing is missing."""

    def __init__(self, connection: Any) -> None:
        """`connection` is py-cord's state, whose parsers are given what arrives."""
        self._connection = connection
        self._patience: float = connection.guild_ready_timeout
        self._greeted: set[int] = set()
        self._missing: set[int] = set()
        for event, note in (
            ("READY", self._announced),
            ("GUILD_CREATE", self._arrived),
            ("GUILD_DELETE", self._gone),
        ):
            connection.parsers[event] = self._then_parse(note, connection.parsers[event])

    def _announced(self, data: Any) -> None:
        self._greeted.add(data["__shard_id__"])
        self._missing.update(int(guild["id"]) for guild in data["guilds"])

    def _arrived(self, data: Any) -> None:
        if data.get("unavailable") is not True:
            self._missing.discard(int(data["id"]))

    def _gone(self, data: Any) -> None:
        # Removed from it before it came; what only went away may come back.
        if not data.get("unavailable"):
            self._missing.discard(int(data["id"]))

    def _then_parse(self, note: Parser, parse: Parser) -> Parser:
        def noted(data: Any) -> None:
            note(data)
            is_whole = not self._missing and self._greeted.issuperset(self._connection.shard_ids)
            self._connection.guild_ready_timeout = SOON_SECONDS if is_whole else self._patience
            parse(data)

        return noted
