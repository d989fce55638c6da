"""Whether a message in a channel asks something, and whether a known answer fits it well enough to be suggested.

The bot says nothing rather than guess. What is decided here costs no query.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from app.core.faq.automatic import Automatic
from app.core.faq.folding import fold
from app.core.faq.limits import MAX_QUERY
from app.core.faq.smalltalk import is_small_talk

MIN_LETTERS = 8
"""Of a question in an alphabet; of one in Chinese, Japanese or Korean, which needs fewer, a third."""
WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
LATE_EDIT = timedelta(minutes=15)
"""An edit so long after the message is no question of now."""

COMMAND = re.compile(r"[!/.$%&+=~;>-]{1,2}[^\W\d_]")
"""What another bot is called with: a sign and, without a space, a letter."""
NOISE = re.compile(
    r"```[\s\S]*?(?:```|\Z)|`[^`\n]*`|https?://\S+|<(?:@[!&]?|#|a?:\w+:|/[^:>\n]+:|t:|id:)[^<>\n]{0,100}>|^>.*$",
    re.MULTILINE,
)
"""What is no part of a question: code, addresses, mentions, custom emoji, what was quoted."""
QUESTION_MARK = re.compile(r"[?？¿؟՞⁇⁈⁉‽]|(?<=[\u0370-\u03ff])\s?[;\u037e]")
"""The last one is Greek, where a semicolon asks."""
# How a question begins, or a call for help, in the languages that the bot is asked in most.
BEGINNINGS = re.compile(
    r"(?:how|what(?! an? )|where|when|why|who|whom|which|whose|can|could|may|should|will|would|help|need help"
    r"|anyone|anybody"
    r"|(?:is|are|was|were|does|did|has) (?:i|you|we|they|it|there|this|that|the|my|your|any\w*|some\w*)"
    r"|(?:do|have|am) (?:i|you|we|they|any\w*|some\w*)"
    r"|wie|was|wo|wann|warum|wieso|weshalb|wer|wen|wem|welche[rs]?|wohin|woher|kann|konn(?:en|te)|darf|muss|soll|hilfe"
    r"|(?:ist|sind|gibt|hat|habt) (?:es|das|der|die|mein\w*|ihr|jemand|man|hier)"
    r"|comment|quoi|ou|quand|pourquoi|qui|quel\w*|combien|peut|puis|est-ce|existe|aide\w*"
    r"|como|que|donde|cuando|quien|cual\w*|cuant\w*|puedo|puede|hay|ayuda|alguien"
    r"|onde|quando|quem|qual|quais|quanto|posso|pode|ajuda|alguem"
    r"|come|cosa|dove|perche|chi|quale|quali|puo|aiuto|qualcuno"
    r"|hoe|wat|waar|wanneer|waarom|wie|welke?|kan|mag|moet|heeft|hulp|iemand"
    r"|jak|co|gdzie|kiedy|dlaczego|czemu|kto|ktor\w*|czy|moge|mozna|pomoc\w*|ktos"
    r"|как|что|где|куда|когда|почему|зачем|кто|как(?:ой|ая|ое|ие)|сколько|можно|могу|помоги\w*|помощь"
    r"|nasil|nerede|neden|niye|kim|hangi|yardim)\b"
)
SIGNS = re.compile(
    r"\b(?:how (?:to|do|can)|(?:does|do|is|are|was)(?: not|n[’']?t) (?:work|let|open|load|start|show)\w*|not working"
    r"|can(?:not|[’']?t)|unable to|i need (?:help|to know)|please help|help me"
    r"|(?:geht|funktioniert|klappt) nicht|kann (?:mir|jemand|man)|weiss (?:jemand|wer)|brauche hilfe"
    r"|ne (?:marche|fonctionne) pas|no funciona|no puedo|nao (?:funciona|consigo)|non funziona|werkt niet|nie dziala"
    r"|не (?:работает|могу|получается))\b"
    r"|怎么|如何|为什么|怎樣|怎样|哪里|什么|吗|呢$|どう|なぜ|どこ|いつ|ですか|ますか|教えて|できない"
    r"|어떻게|왜|어디|무엇|언제|나요|까요|습니까"
)
"""What asks or calls for help wherever it stands."""
ASKING = re.compile(
    r"\b(?:how|where|when|why|what|which|can i|is there|wie|wo|wann|warum|wieso|welche[rs]?|gibt es|kann (?:ich|man)"
    r"|comment|o[uù]|quand|pourquoi|quel\w*|c[oó]mo|d[oó]nde|cu[aá]ndo|onde|quando|come|dove|perch[eé]"
    r"|hoe|waar|wanneer|waarom|jak|gdzie|kiedy|dlaczego|как|где|когда|почему)\b"
    r"|(?<=^请问|^請問).",
    re.IGNORECASE,
)
CLAUSES = re.compile(r"[^.!?…。！？,;:\n]+[.!?…。！？,;:]*")
SENTENCES = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


class Hit(Protocol):
    """What a search found."""

    @property
    def id(self) -> int:
        """Return the entry's id."""
        ...

    @property
    def confidence(self) -> float:
        """Return how sure the search is, from 0 to 1."""
        ...


