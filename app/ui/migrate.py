"""How the schema's state, a plan, a run and its record look. All of it pure."""

import re
from collections.abc import Sequence
from typing import Annotated

import discord

from app.migrate.planning.plan import Plan, PlannedRevision
from app.migrate.run.apply import ApplyResult, Outcome
from app.migrate.run.history import Entry
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus
from app.ui.kit.components import Item, button
from app.ui.kit.ids import ButtonId, Text
from app.ui.kit.limits import MAX_EMBED, MAX_EMBED_DESCRIPTION, MAX_EMBED_FIELDS, MAX_FIELD_NAME, MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened

GOOD, WAITING, BAD = discord.Colour(0x57F287), discord.Colour(0xF1C40F), discord.Colour(0xED4245)
MAX_REVISIONS = 10
# What `concierge migrate …` does in a terminal, `/migrate …` does here.
TERMINAL = re.compile(r"^concierge migrate (status|plan|apply|history|backup|check)$")


class ApplyId(ButtonId, route="migrate:v1:apply"):
    """Apply the plan that was shown, and no other."""

    digest: Annotated[str, Text(16, "0123456789abcdef")]


class DismissId(ButtonId, route="migrate:v1:dismiss"):
    """Apply nothing."""


class StopId(ButtonId, route="migrate:v1:stop"):
    """Stop a run."""


def state(found: SchemaStatus) -> Reply:
    """Show where the database stands, and what mends it if it has to be mended."""
    embed = discord.Embed(
        title=f"Schema: {found.state.value}",
        description=found.sentence,
        colour=GOOD if found.is_at_head else WAITING if found.pending else BAD,
    )
    embed.add_field(name="Database", value=f"`{found.current or 'no revision'}`")
    embed.add_field(name="Newest", value=f"`{found.head or 'none'}`")
    embed.add_field(name="Pending", value=", ".join(f"`{one}`" for one in found.pending) or "nothing")
    if found.mend:
        embed.add_field(name="What mends it", value=_mending(found.mend), inline=False)
    if found.running is not None:
        embed.add_field(name="Right now", value=plain(f"{found.running} is migrating this database."), inline=False)
    return Reply(embed=embed)


def _mending(command: str) -> str:
    inside = TERMINAL.match(command)
    return f"`/migrate {inside[1]}` here, or `{command}` in a terminal" if inside else f"`{command}` in a terminal"


