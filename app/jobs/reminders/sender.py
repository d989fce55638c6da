"""Sending one reminder: to its channel or its person, and to its author when that is closed."""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord.http import Route

from app.bot import Bot
from app.core.errors import BotError
from app.core.messages import Message, speaking, t
from app.core.reminders.delivery import DeliveryOutcome, Result, StepKind
from app.core.reminders.policy import ReminderPolicy
from app.core.reminders.problems import BLOCKED, RETRIED, cannot_write
from app.discord_failures import in_words
from app.jobs.reminders.held import Held
from app.jobs.reminders.requests import CLOSED, NO_REPLY, TIMEOUT, Guard, NotOurs, Unsure
from app.models import TargetKind
from app.services.reminders.draft import words_of
from app.services.reminders.due import Delivery, too_late
from app.ui.kit.language import language_of_server
from app.ui.reminders import message as ui
from app.ui.reminders.message import Outgoing

log = logging.getLogger(__name__)

MAX_DIRECT_KNOWN = 10_000
"""People whose direct messages need not be opened again. Discord limits that severely, and py-cord knows 128."""

MESSAGES = "/channels/{channel_id}/messages"
MAX_LOOK = 100
"""How many messages of a channel one request returns."""

LONG_AGO = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the clock of this machine may be ahead of Discord's, which the ids of messages tell."""


class Unreachable(Exception):
    """Discord says that this place is closed to us; trying again would not help. Its text says why."""


