"""An entry as people see it. All pure."""

from collections.abc import Sequence

import discord

from app.core.faq.entries import Draft
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_EMBED_TITLE
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened


def entry_embed(entry: FaqEntry, snapshot: SettingsSnapshot) -> discord.Embed:
    """Show an entry: its title, its answer with all of Discord's formatting, its image and its category."""
    return _embed(entry.title, entry.summary, entry.image_url, entry.category, snapshot)


def draft_embed(draft: Draft, snapshot: SettingsSnapshot) -> discord.Embed:
    """Show what would be an entry, as it will look."""
    return _embed(draft.title, draft.answer, draft.image_url, draft.category, snapshot)


def entry_reply(
    entry: FaqEntry,
    snapshot: SettingsSnapshot,
    *,
    note: str | None = None,
    items: Sequence[Item] = (),
    private: bool = True,
    more: Sequence[discord.Embed] = (),
) -> Reply:
    """Show an entry in a message, with a line above it and buttons under it."""
    return Reply(note, entry_embed(entry, snapshot), items, private=private, more=more)


def title_of(entry: FaqEntry, longest: int = 100) -> str:
    """Return the title of an entry within a sentence or a list; entries from before may have none."""
    return plain(entry.title, longest) if entry.title.strip() else t("(without a title)")


def _embed(
    title: str, answer: str, image_url: str | None, category: str | None, snapshot: SettingsSnapshot
) -> discord.Embed:
    embed = discord.Embed(
        title=shortened(title, MAX_EMBED_TITLE) if title.strip() else t("(without a title)"),
        description=shortened(answer, MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    if image_url:
        embed.set_image(url=image_url)
    if category:
        embed.set_footer(text=category)
    return embed
