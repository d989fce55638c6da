"""What people are told about what they did with a ticket."""

from collections.abc import Sequence

import discord

from app.core.errors import UserError
from app.core.messages import t, tn
from app.core.tickets.types import TicketType
from app.models import SupportTicket
from app.ui.kit.components import Item, button, form, select
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.ids import SelectId
from app.ui.kit.limits import MAX_CONTENT, MAX_OPTIONS
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain, shortened
from app.ui.tickets.ids import AcceptCloseId, CloseFormId, DeclineCloseId, MakeEntryId

REASON = "reason"
MAX_REASON_TYPED = 1000


def claimed(ticket: SupportTicket) -> Reply:
    """Say whose it is now."""
    return Reply(t("Ticket #{number} is yours now.", number=ticket.number))


def unclaimed(ticket: SupportTicket) -> Reply:
    """Say that it is anybody's again."""
    return Reply(t("Ticket #{number} is free again.", number=ticket.number))


def opened(ticket: SupportTicket, channel_id: int | None, *, opener_id: int, expected: Sequence[str] = ()) -> Reply:
    """Say where it is, and when to expect an answer."""
    where = f"<#{channel_id}>"
    if ticket.user_id != opener_id:
        return Reply(
            t(
                "Ticket #{number} for {member} is open: {channel}",
                number=ticket.number,
                member=f"<@{ticket.user_id}>",
                channel=where,
            )
        )
    said = t("Your ticket #{number} is open: {channel}", number=ticket.number, channel=where)
    return Reply("\n".join([said, *expected]))


def being_opened(ticket: SupportTicket) -> Reply:
    """Say that it will be open as soon as Discord lets it."""
    return Reply(
        t(
            "Your ticket #{number} is saved. Discord does not answer at the moment; you will be pinged in its channel "
            "as soon as it can be made.",
            number=ticket.number,
        )
    )


def given_back(why: UserError, typed: FilledIn, items: Sequence[Item] = ()) -> Reply:
    """Say why a form was for nothing, and give back what was typed into it: to copy, or as a file if it is long."""
    said = [str(why)]
    if typed.files:
        said.append(tn("Its file was not kept.", "Its {count} files were not kept.", len(typed.files)))
    texts = typed.everything()
    if not texts:
        return Reply("\n".join(said), items=items)
    said.append(t("This is what you wrote:"))
    text = "\n\n".join(texts)
    quote = "\n".join(f"> {line}" for line in plain(text, len(text)).splitlines())
    if len("\n".join([*said, quote])) <= MAX_CONTENT:
        return Reply("\n".join([*said, quote]), items=items)
    # The mark tells Windows that it is UTF-8.
    return Reply("\n".join(said), items=items, attachments=[Attachment("ticket.txt", text.encode("utf-8-sig"))])


def choose_type(types: Sequence[TicketType], to: SelectId) -> Reply:
    """Ask which kind of ticket it is to be."""
    options = [
        discord.SelectOption(
            label=shortened(kind.name, 100),
            value=type(to).pack_value(kind.key),
            description=kind.description or None,
            emoji=kind.emoji or None,
        )
        for kind in types[:MAX_OPTIONS]
    ]
    return Reply(t("What is it about?"), items=[select(t("Choose a kind of ticket…"), to, options)])


def no_types(*, is_manager: bool) -> Reply:
    """Say that nothing can be opened yet, and to those who can mend it how."""
    if is_manager:
        return Reply(t("There are no kinds of tickets yet. Make one with `/tickets type add`."))
    return Reply(t("This server offers no tickets yet."))


def closing(ticket: SupportTicket, *, teaches: bool = False) -> Reply:
    """Say that it is over, and let staff keep its answer where no transcript is posted that offers that."""
    items = [button(t("Make this an FAQ entry"), MakeEntryId(ticket_id=ticket.id), emoji="📖")] if teaches else []
    return Reply(t("Ticket #{number} is closed. Its transcript is being made.", number=ticket.number), items=items)


def close_form(ticket_id: int) -> discord.ui.DesignerModal:
    """Ask why it is closed."""
    field = discord.ui.InputText(
        custom_id=REASON,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=MAX_REASON_TYPED,
        placeholder=t("What became of it; the member sees this"),
    )
    return form(t("Close this ticket"), CloseFormId(ticket_id=ticket_id), labelled(t("Reason"), field))


def asked(ticket: SupportTicket) -> Reply:
    """Confirm that the member was asked."""
    return Reply(t("{member} is asked whether this ticket can be closed.", member=f"<@{ticket.user_id}>"))


def question(ticket: SupportTicket) -> Reply:
    """Ask the member whether it can be closed."""
    runs_out = discord.utils.format_dt(ticket.close_runs_out_at, "R") if ticket.close_runs_out_at else ""
    text = t(
        "{member}, is everything solved? Without an answer this ticket is closed {time}.",
        member=f"<@{ticket.user_id}>",
        time=runs_out,
    )
    items = [
        button(t("Yes, close it"), AcceptCloseId(ticket_id=ticket.id), style=discord.ButtonStyle.success),
        button(t("No, I still need help"), DeclineCloseId(ticket_id=ticket.id)),
    ]
    return Reply(text, items=items, private=False)


def declined(ticket: SupportTicket) -> Reply:
    """Say that it stays open."""
    return Reply(t("Ticket #{number} stays open.", number=ticket.number), private=False)


def reopening(ticket: SupportTicket) -> Reply:
    """Say that it comes back."""
    return Reply(t("Ticket #{number} is being opened again. You will be pinged in its channel.", number=ticket.number))


def reason_changed(ticket: SupportTicket) -> Reply:
    """Repeat the reason."""
    return Reply(
        t(
            "Ticket #{number} was closed because: {reason}",
            number=ticket.number,
            reason=plain(ticket.close_reason or "–"),
        )
    )
