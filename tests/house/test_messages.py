"""Every sentence that people read goes through a catalogue, and the catalogues are as the code needs them."""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Formatter
from typing import Any

import discord
import pytest

from app.core import when
from app.core.messages import DOMAIN, NAMES_DOMAIN, catalogue_of, translated_name
from app.core.when.past import read_past
from scripts import translations
from scripts.documentation import cogs, options_of
from tests.fixtures.languages import COMPLETE
from tests.house.repository import modules, name_of, parsed, walked

EDGE = ("app/commands/", "app/effects/", "app/jobs/", "app/ui/")
ALLOWED = {
    "app/jobs/reminders/metrics.py": "operators read it in their monitoring",
    "app/jobs/onboarding/metrics.py": "operators read it in their monitoring",
    "app/jobs/faq/metrics.py": "operators read it in their monitoring",
    "app/jobs/privacy/metrics.py": "operators read it in their monitoring",
    "app/jobs/tickets/metrics.py": "operators read it in their monitoring",
    "app/jobs/reminders/requests.py": "the log says why a request was not sent",
    "app/jobs/reminders/settling.py": "the log says what is written",
    "app/jobs/reminders/starting.py": "the log says what is written",
    "app/ui/kit/charts/drawing.py": "the name of a font",
    "app/ui/tickets/transcript/style.py": "a style sheet",
    "app/discord_failures.py": "the log and the terminal say why a request failed",
}
"""Files whose literals no member reads, and why."""

# In text: two words. Where only text can stand, one is enough.
WORDS = re.compile(r"[^\W\d_]{2,}[,.:;!?…]* +[^\W\d_]{2,}")
TAG = re.compile(r"<[a-z/!][^<>]*(?:>|$)")
"""What is HTML, as far as it stands in one literal."""
WORD = re.compile(r"[a-zäöü]{3,}")
SHOWN: dict[str, tuple[int, set[str]]] = {
    "Reply": (1, {"content"}),
    "Embed": (0, {"title", "description"}),
    "add_field": (0, {"name", "value"}),
    "set_footer": (0, {"text"}),
    "set_author": (0, {"name"}),
    "Button": (0, {"label"}),
    "button": (1, {"label"}),
    "Select": (0, {"placeholder"}),
    "select": (1, {"placeholder"}),
    "SelectOption": (0, {"label", "description"}),
    "OptionChoice": (1, {"name"}),
    "choice": (1, {"label"}),
    "InputText": (0, {"label", "placeholder"}),
    "TextDisplay": (1, {"content"}),
    "form": (1, {"title"}),
    "Modal": (0, {"title"}),
    "send": (1, {"content"}),
    "send_message": (1, {"content"}),
}
"""Where text is shown: how many arguments by position, and which by name."""
DECLARED = {"command", "option", "Option", "message_command", "slash_command", "SlashCommandGroup", "create_subgroup"}
"""What declares a command, as whatever ends in `_option` does; make translations collects its words from there."""


def _literal(node: ast.expr) -> str:
    """What is written in a text, an f-string or the sum of some, its values left out."""
    if isinstance(node, ast.Constant):
        return node.value.replace("```sql", "") if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) + _literal(node.right)
    return ""


