"""Posting, pinning and renewing the message at the top of a ticket's channel."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.messages import speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.discord_failures import in_words
from app.effects.sending import ERRORS, send
from app.effects.tickets.channels import working_roles
from app.models import SupportTicket
from app.ui.kit.language import language_of_server
from app.ui.kit.reply import Attachment
from app.ui.tickets import failures
from app.ui.tickets.expecting import expectation
from app.ui.tickets.greeting import greeting
from app.ui.tickets.header import header

log = logging.getLogger(__name__)

UNKNOWN_MESSAGE = 10008


async def post(
    bot: Bot,
    ticket: SupportTicket,
    channel_id: int,
    snapshot: SettingsSnapshot,
    *,
    ping_team: bool,
    wait: timedelta | None = None,
    files: Sequence[Attachment] = (),
    lost: int = 0,
    back_at: datetime | None = None,
) -> int:
    """Post the header, pin it, and return its id; a second time within minutes it is the same message.

    Pings the member and, if the type says so, its team; in a thread always, which is what lets them in. `wait` is how
    long such tickets usually wait, `lost` how many files of the form are missing, `back_at` when the member came back
    after leaving the server. Raises UserError.
    """
    before = ticket.header_message_id
    called = ticket.team_role_ids if ping_team else ()
    if ticket.is_thread and before is None:
        called = await working_roles(bot, ticket)
    with speaking(language_of_server(bot, ticket.guild_id)):
        # In place of one that was deleted, it calls nobody, and says nothing of what was to be expected then.
        expected = expectation(ticket, TicketPolicy.of(snapshot), wait, bot.clock()) if before is None else []
        body: dict[str, Any] = {
            **_body(ticket, snapshot, back_at),
            "content": greeting(ticket, called, expected=expected, lost=lost),
            "allowed_mentions": {
                "parse": [],
                "users": [str(ticket.user_id)] if before is None else [],
                "roles": [str(role) for role in called],
            },
        }
    once = f"header{ticket.id}.{ticket.reopened}" if before is None else f"h{before}"
    try:
        message_id = await send(bot, channel_id, body, once=once, files=files)
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error
    try:
        await bot.http.pin_message(channel_id, message_id)
    except ERRORS as error:
        # It is the first message anyway; `/tickets check` says what is missing.
        log.info("a header was not pinned", extra={"ticket": ticket.id, "error": in_words(error)})
    return message_id


async def renew(
    bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot, *, back_at: datetime | None = None
) -> bool:
    """Show how a ticket stands; tell whether its header is still there. Raises UserError."""
    if ticket.channel_id is None or ticket.header_message_id is None:
        return False
    with speaking(language_of_server(bot, ticket.guild_id)):
        body = _body(ticket, snapshot, back_at)
    route = Route(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=ticket.channel_id,
        message_id=ticket.header_message_id,
    )
    try:
        await bot.http.request(route, json=body)
    except ERRORS as error:
        if isinstance(error, discord.HTTPException) and error.code == UNKNOWN_MESSAGE:
            return False
        raise failures.in_one_sentence(error) from error
    return True


def _body(ticket: SupportTicket, snapshot: SettingsSnapshot, back_at: datetime | None) -> dict[str, Any]:
    shown = header(ticket, snapshot, back_at=back_at)
    assert shown.embed is not None
    view = discord.ui.View(*shown.items, timeout=None, store=False)
    return {"embeds": [shown.embed.to_dict()], "components": view.to_components()}
