"""What the documentation repeats from the code is what the code says: variables, settings, commands."""

import re
import shutil
import subprocess
import sys

import pytest

from app.config import load_settings
from app.config.variables import Variables
from app.core import registry
from scripts import documentation
from tests.house.repository import ROOT

FIELDS = sorted(Variables.model_fields)
VARIABLE = re.compile(r"^(?:# )?(?P<name>[A-Z][A-Z_]+)=(?P<value>.*)$", re.MULTILINE)
ROW = re.compile(r"^\| `(?P<name>[A-Z_]+)` \| (?P<meaning>.+?) \| (?:`(?P<default>[^`]*)`|unset) \|$", re.MULTILINE)


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", documentation.files(), ids=lambda path: path.name)
def test_a_page_is_as_make_docs_writes_it(path):
    is_same = path.read_text(encoding="utf-8") == documentation.written(path)
    assert is_same, "run make docs"


@pytest.mark.parametrize(
    ("part", "page"), [("variables", "configuration"), ("guild-settings", "settings"), ("commands", "commands")]
)
def test_a_part_is_where_it_belongs(part, page):
    assert documentation.PARTS[part]() in _page(f"docs/{page}.md")


@pytest.mark.parametrize("field", FIELDS)
def test_every_variable_is_described(field):
    description = Variables.model_fields[field].description or ""
    assert description.endswith(".")
    (row,) = [row for row in ROW.finditer(_page("docs/configuration.md")) if row["name"] == field.upper()]
    assert row["meaning"] == description


def test_the_example_names_every_variable_once_and_no_other():
    names = [match["name"] for match in VARIABLE.finditer(_page(".env.example"))]
    assert sorted(names) == sorted({name.upper() for name in FIELDS} | set(documentation.COMPOSE_ONLY))
    for name in documentation.COMPOSE_ONLY:
        assert f"${{{name}:" in _page("docker-compose.yml")


def test_the_defaults_that_are_printed_are_the_defaults(tmp_path, monkeypatch):
    """A file in which every printed default is set configures the bot as if there were no file."""
    for field in FIELDS:
        monkeypatch.delenv(field.upper(), raising=False)
    plain = load_settings(_env_file=None)
    for source in (VARIABLE.finditer(_page(".env.example")), ROW.finditer(_page("docs/configuration.md"))):
        values = [(match["name"], match.groupdict().get("value", match.groupdict().get("default"))) for match in source]
        set_values = {name: value for name, value in values if value and name.lower() in FIELDS}
        assert {"DATA_DIR", "HTTP_HOST", "HTTP_PORT", "LOG_LEVEL"} <= set(set_values)
        unset = {name.lower() for name, value in values} & set(FIELDS) - {name.lower() for name in set_values}
        assert all(not getattr(plain, name) for name in unset)
        path = tmp_path / "env"
        path.write_text("".join(f"{name}={value}\n" for name, value in set_values.items()))
        assert load_settings(_env_file=path) == plain


def test_compose_sets_nothing_that_nobody_reads():
    service = _page("docker-compose.yml").partition("\n  db:\n")[0].partition("environment:\n")[2]
    names = re.findall(r"^      ([A-Z_]+):", service, re.MULTILINE)
    assert "DISCORD_TOKEN" in names
    assert {name.lower() for name in names} - {"pgpassword"} <= set(FIELDS)


def test_every_setting_of_a_server_has_its_words_and_its_row():
    rows = re.findall(r"^\| `([a-z_.]+)` \| \*\*", _page("docs/settings.md"), re.MULTILINE)
    assert rows == [setting.name for setting in registry.ALL]


def test_every_slash_command_has_its_section():
    names = [command.qualified_name for command in documentation.slash_commands()]
    assert names
    assert re.findall(r"^### `/([a-z_ ]+)`$", _page("docs/commands.md"), re.MULTILINE) == names


ENTRY = """
BIRTHDAYS: Setting[int] = Setting(
    "general.birthdays",
    Kind.NUMBER,
    7,
    minimum=1,
    maximum=9,
    label=msg("Birthdays"),
    help=msg("How many birthdays a year has."),
)
"""
SHOW = """
from datetime import UTC, datetime
from app.core import registry
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.settings import input, replies
from scripts import documentation

setting = registry.BY_NAME["general.birthdays"]
print(replies.overview(SettingsSnapshot(1), datetime.now(UTC)).embed.description)
print(*(choice.name for choice in input.key_choices("birth")))
print(*(choice.name for choice in input.value_choices(setting, "9", None, None)))
print(documentation.guild_settings())
"""


def test_a_setting_is_one_entry_in_one_file(tmp_path):
    for folder in ("app", "scripts"):
        # What is compiled comes along, or the process would compile all of it again.
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with (tmp_path / "app/core/settings/general.py").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True, timeout=60
    ).stdout
    assert "**Birthdays**: `7` · default\nHow many birthdays a year has.\n-# `general.birthdays`" in shown
    assert "\nBirthdays · general.birthdays\n" in shown
    assert "\n9\n" in shown
    row = "| `general.birthdays` | **Birthdays.** How many birthdays a year has. | a whole number from 1 to 9 | `7` |"
    assert row in shown
