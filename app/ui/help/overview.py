"""What the list of all topics says: each with every command in it, in pages that Discord takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.ui.help.entries import Entry
from app.ui.help.words import topic_description, topic_title

MAX_TEXT = 3500
"""Characters of a page's topics; Discord takes 4,096 as the description of an embed, and a hint stands above them."""
TOPICS = 20
"""How many of them a page has: each is an option of a select as well, of which Discord takes 25."""
STEP = 100
"""By how many characters a page is made longer until all of them are about as long."""

Topics = Sequence[tuple[str, Sequence[Entry]]]
"""Topics, each with what is in it."""


@dataclass
class Sheet:
    """A page: its text, and the topics that are on it."""

    text: str = ""
    topics: list[str] = field(default_factory=list[str])


def sheets(topics: Topics) -> list[Sheet]:
    """Divide topics into as few pages as hold them, none much longer than the others; a topic stays whole if it can.

    Nothing is left out. A topic that is longer than a page goes on, under its name, on the next one.
    """
    sections = [(topic, text) for topic, of in topics for text in _texts(topic, of)]
    fewest = _packed(sections, MAX_TEXT)
    total = sum(len(one.text) for one in fewest)
    for most in range(total // (len(fewest) or 1), MAX_TEXT, STEP):
        even = _packed(sections, most)
        if len(even) == len(fewest):
            return even
    return fewest


def _packed(sections: Sequence[tuple[str, str]], most: int) -> list[Sheet]:
    found = list[Sheet]()
    for topic, text in sections:
        # A section is never too long for a page of its own.
        if not found or len(found[-1].topics) == TOPICS or len(found[-1].text) + 2 + len(text) > most:
            found.append(Sheet())
        last = found.pop()
        found.append(Sheet(f"{last.text}\n\n{text}" if last.text else text, [*last.topics, topic]))
    return found


def _texts(topic: str, of: Sequence[Entry]) -> Iterator[str]:
    """Yield what is said of a topic: one text, or several where one would be too long for a page."""
    names = [one.mention if one.is_mine else f"`{one.title}`" for one in of]
    # A name and what is clicked for it are read as a pair only in a line of their own.
    between = "\n" if any(name.startswith("**") for name in names) else " "
    text = heading = f"**{topic_title(topic, of)}** · {topic_description(topic, of)}"
    for name in names:
        if len(text) + 1 + len(name) > MAX_TEXT:
            yield text
            text = heading
        text += f"{between if text != heading else chr(10)}{name}"
    yield text
