"""Finding answers: results, an answer that was opened, and what is said where there is none. All of it pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import discord

from app.core.faq.policy import FaqPolicy
from app.core.messages import t, tn
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.models import FaqEntry
from app.ui.faq.entry import entry_embed
from app.ui.faq.finding_ids import AskStaffId, BackId, OpenResultId, RateId, SendToId, ShareId, TellMeId
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.ids import SelectId
from app.ui.kit.limits import MAX_OPTION, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, plain, shortened

MAX_WORDS = 200
"""Of what was searched for, in what is said about it."""


class Titled(Protocol):
    """An entry of which the title is known: one that was found."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def title(self) -> str:
        """Its question."""
        ...


@record
class Result:
    """A result as a message remembers it: its title may be cut."""

    id: int
    title: str


@record
class Offer:
    """What can be done besides, in this server and for this person."""

    can_ask: bool
    """Whether they can open a ticket."""
    can_tell: bool = False
    """Whether they can be told of an answer later."""

    @classmethod
    def of(cls, snapshot: SettingsSnapshot, *, is_private: bool) -> "Offer":
        """Read it out of a server's settings; `is_private` is a member of whom nothing is to be kept."""
        tickets, policy = TicketPolicy.of(snapshot), FaqPolicy.of(snapshot)
        keeps = policy.keeps_members and bool(policy.keep_searches)
        return cls(can_ask=tickets.enabled and bool(tickets.offered), can_tell=keeps and not is_private)


def found(words: str, count: int) -> str:
    """Say what was searched for, above the results and above what is opened of them."""
    return tn("One answer for {words}", "{count} answers for {words}", count, words=in_code(words.strip(), MAX_WORDS))


def results(
    heading: str | None, hits: Sequence[Titled], log_id: int, snapshot: SettingsSnapshot, offer: Offer
) -> Reply:
    """List what was found, the best first, with a select that opens one in place."""
    lines = [f"{place}. {plain(hit.title, MAX_OPTION)}" for place, hit in enumerate(hits, start=1)]
    embed = discord.Embed(title=t("Answers"), description="\n".join(lines), colour=colour_of(snapshot))
    return Reply(heading, embed, [chooser(hits, log_id), *_ways(log_id, offer)])


def chooser(hits: Sequence[Titled], log_id: int) -> Item:
    """Return the select with the results."""
    return select(t("Read an answer…"), OpenResultId(log_id=log_id), options_of(hits, OpenResultId), row=0)


def options_of(hits: Sequence[Titled], kind: type[SelectId]) -> list[discord.SelectOption]:
    """Return an option for each result."""
    return [
        discord.SelectOption(
            label=shortened(hit.title.strip() or t("(without a title)"), MAX_OPTION), value=kind.pack_value(hit.id)
        )
        for hit in hits[:MAX_OPTIONS]
    ]


def results_in(message: discord.Message, kind: type[SelectId]) -> list[Result]:
    """Return the results of which one is read, from the select of this kind in their message.

    The message remembers them, so that whoever comes back finds the same, after a restart as well.
    """
    found: list[Result] = []
    rows: list[Any] = list(message.components)
    for part in (part for row in rows for part in getattr(row, "children", ())):
        if isinstance(part, discord.SelectMenu) and str(part.custom_id).startswith(f"{kind.route}:"):
            found += [Result(kind.parse_values([one.value]), one.label) for one in part.options]
    return found


def opened(
    entry: FaqEntry,
    log_id: int,
    snapshot: SettingsSnapshot,
    *,
    others: Sequence[Titled] = (),
    said: str | None = None,
    shared: bool = False,
) -> Reply:
    """Show an answer to whoever opened it. `others` are the results that it is one of; what is `shared` is so once."""
    items: list[Item] = [chooser(others, log_id)] if len(others) > 1 else []
    items += rating_buttons(entry, log_id, row=1)
    if not shared:
        items += [
            button(t("Share in this channel"), ShareId(log_id=log_id, entry_id=entry.id), row=2),
            button(t("Send to a member…"), SendToId(log_id=log_id, entry_id=entry.id), row=2),
        ]
    if len(others) > 1:
        items.append(button(t("Back to the results"), BackId(log_id=log_id), row=2))
    return Reply(said, entry_embed(entry, snapshot), items)


