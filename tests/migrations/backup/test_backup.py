"""Backups: made before something is lost, verified, restorable, and never at the price of a secret."""

import asyncio
import json
import shutil
import stat
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.util import CommandError

from app.core.errors import Conflict, InvalidInput
from app.db import DatabaseUrl
from app.migrate.backup import making
from app.migrate.backup.archive import BackupFailed
from app.migrate.backup.contents import Contents
from app.migrate.backup.making import Rehearsal
from app.migrate.connection import tools
from app.migrate.migrator import Migrator
from app.migrate.run.apply import Refused, RunOutcome
from app.migrate.run.progress import Stage
from tests.fixtures.postgres import Admin
from tests.migrations.conftest import ALICE, Begin, Scratch, Sql, Told

CREATE = "CREATE TABLE things (id int, name text)"
ROWS = "INSERT INTO things SELECT n, 'größer ' || n FROM generate_series(1, 500) n"


@pytest.fixture
async def new_name(admin: Admin) -> Any:
    name = f"test_restored_{uuid4().hex}"
    yield name
    await admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def test_a_revision_that_could_lose_something_is_preceded_by_a_backup(scratch: Scratch):
    await scratch.applied(CREATE, ROWS)
    migrator = scratch.migrator()
    scratch.sql("SELECT 1", risk="major")
    plan = await migrator.plan()
    assert (plan.needs_backup, plan.is_destructive) == (True, False)
    # A column that is dropped counts, whatever the author said.
    scratch.sql("ALTER TABLE things DROP COLUMN name", risk="safe")
    plan = await migrator.plan()
    assert (plan.needs_backup, plan.is_destructive) == (True, True)
    told = Told()
    result = await migrator.apply(plan.digest, ALICE, told.append)
    assert result.ok
    (path,) = making.newest(scratch.backups)
    assert result.backup == str(path)
    assert [one.stage for one in told][:3] == [Stage.BACKUP, Stage.BACKUP, Stage.STARTED]
    assert str(told[0].sentence).startswith("Revision 002, 003 needs a backup first.")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_what_loses_nothing_or_has_nothing_to_lose_needs_none(scratch: Scratch):
    await scratch.applied(CREATE)
    scratch.sql("ALTER TABLE things DROP COLUMN name", risk="destructive")
    plan = await scratch.migrator().plan()
    assert plan.is_destructive
    assert not plan.needs_backup
    await scratch.upgrade()
    await scratch.applied("ALTER TABLE things ADD COLUMN colour text", ROWS.replace("things", "things (id, colour)"))
    assert making.newest(scratch.backups) == []


async def test_restoring_never_overwrites(scratch: Scratch, sql: Sql, new_name: str, admin: Admin, tmp_path: Path):
    await scratch.applied(CREATE, ROWS)
    migrator = scratch.migrator()
    made = await migrator.backup(ALICE)
    with pytest.raises(Conflict, match=f"There is a database {sql.database.url.database} already"):
        await migrator.restore(made.path, str(sql.database.url.database))
    with pytest.raises(Conflict, match="has tables, and restoring never overwrites"):
        await migrator.restore(made.path)
    with pytest.raises(InvalidInput, match=r"There is no file .*nowhere\.dump"):
        await migrator.restore(tmp_path / "nowhere.dump", new_name)
    broken = tmp_path / "broken.dump"
    broken.write_bytes(made.path.read_bytes()[:200])
    with pytest.raises(BackupFailed):
        await migrator.restore(broken, new_name)
    names = await sql("SELECT datname FROM pg_database")
    assert new_name not in names

    # An empty database can be filled in place: a fresh server, a fresh volume.
    await admin(f"CREATE DATABASE {new_name}")
    fresh = Migrator(sql.database.with_database(new_name), backups=tmp_path, migrations=scratch.directory)
    assert (await fresh.restore(made.path)).database == sql.database.with_database(new_name)
    assert (await fresh.status()).is_at_head


