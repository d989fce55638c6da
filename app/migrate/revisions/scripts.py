"""The revision files: what they say about themselves, and what is wrong with them as a set.

Reads text, imports nothing and runs nothing, so that a status costs milliseconds however many revisions there are.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, cast

from app.core.messages import Message, msg
from app.core.records import record
from app.migrate.revisions import manifest

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
FILE_NUMBER = re.compile(r"\d{3,9}")
FILE_NAME = re.compile(r"^(?P<number>\d{3,})_(?P<slug>\w*)\.py$")
# The same files that Alembic would load.
LOADED = re.compile(r"(?!\.\#|__init__).*\.py$")
ASSIGNMENT = re.compile(
    r"^(?P<name>revision|down_revision|risk|phase|min_release|downgrade_keeps_data)"
    r"[ \t]*(?::[^=\n]+)?=[ \t]*(?P<value>.+)$",
    re.MULTILINE,
)
DOCSTRING = re.compile(r'\A(?:\s|#.*\n)*(?P<raw>[rR]?)"""\s*(?P<title>(?:\\.|[^\\])*?)\s*(?:"""|\n)')
OPTIONS = re.compile(r"^Options\b.*:\n(?P<lines>(?:[ \t]+\S.*\n)+)", re.MULTILINE)
DIGITS = 3
E = TypeVar("E", bound=StrEnum)
MAX_REVISION = 32
"""alembic_version.version_num is a VARCHAR(32); a longer one fails only after the migration has run."""


class Risk(StrEnum):
    """What a revision means for the people who use the bot meanwhile, as its author judges it."""

    SAFE = "safe"
    LOCKS = "locks"
    MAJOR = "major"
    DESTRUCTIVE = "destructive"


class Phase(StrEnum):
    """Whether the release before this one can work with the result."""

    EXPAND = "expand"
    CONTRACT = "contract"


class Defect(StrEnum):
    """What can be wrong with the files, in the order in which it is to be fixed."""

    DUPLICATE = "duplicate number"
    NAME = "file name"
    GAP = "gap"
    ORPHAN = "unknown predecessor"
    HEADS = "several heads"
    MISSING = "missing"
    EDITED = "edited"


@record
class Problem:
    """One thing that is wrong with the files."""

    defect: Defect
    sentence: Message
    file: str = ""
    """The file to change, if it is a single one."""


@record
class RevisionFile:
    """What one file of versions/ says about itself."""

    path: Path
    source: str
    revision: str
    down_revisions: tuple[str, ...]
    title: str
    risk: Risk
    phase: Phase
    min_release: str | None
    """The oldest release that can work with the result of a contracting revision; None for this release."""
    downgrade_keeps_data: bool
    """Whether its author, and a test, promise that going back and forth loses nothing, whatever the SQL looks like."""

    @property
    def checksum(self) -> str:
        """Of the normalised source: the same on every system."""
        return manifest.checksum(self.source)

    @property
    def reads_options(self) -> bool:
        """Whether it may read the options of this run."""
        return "attributes" in self.source or "get_x_argument" in self.source

    @property
    def options(self) -> tuple[str, ...]:
        """The options it has, a line each: the indented lines under `Options ...:` in its docstring."""
        found = OPTIONS.search(self.source) if self.reads_options else None
        return tuple(line.strip() for line in found["lines"].splitlines()) if found is not None else ()

    @property
    def leaves_transaction(self) -> bool:
        """Whether a part of it runs outside a transaction."""
        return "autocommit_block" in self.source


@record
class Revisions:
    """All revision files of a directory, ordered by number, and what is wrong with them."""

    directory: Path
    files: tuple[RevisionFile, ...]
    problems: tuple[Problem, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions that no other one builds on."""
        return _heads(self.files)

    def find(self, revision: str) -> RevisionFile | None:
        """Return the file of that revision, if there is one."""
        return next((file for file in self.files if file.revision == revision), None)

    def pending(self, current: tuple[str, ...]) -> tuple[RevisionFile, ...]:
        """Return the files that a database at `current` has not seen, in the order of applying them."""
        by_revision = {file.revision: file for file in self.files}
        applied: set[str] = set()
        waiting = list(current)
        while waiting:
            revision = waiting.pop()
            if revision not in applied and revision in by_revision:
                applied.add(revision)
                waiting.extend(by_revision[revision].down_revisions)
        return tuple(file for file in self.files if file.revision not in applied)

    def having(self, *defects: Defect) -> Problem | None:
        """Return the first problem of these kinds."""
        return next((problem for problem in self.problems if problem.defect in defects), None)


_parsed: dict[Path, tuple[int, int, RevisionFile]] = {}


def read(directory: Path = MIGRATIONS) -> Revisions:
    """Read the revision files below `directory`, a migrations directory.

    A file is read again only when its size or time of change differs. Raises ValueError for a file that has no
    `revision` or is not Python.
    """
    files: list[RevisionFile] = []
    for path in sorted((directory / "versions").glob("*.py")):
        if not LOADED.match(path.name):
            continue
        stat = path.stat()
        known = _parsed.get(path)
        if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
            known = (stat.st_mtime_ns, stat.st_size, _parse(path))
            _parsed[path] = known
        files.append(known[2])
    files.sort(key=lambda file: (_order(file.revision), file.path.name))
    return Revisions(directory, tuple(files), tuple(_problems(files, manifest.read(directory))))


def next_revision(directory: Path = MIGRATIONS) -> str:
    """Return the number for a new revision file."""
    numbers = [int(file.revision) for file in read(directory).files if file.revision.isdigit()]
    return str(max(numbers, default=0) + 1).zfill(DIGITS)


def _parse(path: Path) -> RevisionFile:
    source = path.read_text(encoding="utf-8")
    values = _values(path, source)
    revision = values.get("revision")
    if revision is None:
        raise ValueError(f"{path.name} does not say which `revision` it is.")
    title = DOCSTRING.match(source)
    return RevisionFile(
        path=path,
        source=source,
        revision=str(revision),
        down_revisions=_as_tuple(values.get("down_revision")),
        title=_title(title).rstrip(".") or path.stem,
        risk=_member(path, Risk, values.get("risk", Risk.SAFE)),
        phase=_member(path, Phase, values.get("phase", Phase.EXPAND)),
        min_release=cast("str | None", values.get("min_release")),
        downgrade_keeps_data=values.get("downgrade_keeps_data") is True,
    )


def _title(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    written = found["title"]
    return written if found["raw"] or "\\" not in written else str(ast.literal_eval(f'"""{written}\n"""').strip())


def _values(path: Path, source: str) -> Mapping[str, object]:
    """Read the constants of a revision file; the slow way only when a value spans lines."""
    try:
        return {match["name"]: ast.literal_eval(match["value"].strip()) for match in ASSIGNMENT.finditer(source)}
    except (SyntaxError, ValueError):
        pass
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"{path.name} is not Python: {error}") from error
    values: dict[str, object] = {}
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        if ASSIGNMENT.match(f"{name} = 0"):
            try:
                values[name] = ast.literal_eval(value)
            except ValueError as error:
                raise ValueError(f"{path.name}: `{name}` has to be written out, not computed.") from error
    return values


def _as_tuple(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(cast("tuple[str, ...]", value))


def _member(path: Path, kind: type[E], value: object) -> E:
    try:
        return kind(str(value))
    except ValueError:
        allowed = ", ".join(kind)
        raise ValueError(f"{path.name}: `{kind.__name__.lower()}` has to be one of {allowed}.") from None


def _problems(files: list[RevisionFile], released: Mapping[str, manifest.Release]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, RevisionFile] = {}
    for file in files:
        name, revision = file.path.name, file.revision
        first = seen.setdefault(revision, file)
        if first is not file:
            told = msg(
                "{first} and {second} are both revision {revision}.",
                first=first.path.name,
                second=name,
                revision=revision,
            )
            problems.append(Problem(Defect.DUPLICATE, told, name))
        parts = FILE_NAME.match(name)
        if parts is None or parts["number"] != revision or len(revision) > MAX_REVISION:
            told = msg(
                "{file} says it is revision {revision}; name and number have to agree, "
                "as in 003_add_ticket_priority.py.",
                file=name,
                revision=revision,
            )
            problems.append(Problem(Defect.NAME, told, name))
    problems.extend(_gaps(seen))
    for file in seen.values():
        for down in file.down_revisions:
            if down not in seen or _order(down) >= _order(file.revision):
                name = file.path.name
                told = msg("{file} builds on {down}, which is not an earlier revision.", file=name, down=down)
                problems.append(Problem(Defect.ORPHAN, told, name))
    heads = _heads(files)
    if len(heads) > 1:
        newest = ", ".join(sorted(heads))
        told = msg("Several revisions are the newest: nothing follows {revisions}.", revisions=newest)
        problems.append(Problem(Defect.HEADS, told))
    problems.extend(_changes(files, released))
    return sorted(problems, key=lambda problem: list(Defect).index(problem.defect))


def _heads(files: Iterable[RevisionFile]) -> tuple[str, ...]:
    files = tuple(files)
    built_on = {down for file in files for down in file.down_revisions}
    return tuple(dict.fromkeys(file.revision for file in files if file.revision not in built_on))


def _order(revision: str) -> tuple[int, str]:
    return (int(revision) if revision.isdigit() else 0, revision)


def _gaps(seen: Mapping[str, RevisionFile]) -> list[Problem]:
    numbers = sorted(int(revision) for revision in seen if FILE_NUMBER.fullmatch(revision))
    for before, number in pairwise([0, *numbers]):
        if number > before + 1:
            first, last = str(before + 1).zfill(DIGITS), str(number - 1).zfill(DIGITS)
            missing = first if first == last else f"{first}…{last}"
            there = str(number).zfill(DIGITS)
            told = msg("There is no revision {missing}, but there is a {there}.", missing=missing, there=there)
            return [Problem(Defect.GAP, told)]
    return []


def _changes(files: list[RevisionFile], released: Mapping[str, manifest.Release]) -> Iterator[Problem]:
    by_name = {file.path.name: file for file in files}
    for name, release in released.items():
        if name not in by_name:
            yield Problem(Defect.MISSING, msg("{file} was released and is gone.", file=name), name)
        elif not release.matches(by_name[name].source):
            yield Problem(Defect.EDITED, msg("{file} was changed after it was released.", file=name), name)