def _is_exempt(node: ast.AST) -> bool:
    """Tell whether no member reads what stands inside: a sentence of the catalogue, the log, a docstring, a bug."""
    if isinstance(node, ast.Call):
        function = node.func
        is_log = isinstance(function, ast.Attribute) and name_of(function.value) in {"log", "re"}
        is_declared = name_of(function) in DECLARED or name_of(function).endswith("_option")
        is_init = bool(node.args) and ast.unparse(function) == "super().__init__"
        return is_log or is_declared or is_init or name_of(function) in {*translations.takers(), "create_task"}
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return raised is not None and name_of(raised) in {"ValueError", "TypeError", "LookupError", "RuntimeError"}
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _unexempt(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    keys = node.keys if isinstance(node, ast.Dict) else []
    for child in ast.iter_child_nodes(node):
        if child not in keys and not _is_exempt(child):
            yield from _unexempt(child)


def around_the_catalogue(source: str) -> list[str]:
    """What a module of the edge says without a catalogue."""
    found: dict[int, str] = {}
    for node in _unexempt(parsed(source)):
        if isinstance(node, ast.Constant | ast.JoinedStr) and WORDS.search(TAG.sub("", _literal(node))):
            found[node.lineno] = _literal(node)
        if isinstance(node, ast.Call) and name_of(node.func) in SHOWN:
            positions, keywords = SHOWN[name_of(node.func)]
            texts = [*node.args[:positions], *(each.value for each in node.keywords if each.arg in keywords)]
            parts = [part for text in texts if not _is_exempt(text) for part in _unexempt(text)]
            said = [part for part in parts if isinstance(part, ast.expr)]
            found |= {part.lineno: _literal(part) for part in said if WORD.search(_literal(part))}
    return [f"{line}: {text}" for line, text in sorted(found.items())]


def unfinished_refusals(source: str) -> list[str]:
    """Refusals whose sentence is put together first, so that no catalogue has it."""
    found: list[str] = []
    for node in walked(source):
        bases = {name_of(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set[str | None]()
        classes = [node] if bases & translations.refusals() else []
        inits = [call for each in classes for call in ast.walk(each) if _is_init(call)]
        made = [node] if isinstance(node, ast.Call) and name_of(node.func) in translations.refusals() else []
        for call in (*made, *inits):
            assert isinstance(call, ast.Call)
            found += [f"{call.lineno}: {ast.unparse(text)}" for text in call.args[:1] if not _is_collected(text)]
    return found


def _is_collected(sentence: ast.expr) -> bool:
    """Tell whether it is one literal, or a Message that has been made elsewhere."""
    if isinstance(sentence, ast.IfExp):
        branches = (sentence.body, sentence.orelse)
        return all(_is_collected(branch) and not isinstance(branch, ast.Constant) for branch in branches)
    return isinstance(sentence, ast.Constant | ast.Name | ast.Attribute | ast.Subscript | ast.Call)


def _is_init(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) == "__init__"


SOURCES = dict(modules("app"))


def test_nothing_is_said_around_the_catalogue():
    found = {
        file: around_the_catalogue(source)
        for file, source in SOURCES.items()
        if file.startswith(EDGE) and file not in ALLOWED
    }
    assert not {file: problems for file, problems in found.items() if problems}, "put it into t(...) or tn(...)"


def test_the_sentence_of_a_refusal_is_one_literal_or_a_message():
    assert len(translations.refusals()) > 20
    found = {file: unfinished_refusals(source) for file, source in SOURCES.items()}
    assert not {file: problems for file, problems in found.items() if problems}, "one literal, or msgn(...)"


@pytest.mark.parametrize(
    "said",
    [
        'Reply("Done.")',
        'Reply(f"{count} reminders")',
        'Reply("Done." if done else "Failed.")',
        'Reply({True: "Done."}[done])',
        'button("Undo", UndoId())',
        'select("Other…", ScopeId(), options)',
        'discord.Embed(title="Settings")',
        'embed.add_field(name="Value", value=x)',
        'embed.set_footer(text=f"Page {page} of {pages}")',
        'discord.ui.Button(label="Undo")',
        'discord.ui.InputText(label=t("When"), placeholder="tomorrow")',
        'lines.append("Nothing was found.")',
        'x = "the default " + value',
        'await interaction.respond("No" if no else "Not at all")',
        'await channel.send(t("Good") + "night")',
        'html = f"<b>Nothing was found: {name}</b>"',
    ],
)
def test_a_sentence_without_catalogue_is_found(said: str):
    assert around_the_catalogue(f"async def f():\n    {said}")


@pytest.mark.parametrize(
    "said",
    [
        '"""Says it in words."""',
        'Reply(t("Done, {name}.", name="the one and only"))',
        'log.warning("it did not work")',
        'raise ValueError("not a route")',
        'discord.Embed(title=f"{setting.label} · {setting.name}")',
        'x = "settings:v1:undo"',
        'html = f"<div class=\\"small\\" dir=\\"auto\\">{name}</div>"',
        'discord.ui.Button(label=t("Undo"), custom_id="settings:v1:undo")',
    ],
)
def test_what_no_member_reads_is_left_alone(said: str):
    assert not around_the_catalogue(f"async def f():\n    {said}")


def test_a_refusal_with_a_text_is_found():
    assert unfinished_refusals('raise InvalidInput(f"No {name}.")')
    assert unfinished_refusals('raise InvalidInput("No" if x else "Yes")')
    assert unfinished_refusals('class Gone(NotFound):\n    def __init__(self):\n        super().__init__("No " + x)')
    assert not unfinished_refusals('raise InvalidInput("No {name}.", name=name)')
    assert not unfinished_refusals('raise InvalidInput(msgn("One.", "{count}.", 2))')


def _fields(text: str) -> set[str]:
    return {field.partition(".")[0] for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_sentences_are_literals_and_have_the_values_that_they_name():
    for file, source in SOURCES.items():
        for call in translations.sentence_calls(parsed(source)):
            place = f"{file}:{call.lineno}"
            forms = translations.forms_of(call)
            assert all(isinstance(form, ast.Constant) and isinstance(form.value, str) for form in forms), place
            given = {keyword.arg for keyword in call.keywords}
            named = set[str]().union(*(_fields(_literal(form)) for form in forms))
            if len(forms) > 1:
                named -= {"count"}
            # A message without values may be a pattern that gets them later.
            is_pattern = name_of(call.func) in {"msg", "msgn"} and not given
            assert named == given or is_pattern or None in given, place


# The catalogues


NAME = re.compile(r"^[-_'\w]{1,32}$")
MENU_NAME = re.compile(r"^\S.{0,30}\S$")
COMMAND = re.compile(r"`/(?P<top>[\w-]+)(?: (?P<sub>[\w-]+)(?![\w:.]))?(?: (?P<third>[\w-]+)(?![\w:.]))?")
TIME = re.compile(r"^(?:every|in|on|tomorrow|today|a|first|[0-9]+ [a-z]|[a-z]+day)\b(?!.*\.{3})")
PAST = re.compile(r"^yesterday\b| ago$")
LANGUAGES = translations.languages()
ROOM: dict[str, tuple[tuple[int, ...], dict[str, int]]] = {
    "form": ((45,), {"title": 45}),
    "labelled": ((45, 0, 100), {"description": 100}),
    "button": ((80,), {"label": 80}),
    "Button": ((), {"label": 80}),
    "select": ((150,), {"placeholder": 150}),
    "SelectOption": ((), {"label": 100, "description": 100}),
    "RadioGroupOption": ((), {"label": 100, "description": 100}),
    "InputText": ((), {"label": 45, "placeholder": 100}),
}
"""How many characters Discord takes of what is shown there, by position and by name."""


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest):
    return translations.collected(request.param)


def test_there_is_a_catalogue_for_german():
    assert "de" in LANGUAGES


def test_catalogues_are_as_make_translations_writes_them(catalogue):
    for path, content in translations.written(catalogue).items():
        # Compared beside the assertion: to show the differences of two catalogues takes minutes.
        is_same = path.read_bytes() == content
        assert is_same, f"{path.name}: run make translations"


def test_a_language_that_was_just_begun_is_english_and_stays_as_it_is(tmp_path, monkeypatch):
    """One with three forms, of which the first is that of 1 and of 21."""
    monkeypatch.setattr(translations, "TRANSLATIONS", tmp_path)
    collect = translations.collected.__wrapped__
    files = translations.written(collect("ru"))
    (tmp_path / "ru.po").write_bytes(files[tmp_path / "ru.po"])
    assert translations.written(collect("ru")) == files
    compiled = next(content for path, content in files.items() if path.name == f"{DOMAIN}.mo")
    begun = gettext.GNUTranslations(io.BytesIO(compiled))
    said = [begun.ngettext("{count} command", "{count} commands", count) for count in (1, 2, 21)]
    assert said == ["{count} command", "{count} commands", "{count} commands"]


def test_what_has_to_be_translated_is(catalogue):
    is_complete = str(catalogue.locale) in COMPLETE
    missing = [message.id for message in catalogue if message.id and not translations.is_translated(message)]
    assert not (is_complete and missing), "translate these in translations/, and run make translations"
    assert not [message.id for message in catalogue if message.fuzzy]


def test_translations_name_the_values_of_the_english_and_have_every_form(catalogue):
    for message in catalogue:
        if not message.id or not any(message.string or ()):
            continue
        forms = message.string if message.pluralizable else (message.string,)
        assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1), message.id
        english = message.id if message.pluralizable else (message.id,)
        for form in forms:
            assert _fields(form) - {"count"} == _fields(english[-1]) - {"count"}, message.id
            assert form == form.strip() or english[0] != english[0].strip(), message.id


def test_translated_names_are_within_limits_of_discord(catalogue):
    for message in catalogue:
        if not (message.context or "").startswith("/") or not message.string:
            continue
        if message.context.endswith("description") or message.context.endswith("choice name"):
            assert len(message.string) <= 100, message.string
        elif not NAME.match(message.id):
            # Of a message's menu.
            assert MENU_NAME.match(message.string), message.string
        else:
            assert NAME.match(message.string), message.string
            assert message.string == message.string.lower()


def test_translations_fit_where_they_are_shown(catalogue):
    checked = 0
    for file, source in SOURCES.items():
        for call in walked(source) if file.startswith(("app/commands/", "app/ui/")) else ():
            if not isinstance(call, ast.Call) or name_of(call.func) not in ROOM:
                continue
            positions, keywords = ROOM[name_of(call.func)]
            shown = [*zip(call.args, positions, strict=False)]
            shown += [(each.value, keywords[each.arg]) for each in call.keywords if each.arg in keywords]
            for said, most in shown:
                if isinstance(said, ast.Call) and name_of(said.func) == "t" and most:
                    translated = catalogue.get(_literal(said.args[0])).string
                    assert len(translated) <= most, f"{file}:{said.lineno}: {translated}"
                    checked += 1
    assert checked > 100


def test_times_that_a_translation_proposes_are_read_like_the_english_ones(catalogue):
    locale = str(catalogue.locale).replace("_", "-")
    told: dict[str, Any] = {
        "now": datetime(2026, 11, 18, 12, 30, tzinfo=UTC),
        "zone": "Europe/Brussels",
        "locale": locale,
    }
    compared = 0
    for message in catalogue:
        if not message.locations or message.pluralizable or not message.string:
            continue
        english, said = (re.findall("`([^`{]+)`", text) for text in (message.id, message.string))
        for one, other in zip(english, said, strict=False):
            if other != one and " " in other and TIME.search(one):
                read = read_past if PAST.search(one) else when.read
                assert read(other, **told) == read(one, **told), message.string
                compared += 1
    assert compared > 50 or str(catalogue.locale) not in COMPLETE


def test_no_two_of_a_command_are_translated_alike(catalogue):
    locale = str(catalogue.locale).replace("_", "-")
    waiting: list[Any] = [command for cog in cogs() for command in cog.__cog_commands__]
    waiting = [command for command in waiting if not isinstance(command, discord.ContextMenuCommand)]
    while waiting:
        command = waiting.pop()
        is_group = isinstance(command, discord.SlashCommandGroup)
        inner = command.subcommands if is_group else options_of(command)
        waiting += inner if is_group else []
        context = f"/{command.qualified_name.split()[0]} {'command' if is_group else 'option'} name"
        said = [translated_name(locale, context, one.name) or one.name for one in inner]
        assert len(set(said)) == len(said), f"{command.qualified_name}: {said}"


def test_translations_call_commands_as_discord_shows_them(catalogue):
    locale = str(catalogue.locale).replace("_", "-")
    for message in catalogue:
        if not message.id or (message.context or "").startswith("/") or not any(message.string or ()):
            continue
        english, said = (each[-1] if message.pluralizable else each for each in (message.id, message.string))
        wanted = []
        for found in COMMAND.finditer(english):
            words = [word for word in found.groups() if word]
            context = f"/{found['top']} command name"
            wanted.append([translated_name(locale, context, word) or word for word in words])
        assert [[word for word in found.groups() if word] for found in COMMAND.finditer(said)] == wanted, message.id


@pytest.mark.parametrize("locale", LANGUAGES)
def test_commands_have_a_catalogue_of_their_own(locale):
    """It is read for all languages before the bot logs in, and a fifth of all."""
    sentences, names = (
        getattr(catalogue_of(locale, domain), "_catalog")  # noqa: B009 -- it has no public name
        for domain in (DOMAIN, NAMES_DOMAIN)
    )
    assert all(str(key).startswith("/") and "\4" in str(key) for key in names if key)
    assert not [key for key in sentences if str(key).startswith("/") and "\4" in str(key)]
    if locale in COMPLETE:
        assert 500 < len(names) < len(sentences) / 3


def test_a_language_without_catalogue_is_english():
    for locale in ("pt-BR", "xx", "en-GB", ""):
        assert catalogue_of(locale).gettext("Time zone") == "Time zone"
    assert catalogue_of("de").gettext("Time zone") == "Zeitzone"
    assert catalogue_of("de-AT").gettext("Time zone") == "Zeitzone"