def planned(plan: Plan, *, confirm: bool) -> Reply:
    """Show what is pending and what it would do; with `confirm`, the button that does it."""
    if not plan.revisions:
        return Reply(
            embed=discord.Embed(
                title="Nothing is pending",
                description=f"The database is at the newest revision, `{plan.head}`.",
                colour=GOOD,
            )
        )
    embed = discord.Embed(
        title=f"{len(plan.revisions)} pending: {plan.current or 'empty'} → {plan.head}",
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
        embed.set_footer(text=f"… and {hidden} more; all of them are in the file.")
    items: list[Item] = []
    if confirm:
        style = discord.ButtonStyle.danger if plan.is_destructive else discord.ButtonStyle.success
        items = [button("Apply", ApplyId(digest=plan.digest), style=style), button("Leave it", DismissId())]
    return Reply(embed=embed, items=items, attachment=Attachment("plan.sql", plan.sql.encode()))


def _warnings(plan: Plan) -> str:
    lines = ["**Something is lost for good.** See below what."] * plan.is_destructive
    if plan.needs_backup:
        lines.append("A backup is made first, and nothing is applied without it.")
    return "\n".join(lines) or "Nothing is lost."


def _lines(revision: PlannedRevision) -> list[str]:
    lines = [f"Loses {thing}" for thing in revision.destroys]
    for impact in revision.impacts:
        waiting = "nobody waits" if impact.blocks == "nothing" else f"{impact.blocks} wait"
        lines.append(
            f"`{impact.table}`: {impact.work.value}, {waiting} about {_duration(impact.seconds)} "
            f"({impact.rows:,} rows, {_size(impact.bytes)})"
        )
    if revision.outside_transaction:
        lines.append("Runs outside a transaction: if it fails, what it did until then stays.")
    if revision.gap:
        lines.append("Not all of its SQL is known beforehand: it depends on what is in the database.")
    return lines or ["Changes nothing that anybody could notice."]


def _duration(seconds: float) -> str:
    return "an instant" if seconds < 0.05 else f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def running(told: Sequence[Progress]) -> Reply:
    """Show how far a run is, with a button to stop it."""
    latest = told[-1] if told else None
    done = [f"✅ {one.sentence}" for one in told if one.stage is Stage.FINISHED]
    now = [f"⏳ {latest.sentence}"] if latest is not None and latest.stage is not Stage.FINISHED else []
    if latest is not None and latest.percent is not None:
        now[-1:] = [f"⏳ {latest.sentence} ({latest.percent:.0f} %)"]
    embed = discord.Embed(
        title="Migrating",
        description=shortened("\n".join([*done[-15:], *now]) or "⏳ Starting…", MAX_EMBED_DESCRIPTION),
        colour=WAITING,
    )
    return Reply(embed=embed, items=[button("Stop", StopId(), style=discord.ButtonStyle.danger)])


def finished(result: ApplyResult) -> Reply:
    """Show how a run ended."""
    embed = discord.Embed(
        title={
            Outcome.APPLIED: "Migrated",
            Outcome.NOTHING_TO_DO: "Nothing to do",
            Outcome.FAILED: "The migration failed",
            Outcome.CANCELLED: "The migration was stopped",
        }[result.outcome],
        description=shortened(result.sentence, MAX_EMBED_DESCRIPTION),
        colour=GOOD if result.ok else BAD,
    )
    if result.statement:
        embed.add_field(
            name="The statement that failed",
            value=f"```sql\n{shortened(result.statement.replace('```', ''), 900)}\n```",
            inline=False,
        )
    if result.backup:
        embed.add_field(name="Backup from before", value=f"`{result.backup}`", inline=False)
    for place, one in enumerate(result.applied[: MAX_EMBED_FIELDS - len(embed.fields)]):
        tries = f", {one.attempts} attempts" if one.attempts > 1 else ""
        name, value = shortened(f"{one.revision} · {one.title}", MAX_FIELD_NAME), f"{one.seconds:.2f} s{tries}"
        if len(embed) + len(name) + len(value) > MAX_EMBED:
            break
        embed.insert_field_at(place, name=name, value=value)
    return Reply(embed=embed)


def refused(sentence: str) -> Reply:
    """Say in the place of a run why it did not begin."""
    return Reply(embed=discord.Embed(title="Nothing was done", description=sentence, colour=BAD))


def record(entries: Sequence[Entry]) -> Reply:
    """Show who changed the schema, newest first."""
    embed = discord.Embed(title="What was done to the schema", colour=GOOD)
    if not entries:
        embed.description = "Nothing was recorded yet."
        return Reply(embed=embed)
    lines = [_entry(entry) for entry in entries]
    while len("\n".join(lines)) > MAX_EMBED_DESCRIPTION:
        lines.pop()
    embed.description = "\n".join(lines)
    return Reply(embed=embed)


def _entry(entry: Entry) -> str:
    when = discord.utils.format_dt(entry.at, "f") if entry.at is not None else "some time ago"
    who = f"<@{entry.author.user_id}>" if entry.author.user_id else plain(entry.author.name, 60)
    revision = f" `{entry.details['revision']}`" if entry.details.get("revision") else ""
    seconds = f" in {entry.details['seconds']:.1f} s" if isinstance(entry.details.get("seconds"), float) else ""
    outcome = "✅" if entry.success else f"❌ {plain(entry.error or 'failed', 150)}"
    return f"{when} · {who} · {entry.command}{revision}{seconds} {outcome}"
