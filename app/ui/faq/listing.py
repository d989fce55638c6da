"""Pages of entries, for members and for staff. All pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core.faq.listing import Listing, Order, Shown
from app.core.messages import Message, msg, t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.services.faq.reading import EntryPage
from app.services.faq.rows import draft_of
from app.ui.faq.entry import title_of
from app.ui.faq.entry_ids import ChosenId, ListId
from app.ui.faq.words import by_when, owner_of
from app.ui.kit.colours import colour_of
from app.ui.kit.components import ARROWS, Item, select, turning
from app.ui.kit.limits import MAX_OPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened

TITLES: dict[Shown, Message] = {
    Shown.ALL: msg("FAQ"),
    Shown.DISABLED: msg("FAQ: switched off"),
    Shown.OVERDUE: msg("FAQ: should have been checked"),
    Shown.NOBODYS: msg("FAQ: without an owner"),
    Shown.REMOVED: msg("FAQ: removed"),
}


def entry_list(
    found: EntryPage, listing: Listing, snapshot: SettingsSnapshot, now: datetime, *, is_staff: bool, unheard: bool
) -> Reply:
    """Show a page. `unheard` says that nobody is reminded of what should have been checked."""
    if not found.entries:
        return Reply(_empty(listing, is_staff=is_staff))
    lines = _grouped(found.entries, listing, now, is_staff=is_staff)
    title = str(TITLES[listing.shown])
    if listing.category is not None:
        title = f"{title} · {listing.category}"
    embed = discord.Embed(title=title, description="\n".join(lines), colour=colour_of(snapshot))
    count = tn("{count} entry", "{count} entries", found.count)
    if found.pages > 1:
        count = t("{count} · page {page} of {pages}", count=count, page=found.page + 1, pages=found.pages)
    embed.set_footer(text=count)
    items: list[Item] = []
    if listing.shown is not Shown.REMOVED:
        options = [
            discord.SelectOption(
                label=shortened(one.title.strip() or t("(without a title)"), MAX_OPTION),
                value=ChosenId.pack_value(one.id),
            )
            for one in found.entries
        ]
        items.append(select(t("Read one of them"), ChosenId(), options, row=0))

    def to(page: int) -> ListId:
        return ListId(page=page, order=listing.order, shown=listing.shown, category=listing.category)

    items += turning(found.page, found.pages, to, labels=ARROWS)
    note = None
    if is_staff and unheard and listing.shown in {Shown.ALL, Shown.OVERDUE}:
        note = t(
            "⚠️ Nobody is reminded of what should be checked: set a channel in which I can write with "
            "`/settings set key:faq.staff_channel`."
        )
    return Reply(note, embed, items)


def _grouped(entries: Sequence[FaqEntry], listing: Listing, now: datetime, *, is_staff: bool) -> list[str]:
    by_category = listing.order is Order.CATEGORY and listing.shown is not Shown.REMOVED and listing.category is None
    lines: list[str] = []
    heading: str | None = ""
    for one in entries:
        if by_category and one.category != heading:
            heading = one.category
            lines.append(f"**{plain(heading) if heading is not None else t('Without a category')}**")
        lines.append(f"• {title_of(one)}")
        if is_staff and (facts := _facts(one, listing, now)):
            lines.append(f"-# {' · '.join(facts)}")
    return lines


def _facts(entry: FaqEntry, listing: Listing, now: datetime) -> list[str]:
    found: list[str] = []
    if entry.deleted_at is not None:
        found.append(t("removed {moment}", moment=discord.utils.format_dt(entry.deleted_at, "R")))
        if entry.deleted_by is not None:
            found.append(f"<@{entry.deleted_by}>")
        return found
    if not entry.enabled:
        found.append(t("⏸️ switched off"))
    if entry.verify_by is not None and (entry.verify_by <= now or listing.shown is Shown.OVERDUE):
        found.append(by_when(entry.verify_by, now))
    if listing.shown is Shown.OVERDUE and (owner := owner_of(draft_of(entry))) is not None:
        found.append(owner)
    if listing.order in {Order.OPENED, Order.HELPFUL, Order.UNHELPFUL}:
        found.append(t("opened {count}×", count=entry.opened_count))
        found.append(f"👍 {entry.helpful_count} 👎 {entry.unhelpful_count}")
    elif listing.order is Order.NEWEST:
        found.append(discord.utils.format_dt(entry.updated_at, "R"))
    return found


def _empty(listing: Listing, *, is_staff: bool) -> str:
    if listing.shown is Shown.ALL and listing.category is None:
        return (
            t("There are no entries yet. Write the first one with `/faq add`.")
            if is_staff
            else t("There is nothing in the FAQ of this server yet.")
        )
    return t("There is no such entry.")
