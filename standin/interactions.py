"""Interactions in flight: when they begin, who answers them, when they die.

Discord's clock: the first answer within 3 seconds, everything after it within 15 minutes of the beginning.
"""

import asyncio
import secrets
import time
from enum import IntEnum
from typing import Any

from standin import payloads
from standin.changes import Change, ChangeKind
from standin.model import Channel, Message, User
from standin.registry import Registry


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
    """One thing a person did, and everything the bot made of it."""

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
        """Something became of it; wakes those who wait."""
        self.steps += 1
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def progress(self, timeout: float | None) -> None:  # noqa: ASYNC109 - a deadline in seconds
        """Wait for the next step, at most so many seconds. Raises TimeoutError."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        async with asyncio.timeout(timeout):
            await future


class InteractionDesk:
    """Starts interactions and finds them again by id or token. Deadlines are in seconds."""

    def __init__(self, world: Registry, answer_within: float, token_lifetime: float) -> None:
        self._world = world
        self.answer_within = answer_within
        self.token_lifetime = token_lifetime
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._by_message: dict[int, list[Interaction]] = {}
        world.listen(self._follow)

    def begin(
        self,
        kind: InteractionType,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        *,
        name: str = "",
        source: Message | None = None,
    ) -> Interaction:
        """Tell the bot; from now on it has three seconds."""
        self._forget_old()
        interaction = Interaction(self._world.next_id(), kind, user, channel, name, source)
        interaction.is_context_menu = "target_id" in data
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        loop = asyncio.get_running_loop()
        interaction.deadline = loop.call_later(self.answer_within, self._expire, interaction)
        self._world.announce(
            Change(
                ChangeKind.INTERACTION_STARTED,
                channel.guild,
                channel,
                user=user,
                data={
                    "id": interaction.id,
                    "type": int(kind),
                    "name": name,
                    "payload": payloads.interaction(self._world, interaction, data),
                },
            )
        )
        return interaction

    def awaiting(self, interaction_id: int, token: str) -> Interaction | None:
        """The interaction that may still get its first answer, or has one already; None if unknown or too late."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token or interaction.is_dead:
            return None
        return interaction

    def holding(self, token: str) -> Interaction | None:
        """The interaction of a token, answered or not, expired or not."""
        return self._by_token.get(token)

    def is_expired(self, interaction: Interaction) -> bool:
        """Whether its token may no longer be used."""
        return time.monotonic() - interaction.began_at > self.token_lifetime

    def answered(self, interaction: Interaction, answer: AnswerType, message: Message | None = None) -> None:
        """Record the first answer."""
        if interaction.deadline:
            interaction.deadline.cancel()
        interaction.answer = answer
        if answer in (AnswerType.MESSAGE, AnswerType.DEFERRED_MESSAGE):
            interaction.original = message
        if message is not None:
            self._watch(message, interaction)
        if answer is AnswerType.DEFERRED_UPDATE and interaction.source:
            self._watch(interaction.source, interaction)
        kind = ChangeKind.MODAL_OPENED if answer is AnswerType.MODAL else ChangeKind.INTERACTION_ANSWERED
        self._world.announce(
            Change(
                kind,
                interaction.channel.guild,
                interaction.channel,
                message,
                interaction.user,
                data={"id": interaction.id, "type": int(answer), "modal": interaction.modal},
            )
        )
        interaction.step()

    def followed_up(self, interaction: Interaction, message: Message) -> None:
        """Record a further message."""
        interaction.followups.append(message)
        self._watch(message, interaction)
        interaction.step()

    def close(self) -> None:
        """Stop the clocks."""
        for interaction in self._by_id.values():
            if interaction.deadline:
                interaction.deadline.cancel()

    def _follow(self, change: Change) -> None:
        if change.kind in (ChangeKind.MESSAGE_EDITED, ChangeKind.MESSAGE_DELETED) and change.message:
            for interaction in self._by_message.get(change.message.id, ()):
                interaction.step()

    def _watch(self, message: Message, interaction: Interaction) -> None:
        self._by_message.setdefault(message.id, []).append(interaction)

    def _forget_old(self) -> None:
        # A minute longer than the token lives, so that a late use is told apart from an unknown token.
        horizon = time.monotonic() - self.token_lifetime - 60
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            if oldest.began_at > horizon:
                return
            del self._by_id[oldest.id], self._by_token[oldest.token]
            for message in (oldest.source, oldest.original, *oldest.followups):
                if message:
                    self._by_message.pop(message.id, None)

    def _expire(self, interaction: Interaction) -> None:
        interaction.is_dead = True
        self._world.announce(
            Change(
                ChangeKind.INTERACTION_FAILED,
                interaction.channel.guild,
                interaction.channel,
                user=interaction.user,
                data={"id": interaction.id},
            )
        )
        interaction.step()
