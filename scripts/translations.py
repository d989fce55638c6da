"""Collect every sentence and every name of a command, and bring the catalogues in line with them.

`make translations` runs it; a test compares. What is translated in `translations/<language>.po` is said in that
language, the rest in English; the bot reads what is compiled from it into `app/locales`. `make translations ARGS=pt_BR`
begins a new language.
"""

import ast
import io
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import discord
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.core.messages import DOMAIN, LOCALES, NAMES, NAMES_DOMAIN
from scripts.documentation import ROOT, cogs, options_of

TRANSLATIONS = ROOT / "translations"


FUNCTIONS = {"t": 1, "msg": 1, "tn": 2, "msgn": 2, "tc": 1, "msgc": 1}
WITH_CONTEXT = {"tc", "msgc"}
"""Those that take what a sentence is about before it."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return every file of the bot, parsed."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


@cache
def refusals() -> set[str]:
    """Return the names of UserError and of every class that is one."""
    classes = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    known = {"UserError"}
    while more := {name for name, bases in classes if bases & known} - known:
        known |= more
    return known


@cache
def takers() -> dict[str, int]:
    """Return what takes a sentence, and how many arguments are forms of it.

    A subclass may pass it to `__init__` of a refusal.
    """
    return {**FUNCTIONS, **dict.fromkeys(refusals(), 1)}


class StableCatalog(Catalog):
    """A catalogue whose header tells nothing of when, by whom and with what it was written."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    mime_headers = property(_get_mime_headers)  # pyright: ignore[reportIncompatibleMethodOverride] -- it need not be set


@cache
def sentences() -> tuple[tuple[str, str | tuple[str, ...], str | None], ...]:
    """Return every sentence in the code, with its plural if it has one, between its file and its context."""
    found: list[tuple[str, str | tuple[str, ...], str | None]] = []
    for file, tree in modules().items():
        for call in sentence_calls(tree):
            # The compiler has joined literals that stand beside each other.
            one, *more = (ast.literal_eval(form) for form in forms_of(call))
            found.append((file, (one, *more) if more else one, context_of(call)))
    return tuple(found)


def sentence_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that take a sentence, as forms_of has it, but refusals that are given a Message."""
    for node in ast.walk(tree):
        calls = [node] if isinstance(node, ast.Call) and _name(node) in takers() else []
        if isinstance(node, ast.ClassDef) and node.name in refusals():
            calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and _name(call) == "__init__"]
        for call in calls:
            if _name(call) in FUNCTIONS or (call.args and isinstance(call.args[0], ast.Constant)):
                yield call


def forms_of(call: ast.Call) -> list[ast.expr]:
    """Return the forms of a sentence: the one, or singular and plural."""
    first = 1 if _name(call) in WITH_CONTEXT else 0
    return call.args[first : first + takers().get(_name(call), 1)]


def context_of(call: ast.Call) -> str | None:
    """Return what a sentence is about, if its translation depends on that."""
    return ast.literal_eval(call.args[0]) if _name(call) in WITH_CONTEXT else None


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case other:
            return ast.unparse(other).rpartition(".")[2]


@cache
def names() -> tuple[tuple[str, Any], ...]:
    """Return the names and descriptions of commands, options and choices, each after what it is in which command."""
    return tuple(_names())


def _names() -> Iterator[tuple[str, Any]]:
    waiting: list[Any] = [command for cog in cogs() for command in cog.__cog_commands__]
    while waiting:
        command = waiting.pop()
        top = f"/{command.qualified_name.split()[0]}" if command.parent else f"/{command.name}"
        yield f"{top} command name", command.name
        if not isinstance(command, discord.ContextMenuCommand):
            yield f"{top} command description", command.description
        if isinstance(command, discord.SlashCommandGroup):
            waiting += command.subcommands
        elif isinstance(command, discord.SlashCommand):
            for option in options_of(command):
                yield f"{top} option name", option.name
                yield f"{top} option description", option.description
                yield from ((f"{top} choice name", choice.name) for choice in option.choices)


@cache
def collected(locale: str) -> Catalog:
    """Return everything there is to translate into a language, with the translations that there are.

    For looking at: whoever asks again is given the same one.
    """
    catalog = StableCatalog(locale, DOMAIN, header_comment="", fuzzy=False)
    for file, text, context in sentences():
        catalog.add(text, locations=[(file, 0)], context=context)
    for context, text in names():
        catalog.add(text, context=context)
    path = path_of(locale)
    done = read_po(io.BytesIO(path.read_bytes()), locale) if path.exists() else Catalog()
    for message in catalog:
        known = done.get(message.id, message.context) if message.id else None
        # A sentence that became one with a plural, or the other way round, is translated anew.
        if known is not None and type(known.id) is type(message.id):
            message.string, message.user_comments = known.string, known.user_comments
        elif message.pluralizable:
            # As many as the language has, and not as English.
            message.string = ("",) * catalog.num_plurals
    return catalog


def path_of(locale: str) -> Path:
    """Return where the translations into a language are."""
    return TRANSLATIONS / f"{locale}.po"


def written(catalog: Catalog) -> dict[Path, bytes]:
    """Return a catalogue as its files: one for people, and for the bot one of sentences and one of commands.

    Those for the bot have what is translated in all its forms. English for the rest is chosen by the rules of English:
    a language may have one form for 1 and 21.
    """
    text, locale = io.BytesIO(), str(catalog.locale)
    write_po(text, catalog, width=100, sort_output=True, include_lineno=False)
    files = {path_of(locale): text.getvalue()}
    for domain in (DOMAIN, NAMES_DOMAIN):
        part = StableCatalog(locale, domain, fuzzy=False)
        for message in catalog:
            if message.id and domain == _domain_of(message) and is_translated(message):
                part[message.id] = message
        compiled = io.BytesIO()
        write_mo(compiled, part)
        files[LOCALES / locale / "LC_MESSAGES" / f"{domain}.mo"] = compiled.getvalue()
    return files


def _domain_of(message: Message) -> str:
    return NAMES_DOMAIN if (message.context or "").startswith(NAMES) else DOMAIN


def languages() -> list[str]:
    """Return the languages that have a catalogue, as their files are called."""
    return sorted(path.stem for path in TRANSLATIONS.glob("*.po"))


def main() -> None:
    """Write them all, and those of languages that are given."""
    for locale in sorted({*languages(), *sys.argv[1:]}):
        catalog = collected(locale)
        for path, content in written(catalog).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        missing = sum(1 for message in catalog if message.id and not is_translated(message))
        print(f"{locale}: {len(catalog) - missing} of {len(catalog)} translated")


def is_translated(message: Any) -> bool:
    """Tell whether a sentence is translated, in all its plural forms."""
    return all(message.string) if message.pluralizable else bool(message.string)


if __name__ == "__main__":
    main()
