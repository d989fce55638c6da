"""A row of the table of model changes: models before, models after, and what is expected of the revision between them.

Everything that a row declares is named after the row, so that all rows go through one database together.
"""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.models import Base


class Models:
    """One side of a row. Names of constraints follow the bot's own convention."""

    def __init__(self, key: str, metadata: sa.MetaData) -> None:
        self.key, self.metadata = key, metadata
        self.statements: list[str] = []

    def name(self, thing: str = "t") -> str:
        """A name that is the row's own, for a table, a type, a sequence or an index."""
        return f"{self.key}_{thing}"

    def bare(self, *parts: Any, name: str = "t", **options: Any) -> sa.Table:
        """A table of exactly these columns, constraints and indexes."""
        return sa.Table(self.name(name), self.metadata, *parts, **options)

    def table(self, *parts: Any, name: str = "t", **options: Any) -> sa.Table:
        """A table with an integer key `id` before these columns, constraints and indexes."""
        return self.bare(sa.Column("id", sa.Integer, primary_key=True), *parts, name=name, **options)

    def execute(self, statement: str) -> None:
        """Before the revision is written: run this on the database, for rows and for what models do not describe."""
        self.statements.append(statement)


Declare = Callable[[Models], object]


@dataclass(frozen=True)
class Change:
    """A change of models. Both ways through the revision, and everything that is compared after it, have to hold."""

    name: str
    before: Declare
    after: Declare
    writes: tuple[str, ...] = ()
    """What the upgrade has to contain; `{t}` and the like are the row's names."""
    by_hand: str = ""
    """The sentence in the file when there is no operation for it: then nothing changes, and it is still said after."""
    refused: str = ""
    """The sentence with which nothing is written at all. Such rows run alone."""
    stays: bool = False
    """Whether PostgreSQL cannot undo it, so that the way back leaves it and the way forth can be gone again."""
    since: int = 15
    """The oldest version of PostgreSQL that can do it."""
    keeps: str = ""
    """A query on the row's tables, whose answer is the same before, after and after going back."""

    @property
    def key(self) -> str:
        """The beginning of all names of the row: short, because constraints are named after several of them."""
        return f"r{zlib.crc32(self.name.encode()):08x}"

    def declare(self, metadata: sa.MetaData, *, after: bool) -> Models:
        """Put one side into `metadata`."""
        models = Models(self.key, metadata)
        try:
            (self.after if after else self.before)(models)
        except Exception as error:
            error.add_note(f"In the models of {self.key}.")
            raise
        return models


def nothing(models: Models) -> None:
    """Declare nothing: for what is new or goes."""


def new_metadata() -> sa.MetaData:
    return sa.MetaData(naming_convention=Base.metadata.naming_convention)


def both_ways(*changes: Change) -> Iterable[Change]:
    """Each row, and the same the other way round: what is added there is dropped here."""
    for change in changes:
        yield change
        yield replace(change, name=f"{change.name}, the other way", before=change.after, after=change.before, writes=())
