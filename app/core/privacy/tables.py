"""What the columns of a table say about people, and what becomes of them when somebody is erased.

A declaration is a list that nobody can forget: house tests compare it with the models, with what an export holds and
with what is left after a deletion. `docs/data.md`, `/privacy about` and the report after a deletion are made from it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from app.core.messages import Message, msg
from app.core.records import record


class Says(StrEnum):
    """How a column is about somebody."""

    PERSON = "person"
    """It holds the id of one person."""
    PEOPLE = "people"
    """It holds the ids of several."""
    WORDS = "words"
    """It holds what the person whose row it is wrote or chose."""
    FACT = "fact"
    """It says something about the person whose row it is."""
    DOCUMENT = "document"
    """It holds a document in which people can occur anywhere."""


class Fate(StrEnum):
    """What becomes of a column when a person is erased."""

    GOES = "goes with the row"
    EMPTIED = "emptied"
    NOBODY = "names nobody any more"
    WITHOUT = "stays, without them"
    COARSE = "moved to the beginning of its day"
    STAYS = "stays"


@record
class Column:
    """One column that holds personal data: whose, why it is there, how long, and what deletion does to it."""

    name: str
    says: Says
    fate: Fate
    what: str
    why: str
    kept: str = ""
    """How long, if not as long as its row."""
    other: str = "somebody else"
    """In an export, what stands in the place of another person."""
    waits: bool = False
    """Whether it stays until what the server has set is over, if something is still to happen to them."""
    in_export: bool = True
    """False for what is made of other columns and says nothing that these do not, such as an index of words."""


@record
class Table:
    """One table: what it holds about people in words for everybody, and each of its columns.

    `owners` are the columns that make a row about a person, so that all of it is theirs to have; of a row in which they
    only occur, an export has `brief` and the columns that name them. `impersonal` are the columns that say nothing
    about anybody.
    """

    name: str
    title: Message
    holds: Message
    """What is stored, about whom."""
    kept: Message
    """For how long."""
    erased: Message
    """What a deletion does."""
    stays: Message | None = None
    """What stays after it, and why."""
    columns: tuple[Column, ...] = ()
    impersonal: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Return the columns that hold personal data."""
        return {one.name: one for one in self.columns}

    @property
    def persons(self) -> Iterator[Column]:
        """Yield the columns that hold the id of one person."""
        return (one for one in self.columns if one.says is Says.PERSON)


LEGACY = Column(
    "legacy",
    Says.DOCUMENT,
    Fate.EMPTIED,
    "what the row held in the bot before this one, where that was written differently",
    "so that a database can be taken back to that bot",
    in_export=False,
)
"""In every table: it says nothing that the row did not say."""
NOTHING_STORED = msg("Nothing about you.")
