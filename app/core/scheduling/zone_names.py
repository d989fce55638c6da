"""What people call a time zone when they do not give its IANA name: `EST`, `pacific time`, `UTC+5:30`.

An abbreviation stands for the clocks of a region, and not for one offset: whoever writes `PST` in July means what the
clocks in Los Angeles show then. Only what is written as an offset is one.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from app.core.scheduling.zones import zone_info

MAX_OFFSET = timedelta(hours=14)
"""The farthest that clocks are from UTC, to the east; to the west it is 12 hours."""

_ANY_YEAR = 2026
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?([+\-\u2212])\s*([0-9]{1,2})(?:[:.]?([0-9]{2}))?", re.IGNORECASE)

NEW_YORK, CHICAGO, DENVER, LOS_ANGELES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
KOLKATA = "Asia/Kolkata"

ABBREVIATIONS: Mapping[str, tuple[str, ...]] = {
    "utc": ("UTC",),
    "gmt": ("UTC",),
    "z": ("UTC",),
    "zulu": ("UTC",),
    # North and South America.
    **dict.fromkeys(("est", "edt", "et"), (NEW_YORK,)),
    "cst": (CHICAGO, "Asia/Shanghai", "America/Havana"),
    **dict.fromkeys(("cdt", "ct"), (CHICAGO,)),
    **dict.fromkeys(("mst", "mdt", "mt"), (DENVER,)),
    **dict.fromkeys(("pst", "pdt", "pt"), (LOS_ANGELES,)),
    **dict.fromkeys(("akst", "akdt", "akt"), ("America/Anchorage",)),
    "hst": ("Pacific/Honolulu",),
    **dict.fromkeys(("ast", "adt"), ("America/Halifax",)),
    **dict.fromkeys(("nst", "ndt"), ("America/St_Johns",)),
    **dict.fromkeys(("brt", "brst"), ("America/Sao_Paulo",)),
    "art": ("America/Argentina/Buenos_Aires",),
    **dict.fromkeys(("clt", "clst"), ("America/Santiago",)),
    "cot": ("America/Bogota",),
    "pet": ("America/Lima",),
    # Europe and Africa; in German M and O, for the middle and the east.
    "bst": ("Europe/London", "Asia/Dhaka"),
    **dict.fromkeys(("wet", "west", "wez", "wesz"), ("Europe/Lisbon",)),
    **dict.fromkeys(("cet", "cest", "met", "mest", "mez", "mesz"), ("Europe/Brussels",)),
    **dict.fromkeys(("eet", "eest", "oez", "oesz"), ("Europe/Athens",)),
    "msk": ("Europe/Moscow",),
    "trt": ("Europe/Istanbul",),
    "wat": ("Africa/Lagos",),
    "cat": ("Africa/Maputo",),
    "eat": ("Africa/Nairobi",),
    "sast": ("Africa/Johannesburg",),
    # Asia.
    "ist": (KOLKATA, "Asia/Jerusalem", "Europe/Dublin"),
    "idt": ("Asia/Jerusalem",),
    "gst": ("Asia/Dubai",),
    "pkt": ("Asia/Karachi",),
    "npt": ("Asia/Kathmandu",),
    "ict": ("Asia/Bangkok",),
    "wib": ("Asia/Jakarta",),
    "sgt": ("Asia/Singapore",),
    "myt": ("Asia/Kuala_Lumpur",),
    "hkt": ("Asia/Hong_Kong",),
    **dict.fromkeys(("pht", "phst"), ("Asia/Manila",)),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    # Australia and the Pacific.
    "awst": ("Australia/Perth",),
    **dict.fromkeys(("acst", "acdt", "act"), ("Australia/Adelaide",)),
    **dict.fromkeys(("aest", "aedt", "aet"), ("Australia/Sydney",)),
    **dict.fromkeys(("nzst", "nzdt", "nzt"), ("Pacific/Auckland",)),
}
"""The zones that an abbreviation may mean, in lower case; of several, which is meant has to be asked."""

REGIONS: Mapping[str, str] = {
    "eastern": "et",
    "central": "ct",
    "mountain": "mt",
    "pacific": "pt",
    "alaska": "akt",
    "hawaii": "hst",
    "atlantic": "ast",
    "newfoundland": "nst",
}
"""Regions of North America, which people name without `time` as well, and their abbreviations."""

_FAR_REGIONS: Mapping[str, tuple[str, ...]] = {
    "greenwich mean": ("UTC",),
    "british": ("Europe/London",),
    "irish": ("Europe/Dublin",),
    "western european": ABBREVIATIONS["wet"],
    "central european": ABBREVIATIONS["cet"],
    "eastern european": ABBREVIATIONS["eet"],
    "moscow": ABBREVIATIONS["msk"],
    "india": (KOLKATA,),
    "indian": (KOLKATA,),
    "israel": ABBREVIATIONS["idt"],
    "china": ("Asia/Shanghai",),
    "gulf": ABBREVIATIONS["gst"],
    "pakistan": ABBREVIATIONS["pkt"],
    "singapore": ABBREVIATIONS["sgt"],
    "japan": ABBREVIATIONS["jst"],
    "korea": ABBREVIATIONS["kst"],
    "australian western": ABBREVIATIONS["awst"],
    "australian central": ABBREVIATIONS["act"],
    "australian eastern": ABBREVIATIONS["aet"],
    "new zealand": ABBREVIATIONS["nzt"],
}
_TIME = re.compile(r"(?: standard| daylight| summer)? time$")


def zones_called(name: str, *, own: str = "UTC", at: datetime | None = None) -> tuple[str, ...]:
    """Return the IANA zones that an abbreviation or the name of a region may mean; empty for what is neither.

    More than one when nothing tells them apart: ask. `own` is the zone of whoever says it, and settles it when its
    clocks are called so, in the year of `at` if that is given: `CST` is Shanghai's in China, and `EST` Panama's in
    Panama.
    """
    word = " ".join(name.casefold().replace(".", "").split())
    region = _TIME.sub("", word)
    if region != word and region in _FAR_REGIONS:
        return _FAR_REGIONS[region]
    abbreviation = REGIONS.get(region, word)
    found = ABBREVIATIONS.get(abbreviation, ())
    if found and (own in found or abbreviation in _names_of(own, at.year if at is not None else _ANY_YEAR)):
        return (own,)
    return found


def offset_called(name: str) -> timedelta | None:
    """Return the offset from UTC that is written: `+2`, `UTC+5:30`, `GMT-0330`; None for what is none."""
    if name.strip().casefold() in {"utc", "gmt", "z"}:
        return timedelta()
    match = _OFFSET.fullmatch(name.strip())
    if match is None or int(match[3] or 0) >= 60:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    offset = size if match[1] == "+" else -size
    return offset if -timedelta(hours=12) <= offset <= MAX_OFFSET else None


@cache
def _names_of(zone: str, year: int) -> frozenset[str]:
    """Return what the clocks of a zone are called in winter and in summer, and both together: `est`, `edt`, `et`."""
    months = [datetime(year, month, 1, tzinfo=zone_info(zone)) for month in (1, 7)]
    names = {(month.tzname() or "").casefold() for month in months}
    both = {name[0] + name[2] for name in names if len(name) == 3 and name[1] in "sd" and name[2] == "t"}
    return frozenset(names | both)
