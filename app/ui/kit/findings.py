"""What is wrong with how a feature is set up, as one message."""

from collections.abc import Mapping, Sequence

import discord

from app.core.messages import Message, msg, tn
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.reply import Reply

IN_LOG = {
    "view_channel": msg("View Channel"),
    "send_messages": msg("Send Messages"),
    "embed_links": msg("Embed Links"),
    "attach_files": msg("Attach Files"),
}
"""What the bot needs in a channel in which it writes with embeds and files."""
IN_PUBLIC = {key: value for key, value in IN_LOG.items() if key != "attach_files"}


def listed(found: Sequence[str], fine: str) -> Reply:
    """Say everything that is wrong, as much as has room; or that nothing is."""
    if not found:
        return Reply(fine)
    text, shown = "", 0
    for line in found:
        if len(text) + len(line) + 100 > MAX_CONTENT:
            break
        text, shown = f"{text}⚠️ {line}\n", shown + 1
    if rest := len(found) - shown:
        text += tn("… and {count} more.", "… and {count} more.", rest)
    return Reply(text)


def lacking(mine: discord.Permissions, wanted: Mapping[str, Message | str]) -> str:
    """Return the names of the permissions that are missing, or nothing."""
    return ", ".join(f"**{label}**" for key, label in wanted.items() if not getattr(mine, key))
