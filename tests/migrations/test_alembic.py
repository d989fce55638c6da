"""Plain alembic in a copy of the repository, beside what test_documentation.py runs of it."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.db import DatabaseUrl
from app.migrate.revisions import scripts
from tests.fixtures.postgres import REPOSITORY, Admin, url_text
from tests.migrations.conftest import Sql, add_column, add_revision

NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
NEWEST = scripts.read().files[-1].revision
NEXT = scripts.next_revision()


@pytest.fixture
def alembic(copy: Path, alembic: Callable[..., Any]) -> Callable[..., Any]:
    """Run alembic in the copy."""

    async def run(*arguments: str, **more: Any) -> tuple[str, str]:
        out, err = await alembic(*arguments, cwd=copy, **more)
        assert "Traceback" not in err
        return out, err

    return run


async def test_looking_needs_no_database(alembic: Any):
    out, _ = await alembic("heads", **NOWHERE)
    assert out == f"{NEWEST} (head)\n"
    out, _ = await alembic("history", **NOWHERE)
    assert [line.split(",")[0] for line in out.splitlines()][-1] == "<base> -> 001"
    out, _ = await alembic("upgrade", "001:002", "--sql", **NOWHERE)
    assert out.startswith("BEGIN;")
    assert "UPDATE alembic_version SET version_num='002'" in out
    await alembic("history", "-i", status=255, **{**NOWHERE, "PGCONNECT_TIMEOUT": "1"})


async def test_a_revision_by_hand_gets_the_next_number_without_a_database(alembic: Any, copy: Path):
    await alembic("revision", "-m", "Fill in the blanks: 100 % of them!", **NOWHERE)
    path = copy / "migrations" / "versions" / f"{NEXT}_fill_in_the_blanks_100_of_them.py"
    source = path.read_text(encoding="utf-8")
    assert source.startswith('"""Fill in the blanks: 100 % of them!\n')
    assert f'revision = "{NEXT}"\ndown_revision = "{NEWEST}"\n' in source
    assert 'risk = "safe"' in source
    assert 'phase = "expand"' in source
    assert "import sqlalchemy as sa\nfrom alembic import op" in source
    assert await ruff("format", "--check", path) == 0
    out, _ = await alembic("heads", **NOWHERE)
    assert out == f"{NEXT} (head)\n"
    await alembic("revision", "-m", "One more", "--rev-id", "900", **NOWHERE)
    assert (copy / "migrations" / "versions" / "900_one_more.py").exists()


async def ruff(*arguments: str | Path) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "ruff", *arguments, cwd=REPOSITORY)
    return await process.wait()


async def test_a_change_of_a_model_becomes_a_revision(alembic: Any, copy: Path, sql: Sql):
    add_column(copy, '    weight: Mapped[int] = mapped_column(server_default=sql("0"))\n')
    _, err = await alembic("revision", "--autogenerate", "-m", "Too early", status=255)
    assert f"The database is at no revision, the newest revision is {NEWEST}. Run `alembic upgrade head` first." in err
    await alembic("upgrade", "head")
    # What another application keeps in the same schema is left alone.
    await sql("CREATE TABLE neighbour (id serial PRIMARY KEY, name text UNIQUE)")
    await sql("CREATE INDEX ON neighbour (id, name)")
    await alembic("revision", "--autogenerate", "-m", "Add ticket weight")
    path = copy / "migrations" / "versions" / f"{NEXT}_add_ticket_weight.py"
    source = path.read_text(encoding="utf-8")
    assert f'revision = "{NEXT}"' in source
    assert 'op.add_column("support_tickets"' in source
    assert 'op.drop_column("support_tickets", "weight")' in source
    assert "neighbour" not in source
    assert await ruff("check", path) == 0
    assert await ruff("format", "--check", path) == 0
    # It is to be applied before the next one can be written.
    _, err = await alembic("check", status=255)
    assert f"the newest revision is {NEXT}" in err


