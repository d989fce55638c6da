"""The versions of an entry, and what was different in each. All pure."""

from collections.abc import Sequence

import discord

from app.core.faq.entries import Draft, Version
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.ui.faq.entry import draft_embed
from app.ui.faq.entry_ids import BackToId, EntryId, HistoryId, VersionId
from app.ui.faq.preview import with_changes
from app.ui.faq.words import named
from app.ui.kit.colours import colour_of
from app.ui.kit.components import ARROWS, Item, button, select, turning
from app.ui.kit.limits import MAX_OPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

PAGE = 10


def version_list(entry: FaqEntry, versions: Sequence[Version], snapshot: SettingsSnapshot, page: int = 0) -> Reply:
    """Show a page of the versions, the present one first."""
    pages = max(-(-len(versions) // PAGE), 1)
    page = min(page, pages - 1)
    first = page * PAGE
    lines = [_line(place, versions) for place in range(first, min(first + PAGE, len(versions)))]
    embed = discord.Embed(
        title=shortened(t("Versions of “{title}”", title=entry.title), 250),
        description="\n".join(lines),
        colour=colour_of(snapshot),
    )
    count = tn("{count} version", "{count} versions", len(versions))
    if pages > 1:
        count = t("{count} · page {page} of {pages}", count=count, page=page + 1, pages=pages)
    embed.set_footer(text=count)
    items: list[Item] = []
    options = [
        discord.SelectOption(
            label=shortened(t("Version {number}: {title}", number=one.number, title=one.draft.title), MAX_OPTION),
            value=VersionId.pack_value(one.number),
        )
        for one in versions[first : first + PAGE]
        if one.number != entry.version
    ]
    if options:
        items.append(select(t("Look at one of them"), VersionId(entry_id=entry.id), options, row=0))
    items += turning(page, pages, lambda number: HistoryId(entry_id=entry.id, page=number), labels=ARROWS)
    items.append(button(t("The entry"), EntryId(entry_id=entry.id), row=1))
    return Reply(None, embed, items)


def one_version(entry: FaqEntry, found: Version, now: Draft, snapshot: SettingsSnapshot) -> Reply:
    """Show a version as it was, and what has changed since."""
    note = t(
        "Version {number}, of {moment}. What has changed since:",
        number=found.number,
        moment=discord.utils.format_dt(found.made_at, "f"),
    )
    back = BackToId(entry_id=entry.id, number=found.number, version=entry.version)
    items: list[Item] = [
        button(t("Back to this version"), back, style=discord.ButtonStyle.primary, disabled=found.draft == now),
        button(t("All versions"), HistoryId(entry_id=entry.id)),
    ]
    return Reply(with_changes(note, found.draft, now), draft_embed(found.draft, snapshot), items)


def _line(place: int, versions: Sequence[Version]) -> str:
    one, before = versions[place], versions[place + 1] if place + 1 < len(versions) else None
    who = f" · <@{one.made_by}>" if one.made_by is not None else ""
    moment = discord.utils.format_dt(one.made_at, "f")
    if before is not None:
        what = t("changed: {fields}", fields=named(one.draft.differences(before.draft)))
    else:
        what = t("the first one") if one.number == 1 else t("the earliest that is kept")
    return f"**{one.number}.** {moment}{who}\n-# {what}"
