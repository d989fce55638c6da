"""What is said at the end of a ticket: to staff beside the transcript, to the member, and when it cannot be posted."""

import discord

from app.core import formats
from app.core.errors import UserError
from app.core.messages import Message, msg, t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.limits import MAX_COMMENT
from app.models import SupportTicket
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened, tamed
from app.ui.tickets.ids import MakeEntryId, RateId, ReopenId
from app.ui.tickets.words import priority_of, title_of

MAX_STARS = 5


def summary(ticket: SupportTicket, snapshot: SettingsSnapshot, *, left_out: int = 0) -> Reply:
    """Say to staff what became of a ticket, above its transcript, and let them keep its answer. It pings nobody."""
    embed = discord.Embed(title=title_of(ticket), colour=colour_of(snapshot), timestamp=ticket.closed_at)
    _field(embed, t("Member"), f"<@{ticket.user_id}>")
    if ticket.opened_by is not None:
        _field(embed, t("Opened by"), f"<@{ticket.opened_by}>")
    _field(embed, t("Closed by"), closed_by(ticket))
    if ticket.claimed_by is not None:
        _field(embed, t("Claimed by"), f"<@{ticket.claimed_by}>")
    _field(embed, t("Opened"), discord.utils.format_dt(ticket.created_at, "f"))
    if ticket.closed_at is not None:
        _field(embed, t("Closed"), discord.utils.format_dt(ticket.closed_at, "f"))
    _field(embed, t("Priority"), priority_of(ticket))
    if ticket.labels:
        _field(embed, t("Labels"), formats.listed(map(plain, ticket.labels)))
    if ticket.close_reason:
        _field(embed, t("Reason"), tamed(ticket.close_reason, MAX_FIELD_VALUE), inline=False)
    if left_out:
        text = tn(
            "One file was too large and is not in it.", "{count} files were too large and are not in it.", left_out
        )
        _field(embed, t("Transcript"), text, inline=False)
    if ticket.rating is not None:
        stars = "★" * ticket.rating + "☆" * (MAX_STARS - ticket.rating)
        comment = f"\n>>> {tamed(ticket.rating_comment, MAX_COMMENT - 30)}" if ticket.rating_comment else ""
        _field(embed, t("Rating"), stars + comment, inline=False)
    learn = button(t("Make this an FAQ entry"), MakeEntryId(ticket_id=ticket.id), emoji="📖")
    return Reply(embed=embed, items=[learn], private=False)


def farewell(
    ticket: SupportTicket, snapshot: SettingsSnapshot, *, server: str, asks_rating: bool, may_reopen: bool
) -> Reply:
    """Say to the member that it is over and why, with stars and a way back. The transcript goes with it."""
    embed = discord.Embed(
        title=title_of(ticket),
        description=t("Your ticket in **{server}** is closed.", server=plain(server)),
        colour=colour_of(snapshot),
        timestamp=ticket.closed_at,
    )
    _field(embed, t("Closed by"), closed_by(ticket))
    if ticket.close_reason:
        _field(embed, t("Reason"), tamed(ticket.close_reason, MAX_FIELD_VALUE), inline=False)
    if asks_rating:
        embed.set_footer(text=t("How was the help? Choose the stars that you give."))
    return Reply(embed=embed, items=after_closing(ticket, asks_rating=asks_rating, may_reopen=may_reopen))


def after_closing(ticket: SupportTicket, *, asks_rating: bool, may_reopen: bool) -> list[Item]:
    """Return what a member can do with a closed ticket."""
    items: list[Item] = []
    if asks_rating:
        items += [
            button(str(stars), RateId(guild_id=ticket.guild_id, ticket_id=ticket.id, stars=stars), emoji="⭐", row=0)
            for stars in range(1, MAX_STARS + 1)
        ]
    if may_reopen:
        back = ReopenId(guild_id=ticket.guild_id, ticket_id=ticket.id)
        items.append(button(t("Open it again"), back, emoji="🔓", row=1))
    return items


def closed_by(ticket: SupportTicket) -> str:
    """Name who closed it."""
    return f"<@{ticket.closed_by}>" if ticket.closed_by is not None else t("nobody: it closed by itself")


def not_posted(error: UserError, channel_id: int | None) -> str:
    """Say in the ticket why it is still there."""
    if channel_id is None:
        return t(
            "This ticket is closed, but its end does not work: {reason}\nI try again until it does, and keep this "
            "channel until then.",
            reason=str(error.message),
        )
    return t(
        "This ticket is closed, but its transcript cannot be posted in <#{channel}>: {reason}\nI try again until it "
        "can, and keep this channel until then.",
        channel=channel_id,
        reason=str(error.message),
    )


def no_log_channel() -> Message:
    """Say what mends a log channel that is gone."""
    return msg("That channel is gone. A manager can choose another one with `/settings set tickets.log_channel`.")


def not_told(ticket: SupportTicket) -> str:
    """Tell staff, below the transcript, that its member does not know of the end."""
    return t(
        "{member} takes no direct messages from me, and so was not told that ticket #{number} is closed. "
        "`/ticket list` offers them its transcript.",
        member=f"<@{ticket.user_id}>",
        number=ticket.number,
    )


def _field(embed: discord.Embed, name: str, value: str, *, inline: bool = True) -> None:
    embed.add_field(name=name, value=shortened(value, MAX_FIELD_VALUE), inline=inline)
