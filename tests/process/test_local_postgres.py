"""The embedded PostgreSQL: shared by processes, stopped by the last one, unimpressed by kill -9."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.db import normalize
from app.local_postgres import DirectoryUnusable, serve
from tests.fixtures.memory import new_directory
from tests.fixtures.postgres import REPOSITORY, execute, fetchval, remove
from tests.fixtures.processes import running, still_running

USER = """
import sys
from pathlib import Path
from app.local_postgres import serve
with serve(Path(sys.argv[1])) as address:
    print(address, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Generator[Path]:
    """A data directory. Not pytest's: other runs close the way to theirs, and the server has a user of its own."""
    directory = new_directory(getattr(request, "param", "concierge-local-"))
    yield directory
    for server in servers(directory):
        server.kill()
    remove(directory)


async def a_user(directory: Path, **environment: str) -> tuple[asyncio.subprocess.Process, str]:
    """Another process that uses the database until its input is closed or it is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        USER,
        str(directory),
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return process, (await process.stdout.readline()).decode().strip()


def servers(directory: Path) -> list[psutil.Process]:
    """The running servers of a data directory."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        line = process.info["cmdline"] or []
        if process.info["name"] == "postgres" and str(directory / "postgres") in line and running(process):
            found.append(process)
    return found


async def a_server_with_rows(directory: Path, address: str) -> psutil.Process:
    """The one server of a data directory, in which something is stored now."""
    await execute(normalize(address), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    (server,) = servers(directory)
    return server


async def starts_again(directory: Path) -> None:
    """It starts with what was stored, and without waiting for a dead server, which stays as a zombie."""
    began = time.monotonic()
    with serve(directory) as address:
        # `pg_ctl` would wait a whole minute for the zombie.
        assert time.monotonic() - began < 55
        assert await fetchval(normalize(address), "SELECT count(*) FROM kept") == 1000
    await until_stopped(directory)


def crash(server: psutil.Process) -> None:
    for process in [*server.children(recursive=True), server]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def pending(process: psutil.Process, number: signal.Signals) -> bool:
    """Whether a signal waits for a process that was stopped."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    masks = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith(("SigPnd", "ShdPnd"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


async def kill(user: asyncio.subprocess.Process) -> None:
    """Killed users count as gone, however they went."""
    user.kill()
    await user.wait()


async def until_stopped(directory: Path) -> None:
    async with asyncio.timeout(60):
        while servers(directory):
            await asyncio.sleep(0.05)


async def test_it_runs_as_long_as_anybody_uses_it(home: Path) -> None:
    first, address = await a_user(home)
    second, same = await a_user(home)
    assert address == same
    assert len(servers(home)) == 1
    await execute(normalize(address), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")

    await kill(first)
    assert await fetchval(normalize(address), "SELECT n FROM kept") == 1
    await kill(second)
    await until_stopped(home)

    with serve(home) as again:
        assert await fetchval(normalize(again), "SELECT n FROM kept") == 1
    await until_stopped(home)


async def test_many_that_come_and_go_share_one_server_and_leave_none(home: Path) -> None:
    users = await asyncio.gather(*(a_user(home) for _ in range(6)))
    assert len({address for _, address in users}) == 1
    assert len(servers(home)) == 1
    for process, _ in users:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
    await until_stopped(home)


async def test_it_recovers_when_the_server_itself_was_killed(home: Path) -> None:
    user, address = await a_user(home)
    server = await a_server_with_rows(home, address)
    crash(server)
    assert await asyncio.to_thread(still_running, [server], 60) == []
    await kill(user)
    await starts_again(home)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which signals wait")
async def test_it_recovers_when_the_server_was_killed_while_it_was_being_stopped(home: Path) -> None:
    user, address = await a_user(home)
    server = await a_server_with_rows(home, address)
    server.suspend()
    await kill(user)
    # The keeper has asked it to stop, which it hears when it goes on.
    async with asyncio.timeout(60):
        while not pending(server, signal.SIGINT):
            await asyncio.sleep(0.02)
    crash(server)
    await starts_again(home)


def leave_a_pid_file(directory: Path, number: int) -> None:
    place = directory / "postgres"
    lines = [str(number), str(place), "1700000000", "5432", str(place), "", "0 0", "ready"]
    (place / "postmaster.pid").write_text("\n".join(lines))


async def test_a_pid_file_of_somebody_else_does_not_mislead(home: Path) -> None:
    with serve(home):
        pass
    await until_stopped(home)
    leave_a_pid_file(home, 1)
    with serve(home) as address:
        assert await fetchval(normalize(address), "SELECT 1") == 1


async def test_a_pid_file_with_the_number_of_another_server_does_not_mislead(home: Path) -> None:
    other = new_directory("concierge-local-")
    try:
        with serve(other) as theirs:
            (server,) = servers(other)
            with serve(home):
                pass
            await until_stopped(home)
            leave_a_pid_file(home, server.pid)
            with serve(home) as own:
                assert own != theirs
                assert len(servers(home)) == 1
            await until_stopped(home)
            assert running(server)
            assert await fetchval(normalize(theirs), "SELECT 1") == 1
        await until_stopped(other)
    finally:
        remove(other)


@pytest.mark.parametrize("home", ["a place é'%41+&#;*? "], indirect=True)
async def test_a_directory_may_be_called_anything(home: Path) -> None:
    with serve(home) as address:
        assert await fetchval(normalize(address), "SHOW data_directory") == str(home / "postgres")
        user, same = await a_user(home)
        assert same == address
    await kill(user)
    await until_stopped(home)


@pytest.mark.parametrize("locale", ["C", "xx_XX.UTF-8"])
async def test_the_locale_of_the_machine_does_not_matter(home: Path, locale: str) -> None:
    user, address = await a_user(home, LC_ALL=locale, LANG=locale)
    assert await fetchval(normalize(address), "SELECT 'ÉLAN' ILIKE 'élan'")
    await kill(user)
    await until_stopped(home)


def test_a_directory_that_cannot_be_made_is_said_so(home: Path) -> None:
    (home / "file").write_text("in the way")
    with pytest.raises(DirectoryUnusable, match="cannot be written"), serve(home / "file" / "data"):
        pass
