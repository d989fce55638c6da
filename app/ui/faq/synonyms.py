"""Words that entries lack, as staff see them: what was searched for in vain and then found otherwise. All pure."""

import discord

from app.core.faq.gaps import Handled, Pair, PairPage
from app.core.messages import t, tc, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.answering import Answered
from app.ui.faq import gaps
from app.ui.faq.learning_ids import ConfirmPairId, DismissPairId, GapsId, PairsId, UndoPairId
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, turning
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, plain

MAX_WORDING = 150


def page(found: PairPage, snapshot: SettingsSnapshot) -> Reply:
    """Show a page: each pair has a button for yes and one for no."""
    if not found.total:
        said = t(
            "No words are suggested at the moment. It takes two searches that found with other words what they had not "
            "found before, or one whose answer helped."
        )
        return Reply(said, items=[_to_gaps()])
    embed = discord.Embed(
        title=t("Suggested words"),
        description="\n".join(_line(place, pair) for place, pair in enumerate(found.pairs, start=1)),
        colour=colour_of(snapshot),
    )
    total = tn("{count} suggestion", "{count} suggestions", found.total)
    embed.set_footer(text=t("Page {page} of {pages} · {total}", page=found.page + 1, pages=found.pages, total=total))
    items: list[Item] = []
    for place, pair in enumerate(found.pairs, start=1):
        yes = ConfirmPairId(log_id=pair.log_id, entry_id=pair.entry_id)
        no = DismissPairId(log_id=pair.log_id, entry_id=pair.entry_id)
        items += [
            button(t("{place}: add the words", place=place), yes, style=discord.ButtonStyle.success, row=place - 1),
            button(t("{place}: dismiss", place=place), no, row=place - 1),
        ]
    items.append(_to_gaps(row=4))
    items += turning(found.page, found.pages, lambda number: PairsId(page=number), row=4)
    return Reply(embed=embed, items=items)


def confirmed(done: Answered) -> Reply:
    """Say by which words the entry is found from now on."""
    reply = gaps.answered(done)
    return Reply(reply.content, items=[reply.items[0], button(tc("pairs", "All"), PairsId(page=0))])


def dismissed(done: Handled) -> Reply:
    """Say that it is not suggested again."""
    said = t("{words} is not suggested for that entry again.", words=in_code(done.wording, MAX_WORDING))
    return Reply(said, items=[button(t("Undo"), UndoPairId(at=done.at)), button(tc("pairs", "All"), PairsId(page=0))])


def undone() -> Reply:
    """Say that it is suggested again."""
    return Reply(t("It is suggested again."), items=[button(tc("pairs", "All"), PairsId(page=0))])


def _to_gaps(*, row: int | None = None) -> Item:
    return button(t("Without an answer"), GapsId(page=0, days=30), row=row)


def _line(place: int, pair: Pair) -> str:
    found = t(
        "{place}. {words} → **{title}**",
        place=place,
        words=in_code(pair.wording, MAX_WORDING),
        title=plain(pair.title, MAX_WORDING) or t("(without a title)"),
    )
    parts = [tn("{count} time", "{count} times", pair.times)]
    if pair.people:
        parts.append(tn("{count} person", "{count} people", pair.people))
    parts.append(t("last {moment}", moment=discord.utils.format_dt(pair.last_at, "R")))
    return f"{found}\n{' · '.join(parts)}"
