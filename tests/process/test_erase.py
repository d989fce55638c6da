"""`concierge erase` and `concierge migrate restore`, from a terminal while the bot does not run."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from app.db import DatabaseUrl, create_engine, session_factory
from app.erasures import ErasureFile
from app.uow import UnitOfWorkFactory
from tests.fixtures.personal import Somebody, everything, fill, rows_naming
from tests.fixtures.postgres import REPOSITORY, Admin, url_text

ALICE = Somebody(111_222_333_444_555_101, 7, 111_222_333_444_555_201, 111_222_333_444_555_301)
BOB = Somebody(111_222_333_444_555_102, 7, 111_222_333_444_555_202, 111_222_333_444_555_302)


async def erase(database: DatabaseUrl, data: Path, *arguments: str, answer: str = "") -> tuple[int, str]:
    return await concierge(database, data, "erase", *arguments, answer=answer)


async def concierge(database: DatabaseUrl, data: Path, *arguments: str, answer: str = "") -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", *arguments),
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": url_text(database), "DATA_DIR": str(data)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate(answer.encode())
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def test_somebody_is_erased_after_a_question_and_a_report_is_printed(
    own_database: DatabaseUrl, own_uow: UnitOfWorkFactory, tmp_path: Path
) -> None:
    async with own_uow() as work:
        await fill(work._session, ALICE)
    status, printed = await erase(own_database, tmp_path, str(ALICE.id), answer="n\n")
    assert (status, "Nothing was erased." in printed) == (1, True)
    status, printed = await erase(own_database, tmp_path, str(ALICE.id), answer="y\n")
    assert status == 0, printed
    assert "reminders: 2 deleted, 5 without them now." in printed
    assert "Stays: " in printed
    async with own_uow() as work:
        assert rows_naming(await everything(work._session), ALICE.id) == {}
    (one,) = ErasureFile(tmp_path, keep=_year()).read()
    assert (one.user_id, one.guild_id) == (ALICE.id, 0)
    status, printed = await erase(own_database, tmp_path, str(ALICE.id), "--yes")
    assert (status, "Nothing is stored about" in printed) == (0, True)


async def test_what_is_no_id_is_refused(own_database: DatabaseUrl, tmp_path: Path) -> None:
    status, printed = await erase(own_database, tmp_path, "alice", "--yes")
    assert (status, "digits alone" in printed) == (1, True)


async def test_a_backup_that_is_restored_from_the_terminal_is_cleared_of_who_was_erased_after_it(
    own_database: DatabaseUrl, own_uow: UnitOfWorkFactory, tmp_path: Path, admin: Admin
) -> None:
    async with own_uow() as work:
        for one in (ALICE, BOB):
            await fill(work._session, one)
    mine, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    status, printed = await concierge(own_database, mine, "migrate", "backup", "--json")
    assert status == 0, printed
    backup = json.loads(printed[printed.index("{") :])["path"]
    status, printed = await erase(own_database, mine, str(ALICE.id), "--yes")
    assert status == 0, printed
    names = [f"{own_database.url.database}_{number}" for number in range(3)]
    try:
        status, printed = await concierge(own_database, mine, "migrate", "restore", backup, "--into", names[0])
        assert status == 0, printed
        assert "Erasures that came after this backup and were done again: 1" in printed
        restored = own_database.with_database(names[0])
        assert await naming(restored, ALICE.id) == {}
        assert {"reminders", "support_tickets", "audit_logs"} <= set(await naming(restored, BOB.id))
        # Restored again, it is a database of its own, which knows of no erasure.
        status, printed = await concierge(
            own_database, mine, "migrate", "restore", backup, "--into", names[1], "--json"
        )
        assert json.loads(printed[printed.index("{") :])["erased_again"] == 1
        assert await naming(own_database.with_database(names[1]), ALICE.id) == {}
        # Where nobody has a file that says so, nobody can know.
        status, printed = await concierge(own_database, elsewhere, "migrate", "restore", backup, "--into", names[2])
        assert (status, "were done again" in printed) == (0, False)
        assert "reminders" in await naming(own_database.with_database(names[2]), ALICE.id)
    finally:
        for name in names:
            await admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def naming(database: DatabaseUrl, user_id: int) -> dict[str, Any]:
    engine = create_engine(database)
    try:
        async with UnitOfWorkFactory(session_factory(engine))() as work:
            return rows_naming(await everything(work._session), user_id)
    finally:
        await engine.dispose()


def _year():
    from datetime import timedelta

    return timedelta(days=365)
