"""Keeping pinned figures: one message in a server, edited when what it shows has changed."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.analytics.figures import UsagePart
from app.core.analytics.pinned import PINNED, Pinned
from app.core.analytics.policy import AnalyticsPolicy
from app.core.errors import BotError, UserError
from app.core.messages import speaking
from app.core.one_task import OneTask
from app.core.settings.snapshot import SettingsSnapshot
from app.effects import posts
from app.effects.nonces import nonce
from app.effects.sending import ERRORS
from app.models import SettingsHistory
from app.ui.analytics import overview
from app.ui.analytics.frame import StatsPage
from app.ui.analytics.ids import Shown, View
from app.ui.analytics.names import names_in
from app.ui.analytics.pinned import message
from app.ui.kit.charts import Chart, pictures
from app.ui.kit.composing import composed
from app.ui.kit.language import language_of_server

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""Between two looks at the figures of a server."""
LOOK = timedelta(seconds=5)
"""Between two looks at which servers have any."""
AFTER_REFUSAL = timedelta(minutes=5)
PARTS = (UsagePart.DURATIONS, UsagePart.PEOPLE)


@dataclass
class _Shown:
    channel_id: int
    message_id: int
    digest: bytes = b""


class PinnedFigures:
    """Shows the pinned figures of the servers of this process."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._shown: dict[int, _Shown] = {}
        self._seen: dict[int, object] = {}
        """What a server had chosen when its figures were shown last."""
        self._again_at: dict[int, datetime] = {}
        self._looked_at: datetime | None = None
        self._task = OneTask()

    def listen(self) -> None:
        """Notice when somebody deletes such a message, or chooses another place for it."""
        self._bot.add_listener(self._on_message_delete, "on_raw_message_delete")
        self._bot.add_listener(self._on_setting_changed, "on_setting_changed")

    def look(self) -> datetime | None:
        """Begin to show what is so now, unless that was done just now; return when to come again then."""
        now = self._bot.clock()
        if self._looked_at is not None and now < self._looked_at + LOOK:
            return self._looked_at + LOOK
        if self._task.is_busy:
            return now + LOOK
        self._looked_at = now
        self._task.begin(self._show_all(), "analytics:pinned")
        return min(self._again_at.values(), default=None)

    async def drain(self) -> None:
        """Return once all are shown."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave them as they are."""
        await self._task.stop()

    async def _show_all(self) -> None:
        here = [guild.id for guild in self._bot.guilds if not guild.unavailable]
        try:
            async with self._bot.uow.reading() as work:
                having = await work.analytics.pinned.servers(here)
        except BotError as error:
            log.warning("figures are not shown", extra={"error": str(error)})
            return
        for guild_id in having | (self._shown.keys() & set(here)):
            if self._task.stopping:
                return
            try:
                await self._show_in(guild_id)
            except BotError as error:
                self._again_at[guild_id] = self._bot.clock() + AFTER_REFUSAL
                log.warning("figures are not shown", extra={"guild": guild_id, "error": str(error)})
            except Exception:
                # One server's mistake is not another's.
                self._again_at[guild_id] = self._bot.clock() + AFTER_REFUSAL
                log.exception("figures are not shown", extra={"guild": guild_id})

    async def _show_in(self, guild_id: int) -> None:
        snapshot = await self._bot.settings.get(guild_id)
        guild = self._bot.get_guild(guild_id)
        now = self._bot.clock()
        seen = (snapshot.chosen, guild.preferred_locale if guild is not None else None)
        again_at = self._again_at.get(guild_id)
        if self._seen.get(guild_id) == seen and again_at is not None and now < again_at:
            return
        pinned, shown = Pinned.of(snapshot), self._shown.get(guild_id)
        if shown is not None and (pinned is None or pinned.channel_id != shown.channel_id):
            # There are none any more, or they are somewhere else.
            del self._shown[guild_id]
            await self._delete(shown)
        self._seen[guild_id], self._again_at[guild_id] = seen, now + EVERY
        if pinned is None:
            del self._seen[guild_id], self._again_at[guild_id]
            return
        with speaking(language_of_server(self._bot, guild_id)):
            await self._show(guild_id, pinned, await self._page(guild_id, pinned, snapshot))

    async def _page(self, guild_id: int, pinned: Pinned, snapshot: SettingsSnapshot) -> StatsPage:
        itself = Actor(guild_id, 0, is_staff=True)
        async with self._bot.uow.snapshot() as work:
            policy = AnalyticsPolicy.of(snapshot)
            figures = await work.analytics.figures.of(itself, policy, days=pinned.days, parts=PARTS)
        return StatsPage(
            figures,
            snapshot,
            names_in(self._bot.pending_application_commands, guild_id),
            Shown(View.OVERVIEW, pinned.days),
        )

    async def _show(self, guild_id: int, pinned: Pinned, page: StatsPage) -> None:
        chart = await composed(overview.chart, page)
        digest = _digest(posts.body_of(message(page)), chart)
        shown = self._shown.get(guild_id)
        if shown is None and pinned.message_id is not None:
            shown = _Shown(pinned.channel_id, pinned.message_id)
        if shown is not None and shown.digest == digest:
            return
        reply = message(page, next(iter(await pictures([chart])), None) if chart is not None else None)
        assert reply.embed is not None
        reply.embed.timestamp = self._bot.clock()
        body = {"attachments": [], **posts.body_of(reply)}
        if shown is None or not await posts.renew(
            self._bot, shown.channel_id, shown.message_id, body, files=reply.attachments
        ):
            shown = await self._post(guild_id, pinned, body, reply)
        if shown is not None:
            shown.digest = digest
            self._shown[guild_id] = shown
            self._bot.heard_channels.add(shown.channel_id)

    async def _post(self, guild_id: int, pinned: Pinned, body: dict[str, Any], reply: Any) -> _Shown | None:
        async with self._bot.uow() as work:
            change_id = await work.analytics.pinned.made_by(guild_id)
        # The same until it is written down, so that a process that is killed before that leaves no second one.
        once = nonce("stats", change_id, pinned.message_id)
        message_id = await posts.post(self._bot, pinned.channel_id, body, once=once, files=reply.attachments)
        shown = _Shown(pinned.channel_id, message_id)
        async with self._bot.uow() as work:
            is_wanted = await work.analytics.pinned.posted(guild_id, pinned, message_id)
            work.after_commit(lambda: self._bot.settings.invalidate(guild_id))
        if not is_wanted:
            await self._delete(shown)
            return None
        try:
            await self._bot.http.pin_message(shown.channel_id, shown.message_id)
        except ERRORS as error:
            # Without that permission it stands in the channel all the same.
            log.info("figures are not pinned", extra={"guild": guild_id, "error": str(error)})
        return shown

    async def _delete(self, shown: _Shown) -> None:
        try:
            await posts.delete(self._bot, shown.channel_id, shown.message_id)
        except UserError as error:
            log.info("old figures were not deleted", extra={"channel": shown.channel_id, "error": str(error)})

    async def _on_setting_changed(self, change: SettingsHistory) -> None:
        if change.scope == PINNED:
            self._bot.jobs.wake("analytics")

    async def _on_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        for guild_id, shown in self._shown.items():
            if shown.message_id == event.message_id:
                shown.digest = b""
                self._seen.pop(guild_id, None)
                self._bot.jobs.wake("analytics")


def _digest(body: dict[str, Any], chart: Chart | None) -> bytes:
    drawn = chart.svg if chart is not None else ""
    return hashlib.blake2b(json.dumps([body, drawn], sort_keys=True).encode()).digest()
