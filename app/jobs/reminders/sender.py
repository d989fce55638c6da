"""Sending one reminder: to its channel or its person, and to its author when that is closed."""

import logging
from collections import OrderedDict
from contextlib import suppress

import aiohttp
import discord

from app.bot import Bot
from app.core.errors import BotError
from app.core.messages import speaking, t
from app.core.reminders.delivery import DeliveryOutcome, Result, StepKind
from app.core.reminders.policy import ReminderPolicy
from app.core.reminders.problems import RETRIED, cannot_write
from app.models import Reminder, TargetKind
from app.services.reminders.due import Delivery
from app.services.reminders.life_cycle import too_late
from app.ui.kit.language import language_of_server
from app.ui.reminders import message as ui
from app.ui.reminders.message import Outgoing

log = logging.getLogger(__name__)

MAX_DIRECT_KNOWN = 10_000
"""People whose direct messages need not be opened again. Discord limits that severely, and py-cord knows 128."""


class Unreachable(Exception):
    """Discord says that this place is closed to us; trying again would not help. Its text says why."""


class Sender:
    """Sends what is due and says what became of it. Writes nothing down."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._direct_channels: OrderedDict[int, int] = OrderedDict()

    async def attempt(self, delivery: Delivery) -> DeliveryOutcome:
        """Send a reminder in the language of its server; a temporary failure is an outcome too."""
        with speaking(language_of_server(self._bot, delivery.reminder.guild_id)):
            return await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> DeliveryOutcome:
        reminder = delivery.reminder
        try:
            policy = ReminderPolicy.of(await self._bot.settings.get(reminder.guild_id))
            if not policy.enabled:
                return delivery.became(Result.OFF)
            if delivery.late > (policy.catch_up if reminder.catch_up is None else reminder.catch_up):
                if delivery.is_last and delivery.step.kind is StepKind.OCCURRENCE:
                    await self._tell_author(reminder, str(too_late(reminder)), delivery.step.nonce)
                return delivery.became(Result.SKIPPED)
            return await self._send_or_fall_back(delivery, policy)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError, BotError) as error:
            log.warning(
                "reminder to be tried again",
                extra={"reminder": reminder.id, "attempt": delivery.attempt, "error": str(error)[:200]},
            )
            return delivery.became(Result.RETRY, problem=RETRIED.english)

    async def _send_or_fall_back(self, delivery: Delivery, policy: ReminderPolicy) -> DeliveryOutcome:
        reminder, nonce = delivery.reminder, delivery.step.nonce
        recipient = reminder.recipient
        try:
            channel_id = reminder.channel_id if recipient is None else await self._direct(recipient)
            message = await self._send(channel_id, ui.due(delivery, policy, in_direct=recipient is not None), nonce)
            return delivery.became(Result.SENT, message_id=message, channel_id=channel_id)
        except Unreachable as error:
            place = f"<#{reminder.channel_id}>" if recipient is None else f"<@{recipient}>"
            why = cannot_write(place, str(error))
            problem = why.english
        author = reminder.created_by
        if author is None or recipient == author:
            return delivery.became(Result.FAILED, problem=problem)
        try:
            channel_id = await self._direct(author)
            if recipient is not None and reminder.target_kind is TargetKind.MEMBER:
                await self._send(channel_id, Outgoing(ui.told(reminder, str(why))), nonce)
                return delivery.became(Result.FAILED, problem=problem)
            instead = ui.due(delivery, policy, in_direct=True, because=str(why))
            message = await self._send(channel_id, instead, nonce)
        except Unreachable:
            return delivery.became(Result.FAILED, problem=problem)
        return delivery.became(Result.TO_AUTHOR, message_id=message, channel_id=channel_id, problem=problem)

    async def _tell_author(self, reminder: Reminder, sentence: str, nonce: str) -> None:
        if reminder.created_by is not None:
            with suppress(Unreachable):
                channel_id = await self._direct(reminder.created_by)
                await self._send(channel_id, Outgoing(ui.told(reminder, sentence)), nonce)

    async def _direct(self, user_id: int) -> int:
        known = self._direct_channels.get(user_id)
        if known is not None:
            self._direct_channels.move_to_end(user_id)
            return known
        try:
            opened = (await self._bot.create_dm(discord.Object(user_id))).id
        except discord.HTTPException as error:
            if error.status in {400, 403, 404}:
                raise Unreachable(error.text or t("their direct messages are closed")) from error
            raise
        self._direct_channels[user_id] = opened
        while len(self._direct_channels) > MAX_DIRECT_KNOWN:
            self._direct_channels.popitem(last=False)
        return opened

    async def _send(self, channel_id: int, outgoing: Outgoing, nonce: str) -> int:
        """Send a message and return its id. Raises Unreachable, and whatever else may be over in a while.

        Not under a time limit: py-cord waits out rate limits in here, and a wait for the global one that is cut short
        would keep every later request waiting for good. The lease is renewed meanwhile.
        """
        channel = self._bot.get_partial_messageable(channel_id)
        parts = outgoing.parts()
        while True:
            try:
                message = await channel.send(
                    outgoing.content,
                    allowed_mentions=outgoing.mentions,
                    nonce=nonce,
                    enforce_nonce=True,
                    **parts,
                )
            except discord.HTTPException as error:
                # A reply needs the right to read what was said before. A reminder does not.
                if error.status in {400, 403} and parts.pop("reference", None) is not None:
                    continue
                if error.status in {400, 403, 404}:
                    raise Unreachable(error.text or t("no reason given")) from error
                raise
            return message.id
