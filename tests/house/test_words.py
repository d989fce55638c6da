"""The repository speaks of the project alone: of nobody's machine, nobody's package index, nobody's way of typing."""

import re

import pytest

from tests.house.repository import files, texts

# Spelt backwards, so that this file is no exception to its own rule.
PLACES = ["/krow/", "/toor/", "/emoh/", "/sresU/", "/ipyp/tpo/", "/sleehw/tpo/", "/derahs"]
HOSTS = ["gro.ipyp", "detsohnohtyp", "gro.sjmpn", "oi.rchg", "moc.rekcod.buh", "oi.yauq", "moc.tnetnocresubuhtig"]
DOCUMENTS = ["dm.tcartnoc", "dm.esuoh", "dm.dleif", "bal-rekcod"]
HABITS = ["edualc", "ciporhtna", "tpgtahc", "ianepo", "tolipoc", "ledom egaugnal", "yb-derohtua-oc"]


def _all(backwards: list[str]) -> re.Pattern[str]:
    # Places are told apart from the routes of an API by their case.
    case = 0 if backwards is PLACES else re.IGNORECASE
    return re.compile("|".join(re.escape(word[::-1]) for word in backwards), case)


@pytest.mark.parametrize("words", [PLACES, HOSTS, DOCUMENTS, HABITS], ids=["places", "hosts", "documents", "habits"])
def test_no_file_speaks_of_anything_else(words):
    pattern = _all(words)
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert not found


def test_no_file_points_to_a_numbered_task():
    pattern = re.compile(r"(?i)\b(?:issue|ticket|task|milestone)\s+#?\d{1,2}\b(?! *(?:of|tickets|reminders))")
    commented = re.compile(r"#.*|\"\"\".*")
    found = [
        f"{name}:{number}"
        for name, text in texts()
        if name.endswith((".py", ".toml", ".md"))
        for number, line in enumerate(text.splitlines(), 1)
        for part in (commented.findall(line) if name.endswith(".py") else [line])
        if pattern.search(part)
    ]
    assert not found


def test_no_file_is_named_after_its_making():
    pattern = _all([*HABITS, "tpmorp", "hctarcs", "gpj.toof"])
    assert not [path.name for path in files() if pattern.search(path.name)]
