"""Sentences in the language of whoever reads them.

The English sentence in the source is the key of its translation in `translations/<language>.po`, which is compiled
into `app/locales`; what is missing there is said in English. Values are named and filled in afterwards, so that a
translation may move them:

    t("Page {page} of {pages}", page=1, pages=3)                       a text, now
    tn("{count} reminder", "{count} reminders", 3)                     the same, by number
    msg("`{name}` takes a number.", name=name)                         a Message, put into words when it is shown
    raise InvalidInput("`{name}` takes a number.", name=name)          a refusal, which carries a Message

The language is that of the current task: `speaking` sets it, and English holds until then. Only literals may be passed
as sentences, because they are collected from the source.
"""

import gettext
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from functools import cache
from pathlib import Path

from app.core import number_styles
from app.core.records import record

DOMAIN = "concierge"
NAMES_DOMAIN = "commands"
"""What Discord shows of commands, which is needed in all languages at each start, has a catalogue of its own."""
NAMES = "/"
"""What the contexts of that begin with."""
LOCALES = Path(__file__).resolve().parents[1] / "locales"
SOURCE_LANGUAGE = "en"

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


@record
class Message:
    """A sentence that is put into words when it is shown: `str(message)` is in the language of the current task.

    `many` and `count` choose between singular and plural, which have no context. A value may be a Message itself.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    many: str | None = None
    count: int = 0
    context: str | None = None
    """What it is about, where that decides the words of other languages; for translators, it is never shown."""

    def __str__(self) -> str:
        """Return the sentence in the current language, in English where it is not translated."""
        catalogue = catalogue_of(_language.get())
        if self.many is None:
            said = catalogue.pgettext(self.context, self.text) if self.context else catalogue.gettext(self.text)
            return said.format_map(self.values)
        said = catalogue.ngettext(self.text, self.many, self.count)
        # How many there are is written as the language writes numbers; whatever else is a number may be an id.
        count = str(self.count) if -1000 < self.count < 1000 else current_style().written(self.count)
        return said.format_map({"count": count, **self.values})

    @property
    def english(self) -> str:
        """The sentence as the log has it, whatever language is current."""
        with speaking(SOURCE_LANGUAGE):
            return str(self)


def msg(text: str, /, **values: object) -> Message:
    """Make a sentence that is put into words when it is shown."""
    return Message(text, values)


def msgn(one: str, many: str, count: int, /, **values: object) -> Message:
    """Make a sentence that depends on a number, which it may name as `{count}`."""
    return Message(one, values, many, count)


def t(text: str, /, **values: object) -> str:
    """Say a sentence in the current language."""
    return str(Message(text, values))


def tn(one: str, many: str, count: int, /, **values: object) -> str:
    """Say a sentence that depends on a number in the current language."""
    return str(Message(one, values, many, count))


def msgc(context: str, text: str, /, **values: object) -> Message:
    """Make a sentence whose words in other languages depend on what it is about, which `context` says."""
    return Message(text, values, context=context)


def tc(context: str, text: str, /, **values: object) -> str:
    """Say a sentence whose words in other languages depend on what it is about, in the current language."""
    return str(Message(text, values, context=context))


@contextmanager
def speaking(locale: str | None) -> Generator[None]:
    """Say everything in this language until the end of the block, in this task; `locale` is Discord's code for it."""
    token = _language.set(locale or SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str:
    """Return the language of the current task, as Discord's code."""
    return _language.get()


def current_style() -> number_styles.Style:
    """Return how the language of the current task writes numbers; as English what is said in English."""
    return _style_of(_language.get())


@cache
def _style_of(locale: str) -> number_styles.Style:
    return number_styles.of(locale) if is_spoken(locale) else number_styles.ENGLISH


@cache
def catalogue_of(locale: str, domain: str = DOMAIN) -> gettext.NullTranslations:
    """Return the sentences of a language; those of `pt` for `pt-BR` if it has none of its own, else English."""
    file = _file_of(locale, domain)
    return gettext.NullTranslations() if file is None else _catalogue_in(file)


def _file_of(locale: str, domain: str = DOMAIN) -> str | None:
    code = locale.replace("-", "_")
    return gettext.find(domain, LOCALES, [code, code.partition("_")[0]])


@cache
def _catalogue_in(file: str) -> gettext.GNUTranslations:
    # The same for several locales. Not by `gettext.translation`, which makes a copy for each of these.
    with Path(file).open("rb") as catalogue:
        return gettext.GNUTranslations(catalogue)


@cache
def is_spoken(locale: str) -> bool:
    """Tell whether there is a catalogue for a language; without one nothing is translated."""
    return _file_of(locale) is not None


def translated_name(locale: str, context: str, text: str) -> str | None:
    """Return the translation of a command's name or description, None if there is none; `context` says what it is."""
    found = catalogue_of(locale, NAMES_DOMAIN).pgettext(context, text)
    return None if found == text else found


def called(command: str, field: str, text: str) -> str:
    """Return the name or the description (`field`) of a command, or of one below it, in the current language."""
    return translated_name(_language.get(), f"/{command} command {field}", text) or text


def called_in_option(command: str, field: str, text: str) -> str:
    """Return the name or the description (`field`) of an option, in the current language; `command` is outermost."""
    return translated_name(_language.get(), f"/{command} option {field}", text) or text


def called_choice(command: str, text: str) -> str:
    """Return what a choice of an option is called in the current language; `command` is the outermost name."""
    return translated_name(_language.get(), f"/{command} choice name", text) or text


@record
class OptionName:
    """The name of a command's option, as a sentence names it: `str(name)` is what Discord shows people who read it."""

    command: str
    """The outermost name, as in `reminder`."""
    name: str

    def __str__(self) -> str:
        """Return the name in the current language."""
        return called_in_option(self.command, "name", self.name)


@cache
def languages() -> tuple[str, ...]:
    """Return Discord's codes of the languages that have a catalogue."""
    return tuple(
        sorted(path.parent.parent.name.replace("_", "-") for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    )
