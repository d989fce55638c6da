"""How a proposal looks: what would become of several settings, before anything is changed. All of it pure."""

from collections.abc import Callable, Iterator, Sequence

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.records import record
from app.core.settings.differences import Difference, Proposal, Refusal, after
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, turning
from app.ui.kit.ids import ButtonId
from app.ui.kit.limits import MAX_CONTENT, MAX_EMBED_DESCRIPTION
from app.ui.kit.listing import fitting, in_pages
from app.ui.kit.reply import Attachment, Reply
from app.ui.settings.proposal_ids import LeaveId
from app.ui.settings.replies import named, shown_past
from app.ui.settings.structures import Names, difference

ROOM = 2500
"""Characters of a page, but for a line that is longer."""
VALUE = 100


@record
class Frame:
    """What stands around a proposal: its title, what is said of it, and where its buttons lead."""

    title: str
    to: ButtonId
    page: Callable[[int], ButtonId]
    heading: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    nothing: str = ""
    """What is said if nothing would change and nothing is refused."""


def shown(
    proposal: Proposal,
    frame: Frame,
    snapshot: SettingsSnapshot,
    *,
    page: int = 0,
    is_anew: bool = False,
) -> Reply:
    """Show one page of a proposal; `is_anew` says that it is not the one that was confirmed."""
    names = {**snapshot.chosen, **after(snapshot, proposal.differences).chosen}
    lines = [*(_difference(one, names) for one in proposal.differences), *map(_refused, proposal.refused)]
    pages = in_pages([*frame.heading, *_summary(proposal), *(str(one) for one in proposal.remarks), "", *lines], ROOM)
    page = min(page, len(pages) - 1)
    if not proposal.differences and not proposal.refused:
        known = [*frame.heading, *(str(one) for one in proposal.remarks)]
        text = "\n".join([frame.nothing, *known])
        if len(text) <= MAX_CONTENT:
            return Reply(text)
        # A file may say more of its defaults than a message holds.
        return Reply(frame.nothing, discord.Embed(description=fitting(known, MAX_EMBED_DESCRIPTION)))
    embed = discord.Embed(
        title=frame.title, description=pages[page][:MAX_EMBED_DESCRIPTION].strip(), colour=colour_of(snapshot)
    )
    if len(pages) > 1:
        embed.set_footer(text=t("Page {page} of {pages}", page=page + 1, pages=len(pages)))
    said = [t("Nothing is changed yet.")]
    if is_anew:
        said = [t("The settings were changed meanwhile, so nothing was done. This is what would change now.")]
    items: list[Item] = []
    if proposal.differences:
        many = len(proposal.differences)
        label = tn("Change {count} setting", "Change {count} settings", many)
        if proposal.has_structures:
            label = tn("Make {count} change", "Make {count} changes", many)
        items.append(button(label, frame.to, style=discord.ButtonStyle.primary, row=0))
        if proposal.refused:
            said.append(t("What cannot be is left out if you go on."))
    items.append(button(t("Leave it"), LeaveId(), row=0))
    items += turning(page, len(pages), frame.page)
    return Reply("\n".join(said), embed, items, attachments=frame.attachments)


def left() -> Reply:
    """Say that nothing is changed."""
    return Reply(t("The settings stay as they are."))


def _summary(proposal: Proposal) -> Iterator[str]:
    refused, same = len(proposal.refused), proposal.same
    settings = [one for one in proposal.differences if not one.is_structure]
    made = [one for one in proposal.differences if one.is_structure]
    added, removed = sum(1 for one in made if one.old is None), sum(1 for one in made if one.new is None)
    if settings:
        yield tn("✏️ {count} setting changes", "✏️ {count} settings change", len(settings))
    if added:
        yield tn("＋ {count} is added", "＋ {count} are added", added)
    if others := len(made) - added - removed:
        yield tn("✏️ {count} is changed", "✏️ {count} are changed", others)
    if removed:
        yield tn("－ {count} is removed", "－ {count} are removed", removed)
    if same:
        yield tn("{count} is so already", "{count} are so already", same)
    if refused:
        yield tn("⚠️ {count} cannot be", "⚠️ {count} cannot be", refused)


def _difference(one: Difference, names: Names) -> str:
    if one.is_structure:
        return "\n-# ".join(difference(one, names))
    scope, key = one.setting.scope, one.setting.key
    old, new = (shown_past(scope, key, value, VALUE) for value in (one.old, one.new))
    said = "✏️ " + formats.labelled(named(scope, key), f"{old} → {new}")
    # What one should know of a value before it is chosen, as that others lose something.
    known = one.setting.then.get(one.setting.default if one.new is None else one.new) if one.setting.then else None
    return "\n-# ".join([said, *(str(line) for line in (one.note, known) if line is not None)])


def _refused(one: Refusal) -> str:
    why = str(one.why)
    if one.line is None:
        return t("⚠️ `{name}`: {why}", name=one.name, why=why)
    return t("⚠️ Line {line}, `{name}`: {why}", line=one.line, name=one.name, why=why)
