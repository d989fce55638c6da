"""Figures in words."""

from collections.abc import Iterable
from datetime import timedelta

import discord

from app.core import durations, formats
from app.core.messages import t
from app.ui.kit.limits import MAX_FIELD_VALUE

MINUTE, HOUR, DAY = 60, 3600, 86400


def share(part: int, whole: int) -> str:
    """Say which part of a whole something is; a whole of nothing has no parts."""
    percent = formats.percent(100 * part / whole if whole else 0)
    return t("{percent} ({part} of {whole})", percent=percent, part=formats.number(part), whole=formats.number(whole))


def length(seconds: float) -> str:
    """Write a length of time in at most two units."""
    unit = 1 if seconds < 5 * MINUTE else MINUTE if seconds < DAY else HOUR if seconds < 14 * DAY else DAY
    return durations.spoken(timedelta(seconds=round(seconds / unit) * unit))


def add_lines(embed: discord.Embed, name: str, lines: Iterable[str]) -> None:
    """Add a field with as many lines as have room, if there are any."""
    said = list[str]()
    for line in lines:
        if len("\n".join([*said, line])) > MAX_FIELD_VALUE:
            break
        said.append(line)
    if said:
        embed.add_field(name=name, value="\n".join(said), inline=False)
