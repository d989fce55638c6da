"""Holding back where Discord has said no: it bans addresses that make 10,000 invalid requests in ten minutes.

https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

from collections import defaultdict
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import discord

MAX_REFUSALS = 5
"""One after the other in a server; then nothing is asked there for a while."""
PAUSE = timedelta(minutes=10)
DIRECT_PAUSE = timedelta(hours=6)
"""For which nobody is written to directly after Discord has said that it is too much."""
TOO_MANY_DIRECT = frozenset({20026, 40003})
"""The bot is in quarantine as it wrote to too many; or opens direct messages too fast."""


class Restraint:
    """What Discord refused this process, and until when it is not asked again."""

    def __init__(self) -> None:
        self._refusals: defaultdict[int, int] = defaultdict(int)
        self._until: dict[int, datetime] = {}
        self._no_direct_until: datetime | None = None

    def holds_back(self, guild_id: int, now: datetime) -> datetime | None:
        """Return until when nothing is asked in a server, None if it may be."""
        until = self._until.get(guild_id)
        return until if until is not None and until > now else None

    def refused(self, guild_id: int, now: datetime) -> None:
        """Count a refusal."""
        self._refusals[guild_id] += 1
        if self._refusals[guild_id] >= MAX_REFUSALS:
            self._refusals[guild_id] = 0
            self._until[guild_id] = now + PAUSE

    def worked(self, guild_id: int) -> None:
        """Begin to count anew."""
        self._refusals.pop(guild_id, None)

    def clear(self, guild_id: int) -> None:
        """Ask again at once: something about the server's roles has changed."""
        self._until.pop(guild_id, None)
        self.worked(guild_id)

    def may_write(self, now: datetime) -> bool:
        """Tell whether people may be written to directly."""
        return self.silent_until(now) is None

    def silent_until(self, now: datetime) -> datetime | None:
        """Return until when nobody is written to directly, None if they may be."""
        until = self._no_direct_until
        return until if until is not None and until > now else None

    def note_direct(self, error: BaseException | None, now: datetime) -> None:
        """Write to nobody for a while if Discord said that it is too much."""
        if isinstance(error, discord.HTTPException) and error.code in TOO_MANY_DIRECT:
            self._no_direct_until = now + DIRECT_PAUSE


_OF: WeakKeyDictionary[discord.Client, Restraint] = WeakKeyDictionary()


def restraint_of(bot: discord.Client) -> Restraint:
    """Return what a bot has to be careful about."""
    return _OF.setdefault(bot, Restraint())
