"""Interactions: what a person did and how the bot answered. `standin.interaction_tracker` starts and ends them."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from standin.model import Channel, Message, User


class InteractionType(IntEnum):
    """Discord's numbers for what a person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class AnswerType(IntEnum):
    """Discord's numbers for the first answer to an interaction."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True, eq=False)
class Interaction:
    """One thing a person did, and all the bot's answers to it."""

    id: int
    type: InteractionType
    user: User
    channel: Channel
    name: str
    source: Message | None
    is_context_menu: bool
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    began_at: float = field(default_factory=time.monotonic)
    is_dead: bool = False
    answer: AnswerType | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)
    steps: int = 0
    deadline: asyncio.TimerHandle | None = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def step(self) -> None:
        """Count a step of the answer, and wake those who wait for one."""
        self.steps += 1
        self._moved.set()
        self._moved = asyncio.Event()

    async def progress(self, timeout: float | None) -> None:  # noqa: ASYNC109 - a deadline in seconds
        """Wait for the next step. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._moved.wait()
