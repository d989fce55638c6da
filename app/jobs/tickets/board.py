"""Keeping the boards: one message each, edited when what it shows has changed, and no more often than it should be."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.errors import BotError, UserError
from app.core.messages import speaking
from app.core.one_task import OneTask
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import BOARDS, Board
from app.effects.sending import ERRORS, send
from app.jobs.tickets.timer import nonce
from app.models import SettingsHistory
from app.ui.kit.language import language_of_server
from app.ui.tickets.board import board_message

log = logging.getLogger(__name__)

PACE = timedelta(seconds=5)
"""Between two edits: Discord allows five in five seconds for all of a channel, and nobody reads faster."""
AFTER_REFUSAL = timedelta(minutes=5)
UNKNOWN_MESSAGE = 10008


@dataclass
class _Shown:
    channel_id: int
    message_id: int
    digest: bytes = b""


class Boards:
    """Shows the boards of the servers of this process."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._shown: dict[tuple[int, str], _Shown] = {}
        self._seen: dict[int, object] = {}
        """Of each server, what its boards and tickets were like when all of its boards were shown last."""
        self._refused: dict[tuple[int, str], datetime] = {}
        self._looked_at: datetime | None = None
        self._task = OneTask()

    def listen(self) -> None:
        """Notice when somebody deletes a board, or chooses another place for one, as by going back to a moment."""
        self._bot.add_listener(self._on_message_delete, "on_raw_message_delete")
        self._bot.add_listener(self._on_setting_changed, "on_setting_changed")

    def look(self) -> datetime | None:
        """Begin to show what is so now, unless that was done just now; return when to come again then."""
        now = self._bot.clock()
        if self._looked_at is not None and now < self._looked_at + PACE:
            return self._looked_at + PACE
        if self._task.is_busy:
            return now + PACE
        self._looked_at = now
        self._task.begin(self._show_all(), "boards")
        return None

    async def drain(self) -> None:
        """Return once all are shown."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave them as they are."""
        await self._task.stop()

    async def _show_all(self) -> None:
        try:
            async with self._bot.uow() as work:
                servers = await work.tickets.board.servers()
        except BotError as error:
            log.warning("boards are not shown", extra={"error": str(error)})
            return
        for guild_id in servers.keys() | {place[0] for place in self._shown}:
            guild = self._bot.get_guild(guild_id)
            if self._task.stopping:
                return
            if guild is None or guild.unavailable:
                continue
            try:
                snapshot = await self._bot.settings.get(guild_id)
                # Only where something has changed are the rows read.
                now = (servers.get(guild_id), snapshot.chosen, guild.preferred_locale)
                if self._seen.get(guild_id) == now:
                    continue
                if await self._show_in(guild_id, snapshot):
                    self._seen[guild_id] = now
            except (*ERRORS, BotError) as error:
                log.warning("a board is not shown", extra={"guild": guild_id, "error": str(error)})

    async def _show_in(self, guild_id: int, snapshot: SettingsSnapshot) -> bool:
        """Show the boards of a server; tell whether all of them are."""
        are_all_shown = True
        boards = TicketPolicy.of(snapshot).boards
        for place, shown in [*self._shown.items()]:
            board = boards.get(place[1])
            if place[0] == guild_id and (board is None or board.channel_id != shown.channel_id):
                # It is off, or somewhere else.
                del self._shown[place]
                await self._delete(shown)
        for board in boards.values():
            place = (guild_id, board.key)
            if (until := self._refused.get(place)) is not None and self._bot.clock() < until:
                are_all_shown = False
                continue
            async with self._bot.uow() as work:
                rows = await work.tickets.board.rows(guild_id, board.team_role_id)
            with speaking(language_of_server(self._bot, guild_id)):
                reply = board_message(board, rows, snapshot)
            assert reply.embed is not None
            view = discord.ui.View(*reply.items, timeout=None, store=False)
            body: dict[str, Any] = {"embeds": [reply.embed.to_dict()], "components": view.to_components()}
            try:
                await self._show(place, board, body)
            except discord.HTTPException as error:
                if error.status >= 500 or error.status == 429:
                    raise
                are_all_shown = False
                self._refused[place] = self._bot.clock() + AFTER_REFUSAL
                log.info("a board cannot be shown", extra={"guild": guild_id, "error": error.text})
        return are_all_shown

    async def _show(self, place: tuple[int, str], board: Board, body: dict[str, Any]) -> None:
        digest = hashlib.blake2b(json.dumps(body, sort_keys=True).encode()).digest()
        shown = self._shown.get(place)
        if shown is None and board.message_id is not None:
            shown = _Shown(board.channel_id, board.message_id)
        if shown is not None and shown.digest == digest:
            return
        if shown is None or not await self._edit(shown, body):
            async with self._bot.uow() as work:
                change_id = await work.tickets.board.made_by(place[0], board)
            # The same until it is written down, so that a process that is killed before that leaves no second one.
            once = nonce("board", change_id, board.message_id)
            message_id = await send(self._bot, board.channel_id, {**body, "allowed_mentions": {"parse": []}}, once=once)
            shown = _Shown(board.channel_id, message_id)
            async with self._bot.uow() as work:
                is_wanted = await work.tickets.board.posted(place[0], board, shown.message_id)
                work.after_commit(lambda: self._bot.settings.invalidate(place[0]))
            if not is_wanted:
                await self._delete(shown)
                return
            # Of a try before this one, it would say what was so then.
            await self._edit(shown, body)
        shown.digest = digest
        self._shown[place] = shown
        self._bot.heard_channels.add(shown.channel_id)

    async def _edit(self, shown: _Shown, body: dict[str, Any]) -> bool:
        route = Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=shown.channel_id,
            message_id=shown.message_id,
        )
        try:
            await self._bot.http.request(route, json=body)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return False
        return True

    async def _delete(self, shown: _Shown) -> None:
        try:
            await self._bot.http.delete_message(shown.channel_id, shown.message_id)
        except (*ERRORS, UserError) as error:
            log.info("an old board was not deleted", extra={"channel": shown.channel_id, "error": str(error)})

    async def _on_setting_changed(self, change: SettingsHistory) -> None:
        if change.scope == BOARDS:
            self._bot.jobs.wake("tickets")

    async def _on_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        for (guild_id, _), shown in self._shown.items():
            if shown.message_id == event.message_id:
                shown.digest = b""
                self._seen.pop(guild_id, None)
                self._bot.jobs.wake("tickets")
