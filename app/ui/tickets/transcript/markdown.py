"""Discord's Markdown, read into nodes. In one pass: what a text costs grows with its length alone, whatever it holds.

https://support.discord.com/hc/en-us/articles/210298617 and
https://docs.discord.com/developers/reference#message-formatting
"""

import re

from app.ui.tickets.transcript.address import MAX_ADDRESS, web_address
from app.ui.tickets.transcript.backticks import Backticks
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

MAX_DEPTH = 11
"""Of lists."""


STYLES = {"**": "bold", "*": "italic", "__": "underline", "_": "italic", "~~": "struck", "||": "spoiler"}
_SPECIAL = re.compile(r"[\\`*_~|<\[\]\n]|@(?:everyone|here)|https?://")
TAG = re.compile(
    r"<(?:@!?(?P<person>[0-9]{15,21})|@&(?P<role>[0-9]{15,21})|#(?P<channel>[0-9]{15,21})|a?:(?P<emoji>\w{2,32}):[0-9]{15,21}"
    r"|t:(?P<seconds>-?[0-9]{1,13})(?::(?P<style>[tTdDfFsSR]))?|/(?P<command>[^\n<>:]{1,100}):[0-9]{15,21}"
    r"|id:(?P<place>customize|browse|guide|home|linked-roles)(?::[0-9]{15,21})?)>"
)
"""What stands between pointed brackets."""
_ADDRESS = re.compile(rf"https?://[^\s<>\"`|]{{1,{MAX_ADDRESS}}}+")
_TARGET = re.compile(
    rf"\]\([ ]?(?P<open><)?(?P<url>https?://(?:\([^\s()<>]*+\)|[^\s()<>]){{1,{MAX_ADDRESS}}}+)(?(open)>)"
    r"(?:[ ]\"[^\"\n]*+\")?[ ]?\)"
)
_LANGUAGE = re.compile(r"([a-zA-Z0-9_+\-.#]{1,30})\n")
_HEADING = re.compile(r"(#{1,3})[ \t]+(?=\S)")
_SMALL = re.compile(r"-#[ \t]+(?=\S)")
_ITEM = re.compile(r"(?:[-*]|([0-9]{1,9})\.)[ \t]+(?=\S)")
_FIRST = frozenset("#-*>0123456789")
"""What a line begins with that is something of its own."""
_ALNUM = re.compile(r"[0-9A-Za-z\s]")
_WORD = re.compile(r"\w", re.ASCII)


def parse(text: str) -> list[Node]:
    """Read a message."""
    return _Reader(text.replace("\r\n", "\n"), blocks=True, quotes=True).read()


def tag_of(found: re.Match[str]) -> Mention | Emoji | Moment | Command:
    """Return what a match of `TAG` stands for."""
    kind = str(found.lastgroup)
    if kind in {"person", "role", "channel"}:
        return Mention(kind, int(found[kind]))
    if kind == "emoji":
        return Emoji(found[kind])
    if kind in {"seconds", "style"}:
        return Moment(int(found["seconds"]), found["style"] or "f")
    return Command(found["command"] or found["place"])