def rating_buttons(entry: FaqEntry, log_id: int, *, row: int | None = None) -> list[Item]:
    """Return the buttons with which anybody who sees an answer says whether it helped."""

    def rate(label: str, *, helpful: bool) -> Item:
        to = RateId(guild_id=entry.guild_id, log_id=log_id, entry_id=entry.id, helpful=helpful)
        return button(label, to, row=row)

    return [rate(t("Helpful"), helpful=True), rate(t("Not helpful"), helpful=False)]


def nothing(words: str, log_id: int, offer: Offer) -> Reply:
    """Say that nothing was found, and what can be done about it."""
    said = t("The FAQ has no answer for {words} yet.", words=in_code(words.strip(), MAX_WORDS))
    return Reply(said, items=_ways(log_id, offer))


def _ways(log_id: int, offer: Offer) -> list[Item]:
    """Return what whoever found nothing, or not what they wanted, can do."""
    items: list[Item] = []
    if offer.can_tell:
        items.append(button(t("Tell me when there is an answer"), TellMeId(log_id=log_id), row=1))
    if offer.can_ask:
        items.append(button(t("Open a ticket"), AskStaffId(log_id=log_id), row=1))
    return items


def told_later(said: str, hits: Sequence[Titled], log_id: int, snapshot: SettingsSnapshot, offer: Offer) -> Reply:
    """Confirm that they will be told; `said` and `hits` are what the message showed before."""
    said = "\n".join([said, t("You will get a direct message once there is an answer.")])
    offer = replace(offer, can_tell=False)
    return results(said, hits, log_id, snapshot, offer) if hits else Reply(said, items=_ways(log_id, offer))


def rated(*, counted: bool) -> Reply:
    """Thank for a vote."""
    return Reply(t("Thank you. That counts.") if counted else t("Thank you. That search is too old to count, though."))


def not_helpful(hits: Sequence[Titled], log_id: int, offer: Offer, *, counted: bool) -> Reply:
    """Thank for a vote, and offer what may help instead."""
    parts = [str(rated(counted=counted).content)]
    items: list[Item] = []
    if hits:
        parts.append(t("Perhaps one of these helps:"))
        items.append(chooser(hits, log_id))
    if offer.can_ask:
        parts.append(t("If nothing helps, ask the staff."))
        items.append(button(t("Open a ticket"), AskStaffId(log_id=log_id), row=1))
    return Reply("\n".join(parts), items=items)


def shared_in_channel() -> str:
    """Say to whoever shared an answer that they did."""
    return t("You shared this answer in the channel.")


def shared_answer(entry: FaqEntry, log_id: int, snapshot: SettingsSnapshot, by: int, to: int | None = None) -> Reply:
    """Show an answer to everybody, and say who shares it; with whom, if it is meant for one."""
    who = f"<@{by}>"
    if to is None:
        said = f"-# {t('Shared by {member}', member=who)}"
    else:
        said = t("{member}, {sharer} thinks that this may help you:", member=f"<@{to}>", sharer=who)
    return Reply(said, entry_embed(entry, snapshot), rating_buttons(entry, log_id), private=False)


def sent_answer(entry: FaqEntry, log_id: int, snapshot: SettingsSnapshot, by: int, guild_name: str) -> Reply:
    """Show an answer to a member in a direct message, and say who sends it from where."""
    said = t("<@{member}> from **{guild}** thinks that this may help you:", member=by, guild=plain(guild_name, 100))
    return Reply(said, entry_embed(entry, snapshot), rating_buttons(entry, log_id), private=False)


def sent_to(user_id: int) -> str:
    """Say to whoever sent an answer to somebody that they did."""
    return t("You shared this answer with {member}.", member=f"<@{user_id}>")
