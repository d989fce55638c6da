"""Every form of an address leads where `psql` goes with it, which is asked itself where it is installed.

Servers that only listen tell what arrived: at which port, for whom, with which password and settings.
"""

import asyncio
import contextlib
import getpass
import os
import shutil
import socket
import struct
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from app.config import ConfigurationError, load_settings
from app.db import normalize

ME = getpass.getuser()
ENCRYPTED = {80877103, 80877104}  # SSLRequest and GSSENCRequest


@dataclass
class Arrived:
    """What a server learns about whoever connects."""

    at: str
    user: str
    database: str
    password: str
    settings: dict[str, str] = field(default_factory=dict)


@dataclass
class Doors:
    """Servers at two ports and a socket, and a port at which nobody is."""

    first: int
    second: int
    closed: int
    directory: Path
    arrived: list[Arrived] = field(default_factory=list)

    async def enter(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            length, code = struct.unpack("!ii", await reader.readexactly(8))
            while code in ENCRYPTED:
                writer.write(b"N")
                length, code = struct.unpack("!ii", await reader.readexactly(8))
            words = (await reader.readexactly(length - 8)).decode().split("\0")
            told = dict(zip(words[::2], words[1::2], strict=False))
            writer.write(b"R" + struct.pack("!ii", 8, 3))
            await reader.readexactly(1)
            (length,) = struct.unpack("!i", await reader.readexactly(4))
            password = (await reader.readexactly(length - 4))[:-1].decode()
            user = told.pop("user")
            self.arrived.append(Arrived(name, user, told.pop("database", user), password, told))
            refusal = b"SFATAL\0VFATAL\0C28P01\0Mthat is all\0\0"
            writer.write(b"E" + struct.pack("!i", len(refusal) + 4) + refusal)
            await writer.drain()
        writer.close()

    async def ours(self, address: str) -> Arrived:
        self.arrived.clear()
        with pytest.raises(asyncpg.InvalidPasswordError, match="that is all"):
            await asyncpg.connect(**{"timeout": 10, **normalize(address).asyncpg_args()})
        return self.arrived[-1]

    async def of_psql(self, address: str) -> Arrived | None:
        """Return what came from `psql`; None if it refused the address itself."""
        self.arrived.clear()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        process = await asyncio.create_subprocess_exec(
            "psql", "--no-psqlrc", address, "-c", "", env=clean, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(20):
            await process.communicate()
        return self.arrived[-1] if self.arrived else None

    def filled(self, form: str) -> str:
        names = {"p": self.first, "q": self.second, "closed": self.closed, "dir": self.directory}
        return form.format(**names, encoded=str(self.directory).replace("/", "%2F"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Doors]:
    directory = tmp_path_factory.mktemp("s")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        closed = gone.getsockname()[1]
    doors = Doors(0, 0, closed, directory)
    servers = []
    for name in ("first", "second"):
        server = await asyncio.start_server(lambda r, w, name=name: doors.enter(name, r, w), "127.0.0.1", 0)
        setattr(doors, name, server.sockets[0].getsockname()[1])
        servers.append(server)
    for port in (5432, 6000):
        path = str(directory / f".s.PGSQL.{port}")
        servers.append(
            await asyncio.start_unix_server(lambda r, w, name=f"socket {port}": doors.enter(name, r, w), path)
        )
    yield doors
    for server in servers:
        server.close()
        await server.wait_closed()


FORMS: list[tuple[str, str, str, str, str]] = [
    # address, and what arrives: where, user, database, password
    ("postgresql://me:pw@127.0.0.1:{p}/bot", "first", "me", "bot", "pw"),
    ("postgres://me:p%40s%2F%25@127.0.0.1:{p}/b%20t", "first", "me", "b t", "p@s/%"),
    ("postgresql://127.0.0.1:{p}?user=me&password=pw&dbname=bot", "first", "me", "bot", "pw"),
    ("postgresql://?host=127.0.0.1&port={p}&user=me&password=pw&dbname=bot", "first", "me", "bot", "pw"),
    ("postgresql:///bot?host=127.0.0.1&port={p}&user=me&password=pw", "first", "me", "bot", "pw"),
    # What follows wins over what is in front.
    ("postgresql://you:no@127.0.0.1:{p}/none?user=me&password=pw&dbname=bot", "first", "me", "bot", "pw"),
    ("postgresql://me:pw@127.0.0.1:{closed}/bot?port={p}", "first", "me", "bot", "pw"),
    ("postgresql://me:pw@nowhere.invalid:{p}/bot?host=127.0.0.1", "first", "me", "bot", "pw"),
    ("postgresql://me:pw@nowhere.invalid:{p}/bot?hostaddr=127.0.0.1", "first", "me", "bot", "pw"),
    ("postgresql://me:pw@127.0.0.1:{p}/bot?user=you&user=me", "first", "me", "bot", "pw"),
    # Several hosts.
    ("postgresql://me:pw@127.0.0.1:{closed},127.0.0.1:{q}/bot", "second", "me", "bot", "pw"),
    ("postgresql://me:pw@/bot?host=127.0.0.1,127.0.0.1&port={closed},{q}", "second", "me", "bot", "pw"),
    ("postgresql://me:pw@/bot?host=127.0.0.1,127.0.0.1&port={p}", "first", "me", "bot", "pw"),
    ("postgresql://me:pw@[::1]:{closed},127.0.0.1:{q}/bot", "second", "me", "bot", "pw"),
    ("postgresql://me:pw@/bot?host=::1,127.0.0.1&port={closed},{q}", "second", "me", "bot", "pw"),
    ("postgresql://me:pw@127.0.0.1:{closed},127.0.0.1:{closed}/bot?port={closed},{q}", "second", "me", "bot", "pw"),
    # Sockets.
    ("postgresql://me:pw@/bot?host={dir}", "socket 5432", "me", "bot", "pw"),
    ("postgresql://me:pw@{encoded}/bot", "socket 5432", "me", "bot", "pw"),
    ("postgresql://me:pw@/bot?host={dir}&port=6000", "socket 6000", "me", "bot", "pw"),
    ("postgresql://me:pw@{encoded}:6000/bot", "socket 6000", "me", "bot", "pw"),
    ("postgresql://me:pw@127.0.0.1:{closed},{encoded}:6000/bot", "socket 6000", "me", "bot", "pw"),
    # What is left out, and signs.
    ("postgresql://:pw@127.0.0.1:{p}", "first", ME, ME, "pw"),
    ("postgresql://me:pw@127.0.0.1:{p}", "first", "me", "me", "pw"),
    ("postgresql://127.0.0.1:{p}/b@t?user=me&password=pw", "first", "me", "b@t", "pw"),
    ("postgresql://127.0.0.1:{p}/bot?user=me&password=p+w%2Bx%26", "first", "me", "bot", "p+w+x&"),
    ("postgresql://me@127.0.0.1:{p}/bot?password=pw&sslmode=prefer&connect_timeout=9", "first", "me", "bot", "pw"),
]
REFUSED = {
    "postgresql://me:pw@127.0.0.1:65536/bot": "has a port that is no number from 1 to 65535",
    "postgresql://me:pw@127.0.0.1/bot?port=70968": "has a port that is no number from 1 to 65535",
    "postgresql://me:pw@127.0.0.1:0/bot": "has a port that is no number from 1 to 65535",
    "postgresql://me:pw@127.0.0.1/bot?port=abc": "has a port that is no number from 1 to 65535",
    "postgresql://me:pw@127.0.0.1:1,127.0.0.1:2/bot?port=1,2,3": "has 3 ports for 2 hosts; one port is for all",
    "postgresql://me:pw@127.0.0.1/bot?sslmode=no-verify": "has an `sslmode` that there is not; there are disable, ",
    "postgresql://me:pw@127.0.0.1/bot?sslmode=verify-full&sslrootcert=/no/file": "names a file as `sslrootcert` that",
    "postgresql://me:pw@127.0.0.1/bot?connect_timeout=soon": "has a `connect_timeout` that is no number",
    "postgresql://me:pw@127.0.0.1/bot?user": "has something without a value behind the `?`",
}


async def test_every_form_leads_where_psql_goes(doors: Doors):
    for form, *expected in FORMS:
        address = doors.filled(form)
        ours = await doors.ours(address)
        assert [ours.at, ours.user, ours.database, ours.password] == expected, form


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
async def test_psql_goes_there(doors: Doors):
    for form, *expected in FORMS:
        theirs = await doors.of_psql(doors.filled(form))
        assert theirs is not None, form
        assert [theirs.at, theirs.user, theirs.database, theirs.password] == expected, form
    for address in REFUSED:
        assert await doors.of_psql(address) is None, address


@pytest.mark.parametrize(("address", "reason"), REFUSED.items())
def test_what_leads_nowhere_is_a_mistake_of_the_configuration(
    address: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(database_url=address)
    (line,) = refused.value.mistakes
    assert line.startswith(f"DATABASE_URL {reason}")
    assert "pw" not in line
    assert "/no/file" not in line


async def test_settings_have_their_names_in_any_case(doors: Doors):
    arrived = await doors.ours(
        doors.filled("postgresql://me:pw@127.0.0.1:{p}/bot?TimeZone=UTC&options=-cDateStyle%3DISO")
    )
    assert (arrived.settings["timezone"], arrived.settings["datestyle"]) == ("UTC", "ISO")


def test_certificates_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    arguments = normalize("postgresql://me@db.example/bot?sslrootcert=system&target_session_attrs=any").connect_args()
    context: Any = arguments["ssl"]
    assert context.check_hostname
    assert "sslrootcert" not in arguments["dsn"]
    with pytest.raises(ValueError, match="only `sslmode=verify-full` goes"):
        normalize("postgresql://me@db.example/bot?sslrootcert=system&sslmode=require")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ValueError, match="no certificate to compare with"):
        normalize("postgresql://me@db.example/bot?sslmode=verify-full")
    rubbish = tmp_path / "ca.pem"
    rubbish.write_text("no certificate", encoding="utf-8")
    with pytest.raises(ValueError, match="is no certificate"):
        normalize(f"postgresql://me@db.example/bot?sslmode=verify-ca&sslrootcert={rubbish}")
