"""Texts come through as they are: into SQL that SQLAlchemy reads again, into SQL without a server, into a file."""

import ast
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects.postgresql import asyncpg

from app.migrate.planning import render
from app.migrate.revisions import files, scripts
from app.migrate.revisions.parameters import marked, unmarked
from tests.migrations.changes.kinds.texts import AWKWARD
from tests.migrations.conftest import Scratch

MESSAGES = [
    'Say """hello"""',
    '"',
    '""""',
    "\\",
    "\\N{nothing}",
    '\\"""',
    "C:\\new",
    "{x} %s ${y}",
    "two\nlines",
    "'''",
    "",
]


@pytest.mark.parametrize(
    "text", [*AWKWARD.values(), ":a", "\\:a", "\\\\:a:b", ":", "\\:", "::a", ":é", ":a:b:c", "\\:a:b"]
)
def test_sql_that_is_marked_is_executed_as_it_was(text: str):
    for sql in (text, f"'{text}'", f"\\{text}", f"a::text = '{text}' :b"):
        assert str(sa.text(marked(sql)).compile(dialect=asyncpg.dialect())) == sql
        assert unmarked(marked(sql)) == sql


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_says_in_the_file_what_was_typed(message: str):
    read: Any = ast.literal_eval(f'"""{files.in_docstring(message)}\n\nRevision"""')
    assert read == f"{message}\n\nRevision"


def test_whatever_the_message_the_next_command_works(scratch: Scratch):
    config = render.configuration(scratch.directory)
    config.set_main_option("revision_environment", "true")
    for message in [*MESSAGES[:8], "Größe 🎉", "\u200f"]:
        command.revision(config, message)
    titles = [file.title for file in scripts.read(scratch.directory).files]
    assert titles[:8] == ['Say """hello"""', '"', '""""', "\\", "\\N{nothing}", '\\"""', "C:\\new", "{x} %s ${y}"]
    assert scripts.read(scratch.directory).problems == ()


async def test_backslashes_are_not_doubled_without_a_server(scratch: Scratch, capsys: pytest.CaptureFixture[str]):
    path = r"C:\temp\new"
    scratch.add(
        f"""
        op.create_table("t", sa.Column("a", sa.Text, server_default={path!r}, comment={path!r}))
        op.execute(sa.update(sa.table("t", sa.column("a", sa.Text))).values(a={path!r}))
        """
    )
    plan = await scratch.migrator().plan()
    said = "\n".join(plan.revisions[0].statements)
    await scratch.alembic("upgrade", "head", True)
    for sql in (said, capsys.readouterr().out):
        assert sql.count(path) == 3
        assert r"C:\\temp" not in sql
