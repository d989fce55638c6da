"""How /health shows what works and what does not."""

import discord

from app.core import formats
from app.core.health.figures import HealthFigures
from app.core.health.now import Health, ShardHealth, WholeBot
from app.core.messages import t
from app.ui.health import words
from app.ui.health.alerts import MARKS, TITLES
from app.ui.health.ids import LookAgainId
from app.ui.health.views import milliseconds, seconds
from app.ui.kit.colours import BAD, GOOD
from app.ui.kit.components import button
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened

MAX_SHARDS_NAMED = 20
BANNED_AT = 10_000
"""So many refused requests in ten minutes are one too many: https://discord.com/developers/docs/topics/rate-limits."""


def now(health: Health) -> Reply:
    """Show how the bot is doing at this moment, with a button to look again."""
    embed = discord.Embed(
        title=t("Everything works") if health.is_good else t("Something does not work"),
        description=_what_it_means(health),
        colour=GOOD if health.is_good else BAD,
        timestamp=health.at,
    )
    embed.add_field(name=t("Database"), value=_database(health))
    embed.add_field(name=t("Discord"), value=_shard(health.shard))
    started = discord.utils.format_dt(health.started_at, "R")
    embed.add_field(
        name=t("Running"), value=t("started {time}, release {release}", time=started, release=plain(health.release))
    )
    if health.whole is not None:
        _add_whole(embed, health, health.whole)
    embed.add_field(name=t("Time zone data"), value=_zone_data(health), inline=False)
    return Reply(embed=embed, items=[button(t("Look again"), LookAgainId())])


def _what_it_means(health: Health) -> str:
    if health.database.seconds is None:
        return t("Commands cannot save or read anything until the database answers again. Reminders are sent then.")
    if not health.is_good:
        return t("A connection to Discord is being made again. Commands of its servers get no answer until then.")
    return t("The bot, its database and its connection to Discord answer.")


def _database(health: Health) -> str:
    if health.database.seconds is None:
        return t("❌ does not answer")
    return t("✅ answers in {duration}", duration=milliseconds(health.database.seconds * 1000))


def _shard(shard: ShardHealth) -> str:
    if not shard.is_connected:
        return t("❌ not connected (shard {number})", number=shard.number)
    if shard.seconds is None:
        return t("✅ connected (shard {number})", number=shard.number)
    return t(
        "✅ answers in {duration} (shard {number})", duration=milliseconds(shard.seconds * 1000), number=shard.number
    )


def _add_whole(embed: discord.Embed, health: Health, whole: WholeBot) -> None:
    lost = [shard.number for shard in whole.shards if not shard.is_connected]
    shards = t("{connected} of {count} connected", connected=len(whole.shards) - len(lost), count=len(whole.shards))
    slowest = max((shard.seconds for shard in whole.shards if shard.seconds is not None), default=None)
    if slowest is not None:
        shards += "\n" + t("the slowest answers in {duration}", duration=milliseconds(slowest * 1000))
    if lost:
        named = formats.codes([*lost[:MAX_SHARDS_NAMED], *(["…"] if len(lost) > MAX_SHARDS_NAMED else [])])
        shards += "\n" + t("not connected: {numbers}", numbers=named)
    embed.add_field(name=t("Shards of this process"), value=shards)
    embed.add_field(name=t("Servers"), value=formats.number(whole.servers))
    used = t("{used} of at most {most} in use", used=health.database.in_use, most=health.database.most)
    embed.add_field(name=t("Connections to the database"), value=used)
    heard = (
        t("✅ heard")
        if whole.hears_others
        else t("❌ not heard: settings are read from the database each time until they are")
    )
    embed.add_field(name=t("Announcements of other processes"), value=heard, inline=False)
    if whole.newest is not None:
        embed.add_field(name=t("State"), value=_state(whole.newest), inline=False)
        embed.add_field(name=t("Measured last"), value=_measured(whole.newest), inline=False)
    if whole.schema is not None:
        embed.add_field(name=t("Database schema"), value=shortened(str(whole.schema), MAX_FIELD_VALUE), inline=False)


def _state(newest: HealthFigures) -> str:
    """Say how the process is by the last samples, and what is not well at this moment."""
    said = f"{MARKS[newest.state]} {TITLES[newest.state]}"
    return f"{said}\n{shortened(words.reasons(newest.reasons), 500)}" if newest.reasons else said


def _measured(newest: HealthFigures) -> str:
    queues = sum(newest.queues.values())
    lines = [
        t(
            "Delay of the event loop: {delay}, at most {most}",
            delay=milliseconds(newest.loop_lag_ms),
            most=milliseconds(newest.highest_loop_lag_ms),
        ),
        t("Most overdue reminder: {late}", late=seconds(newest.reminder_late_seconds)),
        t("Waiting to be done or written: {count}", count=formats.number(queues)),
        t(
            "Requests that Discord refused in ten minutes: {count} of {most}, after which it would refuse all",
            count=formats.number(newest.invalid_requests),
            most=formats.number(BANNED_AT),
        ),
    ]
    if newest.memory_mb is not None:
        cpu = 0.0 if newest.cpu_percent is None else newest.cpu_percent
        memory = formats.number(newest.memory_mb)
        lines.append(t("Memory: {memory} MB, processor: {cpu}", memory=memory, cpu=formats.percent(cpu)))
    return "\n".join([*lines, discord.utils.format_dt(newest.at, "R")])


def _zone_data(health: Health) -> str:
    used = health.zone_data
    lines = [t("{version} of {source}", version=used.version, source=plain(str(used.source)))]
    if health.whole is not None and used.others:
        others = formats.listed(plain(str(one)) for one in used.others)
        lines.append(t("not used: {others}", others=others))
    return shortened("\n".join(lines), MAX_FIELD_VALUE)
