"""How the funnel of onboarding looks: in words, and as a chart."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.messages import t, tc, tn
from app.core.onboarding.funnel import RULES_STEP, SUMMARY_STEP, Funnel, StepCount
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.charts import Chart, Series, bar_chart
from app.ui.kit.colours import colour_of
from app.ui.kit.figures import length, share
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened

MIN_JOINED = 10
"""Fewer members make no chart."""
MAX_STEPS = 8
"""Steps that are drawn or named: those at which most stopped."""
MAX_QUESTION = 80


def report(funnel: Funnel, snapshot: SettingsSnapshot, pictures: Sequence[bytes] = ()) -> Reply:
    """Say the figures in words, with the chart if there is one."""
    title = tn("Joined in the last day", "Joined in the last {count} days", funnel.days)
    embed = discord.Embed(title=title, colour=colour_of(snapshot))
    if not funnel.joined:
        embed.description = t("Nobody joined in this time, as far as I know.")
        return Reply(embed=embed)
    embed.add_field(name=tc("how many members", "Joined"), value=formats.number(funnel.joined))
    embed.add_field(name=tc("how many members", "Could begin"), value=share(funnel.could_begin, funnel.joined))
    embed.add_field(name=tc("how many members", "Started"), value=share(funnel.started, funnel.joined))
    embed.add_field(name=tc("how many members", "Done"), value=share(funnel.finished, funnel.joined))
    embed.add_field(name=t("Left before they were done"), value=share(funnel.left, funnel.joined))
    embed.add_field(name=t("Half of them are done within"), value=_times(funnel))
    if funnel.steps:
        embed.add_field(name=t("Where they give up"), value=_steps(funnel), inline=False)
    if notes := _notes(funnel):
        embed.set_footer(text="\n".join(notes))
    return Reply(embed=embed, attachments=[Attachment("onboarding.png", picture) for picture in pictures])


def charts(funnel: Funnel) -> list[Chart]:
    """Return the chart of the funnel, if enough members joined to see something."""
    if funnel.joined < MIN_JOINED:
        return []
    bars = [
        (tc("how many members", "Joined"), funnel.joined),
        (tc("how many members", "Could begin"), funnel.could_begin),
        (tc("how many members", "Started"), funnel.started),
    ]
    bars += [(shortened(_name(step), MAX_QUESTION), step.reached) for step in _shown(funnel)]
    bars.append((tc("how many members", "Done"), funnel.finished))
    names, values = zip(*bars, strict=True)
    drawn = bar_chart(
        t("From joining to taking part"), names, [Series(t("Members"), values)], axis=t("Members"), say=formats.number
    )
    return [drawn] if drawn is not None else []


def _shown(funnel: Funnel) -> list[StepCount]:
    """Return the steps at which most stopped, in the order in which they are met."""
    most = sorted(funnel.steps, key=lambda step: -step.stopped)[:MAX_STEPS]
    return [step for step in funnel.steps if step in most]


def _steps(funnel: Funnel) -> str:
    said = list[str]()
    room = MAX_FIELD_VALUE - 40
    for step in _shown(funnel):
        name = plain(_name(step), MAX_QUESTION)
        reached = tn("{count} came there", "{count} came there", step.reached)
        mark = " ⬅️" if step is funnel.worst and len(funnel.steps) > 1 else ""
        stopped = t(
            "{here} are still there, {left} left", here=formats.number(step.here), left=formats.number(step.left)
        )
        said.append(formats.labelled(f"**{name}**", formats.listed([reached, stopped])) + mark)
        if len("\n".join(said)) > room:
            said.pop()
            break
    if rest := len(funnel.steps) - len(said):
        said.append(tn("… and {count} more", "… and {count} more", rest))
    return "\n".join(said)


def _name(step: StepCount) -> str:
    if step.step == RULES_STEP:
        return t("Rules")
    return t("Summary") if step.step == SUMMARY_STEP else step.question


def _times(funnel: Funnel) -> str:
    if funnel.from_joining is None:
        return t("none yet")
    said = t("{length} of joining", length=length(funnel.from_joining))
    if funnel.from_beginning is not None:
        said += "\n" + t("{length} of beginning", length=length(funnel.from_beginning))
    return said


def _notes(funnel: Funnel) -> list[str]:
    said = list[str]()
    if funnel.timed < funnel.finished and funnel.timed:
        said.append(t("Times are those of the latest {count} who are done.", count=formats.number(funnel.timed)))
    if funnel.joined < MIN_JOINED:
        said.append(t("A chart is drawn from {count} members on.", count=MIN_JOINED))
    return said
