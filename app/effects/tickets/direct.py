"""Writing to people directly."""

from typing import Any

from app.bot import Bot
from app.effects.tickets import sending
from app.effects.tickets.channels import ERRORS
from app.ui.tickets import failures


async def tell(bot: Bot, user_id: int, text: str, *, nonce: str, **body: Any) -> int:
    """Write to somebody, once for a nonce, and return the id of the message. Raises UserError."""
    try:
        channel_id = await sending.direct_channel(bot, user_id)
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error
    return await sending.say(bot, channel_id, text, nonce=nonce, **body)