def said_in(text: str) -> str:
    """Return what the writer of a message says, without code, links, mentions and quotes."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in NOISE.sub(" ", text[:MAX_QUERY]).split("\n"))))


def questions_in(text: str, title: str = "") -> tuple[str, ...]:
    """Return what of a message is searched for, two texts at most: what asks in it, and all of it.

    `title` is that of a post in a forum, which is the question, whatever else is said.
    """
    said = CLAUSES.sub(_without_small_talk, said_in(text))
    asks = " ".join(map(_question, _asking(SENTENCES.split(said))))
    texts = [title, f"{title} {asks}"] if is_worth_a_search(title) else [asks, f"{title} {said}"]
    found = (" ".join(one.split()) for one in texts)
    return tuple(dict.fromkeys(one for one in found if is_worth_a_search(one)))


def _asking(sentences: Sequence[str]) -> list[str]:
    """Return the sentences that end with a question mark; if none does, those that sound like a question."""
    marked = [one for one in sentences if QUESTION_MARK.search(one)]
    return marked or [one for one in sentences if sounds_like_a_question(one)]


def _question(sentence: str) -> str:
    """Return a sentence from the word on that asks: "Does anybody here know how to ..." is "how to ..."."""
    found = ASKING.search(sentence)
    asked = sentence[found.start() :] if found else sentence
    return asked if is_worth_a_search(asked) else sentence


def _without_small_talk(clause: re.Match[str]) -> str:
    """Leave out greetings and thanks: they are in no answer, and what is in none counts against those that fit."""
    return "" if is_small_talk(clause[0]) else clause[0]


def is_worth_a_search(text: str) -> bool:
    """Tell whether a message may ask something: no command, not too short, no small talk."""
    if COMMAND.match(text.lstrip()):
        return False
    said = said_in(text)
    wide = len(WIDE.findall(said))
    letters = sum(map(str.isalpha, said))
    return letters + wide * 2 >= MIN_LETTERS and not is_small_talk(said)


def sounds_like_a_question(text: str) -> bool:
    """Tell whether a message asks: by a question mark, by how one of its sentences begins, or by a call for help."""
    said = said_in(text)
    if QUESTION_MARK.search(said):
        return True
    folded = fold(said.replace("\n", ". "))
    return bool(SIGNS.search(folded)) or any(map(BEGINNINGS.match, re.split(r"[.!,:]\s", folded)))


def needed(place: Automatic, *, is_question: bool) -> float:
    """Return how sure the bot has to be, from 0 to 1: of what does not sound like a question, much surer."""
    least = place.threshold / 100
    return least if is_question else (1 + least) / 2


def best_of(found: Sequence[Hit], place: Automatic, *, is_question: bool) -> Hit | None:
    """Return the one answer that may be suggested: the best, if the search is sure enough of it."""
    best = max(found, key=lambda hit: hit.confidence, default=None)
    if best is None or best.confidence < needed(place, is_question=is_question):
        return None
    return best
