"""Discord's own onboarding: reading its prompts, and writing them.

Written without py-cord's classes: of a role or channel that is gone they make None, which they then cannot write, and
prompts that are made within a millisecond get the same id.
"""

from collections.abc import Sequence
from typing import Any

from app.bot import Bot
from app.effects.sending import ERRORS
from app.ui.kit.failures import in_one_sentence


async def prompts_of(bot: Bot, guild_id: int) -> list[Any]:
    """Return the prompts of a server. Raises UserError."""
    try:
        found: Any = await bot.http.get_onboarding(guild_id)
    except ERRORS as error:
        raise in_one_sentence(error) from error
    return list(found.get("prompts") or [])


async def write_prompts(bot: Bot, guild_id: int, prompts: Sequence[Any], *, reason: str) -> None:
    """Let these be all prompts of a server; whether they are asked stays as it is. Raises UserError."""
    try:
        await bot.http.edit_onboarding(guild_id, {"prompts": list(prompts)}, reason=reason)
    except ERRORS as error:
        raise in_one_sentence(error) from error
