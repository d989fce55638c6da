"""`concierge erase`, from a terminal while the bot does not run."""

import asyncio
import os
import sys
from pathlib import Path

from app.db import DatabaseUrl
from app.erasures import ErasureFile
from app.uow import UnitOfWorkFactory
from tests.fixtures.personal import Somebody, everything, fill, rows_naming
from tests.fixtures.postgres import REPOSITORY, url_text

ALICE = Somebody(111_222_333_444_555_101, 7, 111_222_333_444_555_201, 111_222_333_444_555_301)


async def erase(database: DatabaseUrl, data: Path, *arguments: str, answer: str = "") -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "erase", *arguments),
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


def _year():
    from datetime import timedelta

    return timedelta(days=365)
