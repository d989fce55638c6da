"""Suggested answers: how they look in a channel, and what is said when they are set up. All pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import discord

from app.core import durations, formats
from app.core.checks import ANSWERING, called
from app.core.errors import InvalidInput
from app.core.faq.automatic import Automatic
from app.core.faq.policy import FaqPolicy
from app.core.faq.waiting import Said
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry, SettingsHistory
from app.services.faq.automatic import Suggested
from app.ui.faq.automatic_ids import DismissId, QuietId, ReadOnId
from app.ui.faq.entry import entry_embed
from app.ui.faq.finding import Offer, opened, rating_buttons
from app.ui.faq.finding_ids import AskStaffId
from app.ui.kit.autocomplete import Suggestion, meant
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.judging import Server, lacking_in, names_of, needed_and_given
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.places import require_permissions
from app.ui.kit.reply import Reply
from app.ui.kit.undo import undo_button

SHORT, MAX_LINES = 700, 15
"""An answer with more characters or lines is only begun: a channel is no place for a page of text."""
BEGINNING = 400
MAX_DIGITS = 20
Place = discord.TextChannel | discord.ForumChannel


def check_place(guild: discord.Guild, channel_id: int) -> Place:
    """Return the channel if answers can be suggested in it. Raises InvalidInput that names what the bot may not."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if not isinstance(channel, Place):
        raise InvalidInput(
            "Nothing can be suggested in {channel}. Choose a text channel or a forum.", channel=channel.mention
        )
    needed, mine = needed_and_given(Server.of(guild), ANSWERING, channel)
    require_permissions(channel, called(needed), mine=mine)
    return channel


def suggestion(found: Suggested, said: Said, snapshot: SettingsSnapshot) -> Reply:
    """Return a suggested answer: all of it if it is short, else how it begins and a button to read on."""
    embed = entry_embed(found.entry, snapshot)
    is_short = len(found.entry.summary) <= SHORT and found.entry.summary.count("\n") < MAX_LINES
    if not is_short:
        embed = discord.Embed(title=embed.title, description=beginning(found.entry.summary), colour=embed.colour)
    embed.set_footer(text=t("Suggested from the FAQ of this server"))
    items: list[Item] = []
    if not is_short:
        items.append(button(t("Read on"), ReadOnId(log_id=found.log_id, entry_id=found.entry.id), emoji="📖"))
    items += rating_buttons(found.entry, found.log_id)
    if Offer.of(snapshot, is_private=False).can_ask:
        items.append(button(t("Ask a person"), AskStaffId(log_id=found.log_id)))
    items.append(button(t("Dismiss"), DismissId(log_id=found.log_id, asker_id=said.author_id)))
    return Reply(embed=embed, items=items, private=False)


def whole(entry: FaqEntry, log_id: int, snapshot: SettingsSnapshot) -> Reply:
    """Return all of an answer, for whoever wants to read on."""
    return opened(entry, log_id, snapshot, shared=True)


def beginning(text: str) -> str:
    """Return how a long answer begins: whole paragraphs or words of it, and no code that does not end."""
    cut = text[:BEGINNING]
    if (paragraphs := cut.rfind("\n\n")) > BEGINNING // 3:
        cut = cut[:paragraphs]
    elif (space := max(cut.rfind(" "), cut.rfind("\n"))) > BEGINNING // 3:
        cut = cut[:space]
    lines = cut.rstrip().split("\n")
    cut = "\n".join(lines[:MAX_LINES])
    return f"{cut}\n```…" if cut.count("```") % 2 else f"{cut} …"


def body_of(reply: Reply, said: Said) -> dict[str, Any]:
    """Return a suggestion as Discord takes it: a reply that pings nobody, and only while the question is there."""
    view = discord.ui.View(*reply.items, timeout=None, store=False)
    return {
        "embeds": [embed.to_dict() for embed in reply.embeds],
        "components": view.to_components(),
        "message_reference": {"message_id": str(said.message_id), "fail_if_not_exists": True},
        "allowed_mentions": {"parse": [], "replied_user": False},
    }


def dismissed(*, by_asker: bool) -> Reply:
    """Say that a suggestion is gone, and offer whoever asked to suggest nothing to them any more."""
    if not by_asker:
        return Reply(t("The suggestion is gone."))
    said = t("It is gone, and is not suggested to you again today.")
    return Reply(said, items=[button(t("Don't suggest to me"), QuietId(), emoji="🔕")])


