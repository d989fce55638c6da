"""A session: one shard and the events sent to it. It outlives its connection, so that it can be resumed."""

import json
import secrets
from collections import deque
from typing import Any

from standin.gateway.codes import MESSAGE_CONTENT, Op
from standin.gateway.connection import Connection
from standin.gateway.dispatches import Dispatch

MAX_REPLAYED_EVENTS = 5000


class Session:
    """Numbers and remembers the events of one shard; sends them while a connection is open."""

    def __init__(self, shard: int, shards: int, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.shards = shards
        self.intents = intents
        self.sequence = 0
        self.is_ready = False
        self.connection: Connection | None = None
        self._history: deque[tuple[int, str]] = deque(maxlen=MAX_REPLAYED_EVENTS)

    def receives(self, dispatch: Dispatch) -> bool:
        """Whether the event is for this shard and wanted by its intents."""
        shard = (dispatch.guild.id >> 22) % self.shards if dispatch.guild else 0
        return shard == self.shard and (dispatch.intents == 0 or bool(self.intents & dispatch.intents))

    def tell(self, dispatch: Dispatch) -> None:
        """Send an event, without its content if this session may not read it."""
        bare = dispatch.without_content
        self.send(dispatch.event, dispatch.data if bare is None or self.intents & MESSAGE_CONTENT else bare)

    def send(self, event: str, data: dict[str, Any]) -> None:
        self.sequence += 1
        text = json.dumps({"t": event, "s": self.sequence, "op": Op.DISPATCH, "d": data}, separators=(",", ":"))
        self._history.append((self.sequence, text))
        if self.connection:
            self.connection.write(text)

    def can_resume_from(self, sequence: int) -> bool:
        """Whether everything after that number is still remembered."""
        return not self._history or self._history[0][0] <= sequence + 1

    def replay(self, sequence: int) -> None:
        """Send again what came after that number."""
        if self.connection:
            for number, text in self._history:
                if number > sequence:
                    self.connection.write(text)
