"""Time zones as people find them: by city, and by what their clock shows now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord

from app.core.errors import InvalidInput
from app.core.settings import general
from app.core.settings.kinds import zones
from app.ui.kit.limits import MAX_CHOICES, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

# One for each clock that many people live by, west to east; what a select has room for, leaving one for the server's.
WELL_KNOWN = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Brussels",
    "Europe/Athens",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
)


def read_zone(typed: str) -> str:
    """Return the zone that was meant. Raises InvalidInput for one that does not exist."""
    try:
        return str(general.TIMEZONE.read(typed))
    except InvalidInput:
        name = shortened(typed, 64).replace("`", "'")
        raise InvalidInput(
            f"There is no time zone `{name}`. Type your city and choose from the "
            "list, or a name such as `Europe/Brussels`."
        ) from None


def offset_of(zone: str, now: datetime) -> str:
    """Write a zone's offset from UTC at a moment: `+02:00`."""
    seconds = int((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def clock_of(zone: str, now: datetime) -> str:
    """Write what clocks in a zone show at a moment."""
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


def zone_choices(typed: str, now: datetime) -> list[discord.OptionChoice]:
    """Return zones whose city, region or offset holds what was typed, with what their clocks show."""
    wanted = typed.strip().casefold().replace(" ", "_")
    offset = wanted.removeprefix("utc").removeprefix("gmt")
    found = [
        name
        for name in dict.fromkeys([*WELL_KNOWN, *zones().values()] if not wanted else zones().values())
        if wanted in name.casefold() or (offset[:1] in {"+", "-"} and _same_offset(offset, offset_of(name, now)))
    ]
    # A city that begins with what was typed before one that has it somewhere.
    found.sort(key=lambda name: not name.casefold().rpartition("/")[2].startswith(wanted))
    return [
        discord.OptionChoice(f"{name.replace('_', ' ')} · {clock_of(name, now)} now (UTC{offset_of(name, now)})", name)
        for name in found[:MAX_CHOICES]
    ]


def _same_offset(typed: str, offset: str) -> bool:
    hours, _, minutes = typed[1:].partition(":")
    return hours.isdigit() and f"{typed[0]}{int(hours):02}:{minutes or '00'}" == offset


def zone_options(now: datetime, *, first: str) -> list[discord.SelectOption]:
    """Return the options of a select that asks what the clock shows; `first` leads."""
    return [
        discord.SelectOption(label=f"{clock_of(zone, now)} · {zone.replace('_', ' ')}", value=zone)
        for zone in dict.fromkeys([first, *WELL_KNOWN])
    ][:MAX_OPTIONS]


def known(zone: str, now: datetime) -> Reply:
    """Say which clock a member's times are read by."""
    return Reply(f"Your clock is `{zone}`: it shows {clock_of(zone, now)} now (UTC{offset_of(zone, now)}).")


def unknown(server: str, now: datetime) -> Reply:
    """Say that the server's clock is taken, and how to choose one's own."""
    return Reply(
        f"I do not know your clock yet and take the server's, `{server}`, which shows {clock_of(server, now)} now. "
        "`/timezone set` changes that."
    )
