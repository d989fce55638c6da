"""A copy that is made from a backup has the encoding and the locale of the original, whatever those of the cluster."""

from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app.core.errors import Conflict
from app.db import DatabaseUrl
from app.migrate.backup.making import Rehearsal
from app.migrate.connection.place import NoPlace
from app.migrate.migrator import Migrator
from tests.fixtures.installed_postgres import DIRECTORY, installed
from tests.fixtures.postgres import execute, fetch, fetchval
from tests.migrations.conftest import ALICE

UTF8 = "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
ICU = "ENCODING 'UTF8' LOCALE_PROVIDER icu LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' ICU_LOCALE 'de-AT-u-kn-true'"
RULES = "ENCODING 'UTF8' LOCALE_PROVIDER icu LOCALE 'C' ICU_LOCALE 'und' ICU_RULES '& a < '';'' & z < g'"
BUILTIN = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
LATIN1 = "ENCODING 'LATIN1' LOCALE 'C'"
SINCE = {RULES: 16, BUILTIN: 17}
PROPERTIES = """
    SELECT properties.key, properties.value::text
    FROM pg_database d, LATERAL jsonb_each(to_jsonb(d)) properties
    WHERE d.datname = '{name}' AND properties.key SIMILAR TO '(encoding|dat(locprovider|collate|ctype|%icu%|locale))'
    ORDER BY 1
"""
ROWS = "INSERT INTO faq_entries SELECT repeat('🦊ßЖ', 3) || n FROM generate_series(1, 3000) n"
CHARACTERS = "SELECT sum(char_length(title)) FROM faq_entries"


@pytest.fixture(scope="module")
def ascii_cluster() -> Generator[DatabaseUrl]:
    """As initdb makes it on a machine without a locale."""
    if not DIRECTORY.exists():
        pytest.skip("PostgreSQL 15 is not installed (Debian's package is postgresql-15)")
    with installed(DIRECTORY, encoding="SQL_ASCII", locale="C") as address:
        yield address


async def copied(server: DatabaseUrl, options: str, tmp_path: Path) -> Path:
    """Back up and restore a database that was made with these options, and return the backup."""
    name = f"test_{uuid4().hex}"
    database, copy = server.with_database(name), f"{name}_copy"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    try:
        await execute(database, "CREATE TABLE faq_entries (title text)")
        await execute(database, "INSERT INTO faq_entries VALUES ('größer')" if options == LATIN1 else ROWS)
        await execute(database, 'CREATE INDEX "größe" ON faq_entries (title)')
        migrator = Migrator(database, backups=tmp_path)
        made = await migrator.backup(ALICE)
        assert (made.rehearsal, made.why_not) == (Rehearsal.COMPLETE, "")
        restored = await migrator.restore(made.path, copy)
        properties = await fetch(server, PROPERTIES.format(name=name))
        assert len(properties) >= 4
        assert await fetch(server, PROPERTIES.format(name=copy)) == properties
        assert await fetchval(restored.database, CHARACTERS) == await fetchval(database, CHARACTERS)
        assert await fetchval(restored.database, "SELECT count(*) FROM pg_class WHERE relname = 'größe'") == 1
        return made.path
    finally:
        for one in (name, copy):
            await execute(server, f"DROP DATABASE IF EXISTS {one} WITH (FORCE)")


async def test_copies_on_a_cluster_without_an_encoding(
    ascii_cluster: DatabaseUrl, server: DatabaseUrl, subtests: pytest.Subtests, tmp_path: Path
):
    made: dict[str, Path] = {}
    for options in (UTF8, ICU, LATIN1):
        with subtests.test(options):
            made[options] = await copied(ascii_cluster, options, tmp_path)

    # Filling a database with the cluster's own encoding would keep the bytes and lose the letters.
    await execute(ascii_cluster, "CREATE DATABASE wrong_one")
    wrong = Migrator(ascii_cluster.with_database("wrong_one"), backups=tmp_path)
    with pytest.raises(NoPlace, match=r"wrong_one has the encoding SQL_ASCII.*To fix it: CREATE DATABASE"):
        await wrong.restore(made[UTF8])

    # Elsewhere the locale may be unknown.
    if not await has_icu(server):
        elsewhere = Migrator(server, backups=tmp_path)
        with pytest.raises(
            Conflict, match=r"This server cannot make a database like .*'de-AT-u-kn-true'.*without --into"
        ):
            await elsewhere.restore(made[ICU], f"test_{uuid4().hex}")


async def test_copies_on_this_server(server: DatabaseUrl, subtests: pytest.Subtests, tmp_path: Path):
    version = int(await fetchval(server, "SHOW server_version_num")) // 10000
    for options in (BUILTIN, ICU, RULES):
        with subtests.test(options):
            if version < SINCE.get(options, 15) or (" icu " in options and not await has_icu(server)):
                pytest.skip("this server does not have it")
            await copied(server, options, tmp_path)


async def has_icu(server: DatabaseUrl) -> bool:
    try:
        await execute(
            server,
            "DO $$ BEGIN CREATE COLLATION icu_is_here (provider = icu, locale = 'und');"
            "DROP COLLATION icu_is_here; END $$",
        )
    except asyncpg.FeatureNotSupportedError:
        return False
    return True
