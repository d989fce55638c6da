"""How entries leave as files, and what one would do. All pure."""

from collections.abc import Iterator, Sequence

import discord

from app.core import formats
from app.core.faq.exchange_reading import File, Line
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.importing import Plan
from app.ui.faq.exchange_ids import ImportId, NoImportId
from app.ui.faq.words import named
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened

MAX_NAMED = 10
REPORT = "report.txt"


def exported(file: Attachment, number: int, many: int, count: int) -> Reply:
    """Hand over one file of so many."""
    said = tn("{count} entry.", "{count} entries.", count)
    if many > 1:
        said = t("{said} File {number} of {many}.", said=said, number=number, many=many)
    return Reply(said, attachments=[file])


def proposal(
    plan: Plan, file: File, source: Attachment, snapshot: SettingsSnapshot, *, update_known: bool, foreign_owners: int
) -> Reply:
    """Show what a file would do, line by line where something is wrong."""
    mistakes = file.mistakes
    lines = [*_summary(plan, mistakes), *_remarks(file, foreign_owners)]
    report = list(_report(plan, mistakes))
    text = "\n".join([*lines, "", *report])
    files = [source]
    if len(text) > MAX_EMBED_DESCRIPTION:
        files.append(Attachment(REPORT, "\n".join([*lines, "", *report]).encode()))
        text = shortened(text, MAX_EMBED_DESCRIPTION)
    embed = discord.Embed(title=t("What this file would do"), description=text, colour=colour_of(snapshot))
    count = len(plan.new) + len(plan.changed)
    if not count:
        return Reply(t("Nothing of that file can be taken."), embed, attachments=files[1:])
    note = t("Nothing is changed yet.")
    if mistakes:
        note = t("Nothing is changed yet. What has mistakes is left out if you go on.")
    take = tn("Take {count} entry", "Take {count} entries", count)
    items: list[Item] = [
        button(take, ImportId(update=update_known, shown=plan.digest), style=discord.ButtonStyle.primary),
        button(t("Leave it"), NoImportId()),
    ]
    return Reply(note, embed, items, attachments=files)


def imported(plan: Plan) -> Reply:
    """Say what was done."""
    return Reply("\n".join([t("Done."), *_summary(plan, ())]))


def left() -> Reply:
    """Say that nothing was."""
    return Reply(t("The FAQ stays as it is."))


def _summary(plan: Plan, mistakes: Sequence[Line]) -> list[str]:
    found = [
        (len(plan.new), tn("➕ {count} new entry", "➕ {count} new entries", len(plan.new))),
        (len(plan.changed), tn("✏️ {count} entry changes", "✏️ {count} entries change", len(plan.changed))),
        (plan.same, tn("{count} entry is so already", "{count} entries are so already", plan.same)),
        (
            plan.skipped,
            tn(
                "{count} entry is there already and stays as it is (`existing:update` changes it)",
                "{count} entries are there already and stay as they are (`existing:update` changes them)",
                plan.skipped,
            ),
        ),
        (len(mistakes), tn("⚠️ {count} line has a mistake", "⚠️ {count} lines have mistakes", len(mistakes))),
    ]
    return [said for count, said in found if count]


def _remarks(file: File, foreign_owners: int) -> Iterator[str]:
    if file.ignored:
        names = formats.codes(f"`{plain(one, 40)}`" for one in file.ignored[:MAX_NAMED])
        yield t("These columns are not read: {names}", names=names)
    if foreign_owners:
        yield tn(
            "{count} owner is a role of another server, and is left out",
            "{count} owners are roles of another server, and are left out",
            foreign_owners,
        )


def _report(plan: Plan, mistakes: Sequence[Line]) -> Iterator[str]:
    for line in mistakes:
        yield t("Line {line}: {why}", line=line.number, why=str(line.mistake))
    for one in plan.changed:
        yield "✏️ " + formats.labelled(plain(one.after.title, 80), named(one.after.differences(one.before)))
    for draft in plan.new:
        yield f"➕ {plain(draft.title, 80)}"
