"""Discord's Markdown is read as Discord shows it, and in time that grows with the length of the text alone."""

import time

import pytest

from app.ui.tickets.transcript.markdown import parse
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
from tests.fixtures.markdown import kinds

ID = 123456789012345678


def bold(*inside: Node) -> Styled:
    return Styled("bold", list(inside))


def italic(*inside: Node) -> Styled:
    return Styled("italic", list(inside))


CASES: dict[str, list[Node]] = {
    "": [],
    "plain": ["plain"],
    "**a**": [bold("a")],
    "*a*": [italic("a")],
    "_a_": [italic("a")],
    "__a__": [Styled("underline", ["a"])],
    "~~a~~": [Styled("struck", ["a"])],
    "||a||": [Styled("spoiler", ["a"])],
    "***a***": [bold(italic("a"))],
    "__**a**__": [Styled("underline", [bold("a")])],
    "**a *b* c**": [bold("a ", italic("b"), " c")],
    "**bold *not** italic*": [bold("bold *not"), " italic*"],
    "snake_case_name": ["snake_case_name"],
    "2 * 3 * 4": ["2 * 3 * 4"],
    "** open": ["** open"],
    "a\n**b\nc**": ["a\n", bold("b\nc")],
    r"\*a\* \\ \a": [r"*a* \ \a"],
    "`a*b*`": [Code("a*b*")],
    "``a`b``": [Code("a`b")],
    "`open": ["`open"],
    "```py\nx = 1\n```": [CodeBlock("py", "x = 1")],
    "a ```b``` c": ["a ", CodeBlock("", "b"), " c"],
    "```\n# no heading\n```\n# heading": [CodeBlock("", "# no heading"), Block("heading1", ["heading"])],
    "# a\n## b\n### c\n#### d": [
        Block("heading1", ["a"]),
        Block("heading2", ["b"]),
        Block("heading3", ["c"]),
        "#### d",
    ],
    "#a": ["#a"],
    "-# small **b**": [Block("small", ["small ", bold("b")])],
    "> a\n> b\nc": [Block("quote", ["a\nb"]), "c"],
    ">>> a\nb": [Block("quote", ["a\nb"])],
    "> # a": [Block("quote", [Block("heading1", ["a"])])],
    "> > a": [Block("quote", ["> a"])],
    ">a": [">a"],
    "- a\n  - b\n* c": [Item(1, None, ["a"]), Item(2, None, ["b"]), Item(1, None, ["c"])],
    "3. a\n3. b": [Item(1, 3, ["a"]), Item(1, 4, ["b"])],
    "before\n- a\nafter": ["before", Item(1, None, ["a"]), "after"],
    "https://a.example/b?c=d.": [Link("https://a.example/b?c=d", None), "."],
    "(https://a.example/b_(c))": ["(", Link("https://a.example/b_(c)", None), ")"],
    "**https://a.example**": [bold(Link("https://a.example", None))],
    "<https://a.example>": [Link("https://a.example", None)],
    "[a **b**](https://a.example/c_(d))": [Link("https://a.example/c_(d)", ["a ", bold("b")])],
    '[a](<https://a.example> "title")': [Link("https://a.example", ["a"])],
    "[a](javascript:alert)": ["[a](javascript:alert)"],
    "[a](data:text/html,b)": ["[a](data:text/html,b)"],
    "[](https://a.example)": ["[](", Link("https://a.example", None), ")"],
    "https://a@b.example": ["https://a@b.example"],
    "javascript://a.example/": ["javascript://a.example/"],
    f"<@{ID}> <@!{ID}>": [Mention("person", ID), " ", Mention("person", ID)],
    f"<@&{ID}><#{ID}>": [Mention("role", ID), Mention("channel", ID)],
    "@everyone @here": [Mention("all", 0, "@everyone"), " ", Mention("all", 0, "@here")],
    f"<:blob_1:{ID}><a:dance:{ID}>": [Emoji("blob_1"), Emoji("dance")],
    "<t:1700000000> <t:1700000000:R>": [Moment(1700000000, "f"), " ", Moment(1700000000, "R")],
    f"</ticket close:{ID}>": [Command("ticket close")],
    "<id:guide>": [Command("guide")],
    "<b>": ["<b>"],
    f"`<@{ID}>`": [Code(f"<@{ID}>")],
}


@pytest.mark.parametrize("text", CASES)
def test_what_is_typed_becomes(text: str):
    assert parse(text) == CASES[text]


def _kinds(nodes: list[Node]) -> set[str]:
    found = set[str]()
    for node in nodes:
        if isinstance(node, Styled):
            found |= {node.style} | _kinds(node.inside)
        elif isinstance(node, Block):
            found |= {node.kind.rstrip("123")} | _kinds(node.inside)
        elif isinstance(node, Item):
            found |= {"list"} | _kinds(node.inside)
        elif isinstance(node, Link):
            found |= {"address"} if node.inside is None else {"masked link"} | _kinds(node.inside)
        elif not isinstance(node, str):
            found.add({Code: "code", CodeBlock: "block of code", Mention: "mention", Emoji: "emoji"}[type(node)])
    return found


@pytest.mark.parametrize(
    "text",
    [
        "**Hi** _there_, see <https://a.example> and [this](https://b.example)",
        "# Title\nText with `code` and ~~nothing~~\n- one\n- **two**\n> quoted *text*\n-# small",
        "||secret **bold**|| <@123456789012345678> @everyone <:blob:123456789012345678>",
        "a*b*c __d__e f_g_h ~~ i ~~ **j**k",
        "```js\nlet x = `y`;\n```\nafter ``a ` b`` *c*",
        "1. first\n2. second\n   - third\n\n>>> the\nrest **is** quoted",
    ],
)
def test_it_agrees_with_a_reading_that_shares_no_code(text: str):
    assert _kinds(parse(text)) == kinds(text) - {"text", "escape"}


HOSTILE = [
    "*",
    "**a*b_",
    "_ ",
    "[",
    "[(",
    "[a](https://",
    "`a",
    "``a`",
    "```a",
    "||a**",
    "<@",
    "</a",
    "> ",
    "- * ",
    "# \n",
]
HOSTILE += ["https://a)", "https://@", "\\", "\n", "1. \n", "](https://a(", "*_~|`["]


@pytest.mark.parametrize("run", HOSTILE)
def test_time_grows_with_the_length_alone(run: str):
    """Eight times the text may take eight times as long, not 64 times."""

    def seconds(length: int) -> float:
        text = (run * length)[:length]
        spans = []
        for _ in range(3):
            begun = time.process_time()
            parse(text)
            spans.append(time.process_time() - begun)
        return min(spans)

    assert seconds(4_000) <= 30 * max(seconds(500), 0.0005)