class _Reader:
    """Reads one text from left to right.

    A sign that may begin something is first put down as the text that it is. Once its counterpart comes, what has been
    put down since becomes one node.
    """

    def __init__(self, text: str, *, blocks: bool, quotes: bool) -> None:
        self._text = text
        self._blocks = blocks
        self._quotes = quotes
        self._nodes: list[Node] = []
        self._open: list[tuple[str, int]] = []
        """The sign, and where in the nodes it stands."""
        self._heights: dict[str, int] = {}
        """Where a sign is among the open ones; there is never more than one of each, brackets aside."""
        self._brackets: list[int] = []
        self._ticks = Backticks(text)
        self._numbers: dict[int, int] = {}

    def read(self) -> list[Node]:
        at, text = self._block(0), self._text
        while at < len(text):
            found = _SPECIAL.search(text, at)
            if found is None:
                self._nodes.append(text[at:])
                break
            if found.start() > at:
                self._nodes.append(text[at : found.start()])
            at = self._special(found)
        return _joined(self._nodes)

    def _special(self, found: re.Match[str]) -> int:
        sign, at = found[0], found.start()
        if sign == "\n":
            after = self._block(at + 1)
            if after == at + 1:
                self._nodes.append("\n")
            return after
        if sign == "\\":
            return self._escape(at)
        if sign == "`":
            return self._code(at)
        if sign == "<":
            return self._tag(at)
        if sign == "[":
            self._push("[", "[")
            return at + 1
        if sign == "]":
            return self._bracket(at)
        if sign[0] == "@":
            self._nodes.append(Mention("all", 0, sign))
            return found.end()
        if sign[0] == "h":
            return self._address(at)
        return self._run(at, sign)

    # What begins a line

    def _block(self, at: int) -> int:
        """Read whole lines from the beginning of one, as long as they are something of their own."""
        while self._blocks and at < len(self._text):
            end = self._end_of_line(at)
            line = self._text[at:end].lstrip(" ")
            if line[:1] not in _FIRST:
                break
            if self._quotes and line.startswith((">>> ", "> ")):
                at = self._quote(at)
                continue
            if (found := _HEADING.match(line)) is not None:
                self._put(Block(f"heading{len(found[1])}", _line(line[found.end() :])))
            elif (found := _SMALL.match(line)) is not None:
                self._put(Block("small", _line(line[found.end() :])))
            elif (found := _ITEM.match(line)) is not None:
                self._item(found, end - at - len(line), line[found.end() :])
                at = end + 1
                continue
            else:
                break
            self._numbers.clear()
            at = end + 1
        self._numbers.clear()
        return min(at, len(self._text))

    def _end_of_line(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _quote(self, at: int) -> int:
        lines: list[str] = []
        while at < len(self._text):
            end = self._end_of_line(at)
            line = self._text[at:end].lstrip(" ")
            if line.startswith(">>> "):
                lines.append(line[4:] + self._text[end:])
                at = len(self._text)
            elif line.startswith("> "):
                lines.append(line[2:])
                at = end + 1
            else:
                break
        inside = _Reader("\n".join(lines), blocks=True, quotes=False).read()
        self._put(Block("quote", inside))
        return min(at, len(self._text))

    def _item(self, found: re.Match[str], indent: int, rest: str) -> None:
        depth = min(indent // 2 + 1, MAX_DEPTH)
        for deeper in [each for each in self._numbers if each > depth]:
            del self._numbers[deeper]
        number = None
        if found[1] is not None:
            # Discord counts on from the first number.
            number = self._numbers[depth] = self._numbers[depth] + 1 if depth in self._numbers else int(found[1])
        self._put(Item(depth, number, _line(rest)))

    def _put(self, block: Node) -> None:
        # The line before it ends by itself.
        if self._nodes and self._nodes[-1] == "\n":
            self._nodes[-1] = ""
        self._nodes.append(block)

    # What stands within a line

    def _escape(self, at: int) -> int:
        following = self._text[at + 1 : at + 2]
        if not following or _ALNUM.match(following):
            self._nodes.append("\\")
            return at + 1
        self._nodes.append(following)
        return at + 2

    def _code(self, at: int) -> int:
        text, length = self._text, self._ticks.length(at)
        if length >= 3 and (block := self._code_block(at)):
            return block
        end = self._ticks.next_like(at, length)
        if end is None or not (inside := text[at + length : end]).strip("`"):
            self._nodes.append(text[at : at + length])
            return at + length
        is_padded = inside.startswith((" `", "`")) or inside.endswith(("` ", "`"))
        self._nodes.append(Code(inside.strip(" ") if is_padded else inside))
        return end + length

    def _code_block(self, at: int) -> int:
        end = self._ticks.closing_fence(at + 3)
        if end is None:
            return 0
        language = _LANGUAGE.match(self._text, at + 3, end)
        inside = self._text[language.end() if language else at + 3 : end].strip("\n")
        if not inside.strip():
            return 0
        self._put(CodeBlock(language[1] if language else "", inside))
        after = end + 3
        return self._block(after + 1) if self._text[after : after + 1] == "\n" else after

    def _tag(self, at: int) -> int:
        if (found := TAG.match(self._text, at)) is None:
            if self._text.startswith(("<http://", "<https://"), at):
                end = at + 1
                found = _ADDRESS.match(self._text, end)
                url = web_address(found[0]) if found and self._text[found.end() : found.end() + 1] == ">" else None
                if found is not None and url is not None:
                    self._nodes.append(Link(url, None))
                    return found.end() + 1
            self._nodes.append("<")
            return at + 1
        self._nodes.append(tag_of(found))
        return found.end()

    def _address(self, at: int) -> int:
        found = _ADDRESS.match(self._text, at)
        written = self._trimmed(found[0]) if found else self._text[at : at + 4]
        url = web_address(written)
        self._nodes.append(written if url is None else Link(url, None))
        return at + len(written)

    def _trimmed(self, url: str) -> str:
        """Leave what ends the sentence, or whatever the address stands in, out of an address."""
        signs = ["](", *(sign for sign in self._heights if sign != "_")]
        cuts = [cut for sign in signs if (cut := url.find(sign)) > 0]
        url = url[: min(cuts, default=len(url))]
        end, unmatched = len(url), url.count(")") - url.count("(")
        while end > len("https://"):
            if url[end - 1] == ")" and unmatched > 0:
                unmatched -= 1
            elif url[end - 1] not in ".,:;\"']" and not (url[end - 1] == "_" and "_" in self._heights):
                break
            end -= 1
        return url[:end]

    def _bracket(self, at: int) -> int:
        found = _TARGET.match(self._text, at) if self._brackets else None
        url = web_address(found["url"]) if found else None
        if found is None or url is None or self._is_empty(self._brackets[-1]):
            self._nodes.append("]")
            return at + 1
        self._nodes.append(Link(url, self._close(self._brackets[-1])))
        return found.end()

    def _run(self, at: int, sign: str) -> int:
        """Read a run of one sign: the signs of what is bold, italic, underlined, struck out, hidden."""
        text, end = self._text, at
        while text[end : end + 1] == sign:
            end += 1
        if sign in "~|":
            return self._pair(at, sign * 2) if end - at >= 2 else self._literal(at, 1)
        left = end - at
        while left:
            double, single = sign * 2, sign
            nearest = max((double, single), key=lambda each: self._heights.get(each, -1))
            is_open = nearest in self._heights
            if left >= 2 and (left == 2 or (nearest == double and is_open) or not is_open):
                if left > 3 and not is_open:
                    return self._literal(end - left, left)
                self._pair(end - left, double)
                left -= 2
            else:
                self._single(end - left, single, before=text[at - 1 : at], after=text[end : end + 1])
                left -= 1
        return end

    def _pair(self, at: int, sign: str) -> int:
        before, after = self._text[at - 1 : at] if at else "", self._text[at + 2 : at + 3]
        is_struck = sign == "~~"
        if sign in self._heights:
            if not (is_struck and before.isspace()) and not self._is_empty(self._heights[sign]):
                self._nodes.append(Styled(STYLES[sign], self._close(self._heights[sign])))
                return at + 2
        elif not (is_struck and (after.isspace() or not after)):
            self._push(sign, sign)
            return at + 2
        return self._literal(at, 2)

    def _single(self, at: int, sign: str, *, before: str, after: str) -> int:
        is_word = sign == "_"
        if sign in self._heights:
            may_close = not _WORD.match(after) if is_word else not before.isspace()
            if may_close and not self._is_empty(self._heights[sign]):
                self._nodes.append(Styled("italic", self._close(self._heights[sign])))
                return at + 1
        elif not (_WORD.match(before) if is_word else after.isspace() or not after):
            self._push(sign, sign)
            return at + 1
        return self._literal(at, 1)

    def _literal(self, at: int, length: int) -> int:
        self._nodes.append(self._text[at : at + length])
        return at + length

    # What is open

    def _push(self, sign: str, text: str) -> None:
        if sign == "[":
            self._brackets.append(len(self._open))
        else:
            self._heights[sign] = len(self._open)
        self._open.append((sign, len(self._nodes)))
        self._nodes.append(text)

    def _is_empty(self, height: int) -> bool:
        return len(self._nodes) == self._open[height][1] + 1

    def _close(self, height: int) -> list[Node]:
        """Take away what has been put down since a sign, and the sign. What was begun in between stays text."""
        start = self._open[height][1]
        while len(self._open) > height:
            sign, _ = self._open.pop()
            if sign == "[":
                self._brackets.pop()
            else:
                del self._heights[sign]
        inside = self._nodes[start + 1 :]
        del self._nodes[start:]
        return _joined(inside)


def _line(text: str) -> "list[Node]":
    return _Reader(text, blocks=False, quotes=False).read()


def _joined(nodes: list[Node]) -> list[Node]:
    """Join texts that stand side by side, and leave out empty ones."""
    joined: list[Node] = []
    texts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            texts.append(node)
            continue
        if text := "".join(texts):
            joined.append(text)
        texts.clear()
        joined.append(node)
    if text := "".join(texts):
        joined.append(text)
    return joined
