"""The message with figures that keeps itself up to date, and what is said when it is set up."""

import discord

from app.core.analytics.pinned import Pinned
from app.core.messages import t
from app.models import SettingsHistory
from app.ui.analytics.frame import PICTURE, StatsPage, no_chart, notes_of, title_of
from app.ui.analytics.ids import LookId
from app.ui.analytics.overview import add_figures
from app.ui.analytics.words import period
from app.ui.kit.colours import colour_of
from app.ui.kit.components import button
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.undo import undo_button


def message(page: StatsPage, picture: bytes | None = None) -> Reply:
    """Return the message as it is now. It names nobody, and no errors."""
    embed = discord.Embed(title=title_of(page, t("Use of the bot")), colour=colour_of(page.snapshot))
    has_figures = add_figures(embed, page)
    notes = [] if picture is not None or not has_figures else [no_chart()]
    embed.set_footer(text="\n".join([*notes, *notes_of(page.figures)]))
    files = [Attachment(PICTURE, picture)] if picture is not None else []
    if files:
        embed.set_image(url=f"attachment://{PICTURE}")
    look = button(t("Show more"), LookId(days=page.shown.days))
    return Reply(embed=embed, items=[look], attachments=files, private=False)


def put(pinned: Pinned, change: SettingsHistory, *, seen_by_all: bool) -> Reply:
    """Say where the figures are, and who sees them."""
    values = {"channel": f"<#{pinned.channel_id}>", "period": period(pinned.days)}
    parts = [t("The figures of {period} appear in {channel} and keep themselves up to date.", **values)]
    if seen_by_all:
        parts.append(t("Everybody in this server can see that channel. No person is named in the figures."))
    return Reply("\n".join(parts), items=[undo_button(change)])


def removed(change: SettingsHistory) -> Reply:
    """Say that they are gone."""
    return Reply(t("The figures are not pinned any more. Their message is deleted."), items=[undo_button(change)])
