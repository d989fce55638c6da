"""Addresses of databases, and the engines made from them. Nothing else."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from sqlalchemy import URL, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from app.connection_pool import TurnTakingPool
from app.pooler import UNNAMED, LentConnection, is_in_transaction_mode, set_in_each_transaction

SCHEMES = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
# The options of libpq that asyncpg reads from its own address, each with libpq's environment variable.
PASSED_ON = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "sslpassword": None,
    "sslnegotiation": "PGSSLNEGOTIATION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "passfile": "PGPASSFILE",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
}
# Options that only libpq's own clients use. pg_dump receives them; asyncpg would send them to the server, which would
# refuse the connection.
LIBPQ_ONLY = {
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    "require_auth": "PGREQUIREAUTH",
    "load_balance_hosts": "PGLOADBALANCEHOSTS",
    "client_encoding": "PGCLIENTENCODING",
    "keepalives": None,
    "keepalives_idle": None,
    "keepalives_interval": None,
    "keepalives_count": None,
    "tcp_user_timeout": None,
    "fallback_application_name": None,
    "sslcompression": None,
    "sslsni": None,
    "sslcertmode": None,
}
SETTING = re.compile(r"^[a-z_][a-z0-9_.]*$")


@dataclass(frozen=True)
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
        if self.hosts is not None:
            query["host"] = self.hosts
        if self.ports is not None:
            query["port"] = self.ports
        arguments: dict[str, Any] = {"server_settings": {**server_settings, **self.server_settings}}
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
    """Read an address in any of the forms that people paste.

    `postgres://`, `postgresql://` and `postgresql+asyncpg://` mean the same; the password may hold `@`, `%` and
    spaces, percent-encoded or not; libpq's options may follow (`?sslmode=require`), `options=-c name=value` among
    them. Raises ValueError, without repeating the address, for anything that is not PostgreSQL.
    """
    scheme, separator, rest = text.strip().partition("://")
    if not separator or scheme.lower() not in SCHEMES:
        raise ValueError("not a PostgreSQL address")
    rest, _, query = rest.partition("?")
    # The last @ ends the password, so that one inside it does no harm.
    credentials, _, location = rest.rpartition("@")
    user, colon, password = credentials.partition(":")
    authority, _, database = location.partition("/")
    given = dict(parse_qsl(query, keep_blank_values=True))
    hosts, ports = _hosts(unquote(authority), given)
    single = hosts is not None and "," not in hosts and not hosts.startswith("/")
    options, server_settings, timeout = _options(given)
    try:
        return DatabaseUrl(
            url=URL.create(
                "postgresql+asyncpg",
                username=unquote(user) or given.get("user"),
                password=unquote(password) if colon else given.get("password"),
                host=hosts if single else None,
                port=int(ports) if single and ports else None,
                database=unquote(database) or given.get("dbname") or given.get("database"),
            ),
            options=options,
            server_settings=server_settings,
            timeout_seconds=timeout,
            hosts=None if single else hosts,
            ports=None if single else ports,
        )
    except (TypeError, ValueError):
        raise ValueError("not a PostgreSQL address") from None


def _hosts(authority: str, given: Mapping[str, str]) -> tuple[str | None, str | None]:
    names: list[str] = []
    ports: list[str] = []
    for part in authority.split(",") if authority else []:
        match = re.fullmatch(r"\[(?P<six>[^\]]+)\](?::(?P<port6>\d+))?|(?P<name>[^:]*)(?::(?P<port>\d+))?", part)
        if match is None:
            raise ValueError("not a PostgreSQL address")
        names.append(match["six"] or match["name"])
        ports.append(match["port6"] or match["port"] or "")
    hosts = ",".join(names) or given.get("host") or given.get("hostaddr")
    if len(ports) > 1:
        return hosts, ",".join(port or "5432" for port in ports)
    return hosts, (ports[0] if ports and ports[0] else given.get("port"))


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
            timeout = float(value) if float(value) > 0 else None
        elif key == "options":
            server_settings.update(_dash_c(value))
        elif key in {"user", "password", "host", "hostaddr", "port", "dbname", "database"}:
            continue
        elif SETTING.match(key):
            server_settings[key] = value
        else:
            raise ValueError("an option that PostgreSQL does not have")
    return options, server_settings, timeout


def _dash_c(text: str) -> dict[str, str]:
    """Read libpq's `options`: `-c name=value`, `-cname=value` or `--name=value`, several in a row."""
    settings: dict[str, str] = {}
    words = iter(shlex.split(text))
    for word in words:
        if word == "-c":
            assignment = next(words, "")
        elif word.startswith("--"):
            assignment = word[2:].replace("-", "_")
        else:
            assignment = word.removeprefix("-c")
        name, equals, value = assignment.partition("=")
        if not equals or not SETTING.match(name):
            raise ValueError("options that PostgreSQL does not have")
        settings[name] = value
    return settings


async def is_lent(database: DatabaseUrl) -> bool:
    """Tell whether the address is that of a pooler in transaction mode. Raises what `asyncpg.connect` does."""
    return await is_in_transaction_mode(database.asyncpg_args())


def create_engine(
    database: DatabaseUrl, *, pool_size: int = 5, application_name: str = "concierge", lent: bool = False
) -> AsyncEngine:
    """Make the bot's engine.

    A statement may take 10 s, a wait for a lock 3 s, and an open transaction may idle for 30 s: so a mistake becomes an
    error of one command, and does not stop the whole bot. `lent`: through a pooler in transaction mode.
    """
    limits = {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
        "jit": "off",
    }
    if lent:
        # A pooler refuses a connection that asks for more than it knows, and would forget the rest.
        limits |= database.server_settings
        arguments = replace(database, server_settings={}).connect_args(application_name=application_name)
        arguments |= {**UNNAMED, "connection_class": LentConnection}
    else:
        arguments = database.connect_args(application_name=application_name, **limits)
    engine = create_async_engine(
        database.url,
        poolclass=TurnTakingPool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args=arguments,
    )
    if lent:
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
        connect_args=database.connect_args(timezone="UTC", **server_settings),
    )


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Make the factory of sessions; what a session loaded stays readable after it ended."""
    return async_sessionmaker(engine, expire_on_commit=False)
