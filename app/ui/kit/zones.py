"""Time zones as people find them: by city, and by what time it is there."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord

from app.core.errors import InvalidInput
from app.core.messages import t
from app.core.settings import general
from app.core.settings.kinds import zones
from app.ui.kit.limits import MAX_CHOICES, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

# One for each offset that many people live in, from west to east; a select has room for these and the server's.
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
            "There is no time zone `{name}`. Type your city and choose from the list, "
            "or type a name such as `Europe/Brussels`.",
            name=name,
        ) from None


def offset_of(zone: str, now: datetime) -> str:
    """Write a zone's offset from UTC at a moment: `+02:00`."""
    seconds = int((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def clock_of(zone: str, now: datetime) -> str:
    """Write what time it is in a zone at a moment."""
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


def zone_choices(typed: str, now: datetime) -> list[discord.OptionChoice]:
    """Return zones whose city, region or offset contains what was typed, with what time it is there."""
    wanted = typed.strip().casefold().replace(" ", "_")
    offset = wanted.removeprefix("utc").removeprefix("gmt")
    found = [
        name
        for name in dict.fromkeys([*WELL_KNOWN, *zones().values()] if not wanted else zones().values())
        if wanted in name.casefold() or (offset[:1] in {"+", "-"} and _same_offset(offset, offset_of(name, now)))
    ]
    # Cities that begin with what was typed come before those that contain it elsewhere.
    found.sort(key=lambda name: not name.casefold().rpartition("/")[2].startswith(wanted))
    return [
        discord.OptionChoice(
            t(
                "{zone} · {time} now (UTC{offset})",
                zone=name.replace("_", " "),
                time=clock_of(name, now),
                offset=offset_of(name, now),
            ),
            name,
        )
        for name in found[:MAX_CHOICES]
    ]


def _same_offset(typed: str, offset: str) -> bool:
    hours, _, minutes = typed[1:].partition(":")
    return hours.isdigit() and f"{typed[0]}{int(hours):02}:{minutes or '00'}" == offset


def zone_options(now: datetime, *, first: str) -> list[discord.SelectOption]:
    """Return the options of a select that asks what time it is for somebody; `first` comes first."""
    return [
        discord.SelectOption(label=f"{clock_of(zone, now)} · {zone.replace('_', ' ')}", value=zone)
        for zone in dict.fromkeys([first, *WELL_KNOWN])
    ][:MAX_OPTIONS]


def known(zone: str, now: datetime) -> Reply:
    """Say which time zone a member has set."""
    time, offset = clock_of(zone, now), offset_of(zone, now)
    return Reply(
        t("Your time zone is `{zone}`: it is {time} there (UTC{offset}).", zone=zone, time=time, offset=offset)
    )


def unknown(server: str, now: datetime) -> Reply:
    """Say that the server's time zone is used, and how to set one's own."""
    return Reply(
        t(
            "You have not set a time zone, so I use the server's: `{zone}`, where it is {time}. "
            "Set yours with `/timezone set`.",
            zone=server,
            time=clock_of(server, now),
        )
    )
