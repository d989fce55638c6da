"""What doctor says about letters is what the database does, whatever provider and character type it has."""

from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

from app.config import load_settings
from app.db import DatabaseUrl
from app.doctor import database as doctor
from app.doctor.choices import Choices
from app.migrate.connection import letters
from tests.fixtures.installed_postgres import DIRECTORY, installed
from tests.fixtures.postgres import execute, fetchval

NO_CASE, NO_TRIGRAMS = "lists and search find É by É only, not by é", "search finds no misspelt word"
# What makes the database, and what does not work in it.
OLD = {
    "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'": [],
    "LOCALE_PROVIDER libc LOCALE 'C'": [NO_CASE, NO_TRIGRAMS],
    "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'": [NO_TRIGRAMS],
    "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'": [],
}
NEW = {
    "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'": [],
    "LOCALE_PROVIDER libc LOCALE 'C'": [NO_CASE, NO_TRIGRAMS],
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'": [NO_TRIGRAMS],
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'": [NO_CASE, NO_TRIGRAMS],
}


@pytest.fixture
def postgresql_15() -> Generator[DatabaseUrl]:
    if not DIRECTORY.exists():
        pytest.skip("PostgreSQL 15 is not installed (Debian's package is postgresql-15)")
    with installed(DIRECTORY) as address:
        yield address


async def examined(server: DatabaseUrl, options: str, missing: list[str], tmp_path: Path) -> None:
    name = f"test_{uuid4().hex}"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {options}")
    database, right = server.with_database(name), server.with_database(f"{name}_utf8")
    try:
        settings = load_settings(_env_file=None, data_dir=tmp_path)
        told = [str(finding) async for finding in doctor.lines(settings, database, database, Choices())][-1]
        assert told.startswith("[!!] letters: " if missing else "[ok] letters: of every script")
        assert [sentence for sentence in (NO_CASE, NO_TRIGRAMS) if sentence in told] == missing
        # So it is, and with the extension there it is said alike.
        await execute(database, "CREATE EXTENSION pg_trgm")
        assert await fetchval(database, "SELECT 'É' ILIKE 'é' AND lower('Ж') = 'ж'") == (NO_CASE not in missing)
        assert await fetchval(database, "SELECT 'пароль' % 'пароли'") == (NO_TRIGRAMS not in missing)
        known = await letters.fetch(database)
        assert told.partition(": ")[2] == f"{known.told} → {known.fix}".removesuffix(" → ")
        if missing:
            await execute(server, known.fix.partition("that: ")[2])
            assert (await letters.fetch(right)).fix == ""
    finally:
        for one in (database, right):
            await execute(server, f"DROP DATABASE IF EXISTS {one.url.database} WITH (FORCE)")


async def test_letters_on_this_server(server: DatabaseUrl, subtests: pytest.Subtests, tmp_path: Path):
    known = NEW if await fetchval(server, "SELECT current_setting('server_version_num')::int") >= 170000 else OLD
    for options, missing in known.items():
        with subtests.test(options):
            await examined(server, options, missing, tmp_path)


async def test_letters_on_postgresql_15(postgresql_15: DatabaseUrl, subtests: pytest.Subtests, tmp_path: Path):
    for options, missing in OLD.items():
        with subtests.test(options):
            await examined(postgresql_15, options, missing, tmp_path)
