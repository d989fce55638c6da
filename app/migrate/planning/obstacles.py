"""What the server will refuse of a revision, because of the rows and the types that a database has."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.messages import Message, msg
from app.core.records import record
from app.migrate.planning.effects import ALTER_TABLE, Types
from app.migrate.planning.sql import NAME, clauses, outline, plain
from app.migrate.schema.casts import assigns

_PATIENCE = text("SET LOCAL statement_timeout = '2s'")


class Why(StrEnum):
    """Why the server will refuse it."""

    NEW_AND_REQUIRED = "new and required"
    NULLS = "nulls"
    NO_CAST = "no cast"


@record
class Obstacle:
    """One action that will fail, and with it its revision."""

    why: Why
    table: str
    column: str
    old: str = ""
    new: str = ""
    """The types, if they are why."""

    @property
    def sentence(self) -> Message:
        """What is in the way, and what to write instead."""
        match self.why:
            case Why.NEW_AND_REQUIRED:
                return msg(
                    "`{table}` has rows, which have no value for the new column `{column}`, and it refuses NULL. "
                    "Give it a `server_default`, or add it nullable, fill it, and set NOT NULL then.",
                    table=self.table,
                    column=self.column,
                )
            case Why.NULLS:
                return msg(
                    "`{table}` has rows without `{column}`, which is to refuse NULL. "
                    "Fill them before: `UPDATE {table} SET {column} = … WHERE {column} IS NULL`.",
                    table=self.table,
                    column=self.column,
                )
            case Why.NO_CAST:
                return msg(
                    "`{table}.{column}` is {old}, which does not become {new} by itself. Say how: "
                    '`postgresql_using="{column}::{new}"` in `op.alter_column`, or another expression.',
                    table=self.table,
                    column=self.column,
                    old=self.old,
                    new=self.new,
                )


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL)


_ADD = rf"^ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})\s+(?P<rest>.+)$"
_NO_COLUMN = frozenset({"CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE"})
_REQUIRED = r"\bNOT\s+NULL\b|\bPRIMARY\s+KEY\b"
_FILLED = r"\bDEFAULT\b|\bGENERATED\b|\b(SMALL|BIG)?SERIAL\d?\b"
_ALTER = rf"^ALTER\s+(?:COLUMN\s+)?(?P<name>{NAME})\s+(?P<rest>.+)$"
_RETYPE = r"^(?:SET\s+DATA\s+)?TYPE\s+(?P<type>.+?)(?:\s+COLLATE\b.*?)?(?P<using>\s+USING\b.*)?$"


class Obstacles:
    """Reads the statements of a plan in their order. What an earlier one changes, a later one is not judged by."""

    def __init__(self, connection: Connection, types: Types) -> None:
        self._connection, self._types = connection, types
        self._changed: set[tuple[str, str]] = set()
        self._filled: set[str] = set()
        self._anything = False

    def note(self, table: str | None) -> None:
        """Remember that the rows of a table were changed, or perhaps those of any."""
        if table is None:
            self._anything = True
        else:
            self._filled.add(table)

    def of(self, statement: str) -> Iterator[Obstacle]:
        """List what will be refused of a statement that changes a table which was there before."""
        found = _pattern(ALTER_TABLE).match(statement)
        table = plain(found["table"]) if found is not None else ""
        if found is None or not any(known == table for known, _ in self._types):
            return
        for clause in clauses(found["rest"]):
            yield from self._action(table, clause)

    def _action(self, table: str, clause: str) -> Iterator[Obstacle]:
        if (new := _pattern(_ADD).match(clause)) and plain(new["name"]).upper() not in _NO_COLUMN:
            column, rest = plain(new["name"]), outline(new["rest"])
            required = _pattern(_REQUIRED).search(rest) and not _pattern(_FILLED).search(rest)
            if required and (table, column) not in self._types and self._has_rows(table):
                yield Obstacle(Why.NEW_AND_REQUIRED, table, column)
            self._changed.add((table, column))
        elif old := _pattern(_ALTER).match(clause):
            column, rest = plain(old["name"]), old["rest"].strip()
            known = (table, column) in self._types and (table, column) not in self._changed
            if known and _pattern(r"^SET\s+NOT\s+NULL$").match(rest) and self._has_rows(table, column):
                yield Obstacle(Why.NULLS, table, column)
            if retyped := _pattern(_RETYPE).match(rest):
                have, want = self._types.get((table, column), ""), retyped["type"]
                if known and not retyped["using"] and self._never_becomes(have, want):
                    yield Obstacle(Why.NO_CAST, table, column, have, want.lower())
                self._changed.add((table, column))

    def _has_rows(self, table: str, without: str | None = None) -> bool:
        if self._anything or table in self._filled:
            return False
        quote = self._connection.dialect.identifier_preparer.quote
        condition = "" if without is None else f" WHERE {quote(without)} IS NULL"
        return bool(self._asked(f"SELECT EXISTS (SELECT FROM {quote(table)}{condition})"))  # noqa: S608 -- quoted

    def _asked(self, question: str) -> object:
        """Ask, for a moment: what cannot be answered then is no obstacle."""
        attempt = self._connection.begin_nested()
        try:
            self._connection.execute(_PATIENCE)
            return self._connection.exec_driver_sql(question).scalar()
        except DBAPIError:
            return None
        finally:
            attempt.rollback()

    def _never_becomes(self, old: str, new: str) -> bool:
        attempt = self._connection.begin_nested()
        try:
            return assigns(self._connection, old, new) is False
        except DBAPIError:
            return False
        finally:
            attempt.rollback()
