"""A file of pg_dump: its table of contents, the kind of database that it comes from, and restoring a part of it."""

import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from app.core.errors import InternalError
from app.core.records import record
from app.migrate.schema.catalog import VERSION_TABLE

RELATIONS = ("FOREIGN TABLE", "MATERIALIZED VIEW", "SEQUENCE", "TABLE", "VIEW")
NAMED_LIKE_THEIR_TABLE = (
    *("CHECK CONSTRAINT", "CONSTRAINT", "DEFAULT", "FK CONSTRAINT", "POLICY", "ROW SECURITY", "RULE", "TRIGGER"),
)
"""Parts whose name begins with that of their table. What else they need may be anything, another table included."""
PARTS = (
    *("ACL", "COMMENT", "INDEX ATTACH", "MATERIALIZED VIEW DATA", "SECURITY LABEL", "SEQUENCE OWNED BY"),
    *("SEQUENCE SET", "TABLE ATTACH", "TABLE DATA"),
)
"""Parts that need nothing but what they belong to."""
OF_OTHERS = (
    *("ACCESS METHOD", "BLOB METADATA", "DEFAULT ACL", "EVENT TRIGGER", "FOREIGN DATA WRAPPER", "OPERATOR CLASS"),
    *("OPERATOR FAMILY", "PROCEDURAL LANGUAGE", "PUBLICATION TABLE", "SHELL TYPE", "TEXT SEARCH CONFIGURATION"),
    *("TEXT SEARCH DICTIONARY", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "USER MAPPING"),
)
"""The other kinds of more than one word."""
SETTINGS = frozenset({"ENCODING", "SEARCHPATH", "STDSTRINGS"})
ALWAYS = frozenset({*RELATIONS, *SETTINGS, "INDEX", "STATISTICS"})
OPTIONS = (
    *("--no-password", "--no-owner", "--no-privileges", "--no-tablespaces", "--no-security-labels"),
    *("--single-transaction", "--exit-on-error"),
)
# Only what is a relation has a row in pg_class (1259). So a schema that is called DATA is none of the longer kinds.
_KINDS = "|".join(sorted((*NAMED_LIKE_THEIR_TABLE, *PARTS, *OF_OTHERS), key=len, reverse=True))
_ENTRY = re.compile(
    rf"(?P<number>\d+); (?:1259 \d+ (?P<relation>{'|'.join(RELATIONS)}|INDEX)|\d+ \d+ (?P<kind>{_KINDS}|[A-Z]+)) "
    r"(?P<schema>\S+) (?P<name>.*) \S*"
)
_VERSION_TABLE = re.compile(rf"\d+; 1259 \d+ TABLE (?P<schema>.+) {VERSION_TABLE} \S+")
_NEEDS = re.compile(r";\s+depends on:(?P<numbers>[ \d]+)")
_DATABASE = re.compile(
    r"""^CREATE DATABASE (?:"(?:[^"]|"")*"|\w+) WITH (?P<options>(?:[^;']|'(?:[^']|'')*')*);""", re.MULTILINE
)
_OPTION = re.compile(r"(?P<name>[A-Z_]+) = (?P<value>'(?:[^']|'')*'|\w+)")
# What is a property of the text in a database. The rest, such as a tablespace, belongs to the server that it was on.
_OF_TEXT = frozenset(
    {"ENCODING", "LOCALE_PROVIDER", "LOCALE", "LC_COLLATE", "LC_CTYPE", "ICU_LOCALE", "ICU_RULES", "BUILTIN_LOCALE"}
)
_NAME = r'"(?:[^"]|"")*"|\w+'
_EXTENSION = re.compile(
    rf"^CREATE EXTENSION IF NOT EXISTS (?P<name>{_NAME}) WITH SCHEMA (?P<schema>{_NAME});", re.MULTILINE
)


# Of everything in a database, what stands in no schema and is about the copy's surroundings.
NEVER_RESTORED = frozenset({"DATABASE", "EVENT TRIGGER", "PUBLICATION", "PUBLICATION TABLE", "SUBSCRIPTION"})
_CULPRIT = re.compile(r"from TOC entry (?P<number>\d+);")


class BackupFailed(InternalError):
    """A program of PostgreSQL failed, or what came out of it is not what was wanted."""

    def __init__(self, told: str, entry: int | None = None) -> None:
        self.entry = entry
        """The number of the entry that could not be restored, if it was one."""
        super().__init__(told)


def run(command: list[str | Path], environment: Mapping[str, str]) -> str:
    """Run one of PostgreSQL's programs and return what it printed. Raises BackupFailed with its own words."""
    completed = subprocess.run(command, env=environment, capture_output=True, check=False)
    if completed.returncode != 0:
        name, said = Path(command[0]).name, completed.stderr.decode(errors="replace").strip()
        culprit = _CULPRIT.search(said)
        # In front of the error stands what a program that is asked to be verbose was doing.
        said = said[max(said.find(f"{name}: error:"), 0) :]
        entry = int(culprit["number"]) if culprit is not None else None
        raise BackupFailed(f"{name} failed: {said or f'status {completed.returncode}'}", entry)
    # Names are in the encoding of the database that they come from.
    return completed.stdout.decode(errors="surrogateescape")