async def test_two_branches_with_one_number_stop_everything(alembic: Any, copy: Path, sql: Sql):
    """Alembic only warns, runs one of the two, and says that all is well."""
    for name in ("first", "second"):
        add_revision(copy, name, f'op.execute("CREATE TABLE {name} ()")')
    for command in (["upgrade", "heads"], ["revision", "-m", "More"]):
        _, err = await alembic(*command, status=255, PYTHONWARNINGS="ignore")
        assert f"{NEXT}_first.py and {NEXT}_second.py are both revision {NEXT}." in err
    assert await sql.tables() == set()


async def test_a_revision_beside_the_newest_gets_a_number_of_its_own(alembic: Any, copy: Path):
    await alembic("revision", "-m", "One side")
    await alembic("revision", "-m", "Other side", "--head", NEWEST, "--splice")
    assert (copy / "migrations" / "versions" / f"{int(NEXT) + 1:03}_other_side.py").exists()
    _, err = await alembic("upgrade", "heads", status=255)
    assert "Several revisions are the newest" in err


async def test_the_address_is_that_of_the_bot_or_the_one_for_migrations(
    alembic: Any, sql: Sql, own_database: DatabaseUrl, copy: Path
):
    out, _ = await alembic("current", MIGRATION_DATABASE_URL=url_text(own_database))
    assert out == f"{NEWEST} (head)\n"
    assert (await alembic("current"))[0] == ""
    (copy / ".env").write_text(f"MIGRATION_DATABASE_URL={url_text(own_database)}\n", encoding="utf-8")
    assert (await alembic("current"))[0] == f"{NEWEST} (head)\n"


async def test_without_an_address_the_embedded_server_serves(alembic: Any, tmp_path: Path):
    embedded = {"DATABASE_URL": "", "DATA_DIR": str(tmp_path / "embedded")}
    await alembic("upgrade", "head", **embedded)
    assert (await alembic("current", **embedded))[0] == f"{NEWEST} (head)\n"


async def test_a_password_with_every_awkward_character(alembic: Any, admin: Admin, sql: Sql):
    """Alembic's own way, an address in its configuration, fails at the percent sign."""
    name = f"role_{sql.database.url.database}"
    await admin(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD 'p@ss %/:?#&''\"'")
    try:
        database = sql.database.url
        host = f"?host={sql.database.hosts}" if sql.database.hosts else ""
        location = f"{database.host or ''}{f':{database.port}' if database.port else ''}/{database.database}{host}"
        address = f"://{name}:p%40ss%20%25%2F%3A%3F%23%26%27%22@{location}"
        assert (await alembic("current", DATABASE_URL=f"postgres{address}"))[0] == ""
        address += "&" if host else "?"
        options = "application_name=x&connect_timeout=5&sslmode=prefer&options=-c%20statement_timeout%3D60s"
        await alembic("upgrade", "head", DATABASE_URL=f"postgresql+asyncpg{address}{options}")
    finally:
        await sql(f"REASSIGN OWNED BY {name} TO CURRENT_USER")
        await sql(f"DROP OWNED BY {name}")
        await admin(f"DROP ROLE {name}")


async def test_it_can_be_used_as_a_library_without_touching_the_callers_logging(run_program: Any):
    code = """
import asyncio, json, logging, sys
logging.basicConfig(level=logging.ERROR, format="%(name)s")
mine = logging.getLogger("bot.of.mine")
from alembic import command
from alembic.config import Config
command.upgrade(Config("alembic.ini"), "head")
root = logging.getLogger()
print(json.dumps([mine.disabled, root.level, len(root.handlers)]))

async def inside():
    try:
        command.upgrade(Config("alembic.ini"), "head")
    except Exception as error:
        print(type(error).__name__, error)
asyncio.run(inside())
"""
    out, err = await run_program(sys.executable, "-W", "error", "-c", code)
    before, inside = out.splitlines()
    assert json.loads(before) == [False, 40, 1], err
    assert inside.startswith("CommandError")
    assert "event loop" in inside
    assert "never awaited" not in err
