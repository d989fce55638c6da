"""Suggesting answers to what was asked in the chosen channels, once nobody else has answered in time.

Nothing of it outlives the process: what waits when it ends is not looked at. What is suggested is written down first
and posted then, so that a message gets one suggestion at most, whichever processes hear it, and whenever they are
killed.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import BotError
from app.core.faq.automatic import AUTOMATIC
from app.core.faq.policy import FaqPolicy
from app.core.faq.waiting import Waiting, WaitingRoom
from app.core.messages import speaking
from app.core.one_task import LAST_SECONDS
from app.core.runner import let_end
from app.effects.sending import send
from app.job_part import Part
from app.jobs.faq.hearing import Hearing
from app.jobs.faq.metrics import measure
from app.metrics import Metrics
from app.models import SettingsHistory
from app.services.faq.automatic import Silence, Suggested
from app.ui.faq import automatic as ui
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)

MAX_SEARCHES = 3
"""At once."""
MAX_UNDER_WAY = 100


class Outcome(StrEnum):
    """What becomes of a message that may ask something, beside the kinds of silence."""

    SUGGESTED = "suggested"
    DROPPED = "dropped"
    """Too much was asked at once."""
    ANSWERED = "answered"
    """Somebody answered, or it was deleted, while the bot looked for an answer."""
    REFUSED = "refused"
    """Discord did not take the suggestion."""


class Suggest(Part):
    """Looks for answers to what was asked, a few at once."""

    job = "faq"
    name = "suggestions"
    every = timedelta(minutes=1)
    """How often is read where answers are suggested, besides when somebody changes that in this process."""

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        super().__init__(bot)
        self._room = WaitingRoom()
        self._hearing = Hearing(bot, self._room, dropped=self._drop, changed=self._changed)
        self._under_way: set[asyncio.Task[None]] = set()
        self._searches = asyncio.Semaphore(MAX_SEARCHES)
        self._outcomes = measure(metrics, [*Outcome, *Silence], lambda: len(self._room))
        bot.vitals.queue("faq_questions", lambda: len(self._room))

    def listen(self) -> None:
        """Hear messages, and when somebody changes where answers are suggested."""
        self._hearing.listen(self._bot._connection.parsers)  # noqa: SLF001 -- py-cord shows raw messages to nobody else
        self._bot.add_listener(self._on_setting_changed, "on_setting_changed")
        self._bot.add_listener(self._on_person_erased, "on_person_erased")

    async def work(self) -> datetime | None:
        """Read where answers are suggested."""
        async with self._bot.uow() as work:
            chosen = await work.faq.automatic.chosen()
        if not self.stopping:
            self._hearing.chosen = chosen
        return None

    def look(self) -> datetime:
        """Begin with everything that nobody answered in time as well."""
        again_at = super().look()
        for one in self._room.take_due(self._bot.clock()):
            if len(self._under_way) >= MAX_UNDER_WAY:
                self._room.done(one)
                self._drop()
                continue
            task = asyncio.create_task(self._look_at(one), name=f"faq {one.said.message_id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        next_at = self._room.next_at
        return again_at if next_at is None else min(again_at, next_at)

    async def drain(self) -> None:
        """Return once everything that was heard and is due is done."""
        await super().drain()
        await self._hearing.drain()
        self.look()
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def stop(self) -> None:
        """Forget what waits, and let what is under way come to its end."""
        self._task.stopping = True
        await self._hearing.stop()
        self._room.clear()
        await asyncio.gather(super().stop(), *(let_end(task, LAST_SECONDS) for task in list(self._under_way)))

    async def _on_setting_changed(self, change: SettingsHistory) -> None:
        if change.scope == AUTOMATIC:
            self.wake()

    async def _on_person_erased(self, user_id: int, guild_id: int | None) -> None:
        # What they asked before that would be taken down after it. What is being looked for is withdrawn.
        self._room.forget(user_id, guild_id)

    async def _look_at(self, one: Waiting) -> None:
        try:
            async with self._searches:
                outcome = await self._suggest(one)
        except BotError as error:
            log.warning("no answer was looked for", extra={"channel": one.said.channel_id, "error": str(error)})
            outcome = Outcome.DROPPED
        except Exception:
            log.exception("a suggestion failed", extra={"channel": one.said.channel_id})
            outcome = Outcome.DROPPED
        finally:
            self._room.done(one)
        self._outcomes.labels(outcome).inc()

    async def _suggest(self, one: Waiting) -> Outcome | Silence:
        said = one.said
        snapshot = await self._bot.settings.get(said.guild_id)
        policy = FaqPolicy.of(snapshot)
        place, guild = policy.automatic.get(said.chosen_id), self._bot.get_guild(said.guild_id)
        if one.is_over or place is None or guild is None:
            return Outcome.ANSWERED
        if await self._bot.member_privacy.get(said.author_id):
            # Looking for an answer to what they wrote would be a search.
            return Silence.QUIET
        language = language_of_server(self._bot, said.guild_id)
        async with self._bot.uow() as work:
            if await work.member_quiet.find(said.author_id):
                return Silence.QUIET
            found = await work.faq.automatic.suggest(said, place, policy, [language] if language else [])
        if isinstance(found, Silence):
            return found
        if one.is_over:
            outcome = Outcome.ANSWERED
        else:
            with speaking(language):
                body = ui.body_of(ui.suggestion(found, said, snapshot), said)
            outcome = await self._post(found, one, body)
        if outcome is not Outcome.SUGGESTED:
            async with self._bot.uow() as work:
                await work.faq.automatic.withdraw(Actor(said.guild_id, said.author_id), found.log_id)
        return outcome

    async def _post(self, found: Suggested, one: Waiting, body: dict[str, Any]) -> Outcome:
        try:
            await send(self._bot, one.said.channel_id, body, once=f"faq{found.log_id}")
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            log.info("a suggestion was not taken", extra={"channel": one.said.channel_id, "error": error.text})
            return Outcome.REFUSED
        return Outcome.SUGGESTED

    def _drop(self) -> None:
        self._outcomes.labels(Outcome.DROPPED).inc()

    def _changed(self) -> None:
        if (at := self._room.next_at) is not None:
            self._bot.jobs.wake("faq", at)