class Sender:
    """Sends what is due and says what became of it. Writes nothing down."""

    def __init__(self, bot: Bot, held: Held) -> None:
        self._bot = bot
        self._held = held
        self._direct_channels: OrderedDict[int, int] = OrderedDict()

    async def attempt(self, delivery: Delivery) -> DeliveryOutcome | None:
        """Send a reminder in the language of its server; a temporary failure is an outcome too.

        None if it is not ours any more; whoever has it now sees to it.
        """
        guard = Guard(delivery, self._held, self._bot.clock, self._bot.note_refusals)
        facts = {"reminder": delivery.step.reminder_id, "attempt": delivery.attempt}
        with speaking(language_of_server(self._bot, delivery.reminder.guild_id)):
            try:
                return await self._attempt(delivery, guard)
            except NotOurs as error:
                log.warning("reminder left to others", extra={**facts, "reason": str(error)})
                return None
            except (Unsure, discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError, BotError) as error:
                log.warning("reminder to be tried again", extra={**facts, "error": in_words(error)[:200]})
                return delivery.became(Result.RETRY, problem=RETRIED.english)

    async def _attempt(self, delivery: Delivery, guard: Guard) -> DeliveryOutcome:
        reminder, recipient = delivery.reminder, delivery.reminder.recipient
        policy = ReminderPolicy.of(await self._bot.settings.get(reminder.guild_id))
        outgoing = ui.due(delivery, policy, in_direct=recipient is not None, server=self._server(delivery))
        try:
            if delivery.may_have_arrived:
                channel_id = await self._place(delivery, guard)
                if (found := await self._find(channel_id, outgoing, delivery, guard)) is not None:
                    return delivery.became(Result.SENT, message_id=found, channel_id=channel_id)
        except Unreachable:
            pass
        if not policy.enabled:
            return delivery.became(Result.OFF)
        if delivery.late > (policy.catch_up if reminder.catch_up is None else reminder.catch_up):
            if delivery.is_last and delivery.step.kind is StepKind.OCCURRENCE:
                await self._tell_author(delivery, str(too_late(reminder)), guard)
            return delivery.became(Result.SKIPPED)
        if recipient is None and policy.blocks(words_of(reminder)):
            return await self._send_to_author(delivery, policy, BLOCKED, guard)
        try:
            channel_id = await self._place(delivery, guard)
            message = await self._send(channel_id, outgoing, delivery, guard)
            return delivery.became(Result.SENT, message_id=message, channel_id=channel_id)
        except Unreachable as error:
            place = f"<#{reminder.channel_id}>" if recipient is None else f"<@{recipient}>"
            why = cannot_write(place, str(error))
        return await self._send_to_author(delivery, policy, why, guard)

    async def _send_to_author(
        self, delivery: Delivery, policy: ReminderPolicy, why: Message, guard: Guard
    ) -> DeliveryOutcome:
        reminder, author, recipient = delivery.reminder, delivery.reminder.created_by, delivery.reminder.recipient
        if author is None or recipient == author:
            return delivery.became(Result.FAILED, problem=why.english)
        if recipient is not None and reminder.target_kind is TargetKind.MEMBER:
            await self._tell_author(delivery, str(why), guard)
            return delivery.became(Result.FAILED, problem=why.english)
        try:
            channel_id = await self._direct(author, guard)
            instead = ui.due(delivery, policy, in_direct=True, because=str(why), server=self._server(delivery))
            message = await self._send_once(channel_id, instead, delivery, guard)
        except Unreachable:
            return delivery.became(Result.FAILED, problem=why.english)
        return delivery.became(Result.TO_AUTHOR, message_id=message, channel_id=channel_id, problem=why.english)

    def _server(self, delivery: Delivery) -> str | None:
        guild = self._bot.get_guild(delivery.reminder.guild_id)
        return guild.name if guild is not None else None

    async def _tell_author(self, delivery: Delivery, sentence: str, guard: Guard) -> None:
        if delivery.reminder.created_by is not None:
            with suppress(Unreachable):
                channel_id = await self._direct(delivery.reminder.created_by, guard)
                await self._send_once(channel_id, Outgoing(ui.told(delivery.reminder, sentence)), delivery, guard)

    async def _place(self, delivery: Delivery, guard: Guard) -> int:
        recipient = delivery.reminder.recipient
        return delivery.reminder.channel_id if recipient is None else await self._direct(recipient, guard)

    async def _direct(self, user_id: int, guard: Guard) -> int:
        known = self._direct_channels.get(user_id)
        if known is not None:
            self._direct_channels.move_to_end(user_id)
            return known
        try:
            opened = await self._request(
                guard, Route("POST", "/users/@me/channels"), json={"recipient_id": str(user_id)}
            )
        except discord.HTTPException as error:
            if error.code in CLOSED:
                raise Unreachable(error.text or t("their direct messages are closed")) from error
            raise
        self._direct_channels[user_id] = int(opened["id"])
        while len(self._direct_channels) > MAX_DIRECT_KNOWN:
            self._direct_channels.popitem(last=False)
        return self._direct_channels[user_id]

    async def _send_once(self, channel_id: int, outgoing: Outgoing, delivery: Delivery, guard: Guard) -> int:
        """Send a message, unless an earlier attempt did."""
        found = await self._find(channel_id, outgoing, delivery, guard) if delivery.may_have_arrived else None
        return found or await self._send(channel_id, outgoing, delivery, guard)

    async def _send(self, channel_id: int, outgoing: Outgoing, delivery: Delivery, guard: Guard) -> int:
        """Send a message and return its id. Raises Unreachable, and whatever else may be over in a while.

        Not under a time limit as a whole: py-cord waits out rate limits in here, and a wait for the global one that is
        cut short would keep every later request waiting for good. The lease is renewed meanwhile.
        """
        payload = {**outgoing.payload(), "nonce": delivery.step.nonce, "enforce_nonce": True}
        while True:
            try:
                message = await self._request(guard, Route("POST", MESSAGES, channel_id=channel_id), json=payload)
            except discord.HTTPException as error:
                # A reply needs the right to read what was said before. A reminder does not.
                if error.code in NO_REPLY and payload.pop("message_reference", None) is not None:
                    continue
                if error.code in CLOSED:
                    raise Unreachable(error.text or t("no reason given")) from error
                raise
            return int(message["id"])

    async def _find(self, channel_id: int, outgoing: Outgoing, delivery: Delivery, guard: Guard) -> int | None:
        """Look for a message that an earlier attempt may have sent: Discord may have forgotten its nonce by now.

        None also where the bot may not read what was said before.
        """
        reminder, at = delivery.reminder, delivery.step.at
        if delivery.step.kind is StepKind.WARNING:
            at -= reminder.warning or timedelta()
        before = reminder.message_id or 0
        # What comes long after its time is among the last of the channel, and not among the first since then.
        since = {"after": str(max(before, discord.utils.time_snowflake(at - CLOCKS_DIFFER)))}
        if delivery.now - at > LONG_AGO:
            since = {}
        try:
            messages = await self._request(
                guard, Route("GET", MESSAGES, channel_id=channel_id), params={"limit": str(MAX_LOOK), **since}
            )
        except discord.HTTPException as error:
            if error.code in CLOSED:
                return None
            raise
        own = str(self._bot.application_id)
        for message in messages:
            is_ours = int(message["id"]) > before and message["author"]["id"] == own
            if is_ours and _is_same(message, outgoing, delivery):
                log.info("reminder had arrived", extra={"reminder": reminder.id, "found": int(message["id"])})
                return int(message["id"])
        return None

    async def _request(self, guard: Guard, route: Route, **more: Any) -> Any:
        return await self._bot.http.request(route, timeout=TIMEOUT, middlewares=(guard,), **more)


def _is_same(message: dict[str, Any], outgoing: Outgoing, delivery: Delivery) -> bool:
    """Tell whether a message of ours says the same: about the same reminder, and of the same kind."""
    if not outgoing.ids:
        return message["content"] == outgoing.content
    is_about_it = not outgoing.ids.isdisjoint(_ids(message.get("components")))
    return is_about_it and ui.kind_of(message["content"]) is delivery.step.kind


def _ids(components: Any) -> Iterator[str]:
    """Go through the ids of everything under a message that can be pressed."""
    for component in components or ():
        if "custom_id" in component:
            yield component["custom_id"]
        yield from _ids(component.get("components"))
