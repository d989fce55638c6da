"""Questions, answers and what people type, for measuring the search of the FAQ. Nothing of it is part of the project.

The Debian FAQ in ten languages, whose questions are aligned by their anchors, Perl's and Python's come from Debian's
packages `debian-faq*`, `perl-doc` and `python3.11-doc`; real misspellings from codespell and small talk from
chatterbot-corpus, both from PyPI into a temporary folder.
"""

import html
import random
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "it", "nl", "pt", "ru", "ja", "ko", "zh-cn")
SPACED = LANGUAGES[:7]
LOCALES = {"en": "en-US", "pt": "pt-BR", "zh-cn": "zh-CN"}
"""What Discord calls some of them."""
PYPI = ("codespell==2.4.3", "chatterbot-corpus==1.3.3", "rapidfuzz==3.14.6")
DEBIAN = Path("/usr/share/doc/debian/FAQ")
PERL = "/usr/share/perl/*/pod/perlfaq[1-9].pod"
PYTHON = Path("/usr/share/doc/python3.11/html/faq")
EACH = 50
"""Queries of each kind in each language."""
SMALL_TALK = (
    "english",
    "german",
    "french",
    "italian",
    "portuguese",
    "russian",
    "japanese",
    "korean",
    "chinese",
    "dutch",
)
SYNONYMS = {
    "install": "set up",
    "package": "deb file",
    "packages": "deb files",
    "remove": "uninstall",
    "delete": "erase",
    "file": "document",
    "files": "documents",
    "string": "text",
    "strings": "texts",
    "array": "list",
    "arrays": "lists",
    "hash": "associative table",
    "function": "subroutine",
    "number": "figure",
    "numbers": "figures",
    "error": "failure",
    "copy": "duplicate",
    "sort": "order alphabetically",
    "faster": "speed up",
    "kernel": "linux core",
    "release": "edition",
    "printer": "print queue",
    "find": "locate",
    "create": "generate",
    "module": "library",
    "program": "application",
    "programs": "applications",
}
_SCRIPTS = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh-cn": re.compile(r"[\u4e00-\u9fff]"),
}
_LETTER = re.compile(r"[^\W\d_]")
_SECTION = re.compile(
    r'<h[23] class="title"[^>]*><a id="(?P<anchor>[^"]+)"></a>(?P<title>.*?)</h[23]>'
    r'(?P<body>.*?)(?=<h[1234] class="title"|<div class="navfooter)',
    re.DOTALL,
)
_PYTHON = re.compile(
    r"<h[23]>(?P<title>(?:(?!</h).)*?)<a class=\"headerlink\".*?</h3>(?P<body>.*?)(?=<h[123]>|</section>|<section)",
    re.DOTALL,
)
_POD = re.compile(r"^=head2 (?P<title>.*?)\n\n(?P<body>.*?)(?=^=head|\Z)", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Entry:
    """A question with its answer."""

    key: str
    language: str
    title: str
    answer: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """What somebody types, and which entries are right."""

    kind: str
    language: str
    text: str
    right: frozenset[str]


def fetched(folder: Path) -> None:
    """Put what comes from PyPI into a folder, and let it be imported from there."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *PYPI], check=True
    )
    sys.path.insert(0, str(folder))


def entries() -> list[Entry]:
    """Every entry. Raises FileNotFoundError where a package is missing."""
    found = [entry for language in LANGUAGES for entry in _debian(language)]
    found += [*_perl(), *_python()]
    if len(found) < 1000:
        raise FileNotFoundError(
            "apt install debian-faq debian-faq-{de,fr,it,ja,ko,nl,pt,ru,zh-cn} perl-doc python3.11-doc"
        )
    return [_with_synonyms(entry) for entry in found]


def _with_synonyms(entry: Entry) -> Entry:
    if entry.language != "en":
        return entry
    keywords = [SYNONYMS[word] for word in re.findall(r"\w+", entry.title.lower()) if word in SYNONYMS]
    return Entry(entry.key, "en", entry.title, entry.answer, tuple(dict.fromkeys(keywords)))


def _plain(markup: str) -> str:
    # A reference to another question has that question's title in it.
    markup = re.sub(r'<a class="xref".*?</a>', " ", markup, flags=re.DOTALL)
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


def _debian(language: str) -> Iterator[Entry]:
    folder = DEBIAN if language == "en" else DEBIAN / language
    seen = set[str]()
    for path in sorted(folder.glob(f"*.{language}.html")):
        for match in _SECTION.finditer(path.read_text(encoding="utf-8")):
            title = re.sub(r"^[\d.\s]+", "", _plain(match["title"]))
            answer = _plain(match["body"])
            if match["anchor"] not in seen and title and len(answer) > 40:
                seen.add(match["anchor"])
                yield Entry(f"debian/{language}/{match['anchor']}", language, title[:256], answer[:4000])


def _perl() -> Iterator[Entry]:
    for path in sorted(Path("/").glob(PERL[1:])):
        for number, match in enumerate(_POD.finditer(path.read_text(encoding="utf-8"))):
            title, answer = (re.sub(r"[A-Z]<+\s*(.*?)\s*>+", r"\1", match[part]) for part in ("title", "body"))
            yield Entry(
                f"perl/{path.stem}/{number}", "en", _SPACE.sub(" ", title)[:256], answer.strip()[:4000] or title
            )


def _python() -> Iterator[Entry]:
    for path in sorted(PYTHON.glob("*.html")):
        for number, match in enumerate(_PYTHON.finditer(path.read_text(encoding="utf-8"))):
            yield Entry(
                f"python/{path.stem}/{number}", "en", _plain(match["title"])[:256], _plain(match["body"])[:4000]
            )


def small_talk() -> list[tuple[str, str]]:
    """What people say who ask nothing, with its language."""
    import chatterbot_corpus  # pyright: ignore[reportMissingImports] -- fetched when measuring

    found = dict[str, str]()
    codes = dict(zip(SMALL_TALK, ("en", "de", "fr", "it", "pt", "ru", "ja", "ko", "zh-cn", "nl"), strict=True))
    for name, code in codes.items():
        for path in sorted((Path(str(chatterbot_corpus.__file__)).parent / "data" / name).glob("*.yml")):
            for said in re.findall(r"^\s*-\s*-\s+(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
                found.setdefault(said.strip().strip("'\""), code)
    return [(said, code) for said, code in found.items() if said]


def misspelt() -> dict[str, list[str]]:
    """Words with how people really misspell them."""
    import codespell_lib  # pyright: ignore[reportMissingImports] -- fetched when measuring

    found = defaultdict[str, list[str]](list)
    path = Path(str(codespell_lib.__file__)).parent / "data" / "dictionary.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        wrong, _, right = line.partition("->")
        for word in right.split(","):
            if word.strip().isalpha():
                found[word.strip()].append(wrong)
    return dict(found)


def queries(of: Sequence[Entry]) -> list[Query]:
    """Every query whose answer is known, the same each time."""
    luck = random.Random(7)
    typos, made = misspelt(), list[Query]()
    by_language = {language: [one for one in of if one.language == language] for language in LANGUAGES}
    for language, own in by_language.items():
        ways: dict[str, Callable[[str], str | None]] = {
            "title": str,
            "first half": _half,
            "typo": partial(_mistyped, typos=typos, luck=luck) if language == "en" else partial(_slipped, luck=luck),
            "inflection": partial(_inflected, forms=_forms(own), luck=luck),
            "without accents": _unaccented,
        }
        if language == "en":
            ways["synonym"] = _synonym
        for kind, way in ways.items():
            shuffled = own.copy()
            luck.shuffle(shuffled)
            count = 0
            for entry in shuffled:
                text = way(entry.title)
                if text is None or count == EACH:
                    continue
                count += 1
                right = {entry.key, *(one.key for one in of if one.title == entry.title)}
                if kind == "first half":
                    right |= {one.key for one in own if one.title.startswith(text)}
                made.append(Query(kind, language, text, frozenset(right)))
    return made


def whole_questions(of: Sequence[Entry]) -> list[Query]:
    """Each question, to be found by its answer alone."""
    found = list[Query]()
    for language in LANGUAGES:
        own = [one for one in of if one.language == language]
        found += [Query("question to answer", language, one.title, frozenset({one.key})) for one in own]
    return found


def translated_questions(of: Sequence[Entry]) -> list[Query]:
    """Those of which question and answer are both translated, in languages whose script tells.

    Of the Debian FAQ many are not: a question in Russian with an answer in English, or the other way round. Nothing
    that compares words can find those.
    """
    right = {
        one.key
        for one in of
        if (script := _SCRIPTS.get(one.language)) is not None
        and all(len(script.findall(part)) > len(_LETTER.findall(part)) / 2 for part in (one.title, one.answer))
    }
    return [replace(query, kind="translated question") for query in whole_questions(of) if query.right & right]


def _half(title: str) -> str | None:
    parts = title.split()
    if len(parts) >= 5:
        return " ".join(parts[: (len(parts) + 1) // 2])
    return title[: (len(title) + 1) // 2] if len(parts) < 3 and len(title) >= 12 and not title.isascii() else None


def _mistyped(title: str, typos: dict[str, list[str]], luck: random.Random) -> str | None:
    known = [word for word in re.findall(r"[A-Za-z]{4,}", title) if typos.get(word.lower())]
    if not known:
        return None
    word = luck.choice(known)
    return title.replace(word, luck.choice(typos[word.lower()]), 1)


def _slipped(title: str, luck: random.Random) -> str | None:
    """A letter left out, doubled, or changed places with the next, in a long word."""
    known = [word for word in re.findall(r"[^\W\d_]{5,}", title) if not re.search(r"[\u3000-\ud7af]", word)]
    if not known:
        return None
    word, at = luck.choice(known), 0
    at = luck.randrange(1, len(word) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return title.replace(word, luck.choice(slips), 1)


def _forms(own: Sequence[Entry]) -> dict[str, list[str]]:
    """Words of the same texts that differ in their last letters alone."""
    words = {word.lower() for one in own for word in re.findall(r"[^\W\d_]{5,}", f"{one.title} {one.answer}")}
    stems = defaultdict[str, list[str]](list)
    for word in words:
        for cut in range(4):
            if len(word) - cut >= 5:
                stems[word[: len(word) - cut]].append(word)
    return stems


def _inflected(title: str, forms: dict[str, list[str]], luck: random.Random) -> str | None:
    changed, count = title, 0
    for word in re.findall(r"[^\W\d_]{6,}", title):
        stem = word.lower()[: max(5, len(word) - 2)]
        others = [one for one in forms.get(stem, ()) if one != word.lower() and abs(len(one) - len(word)) <= 3]
        if others and not re.search(r"[\u3000-\ud7af]", word):
            changed, count = changed.replace(word, luck.choice(sorted(others)), 1), count + 1
    return changed if count else None


def _unaccented(title: str) -> str | None:
    bare = "".join(one for one in unicodedata.normalize("NFKD", title) if not unicodedata.combining(one))
    return (
        bare
        if bare != title and re.search(r"[a-z]", title) and not re.search(r"[\u3000-\ud7af\u0400-\u04ff]", title)
        else None
    )


def _synonym(title: str) -> str | None:
    for word, other in SYNONYMS.items():
        changed = re.sub(rf"\b{word}\b", other, title, count=1, flags=re.IGNORECASE)
        if changed != title:
            return changed
    return None
