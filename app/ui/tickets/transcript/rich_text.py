"""Nodes of Discord's Markdown as HTML."""

from collections.abc import Iterable

from app.ui.tickets.transcript.address import web_address
from app.ui.tickets.transcript.colours import Colours
from app.ui.tickets.transcript.markdown import parse
from app.ui.tickets.transcript.naming import Naming
from app.ui.tickets.transcript.nodes import (
    Block,
    Code,
    CodeBlock,
    Command,
    Emoji,
    Item,
    Link,
    Mention,
    Moment,
    Node,
    Styled,
)
from app.ui.tickets.transcript.pieces import escaped

TAGS = {"bold": "strong", "italic": "em", "underline": "u", "struck": "s"}
BLOCKS = {
    "heading1": ('<div class="h1" role="heading" aria-level="3">', "</div>"),
    "heading2": ('<div class="h2" role="heading" aria-level="4">', "</div>"),
    "heading3": ('<div class="h3" role="heading" aria-level="5">', "</div>"),
    "small": ('<div class="small">', "</div>"),
    "quote": ("<blockquote>", "</blockquote>"),
}
MAX_TARGET = 80


class RichText:
    """Writes what people typed."""

    def __init__(self, naming: Naming, colours: Colours) -> None:
        self._naming = naming
        self._colours = colours

    def html(self, text: str) -> str:
        """Return the text as HTML."""
        return self._nodes(parse(text))

    def link(self, url: str, words: str) -> str:
        """Return words, already HTML, as a link if the address is one of the web; else the words alone."""
        return words if web_address(url) is None else _anchor(url, words)

    def masked(self, url: str, words: str) -> str:
        """Return the same with where it leads behind it."""
        return words if web_address(url) is None else _with_target(url, words)

    def _nodes(self, nodes: Iterable[Node], *, in_link: bool = False) -> str:
        return "".join(escaped(node) if isinstance(node, str) else self._node(node, in_link=in_link) for node in nodes)

    def _node(self, node: Node, *, in_link: bool) -> str:
        match node:
            case Styled("spoiler", inside):
                return f'<span class="spoiler" tabindex="0">{self._nodes(inside, in_link=in_link)}</span>'
            case Styled(style, inside):
                return f"<{TAGS[style]}>{self._nodes(inside, in_link=in_link)}</{TAGS[style]}>"
            case Code(text):
                return f"<code>{escaped(text)}</code>"
            case CodeBlock(language, text):
                return f'{_label(language)}<pre dir="ltr"><code>{escaped(text)}</code></pre>'
            case Link(url, None):
                return escaped(url) if in_link else _anchor(url, escaped(url))
            case Link(url, list() as inside):
                words = self._nodes(inside, in_link=True)
                return words if in_link else _with_target(url, words)
            case Mention():
                shade = self._colours.of(self._naming.colour(node))
                return f'<span class="mention{shade}"><bdi>{escaped(self._naming.mention(node))}</bdi></span>'
            case Emoji(name):
                return f'<span class="emoji">:{escaped(name)}:</span>'
            case Moment():
                return f'<span class="moment">{escaped(self._naming.moment(node))}</span>'
            case Command():
                return f'<span class="mention">{escaped(self._naming.command(node))}</span>'
            case Block(kind, inside):
                begin, end = BLOCKS[kind]
                return begin + self._nodes(inside, in_link=in_link) + end
            case Item(depth, number, inside):
                sign = "•" if number is None else f"{number}."
                words = self._nodes(inside, in_link=in_link)
                return f'<div class="item d{depth}"><span class="dot">{sign}</span><div>{words}</div></div>'
            case _:
                return ""


def _label(language: str) -> str:
    return f'<div class="language">{escaped(language)}</div>' if language else ""


def _anchor(url: str, words: str) -> str:
    return f'<a target="_blank" rel="noopener noreferrer nofollow" href="{escaped(url)}">{words}</a>'


def _with_target(url: str, words: str) -> str:
    shown = url if len(url) <= MAX_TARGET else f"{url[:MAX_TARGET]}…"
    return f'{_anchor(url, words)} <span class="target">({escaped(shown)})</span>'
