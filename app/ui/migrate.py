"""How /migrate shows the state of the schema, a plan, a run and the history."""

import re
from collections.abc import Sequence
from typing import Annotated

import discord

from app.core import formats
from app.core.messages import called, msg, t, tc, tn
from app.migrate.planning.effects import Work
from app.migrate.planning.plan import Plan, PlannedRevision
from app.migrate.run.apply import ApplyResult, RunOutcome
from app.migrate.run.history import Entry
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus
from app.ui.kit.colours import BAD, GOOD, WAITING
from app.ui.kit.components import Item, button
from app.ui.kit.ids import ButtonId, Text
from app.ui.kit.limits import MAX_EMBED, MAX_EMBED_DESCRIPTION, MAX_EMBED_FIELDS, MAX_FIELD_NAME, MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened

MAX_REVISIONS = 10
# What `concierge migrate …` does in a terminal, `/migrate …` does here.
TERMINAL = re.compile(r"^concierge migrate (status|plan|apply|history|backup|check)$")

WORK = {
    Work.NONE: msg("changes the catalogue only"),
    Work.SCAN: msg("reads every row"),
    Work.INDEX: msg("builds an index"),
    Work.ROWS: msg("changes rows"),
    Work.REWRITE: msg("rewrites the whole table"),
    Work.UNKNOWN: msg("has effects that cannot be predicted"),
}
BLOCKS = {
    "nothing": msg("nobody waits"),
    "writes": msg("writes wait"),
    "reads and writes": msg("reads and writes wait"),
}
TITLES = {
    RunOutcome.APPLIED: msg("Migrated"),
    RunOutcome.NOTHING_TO_DO: msg("Nothing to do"),
    RunOutcome.FAILED: msg("The migration failed"),
    RunOutcome.CANCELLED: msg("The migration was stopped"),
}


class ApplyId(ButtonId, route="migrate:v1:apply"):
    """Apply the plan that was shown, and no other."""

    digest: Annotated[str, Text(16, "0123456789abcdef")]


class DismissId(ButtonId, route="migrate:v1:dismiss"):
    """Apply nothing."""


class StopId(ButtonId, route="migrate:v1:stop"):
    """Stop a run."""


def state(found: SchemaStatus) -> Reply:
    """Show the state of the database, and what fixes it if it has to be fixed."""
    embed = discord.Embed(
        title=t("Database schema"),
        description=str(found.sentence),
        colour=GOOD if found.is_at_head else WAITING if found.pending else BAD,
    )
    embed.add_field(name=t("Database"), value=f"`{found.current}`" if found.current else t("no revision"))
    embed.add_field(name=t("Newest"), value=f"`{found.head}`" if found.head else tc("a revision", "none"))
    embed.add_field(name=t("Pending"), value=formats.codes(f"`{one}`" for one in found.pending) or t("nothing"))
    if found.fix:
        embed.add_field(name=t("How to fix it"), value=_how_to_fix(found.fix), inline=False)
    if found.running is not None:
        value = t("{process} is migrating this database.", process=plain(str(found.running)))
        embed.add_field(name=t("Right now"), value=value, inline=False)
    return Reply(embed=embed)


def _how_to_fix(command: str) -> str:
    if inside := TERMINAL.match(command):
        return t(
            "`/migrate {name}` here, or `{command}` in a terminal",
            name=called("migrate", "name", inside[1]),
            command=command,
        )
    return t("`{command}` in a terminal", command=command)


def planned(plan: Plan, *, confirm: bool) -> Reply:
    """Show what is pending and what it would do; with `confirm`, the button that does it."""
    if not plan.revisions:
        return Reply(
            embed=discord.Embed(
                title=t("Nothing is pending"),
                description=t("The database is at the newest revision, `{head}`.", head=plan.head),
                colour=GOOD,
            )
        )
    embed = discord.Embed(
        title=t(
            "{number} pending: {current} → {head}",
            number=len(plan.revisions),
            current=plan.current or t("empty"),
            head=plan.head,
        ),
        description=_warnings(plan),
        colour=BAD if plan.is_destructive else WAITING,
    )
    room = MAX_EMBED - 100  # of the footer
    for revision in plan.revisions[:MAX_REVISIONS]:
        name = shortened(f"{revision.revision} · {revision.title}", MAX_FIELD_NAME)
        value = shortened("\n".join(_lines(revision)), MAX_FIELD_VALUE)
        if len(embed) + len(name) + len(value) > room:
            break
        embed.add_field(name=name, value=value, inline=False)
    if hidden := len(plan.revisions) - len(embed.fields):
        embed.set_footer(text=t("… and {number} more; the file has all of them.", number=hidden))
    items: list[Item] = []
    if confirm:
        style = discord.ButtonStyle.danger if plan.is_destructive else discord.ButtonStyle.success
        items = [button(t("Apply"), ApplyId(digest=plan.digest), style=style), button(t("Cancel"), DismissId())]
    return Reply(embed=embed, items=items, attachments=[Attachment("plan.sql", plan.sql.encode())])


