"""A backup holds the bot's tables and what they need, and whoever made it can restore it, whoever else is around."""

import asyncio
import re
import subprocess
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from app.core.errors import Conflict
from app.db import DatabaseUrl, normalize
from app.migrate.backup import archive, making, restoring
from app.migrate.backup.archive import Archive, BackupFailed
from app.migrate.backup.making import Rehearsal
from app.migrate.backup.restoring import MayNotCreate, NeedsExtension
from app.migrate.connection import tools
from app.migrate.migrator import Migrator
from app.models import Base
from tests.fixtures.postgres import Admin, Started, execute, fetch, fetchval, url_text
from tests.migrations.conftest import ALICE, Scratch

# What an administrator and another application keep in the same database, some of it in the same schema.
NEIGHBOURS = """
    CREATE EXTENSION pg_stat_statements;
    CREATE TABLE secret (id int PRIMARY KEY, "od|d $" text);
    REVOKE ALL ON secret FROM PUBLIC;
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE "We|ird na""me$" (id serial PRIMARY KEY, mood mood);
    CREATE VIEW all_rules AS SELECT id FROM guild_rules;
    CREATE FUNCTION of_secret(secret) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
    CREATE SCHEMA "an|other";
    CREATE TABLE "an|other".guild_rules (id int);
    REVOKE ALL ON SCHEMA "an|other" FROM PUBLIC;
    SELECT lo_create(0);
"""
MADE_OVER = """
    DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {role}', one); END LOOP; END $$
"""
PARTS = {*archive.ALWAYS, *archive.PARTS, *archive.NAMED_LIKE_THEIR_TABLE}
TEXTS = "SELECT title, description FROM guild_rules ORDER BY rule_order"


@dataclass
class Shared:
    """A database at the newest revision that the bot shares with others."""

    theirs: DatabaseUrl
    """The same as an administrator."""
    ours: DatabaseUrl
    role: str


@pytest_asyncio.fixture(loop_scope="session")
async def role(admin: Admin, server: DatabaseUrl) -> AsyncGenerator[str]:
    """A role that may make databases and nothing else."""
    name = f"bot_{uuid4().hex[:12]}"
    await admin(f"CREATE ROLE {name} LOGIN CREATEDB PASSWORD 'bot'")
    yield name
    for (database,) in await fetch(server, f"SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = '{name}'"):
        await admin(f'DROP DATABASE "{database}" WITH (FORCE)')
    await admin(f"DROP ROLE {name}")


def as_role(database: DatabaseUrl, role: str) -> DatabaseUrl:
    return replace(database, url=database.url.set(username=role, password="bot"))


@pytest_asyncio.fixture(loop_scope="session")
async def shared(server: DatabaseUrl, started: Started, admin: Admin, role: str) -> Shared:
    name = f"{role}_shared"
    await admin(f"CREATE DATABASE {name} TEMPLATE {started.template} OWNER {role}")
    theirs = server.with_database(name)
    await execute(theirs, MADE_OVER.format(role=role))
    await execute(theirs, NEIGHBOURS)
    ours = as_role(theirs, role)
    await execute(
        ours, "INSERT INTO guild_rules (guild_id, rule_order, title, description) VALUES (1, 1, '🦊', 'größer')"
    )
    return Shared(theirs, ours, role)


async def contents_of(database: DatabaseUrl, path: Path) -> dict[str, set[str]]:
    """Return the names of what is in a backup, by kind."""

    def read() -> Archive:
        return restoring.opened(database, path, restoring.look(database).major)

    found: dict[str, set[str]] = {}
    for entry in (await asyncio.to_thread(read)).entries:
        found.setdefault(entry.kind, set()).add(entry.name)
    return found


