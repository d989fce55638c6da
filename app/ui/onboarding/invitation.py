"""What asks one member to begin, in a channel or in a direct message."""

from collections.abc import Sequence

import discord

from app.core.messages import t
from app.ui.kit.components import button
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.onboarding.ids import BeginForId, BeginId


def prompt(guild_id: int, user_id: int, *, server: str = "", mentions: bool = True) -> Reply:
    """Ask a member to begin. `server` is the server's name, for a direct message, where nobody is mentioned.

    Only they can press its button. Whoever sends it says that it may ping them.
    """
    if server:
        text = t("Welcome to **{server}**. Press the button to begin, and you can take part.", server=plain(server))
    else:
        text = t("Welcome. Press the button to begin, and you can take part.")
    if mentions and not server:
        text = f"<@{user_id}> {text}"
    begin = button(t("Begin"), BeginForId(guild_id=guild_id, user_id=user_id), style=discord.ButtonStyle.primary)
    return Reply(text, items=[begin], private=False)


def prompt_for_all(user_ids: Sequence[int]) -> Reply:
    """Ask several members to begin, in a channel. Anybody can press its button, for themselves, as that of a panel."""
    text = t("Welcome. Press the button to begin, and you can take part.")
    begin = button(t("Begin"), BeginId(), style=discord.ButtonStyle.primary)
    return Reply(" ".join([*(f"<@{one}>" for one in user_ids), text]), items=[begin], private=False)
