"""Questions that nobody has answered, as staff see them. All pure."""

from collections.abc import Sequence

import discord

from app.core import formats
from app.core.faq.unanswered import Written, shown_text
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.faq.automatic import without_content
from app.ui.kit.colours import colour_of
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain

MAX_TEXT = 120


def listed(
    found: Sequence[Written], snapshot: SettingsSnapshot, *, chosen: bool, is_all: bool, reads_content: bool
) -> Reply:
    """List them, the oldest first, each with a link. An embed pings nobody."""
    if not reads_content:
        return Reply(f"⚠️ {without_content()}")
    if not chosen:
        return Reply(t("There is no channel to look at. `/faq auto set` chooses those in which questions are asked."))
    text, shown = "", 0
    for one in found:
        line = _line(one, snapshot.guild_id)
        if len(text) + len(line) + 200 > MAX_EMBED_DESCRIPTION:
            break
        text, shown = f"{text}{line}\n", shown + 1
    if rest := len(found) - shown:
        text += tn("… and {count} more.", "… and {count} more.", rest)
    embed = discord.Embed(
        title=t("Waiting for an answer"),
        description=text or t("No question waits, as far as I can tell."),
        colour=colour_of(snapshot),
    )
    if not is_all:
        embed.set_footer(text=t("There are more channels and posts than I look at: these are the newest."))
    return Reply(embed=embed)


def _line(one: Written, guild_id: int) -> str:
    when = discord.utils.format_dt(one.at, "R")
    link = link_to(guild_id, one.channel_id, one.message_id)
    said = formats.labelled(f"{when} <@{one.author_id}>", plain(shown_text(one), MAX_TEXT))
    return f"{said}\n{link}"
