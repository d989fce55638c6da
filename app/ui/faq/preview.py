"""What was written, as it will look, before it is saved. All pure.

The message holds everything that was typed, and its buttons read it from there: so it is still there after a restart,
and in another process.
"""

import difflib
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

import discord

from app.core import formats
from app.core.faq.drafts import JOINED, read_keywords
from app.core.faq.entries import Draft, Field
from app.core.faq.errors import EntryChanged
from app.core.faq.limits import MAX_KEYWORDS_TOGETHER
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.faq.entry import draft_embed
from app.ui.faq.entry_ids import ChangeId, DiscardId, EntryId, InsteadId, SaveId, Target
from app.ui.faq.words import NAMES, facts, named, value_of
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.forms import FormIsGone
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

KEYWORDS_SIGN = "🔑 "
MAX_NOTE = 1990
MIN_COMPARED = 50


def preview(draft: Draft, target: Target, snapshot: SettingsSnapshot, now: datetime, *, note: str) -> Reply:
    """Show an entry as it will look."""
    return _shown(draft, snapshot, now, note, _buttons(target, t("Save")))


def taken(
    draft: Draft, target: Target, entry_id: int, version: int, snapshot: SettingsSnapshot, now: datetime
) -> Reply:
    """Say that the title is there already, and offer what can be done with what was written."""
    note = t(
        "“{title}” is in the FAQ already. You can make what you wrote the next version of that entry, or choose "
        "another title.",
        title=draft.title,
    )
    instead = Target(
        entry_id,
        version,
        target.owner_user_id,
        target.owner_role_id,
        target.verify_by,
        target.language,
        target.answers,
    )
    items: list[Item] = [
        button(t("Change that entry"), InsteadId(target=instead), style=discord.ButtonStyle.primary),
        button(t("Change what I wrote"), ChangeId(target=target)),
        button(t("Look at that entry"), EntryId(entry_id=entry_id, new=True)),
        button(t("Discard"), DiscardId()),
    ]
    return _shown(draft, snapshot, now, note, items)


def details(draft: Draft, snapshot: SettingsSnapshot, now: datetime, more: Sequence[str] = ()) -> discord.Embed | None:
    """Show what else there is about an entry, for staff; None if there is nothing."""
    lines = [*facts(draft, now), *more]
    if not lines and not draft.keywords:
        return None
    embed = discord.Embed(description="\n".join(lines) or None, colour=colour_of(snapshot))
    if draft.keywords:
        # Entries from before may have more of them than can be saved now.
        embed.set_footer(text=KEYWORDS_SIGN + shortened(JOINED.join(draft.keywords), MAX_KEYWORDS_TOGETHER))
    return embed


def written_in(message: discord.Message | None, old: Draft) -> Draft:
    """Read what a preview shows; what it does not show is as it was. Raises FormIsGone."""
    if message is None or not message.embeds or not message.embeds[0].title:
        raise FormIsGone
    shown, rest = message.embeds[0], message.embeds[1] if len(message.embeds) > 1 else discord.Embed()
    footer = rest.footer.text if rest.footer else None
    return Draft(
        title=shown.title or "",
        answer=shown.description or "",
        keywords=read_keywords((footer or "").removeprefix(KEYWORDS_SIGN)),
        category=shown.footer.text if shown.footer else None,
        image_url=shown.image.url if shown.image else None,
        owner_user_id=old.owner_user_id,
        owner_role_id=old.owner_role_id,
        verify_by=old.verify_by,
        language=old.language,
        enabled=old.enabled,
    )


def differences(before: Draft, after: Draft) -> list[str]:
    """Say what differs between two states of an entry, a part a line."""
    return [
        formats.labelled(f"**{NAMES[field]}**", f"{value_of(before, field)} → {value_of(after, field)}")
        for field in after.differences(before)
        if field is not Field.ANSWER
    ]


def compared(before: str, after: str, most: int) -> str:
    """Show which lines of an answer came and went, as a block of code."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    # The first two name files that there are not.
    kept = [line for line in islice(lines, 2, None) if line[0] in "+-"]
    # Backticks would end the block.
    text = "\n".join(kept).replace("```", "ˋˋˋ")
    return f"```diff\n{shortened(text, most)}\n```"


def with_changes(note: str, before: Draft, after: Draft) -> str:
    """Put under a sentence what differs between two states of an entry, as much as has room."""
    text = "\n".join([note, *differences(before, after)])
    if before.answer != after.answer:
        room = MAX_NOTE - len(text) - len(compared("", "x", 0))
        if room > MIN_COMPARED:
            text = f"{text}\n{compared(before.answer, after.answer, room)}"
    return shortened(text, MAX_NOTE)


def changed_meanwhile(changed: EntryChanged) -> str:
    """Say what somebody else changed while this person was writing."""
    note = t(
        "{who} changed this entry while you were writing: {fields}. Below is what you wrote together with that; where "
        "both of you changed the same, it is as you wrote it. Save it, or change it once more.",
        who=f"<@{changed.by}>" if changed.by is not None else t("Somebody else"),
        fields=named(changed.theirs),
    )
    return with_changes(note, changed.base, changed.now) if changed.base is not None else note


def _buttons(target: Target, save: str) -> list[Item]:
    return [
        button(save, SaveId(target=target), style=discord.ButtonStyle.primary),
        button(t("Change"), ChangeId(target=target)),
        button(t("Discard"), DiscardId()),
    ]


def _shown(draft: Draft, snapshot: SettingsSnapshot, now: datetime, note: str, items: Sequence[Item]) -> Reply:
    more = details(draft, snapshot, now)
    return Reply(note, draft_embed(draft, snapshot), items, more=[more] if more is not None else [])