def quiet() -> Reply:
    """Confirm to a member that they get no suggestions any more, and say where they change their mind."""
    said = t("Nothing is suggested to you any more, in any server. You can still search the FAQ yourself.")
    return Reply(f"{said} {t('You change that with `/faq privacy`.')}")


# Setting it up


def put(place: Automatic, change: SettingsHistory, *, reads_content: bool) -> Reply:
    """Confirm where answers are suggested, and say what is missing for it."""
    lines = [
        t("Answers are suggested in {channel} from now on.", channel=f"<#{place.channel_id}>"),
        _how(place),
        t("Members can dismiss a suggestion, and choose to get none."),
    ]
    if not reads_content:
        lines.append(f"⚠️ {without_content()}")
    return Reply("\n".join(lines), items=[undo_button(change)])


def removed(channel_id: int, change: SettingsHistory) -> Reply:
    """Confirm that nothing is suggested there any more."""
    said = t("Nothing is suggested in {channel} any more.", channel=f"<#{channel_id}>")
    return Reply(said, items=[undo_button(change)])


def overview(guild: discord.Guild, policy: FaqPolicy, snapshot: SettingsSnapshot, *, reads_content: bool) -> Reply:
    """Show where answers are suggested, what is wrong first."""
    troubles = dict(trouble(policy, Server.of(guild)))
    places = sorted(policy.automatic.values(), key=lambda one: one.channel_id not in troubles)
    text, shown = "", 0
    for place in places:
        line = f"<#{place.channel_id}> · {_how(place)}"
        if wrong := troubles.get(place.channel_id):
            line += f"\n⚠️ {wrong}"
        if len(text) + len(line) + 200 > MAX_EMBED_DESCRIPTION:
            break
        text, shown = f"{text}{line}\n", shown + 1
    if rest := len(places) - shown:
        text += tn("… and {count} more.", "… and {count} more.", rest)
    nothing = t("Nowhere yet. `/faq auto set` chooses a channel.")
    embed = discord.Embed(title=t("Suggested answers"), description=text or nothing, colour=colour_of(snapshot))
    return Reply(f"⚠️ {without_content()}" if policy.automatic and not reads_content else None, embed)


def suggestions(guild: discord.Guild, policy: FaqPolicy) -> list[Suggestion]:
    """Return the chosen channels, to choose one of; those that are gone too, by their ids."""
    found: list[Suggestion] = []
    for channel_id in policy.automatic:
        channel = guild.get_channel(channel_id)
        name = f"#{channel.name}" if channel is not None else t("A channel that is gone")
        found.append(Suggestion(name, str(channel_id), "" if channel is not None else str(channel_id)))
    return found


def channel_meant(typed: str, guild: discord.Guild, policy: FaqPolicy) -> int:
    """Return the id of the channel that was typed or chosen; 0 for what is none of these."""
    wanted = typed.strip().removeprefix("<#").removesuffix(">")
    found = meant(wanted, lambda: suggestions(guild, policy))
    return int(found) if found.isascii() and found.isdigit() and len(found) < MAX_DIGITS else 0


def trouble(policy: FaqPolicy, server: Server) -> Iterator[tuple[int, str]]:
    """Return what is wrong with the chosen channels, by their ids."""
    for channel_id in policy.automatic:
        channel = server.channel(channel_id)
        if channel is None:
            yield channel_id, t("This channel is gone. `/faq auto off` forgets it.")
            continue
        if missing := lacking_in(server, ANSWERING, channel):
            yield channel_id, t("I lack permissions there: {permissions}", permissions=names_of(missing))


def without_content() -> str:
    """Say that nothing can be suggested without the intent."""
    return t(
        "I may not read messages, so nothing is suggested anywhere. Whoever runs me can switch on the message content "
        "intent in the developer portal."
    )


def _how(place: Automatic) -> str:
    wait, pause = (durations.spoken(timedelta(seconds=seconds)) for seconds in (place.wait, place.cooldown))
    parts = [
        t("sure by at least {percent}", percent=formats.percent(place.threshold)),
        t("after {length} without another answer", length=wait) if place.wait else t("at once"),
        t("the same answer again after {length}", length=pause) if place.cooldown else t("the same answer each time"),
    ]
    return formats.listed(parts)
