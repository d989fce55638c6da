"""Giving answers to others in the name of a member: once each, and not so many that they disturb."""

from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.durations import Spoken
from app.core.errors import LimitReached, Unavailable, UserError
from app.core.once import Once
from app.core.pace import Pace
from app.effects.restraint import restraint_of
from app.effects.sending import tell

MAX_SHARED = 5
WITHIN = timedelta(minutes=10)


class Sharing:
    """What members gave to others lately."""

    def __init__(self, clock: Clock) -> None:
        self.once = Once(WITHIN, clock)
        """What is given, so that two presses of a button give it once."""
        self._pace = Pace(MAX_SHARED, WITHIN)
        self._clock = clock

    def require_room(self, actor: Actor) -> None:
        """Count that somebody gives an answer. Raises LimitReached if they have given many; staff may."""
        if actor.is_staff:
            return
        now = self._clock()
        until = self._pace.take((actor.guild_id, actor.user_id), now)
        if until is not None:
            raise LimitReached(
                "You have given {count} answers to others within {within}. You can give the next one in {time}.",
                count=MAX_SHARED,
                within=Spoken(WITHIN),
                time=Spoken(until - now),
            )


_OF: WeakKeyDictionary[discord.Client, Sharing] = WeakKeyDictionary()


def sharing_of(bot: Bot) -> Sharing:
    """Return what was given to others by way of a bot."""
    found = _OF.get(bot)
    if found is None:
        found = _OF[bot] = Sharing(bot.clock)
    return found


async def send_directly(bot: Bot, user_id: int, text: str, *, nonce: str, **body: Any) -> None:
    """Write an answer to a member directly. Raises UserError, also while the bot writes to nobody."""
    restraint, now = restraint_of(bot), bot.clock()
    until = restraint.silent_until(now)
    if until is not None:
        raise Unavailable(
            "Discord lets me write to nobody directly for the next {time}. You can give the answer in this channel.",
            time=Spoken(until - now),
        )
    try:
        await tell(bot, user_id, text, nonce=nonce, **body)
    except UserError as error:
        restraint.note_direct(error.__cause__, now)
        raise
