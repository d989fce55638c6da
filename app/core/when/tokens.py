"""The tokeniser: it splits a phrase into numbers, times, dates and words, in linear time."""

import re
from collections.abc import Callable, Container
from difflib import get_close_matches
from enum import StrEnum
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.when import proposing
from app.core.when.vocabulary import KNOWN

EXAMPLES = msg("`in 2h30m`, `tomorrow 9am`, `31 dec 23:59` or `every weekday at 8`")
EXAMPLES_ONCE = msg("`in 2h30m`, `tomorrow 9am` or `31 dec 23:59`")
"""The same where only one moment will do."""
NO_TIME = msg("A reminder needs a time: {examples} would work.", examples=EXAMPLES)
MAX_SUGGESTION_WORDS = 3
P = ParamSpec("P")
T = TypeVar("T")


class NotUnderstood(InvalidInput):
    """A part of a phrase is unknown in English and in the languages translated here."""


class TokenType(StrEnum):
    """The type of a token."""

    STAMP = "stamp"
    ISO = "iso"
    DATE = "date"
    SHORT_DATE = "short_date"
    OFFSET = "offset"
    CLOCK = "clock"
    DECIMAL = "decimal"
    ORDINAL = "ordinal"
    ZONE = "zone"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


TOKEN = re.compile(
    r"(?P<stamp><t:-?[0-9]{1,15}(?::[a-z])?>)"
    r"|(?P<iso>(?<![0-9])[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?![0-9]))"
    r"|(?P<date>(?<![0-9])[0-9]{1,2}(?P<mark>[-/.])[0-9]{1,2}(?P=mark)(?:[0-9]{4}|[0-9]{2})(?![0-9]))"
    r"|(?P<short_date>(?<![0-9])[0-9]{1,2}(?:/[0-9]{1,2}|\.[0-9]{1,2}\.)(?![0-9]))"
    r"|(?P<offset>[+-][0-9]{2}:?[0-9]{2}(?![0-9]))"
    r"|(?P<clock>(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?![0-9]))"
    r"|(?P<decimal>[0-9]{1,4}[.,][0-9]{1,2}(?![0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:st|nd|rd|th)(?![a-z]))"
    r"|(?P<zone>[a-z_]{2,20}(?:/[a-z][a-z0-9_+-]{1,30}){1,2})"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)"
    r"|(?P<sign>\S)"
)


LEADING_DIGITS = re.compile(r"[0-9]{1,15}")
# The group `mark` is inside `date`, so it is the last one that matched.
TYPES = {**{each.value: each for each in TokenType}, "mark": TokenType.DATE}
SKIPPED = frozenset(',;.!?"')


class Token(NamedTuple):
    """One token, folded to lower case."""

    type: TokenType
    text: str

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number in digits."""
        return self.type is TokenType.NUMBER

    @property
    def number(self) -> int:
        """The number that its leading digits make."""
        digits = LEADING_DIGITS.match(self.text)
        return int(digits[0]) if digits else 0


END = Token(TokenType.SIGN, "")


class Tokens:
    """The tokens of a phrase, and the position of the parser."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    @classmethod
    def of(cls, text: str) -> "Tokens":
        """Tokenise a folded text."""
        found = ((match.lastgroup, match[0]) for match in TOKEN.finditer(text))
        return cls([Token(TYPES[kind or ""], text) for kind, text in found if text not in SKIPPED])

    def __bool__(self) -> bool:
        """Tell whether something is left."""
        return self.position < len(self.tokens)

    def peek(self, ahead: int = 0) -> Token:
        """Return a token ahead without consuming it, END beyond the end."""
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else END

    def advance(self) -> Token:
        """Consume the next token and return it."""
        token = self.peek()
        self.position += 1
        return token

    def accept(self, *words: str) -> bool:
        """Consume these words if they come next."""
        # Most calls end at the first word.
        tokens, place = self.tokens, self.position
        if place >= len(tokens) or tokens[place].text != words[0]:
            return False
        end = place + len(words)
        if len(words) > 1 and (end > len(tokens) or any(map(_differ, tokens[place:end], words))):
            return False
        self.position = end
        return True

    def accept_any(self, words: Container[str]) -> str | None:
        """Consume the next word if it is one of these, and return it."""
        if self.position >= len(self.tokens) or (word := self.tokens[self.position].text) not in words:
            return None
        self.position += 1
        return word

    def rest(self) -> str:
        """Return the text that is left."""
        return " ".join(token.text for token in self.tokens[self.position :])


def attempt(parse: Callable[Concatenate[Tokens, P], T]) -> Callable[Concatenate[Tokens, P], T]:
    """Return a parser that leaves nothing consumed when it returns None or False."""

    @wraps(parse)
    def tried(tokens: Tokens, /, *args: P.args, **kwargs: P.kwargs) -> T:
        saved = tokens.position
        found = parse(tokens, *args, **kwargs)
        nothing: object = found
        if nothing is None or nothing is False:
            tokens.position = saved
        return found

    return tried


def _differ(token: Token, word: str) -> bool:
    return token.text != word


def cannot_read(tokens: Tokens) -> NotUnderstood:
    """Return the refusal for the next token, with a suggestion if a known word is similar."""
    rest = [token for token in tokens.tokens[tokens.position :] if token.text not in KNOWN]
    for token in rest[:MAX_SUGGESTION_WORDS]:
        if token.type is TokenType.WORD and 3 < len(token.text) < 20:
            close = get_close_matches(token.text, KNOWN, n=3, cutoff=0.75)
            if close:
                # Prefer words with the same first letter: `munday` is not `sunday`.
                meant = next((word for word in close if word[0] == token.text[0]), close[0])
                return NotUnderstood(
                    "I do not know `{word}` in a time: did you mean `{meant}`?",
                    word=token.text,
                    meant=proposing.name(meant),
                )
    text = (rest[0] if rest else tokens.peek()).text.replace("`", "'")[:40]
    return NotUnderstood("I cannot read `{word}` in that time: {examples} would work.", word=text, examples=EXAMPLES)
