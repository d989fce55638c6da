"""Writing about tickets, with their sentences for what Discord refuses."""

from collections.abc import Sequence
from functools import partial

from app.bot import Bot
from app.effects import sending
from app.models import SupportTicket
from app.ui.kit.failures import Refused
from app.ui.tickets import failures
from app.ui.tickets.places import unmentionable

say = partial(sending.say, in_words=failures.in_one_sentence)
"""Writes into a channel, as `app.effects.sending.say`."""
tell = partial(sending.tell, in_words=failures.in_one_sentence)
"""Writes to somebody directly, as `app.effects.sending.tell`."""


async def call(bot: Bot, ticket: SupportTicket, text: str, *, nonce: str, roles: Sequence[int]) -> None:
    """Write into a ticket's channel and ping roles, which lets them into a thread. Raises UserError.

    Nothing is written into a thread if one of them cannot be mentioned, because they would not come.
    """
    guild = bot.get_guild(ticket.guild_id)
    if ticket.channel_id is None:
        return
    if ticket.is_thread and guild is not None and unmentionable(guild, roles):
        raise Refused(failures.UNMENTIONABLE)
    await say(bot, ticket.channel_id, text, nonce=nonce, roles=roles)
