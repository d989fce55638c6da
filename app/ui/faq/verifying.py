"""What the owner of an entry is told when it has to be looked at again. All pure."""

import discord

from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.services.faq.rows import draft_of
from app.ui.faq.entry import entry_embed, title_of
from app.ui.faq.entry_ids import EditId
from app.ui.faq.verifying_ids import StillTrueId
from app.ui.faq.words import owner_of
from app.ui.kit.components import button
from app.ui.kit.reply import Reply


def reminder(entry: FaqEntry, snapshot: SettingsSnapshot) -> Reply:
    """Ask whether an entry is still true."""
    assert entry.verify_by is not None
    owner = owner_of(draft_of(entry))
    if owner is not None:
        note = t("{owner}, is this entry of the FAQ still true?", owner=owner)
    else:
        note = t("Is this entry of the FAQ still true? Nobody is its owner.")
    items = [
        button(
            t("Still true"),
            StillTrueId(entry_id=entry.id, verify_by=entry.verify_by),
            style=discord.ButtonStyle.success,
        ),
        button(t("Edit"), EditId(entry_id=entry.id), emoji="✏️"),
    ]
    return Reply(note, entry_embed(entry, snapshot), items)


def checked(entry: FaqEntry, user_id: int) -> Reply:
    """Say in place of the question that somebody has answered it."""
    assert entry.verify_by is not None
    note = t(
        "✅ <@{person}> says that “{title}” is still true. It is asked again on {day}; `/faq edit` sets another day.",
        person=user_id,
        title=title_of(entry),
        day=discord.utils.format_dt(entry.verify_by, "D"),
    )
    return Reply(note)
