"""Addresses of databases, and the engines made from them. Nothing else."""

import math
import re
import shlex
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any
from urllib.parse import unquote, urlencode

from sqlalchemy import URL, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from app import tls
from app.connection_pool import TurnTakingPool
from app.core.records import record
from app.known_types import KnowingConnection
from app.lazy_session import LazySession
from app.pooler import TRANSACTIONS_ONLY, UNNAMED, LentConnection, Pooling, pooling_behind, set_in_each_transaction
from app.tls import LIBPQ_ONLY, PASSED_ON, AddressRefused

SCHEMES = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
DEFAULT_PORT = 5432
MAX_PORT = 65535
NOT_AN_ADDRESS = "is not a PostgreSQL address"
# Hosts with ports, and no password in front of them.
_PLAIN_HOSTS = re.compile(r"(?:(?:\[[^\]@]*\]|[^:@,\[\]]*)(?::\d*)?)(?:,(?:\[[^\]@]*\]|[^:@,\[\]]*)(?::\d*)?)*")
SETTING = re.compile(r"^[a-z_][a-z0-9_.]*$")
KEPT_ALIVE = {"tcp_keepalives_idle": "60"}
"""Seconds after which the server makes sure that a connection is alive. A firewall in between may drop it silently
after five minutes, and those that were used longest ago are used last."""
STATEMENTS = 300
"""Prepared statements of a connection: all that the bot has, but for those of rare combinations."""
_POOLING: dict[tuple[URL, str | None, str | None], Pooling] = {}


@record
class DatabaseUrl:
    """Where a PostgreSQL is and how to reach it. Printing one never shows the password."""

    url: URL = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    server_settings: Mapping[str, str] = field(default_factory=dict[str, str])
    timeout_seconds: float | None = None
    hosts: str | None = None
    """Several hosts, or the directory of a socket: what a URL cannot hold."""
    ports: str | None = None

    def __str__(self) -> str:
        """Name host and database, for logs and errors."""
        port = self.ports or self.url.port
        return f"{self.hosts or self.url.host or 'localhost'}{f':{port}' if port else ''}/{self.url.database or ''}"

    def with_database(self, name: str) -> "DatabaseUrl":
        """Return the same server with another database."""
        return replace(self, url=self.url.set(database=name))

    def connect_args(self, **server_settings: str) -> dict[str, Any]:
        """Return the keyword arguments for asyncpg beside host, user, password and database.

        What is in the address wins over `server_settings`.
        """
        query = {key: value for key, value in self.options.items() if key in PASSED_ON}
        arguments: dict[str, Any] = {"server_settings": {**server_settings, **self.server_settings}}
        if self.hosts is not None:
            arguments["host"] = self.hosts.split(",")
        if self.ports is not None:
            arguments["port"] = [int(port) for port in self.ports.split(",")]
        if tls.uses_authorities_of_system(self.options):
            # asyncpg would look for a file of that name.
            arguments["ssl"] = tls.context_of_system(self.options)
            query = {key: value for key, value in query.items() if key not in tls.OF_CONTEXT}
        if query:
            # asyncpg reads libpq's TLS options from its own form of address and nowhere else.
            arguments["dsn"] = f"postgresql:///?{urlencode(query)}"
        if self.timeout_seconds is not None:
            arguments["timeout"] = self.timeout_seconds
        return arguments

    def asyncpg_args(self, **server_settings: str) -> dict[str, Any]:
        """Return all keyword arguments for `asyncpg.connect`."""
        return {**self.url.translate_connect_args(username="user"), **self.connect_args(**server_settings)}

    def libpq_environment(self) -> dict[str, str]:
        """Return the environment variables with which libpq's programs reach the same database, password included.

        For the environment of a child process only: arguments can be read in the process list.
        """
        port = self.ports or (str(self.url.port) if self.url.port else None)
        values = {
            "PGHOST": self.hosts or self.url.host,
            "PGPORT": port,
            "PGUSER": self.url.username,
            "PGPASSWORD": self.url.password,
            "PGDATABASE": self.url.database,
            "PGCONNECT_TIMEOUT": str(int(self.timeout_seconds)) if self.timeout_seconds is not None else None,
        }
        for key, value in self.options.items():
            variable = PASSED_ON.get(key) or LIBPQ_ONLY.get(key)
            if variable is not None:
                values[variable] = value
        return {key: str(value) for key, value in values.items() if value is not None}


