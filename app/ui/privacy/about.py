"""What is stored about people, why and for how long: from the declaration that export and deletion follow."""

from collections.abc import Mapping
from datetime import timedelta

import discord

from app.core import durations, formats
from app.core.analytics.settings import KEEP_EVENTS
from app.core.faq.settings import KEEP_SEARCHES
from app.core.messages import t
from app.core.privacy.declared import TABLES
from app.core.privacy.tables import NOTHING_STORED
from app.core.settings.kinds import Setting
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

COLOUR = discord.Colour.blurple()


CHOSEN: Mapping[str, Setting[int]] = {"faq_search_logs": KEEP_SEARCHES, "audit_logs": KEEP_EVENTS}
"""Tables of which each server says how long something is kept."""


def about(snapshot: SettingsSnapshot | None) -> Reply:
    """Show what is stored about whom, and for how long; in a server, as it chose."""
    embed = discord.Embed(title=t("What I store about you"), colour=COLOUR)
    embed.description = t(
        "Discord tells me your id, and I store nothing that is not listed here. `/privacy export` gives you all of it, "
        "`/privacy delete` deletes it, here or in a direct message to me, also when you have left a server. The people "
        "who run me can see it; nobody else gets it, but for what staff of a server see of their server."
    )
    for table in TABLES.values():
        if table.holds is not NOTHING_STORED:
            said = t("{holds}\n*Kept:* {kept}", holds=table.holds, kept=table.kept)
            if snapshot is not None and (chosen := CHOSEN.get(table.name)) is not None:
                said += " " + _here(snapshot[chosen])
            embed.add_field(name=str(table.title), value=shortened(said, MAX_FIELD_VALUE), inline=False)
    nothing = [str(table.title) for table in TABLES.values() if table.holds is NOTHING_STORED]
    embed.set_footer(text=t("Nothing about you is in: {tables}.", tables=formats.AllOf(nothing)))
    return Reply(embed=embed)


def _here(seconds: int) -> str:
    if not seconds:
        return t("Here: not at all.")
    return t("Here: {length}.", length=durations.spoken(timedelta(seconds=seconds)))