async def test_only_the_newest_are_kept(scratch: Scratch, empty_database: DatabaseUrl, monkeypatch: pytest.MonkeyPatch):
    await scratch.applied(CREATE, ROWS)
    migrator = Migrator(empty_database, backups=scratch.backups, migrations=scratch.directory, keep=1)
    scratch.backups.mkdir()
    foreign = scratch.backups / "by-hand.dump"
    foreign.write_bytes(b"kept")
    first = await migrator.backup(ALICE)
    # With many rows, only the structure is restored for a test.
    monkeypatch.setattr(making, "MAX_REHEARSED_BYTES", 0)
    second = await migrator.backup(ALICE)
    assert foreign.exists()
    assert (first.path.exists(), second.path.exists()) == (False, True)
    assert (first.rehearsal, second.rehearsal) == (Rehearsal.COMPLETE, Rehearsal.STRUCTURE)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_pg_dump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has no pg_dump new enough."""
    old = program(tmp_path / "bin" / "pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    monkeypatch.setenv("PATH", str(old.parent))
    monkeypatch.setattr(tools, "DEBIAN", tmp_path / "nothing")
    monkeypatch.setattr(tools, "EMBEDDED", "no_such_package")


@pytest.mark.usefixtures("no_pg_dump")
async def test_without_pg_dump_nothing_is_migrated(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE, ROWS)
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    with pytest.raises(Exception, match=r"There is no pg_dump of PostgreSQL \d+ or newer.*found: .*pg_dump \(9\)"):
        await scratch.upgrade()
    assert await sql("SELECT count(name) FROM things") == [500]
    await scratch.alembic("upgrade", "head", backup="no")
    assert not scratch.backups.exists()


async def test_without_room_nothing_is_migrated(scratch: Scratch, sql: Sql, monkeypatch: pytest.MonkeyPatch):
    await scratch.applied(CREATE, ROWS)
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    full = shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    with pytest.raises(Exception, match=r"backups has 0 MB free, and a backup may need \d+ MB"):
        await scratch.upgrade()
    assert await sql("SELECT count(name) FROM things") == [500]
    assert list(scratch.backups.iterdir()) == []


async def test_a_dump_that_cannot_be_read_back_is_no_backup(
    scratch: Scratch, sql: Sql, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The disk that keeps half of what is written: pg_dump is content, the file is not."""
    await scratch.applied(CREATE, ROWS)
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    (server,) = await sql("SELECT current_setting('server_version_num')::int / 10000")
    real = tools.find("pg_dump", server)
    half = f'#!/bin/sh\n{real} "$@" || exit 1\nfor last; do :; done\ntruncate -s 300 "${{last#--file=}}"\n'
    cheat = program(tmp_path / "pg_dump", half)
    find = tools.find
    monkeypatch.setattr(tools, "find", lambda name, major: cheat if name == "pg_dump" else find(name, major))
    with pytest.raises(CommandError, match="pg_restore failed"):
        await scratch.upgrade()
    assert await sql("SELECT count(name) FROM things") == [500]
    assert list(scratch.backups.iterdir()) == []


async def test_the_nearest_version_that_can_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for version in (14, 15, 16, 17):
        said = f"pg_dump (PostgreSQL) {version}.1 (Debian {version}.1-1)"
        program(tmp_path / str(version) / "bin" / "pg_dump", f"#!/bin/sh\necho '{said}'\n")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(tools, "DEBIAN", tmp_path)
    assert tools.find("pg_dump", 15).parts[-3] == "15"
    assert tools.find("pg_dump", 16).parts[-3] == "16"


async def test_the_password_is_in_no_argument(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_database: DatabaseUrl
):
    """Everybody on a machine can read the arguments of every process."""
    database = DatabaseUrl(
        empty_database.url.set(password="a s@cret%"), empty_database.options, hosts=empty_database.hosts
    )
    seen = tmp_path / "seen.json"
    spy = program(
        tmp_path / "pg_dump",
        f"#!{sys.executable}\nimport json, os, sys\n"
        "told = {'argv': sys.argv, 'password': os.environ.get('PGPASSWORD')}\n"
        "told['token'] = os.environ.get('DISCORD_TOKEN')\n"
        f"json.dump(told, open({str(seen)!r}, 'w'))\nsys.exit(7)\n",
    )
    monkeypatch.setattr(tools, "find", lambda name, major: spy)
    monkeypatch.setenv("DISCORD_TOKEN", "t0ken")
    wanted = Contents("x", major=15, bytes=1, tables=1, selection=())
    with pytest.raises(BackupFailed, match="pg_dump failed: status 7"):
        await asyncio.to_thread(making.create, database, wanted, tmp_path / "b", revision="001", keep=1)
    told = json.loads(seen.read_text(encoding="utf-8"))
    assert told["password"] == "a s@cret%"
    assert told["token"] is None
    assert "cret" not in " ".join(told["argv"])


async def test_an_apply_that_cannot_back_up_is_refused_and_says_why(scratch: Scratch, sql: Sql):
    await scratch.applied(CREATE, ROWS)
    scratch.sql("ALTER TABLE things DROP COLUMN name")
    # Where the backups should go there is a file.
    scratch.backups.write_text("", encoding="utf-8")
    with pytest.raises(Refused, match=r"Backups cannot be written to .*backups: File exists"):
        await scratch.migrator().apply(None, ALICE)
    assert await sql("SELECT count(name) FROM things") == [500]


async def test_a_backup_waits_for_a_migration_that_is_running(scratch: Scratch, sql: Sql, begin: Begin):
    scratch.sql(CREATE, "SELECT pg_sleep(1)")
    migrator = scratch.migrator()
    told = Told()
    applying = begin(migrator.apply(None, ALICE, told.append))
    await told.reached(applying)
    made = await scratch.migrator().backup(ALICE)
    assert (await applying).outcome is RunOutcome.APPLIED
    assert made.tables == 2