def normalize(text: str) -> DatabaseUrl:
    """Read an address in any of the forms that people paste and `psql` takes.

    `postgres://`, `postgresql://` and `postgresql+asyncpg://` mean the same; the password may hold `@`, `%` and
    spaces, percent-encoded or not; libpq's options may follow (`?sslmode=require`), `options=-c name=value` among
    them, and host, port, user, password and dbname, which win over what is in front.
    (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING)

    Raises AddressRefused, without repeating the address.
    """
    scheme, separator, rest = text.strip().partition("://")
    if not separator or scheme.lower() not in SCHEMES:
        raise AddressRefused(NOT_AN_ADDRESS)
    rest, _, query = rest.partition("?")
    given = _query(query)
    if _PLAIN_HOSTS.fullmatch(rest.partition("/")[0]):
        # No password in front: an @ after the slash is a part of the database's name.
        credentials, location = "", rest
    else:
        # The last @ ends the password, so that one inside it does no harm.
        credentials, _, location = rest.rpartition("@")
    user, colon, password = credentials.partition(":")
    authority, _, database = location.partition("/")
    hosts, ports = _hosts(authority, given)
    single = len(hosts) == 1 and not hosts[0].startswith("/")
    options, server_settings, timeout = _options(given)
    tls.check(options)
    return DatabaseUrl(
        url=URL.create(
            "postgresql+asyncpg",
            username=given.get("user", unquote(user)) or None,
            password=given.get("password", unquote(password) if colon else None),
            host=hosts[0] if single else None,
            port=ports[0] if len(hosts) < 2 and ports else None,
            database=given.get("dbname", given.get("database", unquote(database))) or None,
        ),
        options=options,
        server_settings=server_settings,
        timeout_seconds=timeout,
        hosts=",".join(hosts) if hosts and not single else None,
        ports=",".join(str(port or DEFAULT_PORT) for port in ports) if len(hosts) > 1 and any(ports) else None,
    )


def _query(query: str) -> dict[str, str]:
    """Read the options. Unlike in a form of the web, a plus sign is a plus sign; the last of several wins."""
    given: dict[str, str] = {}
    for part in query.split("&") if query else []:
        key, equals, value = part.partition("=")
        if not equals:
            raise AddressRefused("has something without a value behind the `?`; in a password, write `?` as `%3F`")
        given[unquote(key)] = unquote(value)
    return given


def _hosts(authority: str, given: Mapping[str, str]) -> tuple[list[str], list[int | None]]:
    """Return the hosts, and the port of each; a port alone is for the standard host."""
    names: list[str] = []
    ports: list[str] = []
    for part in authority.split(",") if authority else []:
        match = re.fullmatch(r"\[(?P<six>[^\]]+)\](?::(?P<port6>\d*))?|(?P<name>[^:]*)(?::(?P<port>\d*))?", part)
        if match is None:
            raise AddressRefused(NOT_AN_ADDRESS)
        names.append(unquote(match["six"] or match["name"] or ""))
        ports.append(match["port6"] or match["port"] or "")
    # The name of a host is needed where it is compared with a certificate; else its number is quicker.
    wanted = ("host", "hostaddr") if given.get("sslmode") == "verify-full" else ("hostaddr", "host")
    listed = next((given[key] for key in wanted if given.get(key)), given.get("host"))
    names = listed.split(",") if listed is not None else names
    ports = given["port"].split(",") if "port" in given else ports
    numbers = [_port(port) for port in ports]
    names = names if any(names) else []
    if len(names) > 1 and len(numbers) == 1:
        numbers *= len(names)
    if numbers and len(numbers) != max(len(names), 1) and any(numbers):
        raise AddressRefused(f"has {len(numbers)} ports for {max(len(names), 1)} hosts; one port is for all of them")
    return [name or "localhost" for name in names], numbers if any(numbers) else []


def _port(text: str) -> int | None:
    if not text.strip():
        return None
    if not re.fullmatch(r"\s*\d{1,5}\s*", text, re.ASCII) or not 1 <= int(text) <= MAX_PORT:
        raise AddressRefused(f"has a port that is no number from 1 to {MAX_PORT}")
    return int(text)


