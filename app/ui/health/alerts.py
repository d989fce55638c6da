"""What operators are told when something is wrong, and what they are answered about that. All pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import discord

from app.core.health.alerts import AlertPlace, OpenAlert
from app.core.health.figures import HealthFigures
from app.core.health.services import ALL
from app.core.health.trend import Cause, Incident, ServiceStatus
from app.core.health_kinds import HealthState
from app.core.messages import Message, msg, t
from app.ui.health import words
from app.ui.health.views import milliseconds
from app.ui.kit.colours import BAD, GOOD, WAITING
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened

TITLES: Mapping[HealthState, Message] = {
    HealthState.OK: msg("The bot works"),
    HealthState.DEGRADED: msg("The bot works, but not well"),
    HealthState.DOWN: msg("The bot does not work"),
    HealthState.FLAPPING: msg("The bot changes between working and not working, again and again"),
}
MARKS: Mapping[HealthState, str] = {
    HealthState.OK: "🟢",
    HealthState.DEGRADED: "🟠",
    HealthState.DOWN: "🔴",
    HealthState.FLAPPING: "🟠",
}
MAX_PROCESSES = 15


def going_on(alert: OpenAlert, now: datetime, figures: HealthFigures | None = None) -> Reply:
    """Say that a process is not well."""
    title = t("A part of the bot does not run") if alert.is_absence else str(TITLES[alert.state])
    embed = discord.Embed(
        title=f"{MARKS[alert.state]} {title}", colour=BAD if alert.state is HealthState.DOWN else WAITING, timestamp=now
    )
    since = discord.utils.format_dt(alert.since, "f")
    lines = [t("Since {moment}, {length} so far", moment=since, length=words.lasting(now - alert.since))]
    if alert.is_absence:
        lines.append(t("It ended without being told to, and has not been started again."))
    if alert.reasons:
        lines.append(t("Why: {reasons}", reasons=words.reasons(alert.reasons)))
    if figures is not None:
        lines.append(_measured(figures))
    embed.description = "\n".join([*lines, *_about(alert.service, alert.version)])
    embed.set_footer(text=t("This message follows what happens. As of"))
    return Reply(embed=embed, private=False)


def over(alert: OpenAlert, ended: datetime) -> Reply:
    """Say in the same message that it is over."""
    embed = discord.Embed(title=f"🟢 {_over(alert)}", colour=GOOD, timestamp=ended)
    lines = [_period(alert.since, ended)]
    if alert.reasons:
        lines.append(t("Why: {reasons}", reasons=words.reasons(alert.reasons)))
    embed.description = "\n".join([*lines, *_about(alert.service, alert.version)])
    return Reply(embed=embed, private=False)


def recovered(alert: OpenAlert, ended: datetime) -> str:
    """Say in a message of its own that it is over, and how long it took."""
    return f"🟢 {_named(_over(alert), alert.service)} · {t('for {length}', length=words.lasting(ended - alert.since))}"


def worse(alert: OpenAlert) -> str:
    """Say in a message of its own that it has become worse."""
    said = _named(t("It has become worse: the bot does not work any more"), alert.service)
    return f"🔴 {said}" + (f" · {words.reasons(alert.reasons)}" if alert.reasons else "")


def afterwards(incident: Incident) -> Reply:
    """Say that a process ended or stood still, after it runs again."""
    crashed = incident.cause is Cause.CRASHED
    title = t("The bot ended without being told to, and runs again") if crashed else t("The bot stood still")
    embed = discord.Embed(title=f"🟠 {title}", colour=WAITING, timestamp=incident.until)
    lines = [_period(incident.since, incident.until or incident.since)]
    if crashed:
        lines.append(t("The log of the process says more."))
    embed.description = "\n".join([*lines, *_about(incident.service, incident.version)])
    return Reply(embed=embed, private=False)


def chosen(place: AlertPlace, *, seen_by_all: bool) -> Reply:
    """Say where alerts go from now on."""
    said = [
        t(
            "Alerts about the bot go to {channel} from now on: once when something has been wrong for three minutes, "
            "and once when it is over.",
            channel=f"<#{place.channel_id}>",
        )
    ]
    if seen_by_all:
        said.append(t("⚠️ **Everybody in this server can see that channel.** Choose one that only operators see."))
    return Reply("\n".join(said))


def paused(place: AlertPlace) -> Reply:
    """Say until when nothing new is told."""
    until = "" if place.paused_until is None else discord.utils.format_dt(place.paused_until, "f")
    return Reply(
        t(
            "Alerts are paused until {moment}. What is still wrong then is told then; `/health alerts resume` ends it.",
            moment=until,
        )
    )


def resumed() -> Reply:
    """Say that alerts go on."""
    return Reply(t("Alerts go on. What is wrong now is told within a minute."))


def off() -> Reply:
    """Say that nobody is told any more."""
    return Reply(t("Alerts about the bot are off."))


def state(
    place: AlertPlace | None, told: Sequence[OpenAlert], processes: Sequence[ServiceStatus], now: datetime
) -> Reply:
    """Show where alerts go, what was told, and how each process is."""
    embed = discord.Embed(title=t("Alerts about the bot"))
    if place is None:
        embed.description = t("No channel gets them. Choose one with `/health alerts channel`.")
    elif place.is_paused(now) and place.paused_until is not None:
        embed.description = t(
            "They go to {channel}, and are paused until {moment}.",
            channel=f"<#{place.channel_id}>",
            moment=discord.utils.format_dt(place.paused_until, "f"),
        )
    else:
        embed.description = t("They go to {channel}.", channel=f"<#{place.channel_id}>")
    if told:
        lines = [
            f"{MARKS[one.state]} {words.process(one.service)} · "
            + t("since {moment}", moment=discord.utils.format_dt(one.since, "f"))
            for one in told
        ]
        embed.add_field(name=t("Told and not over"), value=shortened("\n".join(lines), 1024), inline=False)
    if processes:
        lines = [_process(one) for one in sorted(processes, key=lambda one: one.at, reverse=True)[:MAX_PROCESSES]]
        embed.add_field(name=t("Processes"), value=shortened("\n".join(lines), 1024), inline=False)
    embed.description = shortened(str(embed.description), MAX_EMBED_DESCRIPTION)
    return Reply(embed=embed)


def _process(one: ServiceStatus) -> str:
    mark = MARKS[one.state] if one.state is not None else "⚪"
    said = [
        f"{mark} {words.process(one.service)}",
        t("release {release}", release=plain(one.version, 30)),
        t("heard of {moment}", moment=discord.utils.format_dt(one.at, "R")),
    ]
    if one.reasons:
        said.append(words.reasons(one.reasons))
    return " · ".join(said)


def _over(alert: OpenAlert) -> str:
    return t("All of the bot runs again") if alert.is_absence else t("The bot works as it should again")


def _period(since: datetime, until: datetime) -> str:
    return t(
        "From {moment} to {end}, {length} in all",
        moment=discord.utils.format_dt(since, "f"),
        end=discord.utils.format_dt(until, "t" if until - since < timedelta(hours=12) else "f"),
        length=words.lasting(until - since),
    )


def _about(service: str, version: str) -> list[str]:
    said = [t("release {release}", release=plain(version, 60))]
    if service != ALL:
        said.insert(0, words.process(service))
    return [f"-# {' · '.join(said)}"]


def _named(said: str, service: str) -> str:
    return f"**{said}**" if service == ALL else f"**{said}** · {words.process(service)}"


def _measured(figures: HealthFigures) -> str:
    """Say what was measured last."""
    database = t("no answer") if figures.database_ms is None else milliseconds(figures.database_ms)
    discord_said = t("no answer") if figures.gateway_ms is None else milliseconds(figures.gateway_ms)
    return t(
        "Database: {database} · Discord: {discord} · Delay: {delay}",
        database=database,
        discord=discord_said,
        delay=milliseconds(figures.loop_lag_ms),
    )
