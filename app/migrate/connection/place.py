"""Where in a server the bot's tables are: the database, and in it the schema that unqualified names lead to.

That is `current_schema()`, however it was chosen: by the address, by the role or the database (`ALTER ROLE … SET
search_path`), by a schema that has the name of the role, or `public` if nobody chose.
"""

from dataclasses import replace

from sqlalchemy import Connection, text

from app.core.errors import Conflict
from app.core.messages import Message, msg
from app.core.records import record

ENCODING = "UTF8"
"""The only encoding that can hold what people write."""

NAMESPACE = "pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()))"
"""The bot's schema, in a condition. Without quoting, a name with a hyphen or a capital letter would not be found."""

# Tables that go into the catalogue or among the temporary ones are lost or refused.
_SCHEMA = r"CASE WHEN current_schema() NOT LIKE 'pg\_%' THEN current_schema()::text END"
LOCALE = f"""
    SELECT collcollate FROM pg_catalog.pg_collation
    WHERE collprovider = 'c' AND collencoding = pg_catalog.pg_char_to_encoding('{ENCODING}')
    ORDER BY collcollate LIKE 'C.%' DESC, collcollate LIKE 'en\\_US%' DESC, collcollate LIMIT 1
"""  # noqa: S608 -- a constant
"""A locale of this server for UTF8, in a query."""
# What is needed only for the advice is not computed otherwise.
QUERY = f"""
    SELECT current_database()::text, session_user::text, current_setting('server_encoding'), {_SCHEMA},
           current_setting('search_path'),
           CASE WHEN ({_SCHEMA}) IS NULL THEN
               (SELECT source FROM pg_catalog.pg_settings WHERE name = 'search_path') END,
           CASE WHEN ({_SCHEMA}) IS NULL THEN
               ARRAY(SELECT nspname::text FROM pg_catalog.pg_namespace) END,
           CASE WHEN current_setting('server_encoding') <> '{ENCODING}' THEN coalesce(({LOCALE}), 'C') END
"""  # noqa: S608 -- a constant
_QUERY = text(QUERY)


@record
class Place:
    """The database and the schema behind a connection."""

    database: str
    user: str
    encoding: str
    schema: str | None
    """None if the search path leads to no schema that this role may use."""
    search_path: str
    source: str | None
    """Who set the search path, in the words of pg_settings; known only without a schema."""
    schemas: list[str] | None
    """Every schema there is; known only without a schema."""
    locale: str | None
    """A locale of this server for UTF8; known only in another encoding."""

    @property
    def can_hold_text(self) -> bool:
        """Whether the database can hold what people write."""
        return self.encoding == ENCODING

    @property
    def way_to_a_schema(self) -> str:
        """The statement, or the part of the address, after which there is a schema."""
        named = [name.strip().strip('"') for name in self.search_path.split(",")]
        wanted = [self.user if name == "$user" else name for name in named if name and not name.startswith("pg_")]
        for name in wanted:
            if name in (self.schemas or []):
                return f"GRANT USAGE, CREATE ON SCHEMA {quoted(name)} TO {quoted(self.user)}"
        if wanted:
            return f"CREATE SCHEMA {quoted(wanted[0])} AUTHORIZATION {quoted(self.user)}"
        match self.source:
            case "client" | "session":
                return "DATABASE_URL=postgresql://…?search_path=public"
            case "database":
                return f"ALTER DATABASE {quoted(self.database)} SET search_path = public"
            case "database user":
                return f"ALTER ROLE {quoted(self.user)} IN DATABASE {quoted(self.database)} SET search_path = public"
            case _:
                return f"ALTER ROLE {quoted(self.user)} SET search_path = public"

    @property
    def values(self) -> dict[str, object]:
        """What WRONG_ENCODING, NO_SCHEMA and their commands name."""
        return {
            "database": self.database,
            "new_database": quoted(f"{self.database}_utf8"),
            "encoding": self.encoding,
            "locale": literal(self.locale or "C"),
            "search_path": self.search_path or '""',
            "statement": self.way_to_a_schema if self.schema is None else "",
        }


WRONG_ENCODING = msg(
    "The database {database} has the encoding {encoding}, in which not everything that people write can be stored. An "
    "encoding is chosen when a database is made: make another one, and put its name into DATABASE_URL."
)
RIGHT_DATABASE = (
    f"CREATE DATABASE {{new_database}} ENCODING '{ENCODING}' LOCALE_PROVIDER libc LOCALE {{locale}} TEMPLATE template0"
)
NO_SCHEMA = msg(
    "The search path of this connection, {search_path}, leads to no schema that it may use, so there is no place for "
    "the bot's tables."
)


class NoPlace(Conflict):
    """The bot's tables cannot be here; the message says why, and what fixes it."""

    def __init__(self, state: Message, fix: str, place: Place) -> None:
        super().__init__(
            "{state} To fix it: {command}",
            state=replace(state, values=place.values),
            command=fix.format_map(place.values),
        )


def look(connection: Connection) -> Place:
    """Find out where a connection leads. Leaves its transaction to the caller."""
    return Place(*connection.execute(_QUERY).one())


def require(place: Place) -> None:
    """Raise NoPlace unless the bot's tables can be there."""
    if not place.can_hold_text:
        raise NoPlace(WRONG_ENCODING, RIGHT_DATABASE, place)
    if place.schema is None:
        raise NoPlace(NO_SCHEMA, "{statement}", place)


def schema_of(connection: Connection) -> str:
    """Return the schema of the bot's tables. Raises NoPlace."""
    place = look(connection)
    if place.schema is None:
        raise NoPlace(NO_SCHEMA, "{statement}", place)
    return place.schema


def quoted(name: str) -> str:
    """Quote an identifier, always."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Quote a string."""
    return "'" + value.replace("'", "''") + "'"
