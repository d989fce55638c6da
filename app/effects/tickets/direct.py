"""Writing to people directly."""

from typing import Any

from discord.http import Route

from app.bot import Bot
from app.effects.tickets import header
from app.effects.tickets.channels import ERRORS
from app.ui.tickets import failures


async def tell(bot: Bot, user_id: int, text: str, *, nonce: str, **body: Any) -> int:
    """Write to somebody, once for a nonce, and return the id of the message. Raises UserError."""
    try:
        opened: Any = await bot.http.request(Route("POST", "/users/@me/channels"), json={"recipient_id": str(user_id)})
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error
    return await header.say(bot, int(opened["id"]), text, nonce=nonce, **body)
