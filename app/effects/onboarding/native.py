"""Whether a server uses Discord's own onboarding."""

from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from app.bot import Bot
from app.effects.sending import ERRORS

KNOWN_FOR = timedelta(minutes=10)
COMMUNITY = "COMMUNITY"
_KNOWN: WeakKeyDictionary[Bot, dict[int, tuple[datetime, bool]]] = WeakKeyDictionary()


async def is_native_on(bot: Bot, guild_id: int) -> bool:
    """Tell whether new members go through Discord's own onboarding first. Asked at most once in ten minutes.

    If Discord does not say, they are not waited for: somebody who is asked too early is better off than who never is.
    """
    guild = bot.get_guild(guild_id)
    if guild is None or COMMUNITY not in guild.features:
        return False
    known, now = _KNOWN.setdefault(bot, {}), bot.clock()
    at, is_on = known.get(guild_id, (None, False))
    if at is not None and now < at + KNOWN_FOR:
        return is_on
    try:
        found: Any = await bot.http.get_onboarding(guild_id)
    except ERRORS:
        return is_on
    known[guild_id] = now, bool(found.get("enabled"))
    return known[guild_id][1]
