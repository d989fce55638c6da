"""One command, as `/help` shows it: what it does, what it takes, how it is typed, and who may use it."""

import discord

from app.core.messages import t
from app.ui.help.entries import Asker, Entry
from app.ui.help.ids import ListId, Shown
from app.ui.help.words import options, reason, usage, who_may_use
from app.ui.kit.colours import colour_of
from app.ui.kit.components import button
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_EMBED_TITLE, MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import UNSEEN, shortened

MAX_TEXT = 3900
"""Characters of all options together, with the rest of the embed in its 6,000."""


def detailed(entry: Entry, asker: Asker, back: Shown) -> Reply:
    """Show one command."""
    embed = discord.Embed(title=shortened(entry.title, MAX_EMBED_TITLE), colour=colour_of(asker.snapshot))
    lines = [entry.description]
    if entry.is_mine:
        lines += [entry.click, entry.note or ""]
    else:
        lines.append(t("Not for you here."))
    lines = [line for line in lines if line]
    if texts := options(entry):
        if sum(map(len, texts)) > MAX_TEXT:
            # What each of 25 options means has room always; what it takes is seen while it is typed.
            texts = options(entry, brief=True)
        lines.append(f"\n**{t('Options')}**")
    # Below the name, where nothing parts them: between two fields Discord leaves a gap.
    embed.description, *more = _parts("\n".join(lines), texts)
    for text in more:
        embed.add_field(name=UNSEEN, value=text, inline=False)
    if isinstance(entry.command, discord.ContextMenuCommand):
        where = t("Right-click a message or a person, or hold a finger on it, then choose **Apps**.")
        embed.add_field(name=t("Where"), value=where, inline=False)
    else:
        embed.add_field(name=t("Type this"), value=shortened(f"`{usage(entry)}`", MAX_FIELD_VALUE), inline=False)
    who = who_may_use(entry, asker) if entry.is_mine else reason(entry, asker)
    embed.add_field(name=t("Who may use it"), value=shortened(who, MAX_FIELD_VALUE), inline=False)
    to_all = button(t("All topics"), ListId(shown=Shown(others=back.others)))
    to_list = button(t("Back"), ListId(shown=back))
    return Reply(embed=embed, items=[to_list] if back == Shown(others=back.others) else [to_list, to_all])


def _parts(head: str, lines: list[str]) -> list[str]:
    """Put lines under the head as far as the description of an embed has room, and divide the rest among fields."""
    parts, room = [head], MAX_EMBED_DESCRIPTION
    for line in lines:
        text = shortened(line, MAX_FIELD_VALUE)
        if len(parts[-1]) + len(text) + 1 <= room:
            parts[-1] += f"\n{text}"
        else:
            parts.append(text)
            room = MAX_FIELD_VALUE
    return parts
