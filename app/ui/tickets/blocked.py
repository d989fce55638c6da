"""Members who may open no tickets, as staff see them. All of it pure."""

from datetime import datetime

import discord

from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Blocked
from app.models import SettingsHistory
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, select, turning
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.kit.undo import undo_button
from app.ui.tickets.setup_ids import BlockedPageId, UnblockId

PAGE = 10


def blocked(user_id: int, held: Blocked, change: SettingsHistory) -> Reply:
    """Confirm that somebody is blocked."""
    who = f"<@{user_id}>"
    said = (
        t("{member} can open no tickets until {moment}.", member=who, moment=discord.utils.format_dt(held.until, "f"))
        if held.until is not None
        else t("{member} can open no tickets from now on.", member=who)
    )
    if held.reason:
        said += "\n" + t("Reason: {reason}", reason=plain(held.reason))
    return Reply(said + "\n-# " + t("Tickets that they have open stay open."), items=[undo_button(change)])


def unblocked(user_id: int, change: SettingsHistory) -> Reply:
    """Confirm that somebody is not blocked any more."""
    return Reply(t("{member} can open tickets again.", member=f"<@{user_id}>"), items=[undo_button(change)])


def blocked_list(policy: TicketPolicy, snapshot: SettingsSnapshot, now: datetime, page: int = 0) -> Reply:
    """Show one page of those who are blocked, with a menu to unblock one of them."""
    holding = [one for one in policy.blocked.values() if one.holds(now)]
    if not holding:
        return Reply(t("Nobody is blocked from opening tickets."))
    pages = -(-len(holding) // PAGE)
    page = min(page, pages - 1)
    shown = holding[page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=t("Blocked from opening tickets"),
        description="\n".join(_line(one) for one in shown),
        colour=colour_of(snapshot),
    )
    total = tn("{count} member", "{count} members", len(holding))
    embed.set_footer(text=t("Page {page} of {pages} · {total}", page=page + 1, pages=pages, total=total))
    options = [
        discord.SelectOption(label=t("Member {id}", id=one.key), value=UnblockId.pack_value(int(one.key)))
        for one in shown
    ]
    items: list[Item] = [select(t("Unblock one of them…"), UnblockId(), options, row=0)]
    items += turning(page, pages, lambda number: BlockedPageId(page=number))
    return Reply(embed=embed, items=items)


def _line(one: Blocked) -> str:
    until = t("until {moment}", moment=discord.utils.format_dt(one.until, "f")) if one.until is not None else ""
    return " · ".join(part for part in (f"<@{one.key}>", until, plain(one.reason, 150)) if part)
