"""Interactions: what a person did and how the bot answered. `standin.interaction_tracker` starts and ends them."""

import asyncio
import secrets
import time
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


class Interaction:
    """One thing a person did, and all the bot's answers to it."""

    def __init__(
        self,
        interaction_id: int,
        kind: InteractionType,
        user: User,
        channel: Channel,
        name: str,
        source: Message | None,
    ) -> None:
        self.id = interaction_id
        self.type = kind
        self.user = user
        self.channel = channel
        self.name = name
        self.source = source
        self.token = secrets.token_urlsafe(48)
        self.began_at = time.monotonic()
        self.is_dead = False
        self.answer: AnswerType | None = None
        self.original: Message | None = None
        self.followups: list[Message] = []
        self.modal: dict[str, Any] | None = None
        self.is_context_menu = False
        self.choices: list[dict[str, Any]] = []
        self.steps = 0
        self.deadline: asyncio.TimerHandle | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def step(self) -> None:
        """Count a step of the answer, and wake those who wait for one."""
        self.steps += 1
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def progress(self, timeout: float | None) -> None:  # noqa: ASYNC109 - a deadline in seconds
        """Wait for the next step. Raises TimeoutError after `timeout` seconds."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        async with asyncio.timeout(timeout):
            await future
