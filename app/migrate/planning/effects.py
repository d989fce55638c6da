"""What a DDL statement does to a database that is in use: its lock, its work, and what it deletes.

The locks are those of the chapter "Explicit Locking" of PostgreSQL's manual and of the reference page of each command.
What the text does not show (a DO block, a function) counts as unknown, not as harmless.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from app.core.records import record
from app.migrate.planning.sql import NAME, QUALIFIED, clauses, plain


class Lock(StrEnum):
    """The table locks, weakest first."""

    ROW_EXCLUSIVE = "ROW EXCLUSIVE"
    SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
    SHARE = "SHARE"
    SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
    ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

    @property
    def blocks(self) -> str:
        """What has to wait while it is held."""
        match self:
            case Lock.ACCESS_EXCLUSIVE:
                return "reads and writes"
            case Lock.SHARE | Lock.SHARE_ROW_EXCLUSIVE:
                return "writes"
            case Lock.SHARE_UPDATE_EXCLUSIVE | Lock.ROW_EXCLUSIVE:
                return "nothing"


class Work(StrEnum):
    """How much of the table a statement has to process."""

    NONE = "changes the catalogue only"
    SCAN = "reads every row"
    INDEX = "builds an index"
    ROWS = "changes rows"
    REWRITE = "rewrites the whole table"
    UNKNOWN = "has effects that cannot be predicted"


@record
class Effect:
    """One consequence of one statement."""

    table: str | None
    lock: Lock | None
    work: Work = Work.NONE
    destroys: str | None = None
    """What is deleted, as a phrase: `column support_tickets.username`."""
    creates: bool = False
    """Whether the table is new, so that nobody can wait for it."""
    outside: bool = False
    """Whether it has to run outside a transaction."""


Types = Mapping[tuple[str, str], str]
"""Column types as the database has them now, by table and column."""


@cache
def _pattern(text: str) -> re.Pattern[str]:
    # Compiled when it is first needed: an upgrade of an empty database needs none of them.
    return re.compile(text, re.IGNORECASE | re.DOTALL)


# From any of the first to the second nothing has to be rewritten: the values are stored the same way.
_WIDER = r"^(text|character varying|varchar)(\(\d+\))?$"
_AWARE = frozenset({"timestamptz", "timestamp with time zone"})
_VOLATILE = r"\b(gen_random_uuid|uuidv7|uuid_generate_v\d\w*|random|clock_timestamp|timeofday|nextval)\s*\("
ALTER_TABLE = rf"^ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>{QUALIFIED})\s+(?P<rest>.+)$"
_TABLE = rf"(?P<table>{QUALIFIED})"
_TARGETS: tuple[tuple[str, Lock, Work, str | None], ...] = (
    (rf"DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_TABLE}", Lock.ACCESS_EXCLUSIVE, Work.NONE, "table {table}"),
    (rf"TRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?{_TABLE}", Lock.ACCESS_EXCLUSIVE, Work.NONE, "all rows of {table}"),
    (rf"DELETE\s+FROM\s+(?:ONLY\s+)?{_TABLE}", Lock.ROW_EXCLUSIVE, Work.ROWS, "rows of {table}"),
    (rf"(?:WITH\b.*\)\s*)?(?:UPDATE(?:\s+ONLY)?|INSERT\s+INTO)\s+{_TABLE}", Lock.ROW_EXCLUSIVE, Work.ROWS, None),
    (
        rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+)?TRIGGER\b.*?\sON\s+{_TABLE}",
        Lock.SHARE_ROW_EXCLUSIVE,
        Work.NONE,
        None,
    ),
    (rf"(?:DROP|ALTER)\s+(?:TRIGGER|POLICY|RULE)\b.*?\sON\s+{_TABLE}", Lock.ACCESS_EXCLUSIVE, Work.NONE, None),
    (
        rf"CREATE\s+(?:POLICY|(?:OR\s+REPLACE\s+)?RULE)\b.*?\s(?:ON|TO)\s+{_TABLE}",
        Lock.ACCESS_EXCLUSIVE,
        Work.NONE,
        None,
    ),
    (rf"COMMENT\s+ON\s+TABLE\s+{_TABLE}", Lock.SHARE_UPDATE_EXCLUSIVE, Work.NONE, None),
    (rf"COMMENT\s+ON\s+COLUMN\s+{_TABLE}\s*\.\s*{NAME}\s+IS\b", Lock.SHARE_UPDATE_EXCLUSIVE, Work.NONE, None),
    (rf"REINDEX\s+(?:\([^)]*\)\s*)?TABLE\s+{_TABLE}", Lock.SHARE, Work.INDEX, None),
    (rf"(?:CLUSTER|VACUUM\s+FULL)\s+{_TABLE}", Lock.ACCESS_EXCLUSIVE, Work.REWRITE, None),
)
_LOCK_TABLE = (
    rf"^LOCK\s+(?:TABLE\s+)?(?P<tables>(?:ONLY\s+)?{QUALIFIED}(?:\s*,\s*(?:ONLY\s+)?{QUALIFIED})*)"
    r"(?:\s+IN\s+(?P<mode>[A-Z ]+?)\s+MODE)?"
)
_CREATE_TABLE = rf"^CREATE\s+(?:UNLOGGED\s+|TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>{QUALIFIED})"
_CREATE_INDEX = (
    rf"^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?P<how>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?:{QUALIFIED}\s+)?"
    rf"ON\s+(?:ONLY\s+)?(?P<table>{QUALIFIED})"
)
_DROP_INDEX = rf"^DROP\s+INDEX\s+(?P<how>CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?(?P<index>{QUALIFIED})"
_REFERENCES = rf"\bREFERENCES\s+(?P<table>{QUALIFIED})"
_OPAQUE = r"^(DO|CALL|SELECT|WITH|EXECUTE)\b"
_DROPS_ELSE = rf"^DROP\s+(?P<kind>SCHEMA|MATERIALIZED\s+VIEW|SEQUENCE)\s+(?:IF\s+EXISTS\s+)?(?P<name>{QUALIFIED})"
_OUTSIDE = r"^(VACUUM|REINDEX\b.*\bCONCURRENTLY|CREATE\s+DATABASE|DROP\s+DATABASE|ALTER\s+SYSTEM)\b"


def effects(statement: str, types: Types) -> tuple[Effect, ...]:
    """Return what one statement does. Statements that touch no table of ours have no effect."""
    if match := _pattern(ALTER_TABLE).match(statement):
        table = plain(match["table"])
        return tuple(effect for clause in clauses(match["rest"]) for effect in _action(table, clause, types))
    if match := _pattern(_CREATE_TABLE).match(statement):
        referenced = (plain(name) for name in _pattern(_REFERENCES).findall(statement))
        return (
            Effect(plain(match["table"]), None, creates=True),
            *(Effect(name, Lock.SHARE_ROW_EXCLUSIVE) for name in referenced),
        )
    if match := _pattern(_CREATE_INDEX).match(statement):
        lock = Lock.SHARE_UPDATE_EXCLUSIVE if match["how"] else Lock.SHARE
        return (Effect(plain(match["table"]), lock, Work.INDEX, outside=bool(match["how"])),)
    if match := _pattern(_DROP_INDEX).match(statement):
        lock = Lock.SHARE_UPDATE_EXCLUSIVE if match["how"] else Lock.ACCESS_EXCLUSIVE
        return (Effect(None, lock, outside=bool(match["how"])),)
    if match := _pattern(_LOCK_TABLE).match(statement):
        mode = (match["mode"] or "ACCESS EXCLUSIVE").upper()
        lock = Lock(mode) if mode in set(Lock) else None
        return tuple(Effect(plain(name), lock) for name in clauses(match["tables"]))
    for pattern, lock, work, destroys in _TARGETS:
        if match := _pattern(pattern).match(statement):
            table = plain(match["table"])
            loss = destroys.format(table=table) if destroys else None
            return (Effect(table, lock, work, loss, outside=_is_outside(statement)),)
    if match := _pattern(_DROPS_ELSE).match(statement):
        return (Effect(None, None, destroys=f"{match['kind'].lower()} {plain(match['name'])}"),)
    if _pattern(_OPAQUE).match(statement):
        return (Effect(None, None, Work.UNKNOWN),)
    return (Effect(None, None, outside=True),) if _is_outside(statement) else ()


def _is_outside(statement: str) -> bool:
    return _pattern(_OUTSIDE).match(statement) is not None


def _action(table: str, clause: str, types: Types) -> tuple[Effect, ...]:
    """Read one action of an ALTER TABLE."""
    words = clause.upper().split()
    exclusive = Effect(table, Lock.ACCESS_EXCLUSIVE)
    match words[:2]:
        case ["ADD", "CONSTRAINT" | "CHECK" | "UNIQUE" | "PRIMARY" | "FOREIGN" | "EXCLUDE"]:
            return _constraint(table, clause)
        case ["ADD", _]:
            return _new_column(table, clause)
        case ["DROP", "CONSTRAINT"]:
            return (exclusive,)
        case ["DROP", _]:
            name = _pattern(rf"^DROP\s+(?:COLUMN\s+)?(?:IF\s+EXISTS\s+)?(?P<name>{NAME})").match(clause)
            column = plain(name["name"]) if name else "?"
            return (Effect(table, Lock.ACCESS_EXCLUSIVE, destroys=f"column {table}.{column}"),)
        case ["VALIDATE", "CONSTRAINT"]:
            return (Effect(table, Lock.SHARE_UPDATE_EXCLUSIVE, Work.SCAN),)
        case ["ALTER", _]:
            return (_column(table, clause, types),)
        case ["SET", "LOGGED" | "UNLOGGED" | "TABLESPACE" | "ACCESS"]:
            return (Effect(table, Lock.ACCESS_EXCLUSIVE, Work.REWRITE),)
        case ["SET" | "RESET", word] if word.startswith("("):
            return (Effect(table, Lock.SHARE_UPDATE_EXCLUSIVE),)
        case ["ATTACH", _]:
            return (Effect(table, Lock.SHARE_UPDATE_EXCLUSIVE, Work.SCAN),)
        case _:
            return (exclusive,)


def _constraint(table: str, clause: str) -> tuple[Effect, ...]:
    later = _pattern(r"\bNOT\s+VALID\s*$").search(clause) is not None
    if referenced := _pattern(_REFERENCES).search(clause):
        work = Work.NONE if later else Work.SCAN
        both = {table, plain(referenced["table"])}
        return tuple(Effect(name, Lock.SHARE_ROW_EXCLUSIVE, work) for name in sorted(both))
    if _pattern(r"\bUSING\s+INDEX\s+(?!TABLESPACE)").search(clause):
        return (Effect(table, Lock.ACCESS_EXCLUSIVE),)
    if _pattern(r"\b(UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b").search(clause.partition("(")[0]):
        return (Effect(table, Lock.ACCESS_EXCLUSIVE, Work.INDEX),)
    return (Effect(table, Lock.ACCESS_EXCLUSIVE, Work.NONE if later else Work.SCAN),)


def _new_column(table: str, clause: str) -> tuple[Effect, ...]:
    rewrites = (
        _pattern(_VOLATILE).search(clause)
        or _pattern(r"\b(SMALL|BIG)?SERIAL\d?\b|\bAS\s+IDENTITY\b|\bSTORED\b").search(clause)
    ) is not None
    work = Work.REWRITE if rewrites else Work.SCAN if _pattern(r"\bCHECK\s*\(").search(clause) else Work.NONE
    if _pattern(r"\b(UNIQUE|PRIMARY\s+KEY)\b").search(clause) and not rewrites:
        work = Work.INDEX
    found = [Effect(table, Lock.ACCESS_EXCLUSIVE, work)]
    if referenced := _pattern(_REFERENCES).search(clause):
        found.append(Effect(plain(referenced["table"]), Lock.SHARE_ROW_EXCLUSIVE))
    return tuple(found)


def _column(table: str, clause: str, types: Types) -> Effect:
    """Read an action that begins with ALTER COLUMN."""
    match = _pattern(rf"^ALTER\s+(?:COLUMN\s+)?(?P<name>{NAME})\s+(?P<rest>.+)$").match(clause)
    rest = " ".join(match["rest"].upper().split()) if match else ""
    if rest.startswith(("TYPE ", "SET DATA TYPE ")):
        old = types.get((table, plain(match["name"])), "") if match else ""
        new = re.sub(r"^(SET DATA )?TYPE ", "", rest).lower()
        grows = _pattern(_WIDER).match(old) is not None and new == "text"
        # Our migrations run at UTC, where both are stored the same.
        grows = grows or (old == "timestamp without time zone" and new in _AWARE)
        return Effect(table, Lock.ACCESS_EXCLUSIVE, Work.NONE if grows or new == old else Work.REWRITE)
    if rest.startswith("SET NOT NULL"):
        return Effect(table, Lock.ACCESS_EXCLUSIVE, Work.SCAN)
    if rest.startswith("SET STATISTICS"):
        return Effect(table, Lock.SHARE_UPDATE_EXCLUSIVE)
    return Effect(table, Lock.ACCESS_EXCLUSIVE)
