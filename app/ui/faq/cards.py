"""An entry as staff see it, with what can be done about it; and what was done. All pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.services.faq.entries import Change
from app.services.faq.rows import draft_of
from app.ui.faq.entry import entry_reply, title_of
from app.ui.faq.entry_ids import AskRemoveId, EditId, EntryId, HistoryId, RemoveId, RestoreId, SwitchId, UndoEditId
from app.ui.faq.preview import details
from app.ui.faq.words import named
from app.ui.kit.components import Item, button
from app.ui.kit.reply import Reply


def card(
    entry: FaqEntry, snapshot: SettingsSnapshot, now: datetime, *, note: str | None = None, first: Sequence[Item] = ()
) -> Reply:
    """Show an entry to staff, with the buttons that change it."""
    draft = draft_of(entry)
    figures = t(
        "Opened {opened}×, helpful {helpful}×, not helpful {unhelpful}× · version {version}",
        opened=entry.opened_count,
        helpful=entry.helpful_count,
        unhelpful=entry.unhelpful_count,
        version=entry.version,
    )
    more = details(draft, snapshot, now, [f"-# {figures}"])
    items: list[Item] = [
        *first,
        button(t("Edit"), EditId(entry_id=entry.id), emoji="✏️"),
        button(t("Switch off") if entry.enabled else t("Switch on"), SwitchId(entry_id=entry.id, on=not entry.enabled)),
        button(t("Versions"), HistoryId(entry_id=entry.id)),
        button(t("Remove"), AskRemoveId(entry_id=entry.id), style=discord.ButtonStyle.danger),
    ]
    return entry_reply(entry, snapshot, note=note, items=items, more=[more] if more is not None else [])


def added(entry: FaqEntry, snapshot: SettingsSnapshot, now: datetime, *, answers: str = "") -> Reply:
    """Say that an entry is there, and what was asked before that it answers."""
    return card(entry, snapshot, now, note=f"{t('Saved. It is found from now on.')}\n{answers}".strip())


def changed(done: Change, snapshot: SettingsSnapshot, now: datetime) -> Reply:
    """Say what was changed, with a button that takes it back."""
    undo = button(t("Undo"), UndoEditId(entry_id=done.entry.id, version=done.entry.version), emoji="↩️")
    note = t("Changed: {fields}.", fields=named(done.fields))
    return card(done.entry, snapshot, now, note=note, first=[undo])


def ask_removal(entry: FaqEntry, snapshot: SettingsSnapshot) -> Reply:
    """Ask whether an entry is to be removed."""
    items: list[Item] = [button(t("Remove"), RemoveId(entry_id=entry.id), style=discord.ButtonStyle.danger)]
    if entry.enabled:
        items.append(button(t("Only switch it off"), SwitchId(entry_id=entry.id, on=False)))
    items.append(button(t("Keep it"), EntryId(entry_id=entry.id)))
    note = t("Remove this entry? Staff can bring it back for 30 days, with `/faq restore`.")
    return entry_reply(entry, snapshot, note=note, items=items)


def removed(entry: FaqEntry) -> Reply:
    """Say that an entry is gone, with a button that brings it back."""
    note = t("“{title}” is removed. `/faq restore` brings it back for 30 days.", title=title_of(entry))
    return Reply(note, items=[button(t("Undo"), RestoreId(entry_id=entry.id), emoji="↩️")])


def restored(entry: FaqEntry, snapshot: SettingsSnapshot, now: datetime) -> Reply:
    """Say that it is there again."""
    return card(entry, snapshot, now, note=t("It is there again, as it was."))


def discarded() -> Reply:
    """Say that nothing was saved."""
    return Reply(t("Nothing was saved."))
