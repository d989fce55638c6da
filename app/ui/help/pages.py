"""The lists of `/help`: all topics, the commands of one, and what was found. Each in pages that Discord takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import discord

from app.core.messages import t, tn
from app.ui.help.entries import Asker, Entry
from app.ui.help.ids import CommandId, ListId, Shown, TopicId, topic_value
from app.ui.help.overview import MAX_TEXT, TOPICS, Topics, sheets
from app.ui.help.words import reason, topic_description, topic_title
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select, turning
from app.ui.kit.limits import MAX_OPTION, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, shortened

COMMANDS = 12
"""How many of them a page has: each is an option of a select as well."""


def listed(entries: Sequence[Entry], asker: Asker, shown: Shown, found: Sequence[Entry] = ()) -> Reply:
    """Show a page of a list. `found` is what was searched for fits, the best first."""
    mine = [one for one in entries if one.is_mine]
    others = [one for one in entries if not one.is_mine]
    if shown.query:
        return _found(list(found), asker, shown)
    here = others if shown.others else mine
    if shown.topic is not None:
        # Staff who are staff no more may still press what they had: there is nothing left then.
        of_topic = [one for one in here if one.topic == shown.topic]
        if of_topic:
            return _topic(of_topic, entries, asker, shown)
        shown = replace(shown, topic=None, page=0)
    return _overview(here, len(mine if shown.others else others), asker, shown)


def _overview(here: Sequence[Entry], rest: int, asker: Asker, shown: Shown) -> Reply:
    topics = [(topic, list(of)) for topic, of in groupby(here, key=lambda one: one.topic)]
    pages = sheets(topics)
    number = min(shown.page, max(len(pages) - 1, 0))
    title = t("What others can use here") if shown.others else t("What you can use here")
    if not asker.in_server:
        title = t("What you can use in direct messages")
    embed = discord.Embed(title=title, colour=colour_of(asker.snapshot))
    lines = [t("Choose a topic to see what each command does, or look for one with `/help search:`.")]
    if not asker.in_server:
        lines.append(t("Everything else works in a server: use `/help` there."))
    items: list[Item] = []
    if pages:
        lines.append(f"\n{pages[number].text}")
        items.append(_topic_select(_within_reach(topics, pages[number].topics), shown))
    embed.description = "\n".join(lines)
    if len(pages) > 1:
        embed.set_footer(text=t("Page {page} of {pages}", page=number + 1, pages=len(pages)))
    items += turning(number, len(pages), lambda to: ListId(shown=shown.at(to)), row=2)
    return Reply(embed=embed, items=[*items, *_other_side(rest, Shown(others=not shown.others))])


def _topic(here: Sequence[Entry], entries: Sequence[Entry], asker: Asker, shown: Shown) -> Reply:
    topic = here[0].topic
    embed = discord.Embed(title=topic_title(topic, here), colour=colour_of(asker.snapshot))
    pages = list(_pages(here, asker, others=shown.others))
    number = min(shown.page, len(pages) - 1)
    embed.description = f"{topic_description(topic, here)}\n\n{pages[number].lines}"
    _count(embed, number, len(pages), len(here))
    listed_topics = [one for one in entries if one.is_mine is not shown.others]
    topics = [(name, list(of)) for name, of in groupby(listed_topics, key=lambda one: one.topic)]
    rest = sum(1 for one in entries if one.topic == topic and one.is_mine is shown.others)
    return Reply(
        embed=embed,
        items=[
            _topic_select(_within_reach(topics, [topic]), shown),
            _command_select(pages[number].entries, shown),
            *turning(number, len(pages), lambda to: ListId(shown=shown.at(to)), row=2),
            button(t("All topics"), ListId(shown=Shown(others=shown.others)), row=3),
            *_other_side(rest, Shown(topic=topic, others=not shown.others)),
        ],
    )


def _found(found: list[Entry], asker: Asker, shown: Shown) -> Reply:
    here = [one for one in found if one.is_mine is not shown.others]
    rest = len(found) - len(here)
    title = t("Found for {words}", words=in_code(shown.query))
    embed = discord.Embed(title=title, colour=colour_of(asker.snapshot))
    items: list[Item] = []
    if here:
        pages = list(_pages(here, asker, others=shown.others, sorts=False))
        number = min(shown.page, len(pages) - 1)
        embed.description = pages[number].lines
        _count(embed, number, len(pages), len(here))
        items.append(_command_select(pages[number].entries, shown))
        items += turning(number, len(pages), lambda to: ListId(shown=shown.at(to)), row=2)
    elif rest and not shown.others:
        embed.description = t("Nothing that you can use here fits. What others can use does: see below.")
    else:
        embed.description = t("Nothing fits. Try another word, or look through the topics.")
    items.append(button(t("All topics"), ListId(shown=Shown()), row=3))
    return Reply(embed=embed, items=[*items, *_other_side(rest, replace(shown, others=not shown.others, page=0))])


@dataclass
class _Page:
    lines: str
    entries: list[Entry]


def _pages(entries: Sequence[Entry], asker: Asker, *, others: bool, sorts: bool = True) -> Iterator[_Page]:
    """Divide commands into pages of lines; what others can use stands under who that is."""
    marked = [(reason(one, asker) if others else "", one) for one in entries]
    if others and sorts:
        order = {why: place for place, (why, _) in reversed(list(enumerate(marked)))}
        marked.sort(key=lambda item: order[item[0]])
    page, last = _Page("", []), ""
    for why, one in marked:
        line = _line(one)
        heading = f"{'' if not page.lines else chr(10)}**{why}**\n" if why and (why != last or not page.lines) else ""
        if page.entries and (len(page.entries) == COMMANDS or len(page.lines) + len(heading) + len(line) > MAX_TEXT):
            yield page
            page, heading = _Page("", []), f"**{why}**\n" if why else ""
        page.lines += f"{heading}{line}\n"
        page.entries.append(one)
        last = why
    if page.entries:
        yield page


def _line(entry: Entry) -> str:
    name = entry.mention if entry.is_mine else f"`{entry.title}`"
    return " · ".join(part for part in (f"{name} {entry.description}".strip(), entry.note) if part)


def _count(embed: discord.Embed, number: int, pages: int, commands: int) -> None:
    total = tn("{count} command", "{count} commands", commands)
    if pages > 1:
        total = t("Page {page} of {pages} · {total}", page=number + 1, pages=pages, total=total)
    embed.set_footer(text=total)


def _within_reach(topics: Topics, shown: Sequence[str]) -> Topics:
    """Return the topics that a select offers: all of them if it takes so many, else those around what is shown."""
    if len(topics) <= MAX_OPTIONS:
        return topics
    start = next(place for place, (topic, _) in enumerate(topics) if topic == shown[0])
    start = min(start, len(topics) - TOPICS)
    return topics[start : start + TOPICS]


def _topic_select(topics: Topics, shown: Shown) -> Item:
    options = [
        discord.SelectOption(
            label=shortened(topic_title(topic, of), MAX_OPTION),
            value=TopicId.pack_value(topic_value(topic)),
            description=shortened(topic_description(topic, of), MAX_OPTION),
            default=topic == shown.topic,
        )
        for topic, of in topics
    ]
    return select(t("Topic"), TopicId(others=shown.others), options, row=0)


def _command_select(entries: Sequence[Entry], shown: Shown) -> Item:
    options = [
        discord.SelectOption(
            label=shortened(one.title, MAX_OPTION),
            value=CommandId.pack_value(one.key),
            description=shortened(one.description, MAX_OPTION) or None,
        )
        for one in entries
    ]
    return select(t("More about a command"), CommandId(shown=shown), options, row=1)


def _other_side(count: int, to: Shown) -> list[Item]:
    """Return the button that shows what others can use, or one's own again; none if there is nothing."""
    if not count:
        return []
    label = t("What others can use ({count})", count=count) if to.others else t("What I can use ({count})", count=count)
    return [button(label, ListId(shown=to), row=3)]
