"""What a database knows of letters beyond a to z: their case, and whether they are letters at all.

Three things decide it, all chosen when a database is made: its provider, its locale and its character type (LC_CTYPE).
"""

from app.core.records import record
from app.db import DatabaseUrl
from app.migrate.connection import session
from app.migrate.connection.place import LOCALE, RIGHT_DATABASE, literal, quoted

_PROVIDERS = {"c": "libc", "i": "ICU", "b": "builtin"}
_QUERY = f"""
    SELECT d.datname::text, d.datlocprovider::text, d.datctype::text, lower($1) = $2 AND $1 ILIKE $2,
           (SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension e
            JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'),
           ({LOCALE})
    FROM pg_catalog.pg_database d WHERE d.datname = current_database()
"""  # noqa: S608 -- a constant


@record
class Letters:
    """How a database treats letters beyond a to z."""

    database: str
    provider: str
    ctype: str
    ignores_case: bool
    """Whether a capital letter is found by a small one."""
    has_trigrams: bool
    """Whether pg_trgm finds anything in a word of such letters."""
    locale: str | None
    """A locale of this server that knows all letters."""

    @property
    def told(self) -> str:
        """What works, or what does not, in a sentence without its full stop."""
        missing = [
            *(["lists and search find É by É only, not by é"] * (not self.ignores_case)),
            *(["search finds no misspelt word of other letters than a to z (trigrams)"] * (not self.has_trigrams)),
        ]
        where = f"character type {self.ctype}, provider {self.provider}"
        return f"{' and '.join(missing)}: {where}" if missing else f"of every script, in capitals or not ({where})"

    @property
    def fix(self) -> str:
        """How to get a database in which all works, or an empty text if it is one."""
        if self.ignores_case and self.has_trigrams:
            return ""
        statement = RIGHT_DATABASE.format(
            new_database=quoted(f"{self.database}_utf8"), locale=literal(self.locale or "C.UTF-8")
        )
        return f"Make a backup, make another database, and restore into that: {statement}"


async def fetch(database: DatabaseUrl) -> Letters:
    """Ask a database in UTF8. Raises what the driver raises."""
    connection = await session.connect(database)
    try:
        name, provider, ctype, ignores_case, trigrams, locale = await connection.fetchrow(_QUERY, "ÉЖ", "éж")
        # pg_trgm asks the character type alone, whatever the provider.
        has_trigrams = ctype not in {"C", "POSIX"}
        if trigrams is not None:
            question = f"SELECT {trigrams}.show_trgm($1) <> '{{}}'"
            has_trigrams = await connection.fetchval(question, "ж")
    finally:
        await connection.close()
    return Letters(name, _PROVIDERS[str(provider)], ctype, ignores_case, has_trigrams, locale)