async def run(program: str, database: DatabaseUrl, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's own programs."""
    major = await fetchval(database, "SELECT current_setting('server_version_num')::int / 10000")
    command = [tools.find(program, major), *arguments]
    await asyncio.to_thread(subprocess.run, command, env=tools.environment(database, "test"), check=True)


async def test_it_holds_the_tables_of_the_bot_and_its_owner_can_restore_it(shared: Shared, tmp_path: Path):
    migrator = Migrator(shared.ours, backups=tmp_path)
    # An earlier backup was killed.
    await execute(shared.ours, f"CREATE DATABASE {making.rehearsal_database(str(shared.ours.url.database))}")
    made = await migrator.backup(ALICE)
    assert (made.rehearsal, made.why_not) == (Rehearsal.COMPLETE, "")
    held = await contents_of(shared.ours, made.path)
    assert held["TABLE"] == held["TABLE DATA"] == {*Base.metadata.tables, "alembic_version"}
    assert (made.tables, made.bytes) == (len(held["TABLE"]), made.path.stat().st_size)
    assert set(held) <= {*PARTS, "DATABASE"} - {"VIEW"}
    # What the rehearsal needed is gone.
    assert await fetch(shared.theirs, "SELECT datname FROM pg_database WHERE datname LIKE 'concierge_rehearsal%'") == []

    restored = await migrator.restore(made.path, f"{shared.role}_copy")
    assert restored.left_out == ()
    assert await fetch(restored.database, TEXTS) == [("🦊", "größer")]
    again = Migrator(restored.database, backups=tmp_path)
    assert (await again.status()).is_at_head
    assert (await again.check()).clean

    # PostgreSQL's own program can do it, too.
    plain = shared.ours.with_database(f"{shared.role}_plain")
    await execute(shared.ours, f"CREATE DATABASE {plain.url.database} TEMPLATE template0")
    await run("pg_restore", plain, "--no-owner", "--single-transaction", f"--dbname={plain.url.database}", made.path)
    assert (await Migrator(plain, backups=tmp_path).status()).is_at_head


async def test_a_backup_of_the_whole_database_as_they_were_made_before_can_still_be_restored(
    shared: Shared, tmp_path: Path
):
    path = tmp_path / "old.dump"
    await run("pg_dump", shared.theirs, "--format=custom", f"--file={path}")
    restored = await Migrator(shared.ours, backups=tmp_path).restore(path, f"{shared.role}_old")
    assert await fetch(restored.database, TEXTS) == [("🦊", "größer")]
    assert (await Migrator(restored.database, backups=tmp_path).status()).is_at_head
    # What may be made comes along, as before.
    assert await fetchval(restored.database, 'SELECT count(*) FROM "an|other".guild_rules') == 0
    assert restored.left_out == ("EXTENSION pg_stat_statements", "EVENT TRIGGER watching")


async def test_what_the_tables_need_comes_along(server: DatabaseUrl, admin: Admin, role: str, tmp_path: Path):
    """At a revision that was not recorded, all that this role may read is the bot's."""
    theirs = server.with_database(f"{role}_needs")
    await admin(f"CREATE DATABASE {theirs.url.database} OWNER {role}")
    await execute(theirs, f"CREATE SCHEMA ext; GRANT USAGE ON SCHEMA ext TO {role}; CREATE EXTENSION citext SCHEMA ext")
    scratch = Scratch(tmp_path / "migrations", as_role(theirs, role))
    await scratch.applied(
        "CREATE TYPE colour AS ENUM ('red', 'green')",
        "CREATE SEQUENCE numbers START 5",
        "CREATE EXTENSION pg_trgm",
        "CREATE FUNCTION said() RETURNS text LANGUAGE sql AS $$SELECT 'changed'$$",
        "CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.name = public.said(); RETURN NEW; END$$",
        "CREATE TABLE things (id int DEFAULT nextval('numbers'), colour colour, name text, word ext.citext, old int)",
        "CREATE INDEX ix_things ON things USING gin (name gin_trgm_ops)",
        "CREATE TRIGGER says BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION say()",
        "CREATE VIEW red AS SELECT id, name, word FROM things WHERE colour = 'red'",
        "INSERT INTO things (colour, name, word) VALUES ('red', 'x', 'Word')",
    )
    await execute(theirs, NEIGHBOURS.replace("guild_rules", "things"))
    made = await scratch.migrator().backup(ALICE)
    assert made.rehearsal is Rehearsal.COMPLETE
    held = await contents_of(scratch.database, made.path)
    assert (held["TABLE"], held["EXTENSION"]) == ({"things", "alembic_version"}, {"citext", "pg_trgm"})
    restored = await scratch.migrator().restore(made.path, f"{role}_needs_copy")
    # Functions can only be had with all of their schema. Those that nobody could make there stay out.
    assert restored.left_out == ("FUNCTION public.of_secret(public.secret)",)
    await execute(restored.database, "INSERT INTO things (colour) VALUES ('green'); UPDATE things SET colour = 'red'")
    found = await fetch(restored.database, "SELECT id, name, pg_typeof(word)::text FROM red ORDER BY id")
    assert found == [(5, "changed", "ext.citext"), (6, "changed", "ext.citext")]

    # Rows of others do not matter, and need not be readable. What could not be restored is no backup: a restore sees
    # no schema but the one that is named.
    await scratch.applied(
        "ALTER TABLE things DROP COLUMN old",
        "CREATE FUNCTION plain(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN said() || $1; END$$",
        "ALTER TABLE things ADD CONSTRAINT ck_plain CHECK (plain(name) <> 'x')",
    )
    backups = making.newest(scratch.backups)
    assert len(backups) == 2
    with pytest.raises(BackupFailed, match=rf"{role} could not restore the backup; it was deleted.*said\(\)"):
        await scratch.migrator().backup(ALICE)
    assert making.newest(scratch.backups) == backups


async def test_a_role_that_may_not_make_something_is_told_who_has_to_do_what(
    shared: Shared, admin: Admin, tmp_path: Path
):
    await execute(shared.theirs, "CREATE EXTENSION bloom")
    await execute(shared.ours, "CREATE EXTENSION pg_trgm; CREATE INDEX ON guild_rules USING gin (title gin_trgm_ops)")
    migrator = Migrator(shared.ours, backups=tmp_path)
    assert (await migrator.backup(ALICE)).rehearsal is Rehearsal.COMPLETE
    await execute(shared.ours, "CREATE INDEX ON guild_rules USING bloom (title)")
    made = await migrator.backup(ALICE)
    assert (made.rehearsal, made.why_not) == (
        Rehearsal.NONE,
        "an administrator has to create the extension bloom first",
    )
    held = await contents_of(shared.ours, made.path)
    assert (held["EXTENSION"], "TYPE" in held) == ({"bloom", "pg_trgm"}, False)
    name = f"{shared.role}_new"
    with pytest.raises(NeedsExtension, match=r'`CREATE EXTENSION "bloom"` in an empty database.*without --into'):
        await migrator.restore(made.path, name)

    await admin(f"ALTER ROLE {shared.role} NOCREATEDB")
    made = await migrator.backup(ALICE)
    assert (made.rehearsal, made.why_not) == (Rehearsal.NONE, f"the role {shared.role} may not create databases")
    with pytest.raises(MayNotCreate, match=f"The role {shared.role} may not create databases.*without --into") as told:
        await migrator.restore(made.path, name)
    # The statement is complete.
    await admin(str(told.value).split("`")[1])
    new = shared.ours.with_database(name)
    await execute(shared.theirs.with_database(name), "CREATE EXTENSION bloom")
    assert (await Migrator(new, backups=tmp_path).restore(made.path)).left_out == ()
    assert (await Migrator(new, backups=tmp_path).status()).is_at_head
    indexes = await fetch(new, "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'guild_rules_title_idx%'")
    assert {one.split(" USING ")[1] for (one,) in indexes} == {"gin (title gin_trgm_ops)", "bloom (title)"}


async def test_a_database_without_tables_of_the_bot_gives_no_backup(empty_database: DatabaseUrl, tmp_path: Path):
    await execute(empty_database, "CREATE TABLE orders (id int)")
    with pytest.raises(Conflict, match="has no tables of the bot: there is nothing to back up"):
        await Migrator(empty_database, backups=tmp_path / "backups").backup(ALICE)
    assert not (tmp_path / "backups").exists()


async def test_the_bot_finds_its_tables_in_the_schema_where_they_were(shared: Shared, tmp_path: Path):
    tables = ", ".join(sorted({*Base.metadata.tables, "alembic_version"}))
    await execute(
        shared.ours,
        'CREATE SCHEMA "My Data"; DO $$ DECLARE one text; BEGIN '
        f"FOREACH one IN ARRAY string_to_array('{tables}', ', ') LOOP "
        "EXECUTE format('ALTER TABLE %I SET SCHEMA \"My Data\"', one); END LOOP; END $$",
    )
    await execute(shared.ours, 'CREATE STATISTICS "My Data".seen ON guild_id, title FROM "My Data".guild_rules')
    await execute(shared.theirs, "CREATE TABLE alembic_version (version_num text)")
    by_address = replace(shared.ours, server_settings={"search_path": '"My Data", public'})
    made = await Migrator(by_address, backups=tmp_path).backup(ALICE)
    assert made.rehearsal is Rehearsal.COMPLETE
    assert made.tables == len(Base.metadata.tables) + 1

    restored = await Migrator(by_address, backups=tmp_path).restore(made.path, f"{shared.role}_address")
    assert (await Migrator(restored.database, backups=tmp_path).status()).is_at_head
    assert await fetchval(restored.database, "SELECT count(*) FROM pg_statistic_ext") == 1
    # Where the database had the setting, the new one gets it.
    await execute(shared.ours, f'ALTER DATABASE {shared.ours.url.database} SET search_path = "My Data", public')
    restored = await Migrator(shared.ours, backups=tmp_path).restore(made.path, f"{shared.role}_setting")
    assert (await Migrator(restored.database, backups=tmp_path).status()).is_at_head
    # Where the address says otherwise, the bot would find nothing, so nothing is done.
    elsewhere = replace(shared.ours, server_settings={"search_path": "public"})
    refusal = "are in the schema My Data, but here the bot would look into public. Put `?search_path=%22My%20Data%22`"
    with pytest.raises(Conflict, match=re.escape(refusal)):
        await Migrator(elsewhere, backups=tmp_path).restore(made.path, f"{shared.role}_elsewhere")
    names = await fetch(shared.theirs, "SELECT datname FROM pg_database")
    assert (f"{shared.role}_elsewhere",) not in names
    address = url_text(shared.ours)
    by_refusal = normalize(f"{address}{'&' if '?' in address else '?'}search_path=%22My%20Data%22")
    assert (await Migrator(by_refusal, backups=tmp_path).status()).is_at_head
