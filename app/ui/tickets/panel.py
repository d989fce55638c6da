"""Panels: the messages that members open tickets from, and what managers see of them. All of it pure."""

import discord

from app.core import formats
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel, TicketType
from app.models import SettingsHistory
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION, MAX_OPTIONS
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.kit.undo import undo_button
from app.ui.tickets.ids import OpenId, OpenOneOfId
from app.ui.tickets.setup_ids import PostAgainId


def panel_message(panel: Panel, policy: TicketPolicy, snapshot: SettingsSnapshot) -> Reply:
    """Return a panel as it is to be posted: its text, and a button for each type that is offered, or a menu."""
    kinds = [kind for kind in policy.offered if kind.key in panel.type_keys][:MAX_OPTIONS]
    parts = [panel.text]
    if kinds and not panel.as_select:
        parts.append("\n".join(_explained(kind) for kind in kinds if kind.description))
    if not kinds:
        parts.append(t("No tickets can be opened here at the moment."))
    embed = discord.Embed(
        title=panel.title,
        description=shortened("\n\n".join(part for part in parts if part), MAX_EMBED_DESCRIPTION) or None,
        colour=colour_of(snapshot),
    )
    return Reply(embed=embed, items=_ways(panel, kinds), private=False)


def _explained(kind: TicketType) -> str:
    said = formats.labelled(f"**{plain(kind.name)}**", plain(kind.description))
    return f"{kind.emoji} {said}".strip()


def _ways(panel: Panel, kinds: list[TicketType]) -> list[Item]:
    if panel.as_select and kinds:
        options = [
            discord.SelectOption(
                label=shortened(kind.name, MAX_OPTION),
                value=OpenOneOfId.pack_value(kind.key),
                description=shortened(kind.description, MAX_OPTION) or None,
                emoji=kind.emoji or None,
            )
            for kind in kinds
        ]
        return [select(t("What is it about?"), OpenOneOfId(), options)]
    style = discord.ButtonStyle.primary
    return [
        button(kind.name, OpenId(type_key=kind.key), emoji=kind.emoji or None, style=style, row=place // 5)
        for place, kind in enumerate(kinds)
    ]


def suggestions(policy: TicketPolicy) -> list[Suggestion]:
    """Return the panels of a server, to choose one of."""
    return [Suggestion(panel.title, key, f"#{key}") for key, panel in policy.panels.items()]


def posted(panel: Panel, change: SettingsHistory) -> Reply:
    """Say where a panel is now."""
    said = t("The panel is in {channel}: {link}", channel=f"<#{panel.channel_id}>", link=_link(panel, change.guild_id))
    return Reply(said, items=[undo_button(change)])


def posted_again(panel: Panel, guild_id: int) -> Reply:
    """Say where a panel is again."""
    link = _link(panel, guild_id)
    return Reply(t("The panel is in {channel} again: {link}", channel=f"<#{panel.channel_id}>", link=link))


def still_there(panel: Panel, guild_id: int) -> Reply:
    """Say that it had not gone."""
    return Reply(t("The panel is still there, and up to date now: {link}", link=_link(panel, guild_id)))


def removed(panel: Panel, change: SettingsHistory, problem: str) -> Reply:
    """Confirm that a panel is gone; `problem` says why its message is not."""
    said = t("The panel “{title}” is removed. Tickets that were opened from it stay.", title=plain(panel.title))
    if problem:
        said += "\n" + t("Its message could not be deleted: {problem}", problem=problem)
    return Reply(said, items=[undo_button(change)])


def panel_list(policy: TicketPolicy, snapshot: SettingsSnapshot) -> Reply:
    """List the panels, with a menu to post one again whose message was deleted."""
    if not policy.panels:
        return Reply(t("There are no panels yet. Post one with `/tickets panel post`."))
    lines = [_line(panel, policy, snapshot.guild_id) for panel in policy.panels.values()]
    embed = discord.Embed(
        title=t("Ticket panels"),
        description=shortened("\n\n".join(lines), MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    options = [
        discord.SelectOption(label=shortened(f"{panel.title} · #{key}", MAX_OPTION), value=PostAgainId.pack_value(key))
        for key, panel in list(policy.panels.items())[:MAX_OPTIONS]
    ]
    return Reply(embed=embed, items=[select(t("Post one of them again…"), PostAgainId(), options)])


def _line(panel: Panel, policy: TicketPolicy, guild_id: int) -> str:
    names = formats.listed(plain(policy.types[key].name) for key in panel.type_keys if key in policy.types)
    where = t("not posted") if panel.message_id is None else _link(panel, guild_id)
    offers = shortened(names, 200) or t("no type that is left")
    return f"**{plain(panel.title)}** · <#{panel.channel_id}> · {where}\n-# {offers}"


def _link(panel: Panel, guild_id: int) -> str:
    return link_to(guild_id, panel.channel_id, panel.message_id or 0)
