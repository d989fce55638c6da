"""/health trend: how the bot was over some time, in words and as a chart. All pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord

from app.core import formats
from app.core.health.trend import Cause, Figure, Incident, Point, ReleaseMark, Trend
from app.core.messages import t, tn
from app.ui.health import words
from app.ui.health.ids import SPANS, SpanId, ViewId
from app.ui.health.views import FOR_STAFF, LOOKS, Look, View
from app.ui.kit.charts import Band, Chart, Line, Mark, time_axis, time_chart
from app.ui.kit.colours import BAD, GOOD, WAITING
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain

MAX_RELEASES, MAX_INCIDENTS = 5, 4
"""Named in the message; the chart marks all releases, and /health incidents lists all incidents."""
MIN_COMPARED = 3
"""Points before and after a release that make a comparison worth reading."""
DOWN, STOPPED, UNWELL = "#ed4245", "#80848e", "#f0b232"


def trend(
    found: Trend, view: View, *, is_operator: bool, shard: int | None = None, pictures: Sequence[bytes] = ()
) -> Reply:
    """Say how the bot was, with a picture if there is one; `shard` is the one that an operator asked for."""
    look = LOOKS[view]
    ongoing = [one for one in found.incidents if one.until is None]
    colour = BAD if any(one.is_downtime for one in ongoing) else WAITING if ongoing else GOOD
    embed = discord.Embed(title=_title(found, look), colour=colour)
    embed.description = None if pictures else _why_no_picture(found)
    for figure in look.figures:
        if (said := _figure(found, look, figure)) is not None:
            embed.add_field(name=_name(found, look, figure), value=said)
    embed.add_field(name=t("Worked"), value=words.availability(found.availability), inline=False)
    if (compared := _compared(found, look)) is not None:
        embed.add_field(name=t("Before and after the newest release"), value=compared, inline=False)
    if found.releases:
        embed.add_field(name=t("Releases"), value=_releases(found.releases), inline=False)
    if found.incidents:
        embed.add_field(
            name=tn("{count} incident", "{count} incidents", len(found.incidents)),
            value=_incidents(found, names_service=is_operator),
            inline=False,
        )
    if notes := _notes(found):
        embed.set_footer(text="\n".join(notes))
    files = [Attachment("health.png", picture) for picture in pictures]
    return Reply(embed=embed, items=_items(found, view, shard, is_operator=is_operator), attachments=files,
                 replaces_files=True)  # fmt: skip


def chart(found: Trend, view: View, zone: ZoneInfo) -> Chart | None:
    """Draw the figures of a view, with releases and downtime; None if too little was measured."""
    look = LOOKS[view]
    return time_chart(
        str(look.title),
        time_axis(found.since, found.until, zone),
        [_line(found, look, figure) for figure in look.figures],
        y_axis=str(look.axis),
        say=look.say,
        bands=[
            _band(found, one) for one in sorted(found.incidents, key=lambda one: (one.is_downtime, not one.is_planned))
        ],
        marks=[Mark(one.at, one.version) for one in found.releases if one.before is not None],
        marked=t("new release"),
    )


def _title(found: Trend, look: Look) -> str:
    return t("{figures}: {time}", figures=str(look.title), time=str(words.SPANS[found.span]))


def _name(found: Trend, look: Look, figure: Figure) -> str:
    name = str(look.figures[figure])
    if figure is not Figure.GATEWAY:
        return name
    if found.shard is None:
        return t("{figure} (slowest shard)", figure=name)
    return t("{figure} (shard {number})", figure=name, number=found.shard.number)


def _line(found: Trend, look: Look, figure: Figure) -> Line:
    """Return what is drawn of a figure, interrupted where nothing was measured."""
    points, most = list[tuple[datetime, float | None]](), list[tuple[datetime, float | None]]()
    before: Point | None = None
    for point in found.points:
        if before is not None and point.at - before.at > found.span.step * 1.5:
            points.append((before.at + found.span.step, None))
        before = point
        measured = point.figures.get(figure)
        points.append((point.at, None if measured is None else look.value_of(measured.mean, point)))
        if measured is not None and not look.is_sum:
            most.append((point.at, measured.highest))
    return Line(_name(found, look, figure), points, most)


def _band(found: Trend, one: Incident) -> Band:
    until = one.until or found.until
    if one.cause is Cause.STOPPED:
        return Band(t("stopped"), one.since, until, STOPPED)
    if one.is_downtime:
        return Band(t("did not work"), one.since, until, DOWN)
    return Band(t("not well"), one.since, until, UNWELL)


def _figure(found: Trend, look: Look, figure: Figure) -> str | None:
    """Say how a figure was on average, and when it was highest; None if it was not measured."""
    points = [(point, point.figures[figure]) for point in found.points if figure in point.figures]
    if not points:
        return None
    if look.is_sum:
        return t("{count} in all", count=look.say(sum(one.mean * point.samples for point, one in points)))
    at, highest = max(points, key=lambda one: one[1].highest)
    return t(
        "{mean} on average\nat most {highest}, {moment}",
        mean=look.say(_mean([point for point, _ in points], figure)),
        highest=look.say(highest.highest),
        moment=discord.utils.format_dt(at.at, "f"),
    )


def _mean(points: Sequence[Point], figure: Figure) -> float:
    samples = sum(point.samples for point in points)
    return sum(point.figures[figure].mean * point.samples for point in points) / max(samples, 1)


def _compared(found: Trend, look: Look) -> str | None:
    """Compare the time since the newest release with the time before it, back to the release before."""
    changes = [one for one in found.releases if one.before is not None]
    if not changes or look.is_sum:
        return None
    newest = changes[-1]
    start = changes[-2].at if len(changes) > 1 else found.since
    said = list[str]()
    for figure in look.figures:
        measured = [point for point in found.points if figure in point.figures and point.at >= start]
        before = [point for point in measured if point.at + found.span.step <= newest.at]
        after = [point for point in measured if point.at >= newest.at]
        if min(len(before), len(after)) >= MIN_COMPARED:
            values = {"before": look.say(_mean(before, figure)), "after": look.say(_mean(after, figure))}
            said.append(formats.labelled(_name(found, look, figure), t("{before} before, {after} since", **values)))
    return "\n".join(said) or None


def _releases(releases: Sequence[ReleaseMark]) -> str:
    said = list[str]()
    for one in reversed(releases[-MAX_RELEASES:]):
        values = {"release": plain(one.version, 60), "moment": discord.utils.format_dt(one.at, "f")}
        if one.before is None:
            said.append(t("{release} ({moment})", **values))
        else:
            said.append(t("{release} after {before} ({moment})", before=plain(one.before, 60), **values))
    if rest := len(releases) - len(said):
        said.append(tn("and {count} more", "and {count} more", rest))
    return "\n".join(said)


def _incidents(found: Trend, *, names_service: bool) -> str:
    said = list[str]()
    for one in reversed(found.incidents[-MAX_INCIDENTS:]):
        line = words.incident(one, found.until, names_service=names_service)
        if len("\n".join([*said, line])) > MAX_FIELD_VALUE - 100:
            break
        said.append(line)
    if len(found.incidents) > len(said):
        said.append(t("`/health incidents` shows all of them."))
    return "\n".join(said)


def _why_no_picture(found: Trend) -> str:
    if found.known_since is None:
        return t("Nothing was measured yet. The bot does so every minute.")
    return t("Too little was measured in this time for a chart.")


def _notes(found: Trend) -> list[str]:
    said = list[str]()
    if found.shard is not None and found.shard.count > 1:
        said.append(t("About shard {number} of {count}, which serves this server.", number=found.shard.number,
                      count=found.shard.count))  # fmt: skip
    if found.known_since is not None and found.known_since > found.since:
        ago = words.lasting(max(found.until - found.known_since, timedelta(minutes=1)))
        said.append(t("Measured for {length} only.", length=ago))
    return said


def _items(found: Trend, view: View, shard: int | None, *, is_operator: bool) -> list[Item]:
    views = list(View) if is_operator else list(FOR_STAFF)
    options = [
        discord.SelectOption(label=str(LOOKS[one].title), value=ViewId.pack_value(one), default=one is view)
        for one in views
    ]
    picked = select(t("What to show"), ViewId(span=found.span, shard=shard), options, row=0)
    return [
        picked,
        *(
            button(
                str(words.SPANS[span]),
                SpanId(span=span, view=view, shard=shard),
                disabled=span is found.span,
                style=discord.ButtonStyle.primary if span is found.span else discord.ButtonStyle.secondary,
                row=1,
            )
            for span in SPANS.values()
        ),
    ]
