"""How questions leave as a file, and what one would change."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.onboarding.exchange import Difference, Fate, differences, fingerprint, write
from app.core.onboarding.native import LeftOut
from app.core.onboarding.questions import Option, Question
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.ids import ButtonId
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain
from app.ui.onboarding.question_ids import ImportId, NoImportId
from app.ui.onboarding.question_words import condition, fitting, gives

FILE = "onboarding-questions.json"
SIGNS = {Fate.ADDED: "➕", Fate.CHANGED: "✏️", Fate.MOVED: "↕️", Fate.REMOVED: "➖"}


def exported(guild_id: int, questions: Sequence[Question]) -> Reply:
    """Give the questions as a file."""
    said = tn(
        "{count} question. Change the file as you like, and give it to `/onboarding questions import`.",
        "{count} questions. Change the file as you like, and give it to `/onboarding questions import`.",
        len(questions),
    )
    return Reply(said, attachments=[Attachment(FILE, write(guild_id, questions))])


def preview(
    before: Sequence[Question],
    after: Sequence[Question],
    snapshot: SettingsSnapshot,
    to: ButtonId,
    *,
    files: Sequence[Attachment] = (),
    remarks: Sequence[str] = (),
) -> Reply:
    """Show what would change, with the file of which the button then reads it, if it is one."""
    found = differences(before, after)
    if not found:
        return Reply("\n".join([t("That would change nothing: the questions are so already."), *remarks]))
    lines = [_line(one, after) for one in found]
    embed = discord.Embed(
        title=t("What this would change"), description=fitting([*lines, *remarks]), colour=colour_of(snapshot)
    )
    items: list[Item] = [
        button(t("Do it"), to, style=discord.ButtonStyle.primary),
        button(t("Leave it"), NoImportId()),
    ]
    said = t("Nothing is changed yet. Answers of members stay, also to questions that go.")
    return Reply(said, embed, items, attachments=files)


def import_button(before: Sequence[Question]) -> ImportId:
    """Return the id of the button that takes what a file says."""
    return ImportId(shown=fingerprint(before))


def prompts_preview(
    given: Sequence[Question], left_out: Sequence[LeftOut], others: int, snapshot: SettingsSnapshot, to: ButtonId
) -> Reply:
    """Show which questions would be asked by Discord, and why not the others."""
    lines = [f"✅ {plain(one.short)}" for one in given]
    if others:
        lines.append(tn("{count} other question in Discord stays.", "{count} other questions in Discord stay.", others))
    embed = discord.Embed(
        title=t("What Discord would ask"),
        description=fitting([*lines, *left_out_lines(left_out)]),
        colour=colour_of(snapshot),
    )
    items = [button(t("Do it"), to, style=discord.ButtonStyle.primary), button(t("Leave it"), NoImportId())]
    said = t(
        "Nothing is changed yet. Whether Discord asks at all is decided in the server's settings, under Onboarding."
    )
    return Reply(said, embed, items)


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """Say what does not come along, and why."""
    return [
        t("⚠️ “{question}” is left out: {why}", question=plain(one.text, 80), why=str(one.why).rstrip("."))
        for one in left_out
    ]


def _line(one: Difference, questions: Sequence[Question]) -> str:
    said = f"{SIGNS[one.fate]} {plain(one.question.short)}"
    if one.fate is Fate.MOVED and one.before is not None and one.after is not None:
        return f"{said}\n-# {t('from place {one} to {other}', one=one.before.place, other=one.after.place)}"
    if one.after is None:
        return f"{said}\n-# {t('goes')}"
    facts = (
        _changed(one.before, one.after)
        if one.before is not None
        else [t("new, at place {place}", place=one.after.place)]
    )
    giving = [f"{plain(each.label, 40)} → {gives(each)}" for each in _newly_giving(one.before, one.after)]
    asked = condition(one.after, questions)
    return "\n-# ".join([said, formats.listed([*facts, *filter(None, [asked])]), *giving])


def _changed(before: Question, after: Question) -> list[str]:
    """Name what differs between two states of a question."""
    return [
        name
        for name, differs in (
            (t("text"), before.text != after.text),
            (t("how it is answered"), before.kind is not after.kind),
            (t("options"), before.options != after.options),
            (t("hint"), before.hint != after.hint),
            (t("whether it is required"), before.required != after.required),
            (t("whether it is asked"), before.enabled != after.enabled),
            (t("after which answers it is asked"), before.asked_if != after.asked_if),
        )
        if differs
    ]


def _newly_giving(before: Question | None, after: Question) -> list[Option]:
    """Return the options that give something else than before: this is what somebody has to look at."""
    old = {one.value: (one.role_ids, one.channel_ids) for one in before.options} if before is not None else {}
    return [one for one in after.options if (one.role_ids, one.channel_ids) != old.get(one.value, ((), ()))]