def _warnings(plan: Plan) -> str:
    lines = [t("**This deletes data for good.** See below for what exactly.")] * plan.is_destructive
    if plan.needs_backup:
        lines.append(t("A backup is made first, and nothing is applied without it."))
    return "\n".join(lines) or t("Nothing is deleted.")


def _lines(revision: PlannedRevision) -> list[str]:
    lines = [t("**Will fail here:** {why}", why=obstacle.sentence) for obstacle in revision.obstacles]
    lines += [t("Deletes {what}", what=thing) for thing in revision.destroys]
    lines += [
        t(
            "`{table}`: {work}, {waiting}, about {duration} ({rows} rows, {size})",
            table=impact.table,
            work=WORK[impact.work],
            waiting=BLOCKS[impact.blocks],
            duration=_duration(impact.seconds),
            rows=formats.number(impact.rows),
            size=_size(impact.bytes),
        )
        for impact in revision.impacts
    ]
    if revision.outside_transaction:
        lines.append(t("Runs outside a transaction: if it fails, what it did until then stays."))
    if revision.gap:
        lines.append(t("Some of its SQL depends on the data, and is not shown."))
    return lines or [t("Changes nothing that anybody would notice.")]


def _duration(seconds: float) -> str:
    if seconds < 0.05:
        return t("an instant")
    if seconds < 90:
        return t("{number} s", number=formats.fixed(seconds))
    return t("{number} min", number=formats.number(seconds / 60))


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{formats.number(size)} {unit}"
        size /= 1000
    return f"{formats.fixed(size)} TB"


def running(told: Sequence[Progress]) -> Reply:
    """Show how far a run is, with a button to stop it."""
    latest = told[-1] if told else None
    done = [f"✅ {one.sentence}" for one in told if one.stage is Stage.FINISHED]
    now = [f"⏳ {latest.sentence}"] if latest is not None and latest.stage is not Stage.FINISHED else []
    embed = discord.Embed(
        title=t("Migrating"),
        description=shortened("\n".join([*done[-15:], *now]) or t("⏳ Starting…"), MAX_EMBED_DESCRIPTION),
        colour=WAITING,
    )
    return Reply(embed=embed, items=[button(t("Stop"), StopId(), style=discord.ButtonStyle.danger)])


def finished(result: ApplyResult) -> Reply:
    """Show how a run ended."""
    embed = discord.Embed(
        title=str(TITLES[result.outcome]),
        description=shortened(str(result.sentence), MAX_EMBED_DESCRIPTION),
        colour=GOOD if result.ok else BAD,
    )
    if result.statement:
        embed.add_field(
            name=t("The statement that failed"),
            value=f"```sql\n{shortened(result.statement.replace('```', ''), 900)}\n```",
            inline=False,
        )
    if result.backup:
        embed.add_field(name=t("Backup made before"), value=f"`{result.backup}`", inline=False)
    for place, one in enumerate(result.applied[: MAX_EMBED_FIELDS - len(embed.fields)]):
        tries = tn(", {count} attempt", ", {count} attempts", one.attempts) if one.attempts > 1 else ""
        name = shortened(f"{one.revision} · {one.title}", MAX_FIELD_NAME)
        value = t("{number} s", number=formats.fixed(one.seconds, 2)) + tries
        if len(embed) + len(name) + len(value) > MAX_EMBED:
            break
        embed.insert_field_at(place, name=name, value=value)
    return Reply(embed=embed)


def refused(sentence: str) -> Reply:
    """Say why a run did not begin."""
    return Reply(embed=discord.Embed(title=t("Nothing was done"), description=sentence, colour=BAD))


def record(entries: Sequence[Entry]) -> Reply:
    """Show who changed the schema, newest first."""
    embed = discord.Embed(title=t("Changes of the schema"), colour=GOOD)
    if not entries:
        embed.description = t("Nothing has been recorded yet.")
        return Reply(embed=embed)
    lines = [_entry(entry) for entry in entries]
    while len("\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = "\n".join(lines)
    return Reply(embed=embed)


def _entry(entry: Entry) -> str:
    when = discord.utils.format_dt(entry.at, "f") if entry.at is not None else t("some time ago")
    who = f"<@{entry.author.user_id}>" if entry.author.user_id else plain(entry.author.name, 60)
    revision = f" `{entry.details['revision']}`" if entry.details.get("revision") else ""
    took = entry.details.get("seconds")
    seconds = f" ({t('{number} s', number=formats.fixed(took))})" if isinstance(took, float) else ""
    outcome = "✅" if entry.success else f"❌ {plain(entry.error or t('failed'), 150)}"
    return f"{when} · {who} · {entry.command}{revision}{seconds} {outcome}"
