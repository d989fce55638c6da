"""/health incidents: what was not well, page by page, and for how much of the time the bot worked. All pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import discord

from app.core import formats
from app.core.health.trend import Availability, Incidents, ShardNumber, Span
from app.core.messages import t, tn
from app.ui.health import words
from app.ui.health.ids import IncidentsId
from app.ui.kit.colours import BAD, GOOD, WAITING
from app.ui.kit.components import turning
from app.ui.kit.reply import Reply

PAGE_SIZE = 8


def pages_of(found: Incidents) -> int:
    """Return how many pages there are; one at least."""
    return max(-(-found.total // PAGE_SIZE), 1)


def incidents(
    found: Incidents,
    available: Mapping[Span, Availability],
    *,
    page: int,
    now: datetime,
    shard: ShardNumber | None,
    is_operator: bool,
) -> Reply:
    """Show a page of incidents, the newest first."""
    ongoing = [one for one in found.found if one.until is None]
    colour = BAD if any(one.is_downtime for one in ongoing) else WAITING if ongoing else GOOD
    lines = [words.incident(one, now, names_service=is_operator) for one in found.found]
    title = tn("{count} incident", "{count} incidents", found.total) if found.total else t("No incidents")
    embed = discord.Embed(title=title, colour=colour)
    embed.description = "\n".join(lines) or t("Since the bot began to write down how it is, all has been well.")
    known = now - min(one.since for one in available.values())
    spans = sorted(available, key=lambda span: span.length)
    # A longer time than is known would say the same once more.
    spans = [span for number, span in enumerate(spans) if number == 0 or spans[number - 1].length < known]
    worked = [formats.labelled(words.SPANS[span], words.availability(available[span])) for span in spans]
    embed.add_field(name=t("Worked"), value="\n".join(worked), inline=False)
    notes = list[str]()
    if known < spans[-1].length:
        notes.append(t("Measured for {length} only.", length=words.lasting(max(known, timedelta(minutes=1)))))
    notes.append(t("Time in which the bot was stopped as it was told does not count."))
    if shard is not None and shard.count > 1:
        notes.append(t("About shard {number} of {count}, which serves this server.", number=shard.number,
                       count=shard.count))  # fmt: skip
    pages = pages_of(found)
    if pages > 1:
        notes.append(t("Page {page} of {pages}", page=page + 1, pages=pages))
    embed.set_footer(text="\n".join(notes))
    return Reply(embed=embed, items=turning(page, pages, lambda number: IncidentsId(page=number)))