def _options(given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str], float | None]:
    options: dict[str, str] = {}
    server_settings: dict[str, str] = {}
    timeout: float | None = None
    for key, value in given.items():
        if key in PASSED_ON or key in LIBPQ_ONLY:
            options[key] = value
        elif key == "ssl":  # asyncpg's own word for sslmode
            options["sslmode"] = {"true": "require", "false": "disable"}.get(value.lower(), value)
        elif key == "connect_timeout":
            timeout = _seconds(value)
        elif key == "options":
            server_settings.update(_dash_c(value))
        elif key in {"user", "password", "host", "hostaddr", "port", "dbname", "database"}:
            continue
        elif SETTING.match(key.lower()):
            # Their names mean the same in any case, and sent twice they would contradict each other.
            server_settings[key.lower()] = value
        else:
            raise AddressRefused("has an option that PostgreSQL does not have")
    return options, server_settings, timeout


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise AddressRefused("has a `connect_timeout` that is no number of seconds")
    return seconds if seconds > 0 else None


def _dash_c(text: str) -> dict[str, str]:
    """Read libpq's `options`: `-c name=value`, `-cname=value` or `--name=value`, several in a row."""
    settings: dict[str, str] = {}
    try:
        words = iter(shlex.split(text))
    except ValueError:
        raise AddressRefused("has `options` with a quotation mark that is not closed") from None
    for word in words:
        if word == "-c":
            assignment = next(words, "")
        elif word.startswith("--"):
            assignment = word[2:].replace("-", "_")
        else:
            assignment = word.removeprefix("-c")
        name, equals, value = assignment.partition("=")
        name = name.lower()
        if not equals or not SETTING.match(name):
            raise AddressRefused("has `options` that are not written as `-c name=value`")
        settings[name] = value
    return settings


async def pooling_of(database: DatabaseUrl) -> Pooling:
    """Find out whether there is a pooler at this address, once per process. Raises what `asyncpg.connect` does."""
    key = (database.url, database.hosts, database.ports)
    if key not in _POOLING:
        # Without settings of the address, which a pooler may refuse.
        _POOLING[key] = await pooling_behind(replace(database, server_settings={}).asyncpg_args())
    return _POOLING[key]


def create_engine(
    database: DatabaseUrl, *, pool_size: int = 5, application_name: str = "concierge", pooling: Pooling = Pooling.NONE
) -> AsyncEngine:
    """Make the bot's engine.

    A statement may take 10 s, a wait for a lock 3 s, and an open transaction may idle for 30 s: so a mistake becomes an
    error of one command, and does not stop the whole bot. It has twice `pool_size` connections at most, and keeps
    `pool_size` of them for good. `pooling` is what is at the address.
    """
    limits = {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
        "jit": "off",
    }
    if pooling is not Pooling.NONE:
        # A pooler refuses a connection that asks for more than it knows, and would forget the rest.
        limits |= database.server_settings
        arguments = replace(database, server_settings={}).connect_args(application_name=application_name)
        arguments |= {**UNNAMED, "connection_class": LentConnection}
    else:
        arguments = database.connect_args(application_name=application_name, **limits, **KEPT_ALIVE)
        arguments |= {
            "prepared_statement_cache_size": STATEMENTS,
            "connection_class": KnowingConnection,
            # Those that the driver carries out itself: as long and as large as the others.
            "statement_cache_size": STATEMENTS,
            "max_cached_statement_lifetime": 0,
            "max_cacheable_statement_size": 0,
        }
    engine = create_async_engine(
        database.url,
        poolclass=TurnTakingPool,
        # No overflow, which would be closed whenever it comes back: half of them stay, by the pool's own rule.
        pool_size=2 * pool_size,
        max_overflow=0,
        # The connection that was used last: its statements are prepared and planned, and its server process is warm.
        pool_use_lifo=True,
        pool_timeout=5,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args=arguments,
        execution_options={TRANSACTIONS_ONLY: pooling is not Pooling.NONE},
    )
    if pooling is not Pooling.NONE:
        set_in_each_transaction(engine.sync_engine, limits)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: object) -> None:
    """Make the pool replace a connection that the server has closed.

    asyncpg knows without asking, so this costs no round trip; `pool_pre_ping` would cost one for every transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def create_migration_engine(database: DatabaseUrl, **server_settings: str) -> AsyncEngine:
    """Make an engine that keeps no connection, with the server settings that a schema change needs."""
    return create_async_engine(
        database.url,
        poolclass=NullPool,
        connect_args={
            **database.connect_args(timezone="UTC", **server_settings),
            "connection_class": KnowingConnection,
        },
    )


def session_factory(engine: AsyncEngine) -> async_sessionmaker[LazySession]:
    """Make the factory of sessions; what a session loaded stays readable after it ended."""
    return async_sessionmaker(engine, expire_on_commit=False, class_=LazySession)
