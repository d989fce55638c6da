"""docs/data.md tells people what is stored about them: every table, every column that names a person."""

import re

import pytest

from app.models import Base
from tests.house.repository import ROOT

TABLES = sorted(Base.metadata.tables)
PERSON = re.compile(r"(^|_)(user_id|username|created_by|updated_by|changed_by|claimed_by|escalated_to|author_id)$")


def _sections() -> dict[str, str]:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    parts = re.split(r"^#{2,3} `([a-z_]+)`.*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_there_are_eleven_tables_and_each_has_its_section():
    assert len(TABLES) == 11
    assert sorted(_sections()) == TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_column_that_names_a_person_is_mentioned(table):
    section = _sections()[table]
    columns = [column.name for column in Base.metadata.tables[table].columns if PERSON.search(column.name)]
    assert not [name for name in columns if f"`{name}`" not in section]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_says_what_about_whom_how_long_and_by_whom(table):
    section = _sections()[table]
    for said in (r"A row is\*\* \S", r"About people:\*\* \S", r"Kept\*\* \S", r"Written by\*\* \S"):
        assert re.search(rf"^\*\*{said}", section, re.MULTILINE), said
