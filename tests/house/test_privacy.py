"""No column is forgotten: every one is declared as personal or not, filled by the tests, and explained on the page."""

import re

import pytest

from app.core.privacy.declared import TABLES
from app.core.privacy.tables import NOTHING_STORED, Fate, Says
from app.models import Base
from tests.fixtures.personal import Somebody, rows_of
from tests.house.repository import ROOT

NAMES = sorted(Base.metadata.tables)
FILLED = rows_of(Somebody(111_222_333_444_555_101, 7, 8, 9))
BY_DATABASE = {"search": "made by the database", "votes": "by the number of its row"}
"""Columns that the tests fill in another way."""
PERSON = re.compile(r"(^|_)(user_ids?|username|people_ids|subscribers|target_id)$|_by$")
KINDS = {"close_runs_out_at", "accept_by", "verify_by"}
"""Moments that are called like somebody who did something."""


def test_every_table_is_declared():
    assert sorted(TABLES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_declared_as_personal_or_not(name):
    table = TABLES[name]
    declared = [*(column.name for column in table.columns), *table.impersonal]
    assert sorted(declared) == sorted(column.name for column in Base.metadata.tables[name].columns)
    assert {*table.owners, *table.brief} <= set(declared)


@pytest.mark.parametrize("name", NAMES)
def test_what_names_a_person_is_declared_as_such(name):
    naming = [one for one in TABLES[name].impersonal if PERSON.search(one) and one not in KINDS]
    assert not naming


@pytest.mark.parametrize("name", NAMES)
def test_every_personal_column_is_filled_where_export_and_deletion_are_tested(name):
    filled = {column for row in FILLED[name] for column, value in row.items() if value not in (None, [], {}, "")}
    assert {column.name for column in TABLES[name].columns} - set(BY_DATABASE) <= filled


@pytest.mark.parametrize("name", NAMES)
def test_what_stays_is_said(name):
    table = TABLES[name]
    assert bool(table.columns) is (table.holds is not NOTHING_STORED)
    if any(column.fate is Fate.STAYS or column.waits for column in table.columns):
        assert table.stays is not None
    owners = [column for column in table.columns if column.name in table.owners]
    assert all(column.says is Says.PERSON for column in owners)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_of_every_column_what_why_and_how_long(name):
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## `{name}`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    for column in TABLES[name].columns:
        assert re.search(rf"^\| `{column.name}` \| [^|]+ \| [^|]+ \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE)
    assert all(f"`{one}`" in section for one in TABLES[name].impersonal)
