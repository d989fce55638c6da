"""The messages that members begin from: how they look, their form, and what managers are answered about them."""

import discord

from app.core.messages import t
from app.core.onboarding import limits
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import Post
from app.core.onboarding.settings import WITHOUT_MEMBERS
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.colours import colour_of
from app.ui.kit.components import button, form, select
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION, MAX_OPTIONS
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.kit.undo import undo_button
from app.ui.onboarding.ids import BeginId
from app.ui.onboarding.panel_ids import PanelFormId, PostAgainId

TITLE, TEXT = "title", "text"


def panel_message(panel: Post, snapshot: SettingsSnapshot) -> Reply:
    """Return a panel as it is to be posted: its text, and the button that begins."""
    embed = discord.Embed(title=panel.title, description=panel.text or None, colour=colour_of(snapshot))
    begin = button(t("Begin"), BeginId(), style=discord.ButtonStyle.primary)
    return Reply(embed=embed, items=[begin], private=False)


def panel_form(to: PanelFormId, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form of a panel."""
    title = discord.ui.InputText(
        custom_id=TITLE,
        max_length=limits.MAX_PANEL_TITLE,
        value=given.typed(TITLE)[: limits.MAX_PANEL_TITLE] or None,
    )
    text = discord.ui.InputText(
        custom_id=TEXT,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=limits.MAX_PANEL_TEXT,
        value=given.typed(TEXT)[: limits.MAX_PANEL_TEXT] or None,
    )
    return form(
        t("Change the panel") if to.panel_key is not None else t("Post a panel"),
        to,
        labelled(t("Title"), title),
        labelled(t("Text"), text, t("What members read before they begin.")),
    )


def new_panel() -> FilledIn:
    """Return what the form of a new panel is filled in with."""
    return FilledIn.of({TITLE: t("Welcome"), TEXT: t("Press the button to begin, and you can take part.")})


def panel_as_it_is(panel: Post) -> FilledIn:
    """Return what the form of a panel is filled in with."""
    return FilledIn.of({TITLE: panel.title, TEXT: panel.text})


def panel_from(to: PanelFormId, given: FilledIn) -> Post:
    """Read a panel; the service checks it."""
    return Post(to.panel_key or "", to.channel_id, title=given.typed(TITLE), text=given.typed(TEXT))


def suggestions(policy: OnboardingPolicy) -> list[Suggestion]:
    """Return the panels of a server, to choose one of."""
    return [Suggestion(panel.title, key, f"#{key}") for key, panel in policy.panels.items()]


def posted(panel: Post, change: SettingsHistory, policy: OnboardingPolicy, *, sees_members: bool) -> Reply:
    """Say where a panel is now, and what is missing for it to lead anywhere."""
    said = t("The panel is in {channel}: {link}", channel=f"<#{panel.channel_id}>", link=_link(panel, change.guild_id))
    if not policy.is_on:
        said += "\n⚠️ " + t("Nothing is asked of new members yet. Choose it with `/settings set onboarding.mode`.")
    if not sees_members:
        said += f"\n⚠️ {WITHOUT_MEMBERS}"
    return Reply(said, items=[undo_button(change)])


def posted_again(panel: Post, guild_id: int) -> Reply:
    """Say where a panel is again."""
    link = _link(panel, guild_id)
    return Reply(t("The panel is in {channel} again: {link}", channel=f"<#{panel.channel_id}>", link=link))


def still_there(panel: Post, guild_id: int) -> Reply:
    """Say that it had not gone."""
    return Reply(t("The panel is still there, and up to date now: {link}", link=_link(panel, guild_id)))


def removed(panel: Post, change: SettingsHistory, problem: str) -> Reply:
    """Confirm that a panel is gone; `problem` says why its message is not."""
    said = t("The panel “{title}” is removed. `/onboarding start` still works.", title=plain(panel.title))
    if problem:
        said += "\n" + t("Its message could not be deleted: {problem}", problem=problem)
    return Reply(said, items=[undo_button(change)])


def panel_list(policy: OnboardingPolicy, snapshot: SettingsSnapshot) -> Reply:
    """List the panels, with a menu to post one again whose message was deleted."""
    if not policy.panels:
        return Reply(t("There are no panels yet. Post one with `/onboarding panel post`."))
    lines = [_line(panel, snapshot.guild_id) for panel in policy.panels.values()]
    embed = discord.Embed(
        title=t("Panels to begin from"),
        description=shortened("\n".join(lines), MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    options = [
        discord.SelectOption(label=shortened(f"{panel.title} · #{key}", MAX_OPTION), value=PostAgainId.pack_value(key))
        for key, panel in list(policy.panels.items())[:MAX_OPTIONS]
    ]
    return Reply(embed=embed, items=[select(t("Post one of them again…"), PostAgainId(), options)])


def _line(panel: Post, guild_id: int) -> str:
    where = t("not posted") if panel.message_id is None else _link(panel, guild_id)
    return f"**{plain(panel.title)}** · <#{panel.channel_id}> · {where}"


def _link(panel: Post, guild_id: int) -> str:
    return link_to(guild_id, panel.channel_id, panel.message_id or 0)
