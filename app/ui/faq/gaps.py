"""What was searched for in vain, as staff see it, and what became of it. All pure."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.faq.gaps import Gap, GapPage, Handled
from app.core.faq.grouping import MAX_TEXTS
from app.core.messages import t, tc, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.answering import Answered
from app.services.faq.gaps import PER_PAGE
from app.ui.faq.entry import title_of
from app.ui.faq.finding import Titled, options_of
from app.ui.faq.learning_ids import (
    AnsweredById,
    AnswerWithEntryId,
    FindEntryFormId,
    FindEntryId,
    GapId,
    GapsId,
    NeedsNoneId,
    PairsId,
    UndoGapId,
    WriteAnswerId,
)
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, form, select, turning
from app.ui.kit.forms import labelled
from app.ui.kit.limits import MAX_OPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, plain, shortened

TITLE = "title"
"""The name of the field of the form."""
MAX_WORDING = 150
MAX_OTHERS = 3
"""Other wordings of the same that are shown."""


def page(found: GapPage, snapshot: SettingsSnapshot, *, days: int, pairs: int) -> Reply:
    """Show a page. `pairs` is how many suggested words wait for a decision."""
    items: list[Item] = []
    if not found.total:
        said = tn(
            "Nothing was searched for in vain today that still needs an answer.",
            "Nothing was searched for in vain in the last {count} days that still needs an answer.",
            days,
        )
        return Reply(said, items=_to_pairs(pairs))
    lines = [_line(place, gap) for place, gap in enumerate(found.gaps, start=found.page * PER_PAGE + 1)]
    embed = discord.Embed(
        title=tn("Without an answer, today", "Without an answer, last {count} days", days),
        description="\n".join(lines),
        colour=colour_of(snapshot),
    )
    total = tn("{count} question", "{count} questions", found.total)
    notes = [t("Page {page} of {pages} · {total}", page=found.page + 1, pages=found.pages, total=total)]
    if not found.is_all:
        notes.append(t("These are the {count} wordings that were typed most often.", count=formats.number(MAX_TEXTS)))
    embed.set_footer(text="\n".join(notes))
    options = [
        discord.SelectOption(label=shortened(gap.wording, MAX_OPTION), value=GapId.pack_value(gap.log_id))
        for gap in found.gaps
    ]
    items.append(select(t("Do something about one…"), GapId(days=days), options, row=0))
    items += turning(found.page, found.pages, lambda number: GapsId(page=number, days=days))
    return Reply(embed=embed, items=[*items, *_to_pairs(pairs)])


def one(gap: Gap, snapshot: SettingsSnapshot, *, days: int) -> Reply:
    """Show one question with what staff can do about it."""
    embed = discord.Embed(
        title=shortened(plain(gap.wording, MAX_WORDING), 256), description=_facts(gap), colour=colour_of(snapshot)
    )
    others = [key for key in gap.keys[1:] if key]
    if others:
        shown = "\n".join(f"- {in_code(key, MAX_WORDING)}" for key in others[:10])
        if len(others) > 10:
            shown += "\n" + tn("… and {count} more", "… and {count} more", len(others) - 10)
        embed.add_field(name=t("Also typed"), value=shortened(shown, 1024), inline=False)
    items: list[Item] = [
        button(t("Write the answer"), WriteAnswerId(log_id=gap.log_id), style=discord.ButtonStyle.primary),
        button(t("It is answered by…"), AnsweredById(log_id=gap.log_id)),
        button(t("Needs no answer"), NeedsNoneId(log_id=gap.log_id)),
        button(tc("questions", "All"), GapsId(page=0, days=days)),
    ]
    return Reply(embed=embed, items=items)


def choose_entry(gap: Gap, entries: Sequence[Titled], *, searched: str | None = None) -> Reply:
    """Let staff choose the entry that answers it, out of what was found."""
    words = in_code(gap.wording, MAX_WORDING)
    items: list[Item] = []
    if entries:
        options = options_of(entries, AnswerWithEntryId)
        items.append(select(t("Choose the entry…"), AnswerWithEntryId(log_id=gap.log_id), options, row=0))
        said = t("Which entry answers {words}?", words=words)
    elif searched is not None:
        said = t("No entry has a title with {searched}.", searched=in_code(searched, MAX_WORDING))
    else:
        said = t("Nothing fits {words} by itself. Look for the entry by its title.", words=words)
    items.append(button(t("Look for another one…"), FindEntryId(log_id=gap.log_id), row=1))
    items.append(button(tc("questions", "All"), GapsId(page=0, days=30), row=1))
    return Reply(said, items=items)


def find_form(log_id: int) -> discord.ui.DesignerModal:
    """Ask for words of a title."""
    words = discord.ui.InputText(custom_id=TITLE, max_length=100)
    return form(t("Look for an entry"), FindEntryFormId(log_id=log_id), labelled(t("Words of its title"), words))


def answered(done: Answered) -> Reply:
    """Say that an entry answers it, by which words it is found from now on, and who will be told."""
    parts = [
        t(
            "“{title}” answers {words} from now on.",
            title=title_of(done.entry),
            words=in_code(done.handled.wording, MAX_WORDING),
        )
    ]
    if done.keyword is not None:
        parts.append(t("It is found by {words} as well.", words=in_code(done.keyword, MAX_WORDING)))
    elif done.problem is not None:
        parts.append(t("It is not found by these words yet: {problem}", problem=str(done.problem)))
    undo = UndoGapId(at=done.handled.at, entry_id=done.entry.id if done.version else None, version=done.version)
    return _done(parts, done.handled, undo)


def needs_none(done: Handled) -> Reply:
    """Say that it will not be shown again."""
    parts = [t("{words} needs no answer. It is not shown again.", words=in_code(done.wording, MAX_WORDING))]
    return _done(parts, done, UndoGapId(at=done.at))


def written(done: Handled) -> str:
    """Say, with the entry that was just written, what it answers and who will be told."""
    return "\n".join([t("It answers {words}.", words=in_code(done.wording, MAX_WORDING)), *_counted(done)])


def undone(count: int, *, is_whole: bool) -> Reply:
    """Say that it was taken back."""
    said = tn("{count} search waits for an answer again.", "{count} searches wait for an answer again.", count)
    if not is_whole:
        said += "\n" + t("The entry was changed since, so it keeps the words. `/faq edit` changes them.")
    return Reply(said, items=[button(tc("questions", "All"), GapsId(page=0, days=30))])


def _done(parts: list[str], done: Handled, undo: UndoGapId) -> Reply:
    items: list[Item] = [button(t("Undo"), undo), button(tc("questions", "All"), GapsId(page=0, days=30))]
    return Reply("\n".join([*parts, *_counted(done)]), items=items)


def _counted(done: Handled) -> list[str]:
    said = [tn("That was one search.", "That were {count} searches.", done.count)]
    if done.waiting:
        said.append(tn("One person will be told directly.", "{count} people will be told directly.", done.waiting))
    return said


def _line(place: int, gap: Gap) -> str:
    others = formats.codes(in_code(key, 40) for key in gap.keys[1 : MAX_OTHERS + 1])
    said = f"{place}. **{plain(gap.wording, MAX_WORDING)}**\n{_facts(gap)}"
    return f"{said}\n-# {t('also {wordings}', wordings=others)}" if others else said


def _facts(gap: Gap) -> str:
    parts = [tn("{count} search", "{count} searches", gap.asked)]
    if gap.people:
        parts.append(tn("{count} person", "{count} people", gap.people))
    if gap.without_result < gap.asked:
        parts.append(tn("{count} with a result that nobody opened", "{count} with results that nobody opened",
                        gap.asked - gap.without_result))  # fmt: skip
    if gap.waiting:
        parts.append(tn("{count} waits for an answer", "{count} wait for an answer", gap.waiting))
    parts.append(t("last {moment}", moment=discord.utils.format_dt(gap.last_at, "R")))
    return " · ".join(parts)


def _to_pairs(pairs: int) -> list[Item]:
    if not pairs:
        return []
    return [button(tn("{count} suggested word", "{count} suggested words", pairs), PairsId(page=0), row=2)]
