"""What is wrong with how a feature is set up, as one message."""

from collections.abc import Iterable, Mapping

import discord

from app.core.checks import Finding
from app.core.formats import AllOf
from app.core.messages import Message, tn
from app.ui.kit.limits import MAX_CONTENT, MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Reply


def listed(found: Iterable[Finding], fine: str) -> Reply:
    """Say everything that is wrong, what matters most first, as much as has room; or that nothing is."""
    found = sorted(found, key=lambda one: one.severity)
    if not found:
        return Reply(fine)
    lines = [f"⚠️ {one}" for one in found]
    if len(text := "\n".join(lines)) <= MAX_CONTENT:
        return Reply(text)
    text, shown = "", 0
    for line in lines:
        if len(text) + len(line) + 100 > MAX_EMBED_DESCRIPTION:
            break
        text, shown = f"{text}{line}\n", shown + 1
    if rest := len(found) - shown:
        text += tn("… and {count} more.", "… and {count} more.", rest)
    return Reply(embed=discord.Embed(description=text))


def lacking(mine: discord.Permissions, wanted: Mapping[str, Message | str]) -> str:
    """Return the names of the permissions that are missing, or nothing."""
    missing = [f"**{label}**" for key, label in wanted.items() if not getattr(mine, key)]
    return str(AllOf(missing))
