"""Bots as processes of their own, against a stand-in in this one."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import psutil

from app.local_postgres import serve
from standin import StandIn

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def database(root: Path = ROOT) -> Generator[str]:
    """An embedded PostgreSQL with its usual, durable settings, at the newest revision of a release."""
    import subprocess

    # While the server stops, it may still write a file of its log.
    place = tempfile.TemporaryDirectory(prefix="concierge-bench-", ignore_cleanup_errors=True)
    with place as directory, serve(Path(directory)) as address:
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=root,
            env={**os.environ, "DATABASE_URL": address},
            check=True,
            capture_output=True,
        )
        yield address


def process(stand_in: StandIn, *arguments: str, **environment: str) -> AbstractAsyncContextManager[psutil.Process]:
    """Run `python -m …` until the block ends; the block begins when it is ready."""
    return process_of(ROOT, stand_in, *arguments, **environment)


@asynccontextmanager
async def process_of(
    root: Path, stand_in: StandIn, *arguments: str, **environment: str
) -> AsyncGenerator[psutil.Process]:
    """Run the same of a release that is in a folder of its own."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        cwd=root,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await stand_in.ready(120)
        yield psutil.Process(running.pid)
    finally:
        with suppress(ProcessLookupError):
            running.terminate()
        await running.wait()
        # The next bot must not be mistaken for this one.
        await stand_in.until(lambda: not stand_in.gateway.is_ready, 30)


@contextmanager
def release(commit: str) -> Generator[Path]:
    """A release of before, as git has it, in a folder of its own."""
    import subprocess

    with tempfile.TemporaryDirectory(prefix="concierge-bench-") as directory:
        place = Path(directory) / "release"

        def git(*arguments: str) -> None:
            subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)

        git("worktree", "add", "--detach", str(place), commit)
        try:
            yield place
        finally:
            git("worktree", "remove", "--force", str(place))


def concierge(stand_in: StandIn, address: str) -> dict[str, str]:
    """The environment of the bot."""
    return {
        "DISCORD_TOKEN": stand_in.token,
        "DISCORD_API_URL": stand_in.api_url,
        "DATABASE_URL": address,
        "HTTP_PORT": "0",
        "LOG_LEVEL": "WARNING",
    }
