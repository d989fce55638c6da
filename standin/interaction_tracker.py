"""Open interactions: when they begin, how they are answered, and when they expire.

Discord's deadlines: the first answer within 3 seconds, everything after it within 15 minutes of the beginning.
"""

import asyncio
import time
from typing import Any

from standin import payloads
from standin.changes import Change, ChangeKind
from standin.interactions import AnswerType, Interaction, InteractionType
from standin.model import Channel, Message, User
from standin.registry import Registry


class InteractionTracker:
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
        """Send an interaction to the bot, which then has three seconds to answer."""
        self._forget_old()
        interaction = Interaction(self._world.next_id(), kind, user, channel, name, source, "target_id" in data)
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        loop = asyncio.get_running_loop()
        interaction.deadline = loop.call_later(self.answer_within, self._expire, interaction)
        payload = payloads.interaction(self._world, interaction, data)
        self._announce(ChangeKind.INTERACTION_STARTED, interaction, type=int(kind), name=name, payload=payload)
        return interaction

    def answerable(self, interaction_id: int, token: str) -> Interaction | None:
        """The interaction, whether it has its first answer or not; None if it is unknown or expired without one."""
        found = self._by_id.get(interaction_id)
        return found if found and found.token == token and not found.is_dead else None

    def by_token(self, token: str) -> Interaction | None:
        """The interaction of a token, answered or not, expired or not."""
        return self._by_token.get(token)

    def is_expired(self, interaction: Interaction) -> bool:
        """Whether its token may no longer be used."""
        return time.monotonic() - interaction.began_at > self.token_lifetime

    def answered(self, interaction: Interaction, answer: AnswerType, message: Message | None = None) -> None:
        if interaction.deadline:
            interaction.deadline.cancel()
        interaction.answer = answer
        if answer in (AnswerType.MESSAGE, AnswerType.DEFERRED_MESSAGE):
            interaction.original = message
        watched = interaction.source if answer is AnswerType.DEFERRED_UPDATE else message
        if watched is not None:
            self._watch(watched, interaction)
        kind = ChangeKind.MODAL_OPENED if answer is AnswerType.MODAL else ChangeKind.INTERACTION_ANSWERED
        self._announce(kind, interaction, message, type=int(answer), modal=interaction.modal)
        interaction.step()

    def followed_up(self, interaction: Interaction, message: Message) -> None:
        interaction.followups.append(message)
        self._watch(message, interaction)
        interaction.step()

    def close(self) -> None:
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
        # A minute after the token expires, so that a late use differs from an unknown token.
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
        self._announce(ChangeKind.INTERACTION_FAILED, interaction)
        interaction.step()

    def _announce(
        self, kind: ChangeKind, interaction: Interaction, message: Message | None = None, **data: Any
    ) -> None:
        place = interaction.channel
        told = {"id": interaction.id, **data}
        self._world.announce(Change(kind, place.guild, place, message, interaction.user, data=told))
