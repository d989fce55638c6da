"""What people searched for in vain, and what was dealt with."""

from collections.abc import Sequence
from datetime import datetime

from app.core.records import record


@record
class Gap:
    """Searches in vain that ask the same."""

    log_id: int
    """The latest of those that ask it most often: names the group, whatever is searched for meanwhile."""
    wording: str
    """How it was asked most often."""
    keys: tuple[str, ...]
    """All that was typed, as it is compared; the most frequent first."""
    asked: int
    without_result: int
    """How many of the searches found nothing at all."""
    people: int
    """How many different people searched, of those whose searches are kept with their id."""
    waiting: int
    """How many of them want to be told of an answer."""
    last_at: datetime
    language: str | None = None
    """That of most who asked."""


@record
class GapPage:
    """Some of the groups, those asked most first. `page` counts from 0."""

    gaps: Sequence[Gap]
    page: int
    pages: int
    total: int
    """How many groups there are."""
    is_all: bool = True
    """Whether all that was typed is among them; of very many, those asked most are."""


@record
class Handled:
    """Searches that were dealt with at once; can be taken back by its moment and person."""

    at: datetime
    by: int
    count: int
    wording: str
    waiting: int = 0
    """How many people will be told."""


@record
class Pair:
    """Words that found nothing, and the entry that the same people then found with others."""

    log_id: int
    """The latest search in vain."""
    wording: str
    entry_id: int
    title: str
    times: int
    people: int
    last_at: datetime


@record
class PairPage:
    """Some of the pairs, the most frequent first. `page` counts from 0."""

    pairs: Sequence[Pair]
    page: int
    pages: int
    total: int