@record
class Entry:
    """One object in a file, and the numbers of those that have to be there before it."""

    line: str
    number: int
    kind: str
    schema: str
    name: str
    needs: frozenset[int]

    def __str__(self) -> str:
        """Name it for people."""
        where = "" if self.schema == "-" else f"{self.schema}."
        return f"{self.kind} {where}{self.name}"


@record
class Archive:
    """A file in pg_dump's custom format, and the program that reads it."""

    path: Path
    program: Path
    environment: Mapping[str, str]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Everything in it, in the order in which it is restored. Raises BackupFailed for a file that is none."""
        lines = run([self.program, "--list", "--verbose", self.path], self.environment).splitlines()
        found: list[Entry] = []
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if not line or line.startswith(";"):
                continue
            match = _ENTRY.fullmatch(line)
            if match is None:
                raise BackupFailed(f"pg_restore says of {self.path} what cannot be understood: {line}")
            needs = _NEEDS.fullmatch(after)
            numbers = frozenset(int(number) for number in needs["numbers"].split()) if needs else frozenset[int]()
            kind = match["relation"] or match["kind"]
            found.append(Entry(line, int(match["number"]), kind, match["schema"], match["name"], numbers))
        return tuple(found)

    @property
    def tables(self) -> int:
        """How many tables with rows of their own there are."""
        return sum(entry.kind == "TABLE DATA" for entry in self.entries)

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas in which tables of the bot can be: those with Alembic's table if there are any."""
        managed = [match["schema"] for entry in self.entries if (match := _VERSION_TABLE.fullmatch(entry.line))]
        return tuple(dict.fromkeys(managed or [entry.schema for entry in self.entries if entry.kind == "TABLE"]))

    @cached_property
    def text_options(self) -> str:
        """The options of CREATE DATABASE for the encoding and the locale that the database had."""
        match = _DATABASE.search(self._heads)
        found = _OPTION.finditer(match["options"]) if match is not None else iter(())
        return " ".join(f"{one['name']} = {one['value']}" for one in found if one["name"] in _OF_TEXT)

    @cached_property
    def schemas_of_extensions(self) -> Mapping[str, str]:
        """The schema of each extension."""
        return {_unquoted(one["name"]): _unquoted(one["schema"]) for one in _EXTENSION.finditer(self._heads)}

    def read(self) -> None:
        """Read every byte of it. Raises BackupFailed."""
        run([self.program, f"--file={os.devnull}", self.path], self.environment)

    def restore(self, entries: Iterable[Entry], database: str, *more: str) -> None:
        """Restore these entries into a database of the server that the environment names, all of them or nothing."""
        # In the form of a connection string, so that a name with an equals sign stays a name.
        escaped = database.replace("\\", "\\\\").replace("'", "\\'")
        with _listed(entries) as wanted:
            # Only then it says at which entry it failed.
            target = ["--verbose", f"--use-list={wanted}", f"--dbname=dbname='{escaped}'"]
            run([self.program, *OPTIONS, *more, *target, self.path], self.environment)

    @cached_property
    def _heads(self) -> str:
        with _listed(entry for entry in self.entries if entry.kind == "EXTENSION") as wanted:
            return run(
                [self.program, "--create", f"--use-list={wanted}", "--file=-", self.path],
                self.environment,
            )


def needed(entries: Iterable[Entry]) -> frozenset[int]:
    """Return the numbers of all tables, of their parts and of what any of these needs.

    The rest are functions, types and the like that somebody else keeps beside them, or that are only named in the text
    of a function.
    """
    by_number = {entry.number: entry for entry in entries}
    tables = {(entry.schema, entry.name) for entry in by_number.values() if entry.kind in RELATIONS}
    waiting = [entry for entry in by_number.values() if entry.kind in ALWAYS or _is_named_like(entry, tables)]
    kept: set[int] = set()
    while waiting:
        entry = waiting.pop()
        if entry.number not in kept:
            kept.add(entry.number)
            waiting.extend(by_number[number] for number in entry.needs if number in by_number)
    for entry in by_number.values():
        needs = entry.needs & by_number.keys()
        if entry.kind in {*PARTS, *NAMED_LIKE_THEIR_TABLE} and needs and needs <= kept:
            kept.add(entry.number)
    return frozenset(kept)


def without(entries: Iterable[Entry], numbers: Collection[int]) -> list[Entry]:
    """Leave these out, and whatever needs one of them."""
    out, left = set(numbers), list(entries)
    while True:
        remaining = [entry for entry in left if entry.number not in out and not entry.needs & out]
        if len(remaining) == len(left):
            return remaining
        out |= {entry.number for entry in left} - {entry.number for entry in remaining}
        left = remaining


def _is_named_like(entry: Entry, tables: Collection[tuple[str, str]]) -> bool:
    if entry.kind not in NAMED_LIKE_THEIR_TABLE:
        return False
    return any(entry.schema == schema and f"{entry.name} ".startswith(f"{table} ") for schema, table in tables)


@contextmanager
def _listed(entries: Iterable[Entry]) -> Generator[Path]:
    """Write entries to a file for pg_restore, for the length of the block."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "list"
        path.write_text("".join(f"{entry.line}\n" for entry in entries), encoding="utf-8", errors="surrogateescape")
        yield path


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
