"""Time zones as people find them: by city, and by what time it is there."""

import asyncio
from datetime import datetime, timedelta
from itertools import islice

import discord

from app.core.messages import t
from app.core.scheduling.zone_search import FIXED, WELL_KNOWN, FoundZone, suggestions, zone_label
from app.core.scheduling.zones import zone_info
from app.ui.kit.autocomplete import choice
from app.ui.kit.limits import MAX_CHOICES, MAX_OPTIONS
from app.ui.kit.reply import Reply


def offset_of(zone: str, now: datetime) -> str:
    """Write a zone's offset from UTC at a moment: `+02:00`."""
    seconds = int((now.astimezone(zone_info(zone)).utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def clock_of(zone: str, now: datetime) -> str:
    """Write what time it is in a zone at a moment."""
    return f"{now.astimezone(zone_info(zone)):%H:%M}"


async def suggest_zones(typed: str, now: datetime, *, own: str) -> list[discord.OptionChoice]:
    """Return the zones that may be meant, the likeliest first, with what time it is there; `own` is used so far."""
    # In a thread: the first time reads all zones and cities.
    return await asyncio.to_thread(_choices, typed, now, own)


def _choices(typed: str, now: datetime, own: str) -> list[discord.OptionChoice]:
    return [_choice(one, now) for one in islice(suggestions(typed, now, own=own), MAX_CHOICES)]


def _choice(found: FoundZone, now: datetime) -> discord.OptionChoice:
    values = {
        "zone": zone_label(found.zone).replace("_", " "),
        "time": clock_of(found.zone, now),
        "offset": offset_of(found.zone, now),
    }
    if found.zone in FIXED:
        label = t("{zone} · {time} now, all year", **values)
    elif found.city is not None:
        label = t("{city}: {zone} · {time} now (UTC{offset})", city=found.city, **values)
    else:
        label = t("{zone} · {time} now (UTC{offset})", **values)
    return choice(label, found.zone)


def zone_options(now: datetime, *, first: str) -> list[discord.SelectOption]:
    """Return the options of a select that asks what time it is for somebody; `first` comes first."""
    return [
        discord.SelectOption(label=f"{clock_of(zone, now)} · {zone_label(zone).replace('_', ' ')}", value=zone)
        for zone in dict.fromkeys([first, *WELL_KNOWN])
    ][:MAX_OPTIONS]


def known(zone: str, now: datetime) -> Reply:
    """Say which time zone a member has set."""
    values = {"zone": zone_label(zone), "time": clock_of(zone, now), "offset": offset_of(zone, now)}
    if zone in FIXED:
        hint = t("If your clocks change in summer, set your city instead.")
        return Reply(t("Your time zone is `{zone}` all year: it is {time} there.", **values) + f" {hint}")
    return Reply(t("Your time zone is `{zone}`: it is {time} there (UTC{offset}).", **values))


def unknown(server: str, now: datetime) -> Reply:
    """Say that the server's time zone is used, and how to set one's own."""
    return Reply(
        t(
            "You have not set a time zone, so I use the server's: `{zone}`, where it is {time}. "
            "Set yours with `/timezone set`.",
            zone=zone_label(server),
            time=clock_of(server, now),
        )
    )
