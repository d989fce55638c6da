"""Making a reply without holding up anybody."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def composed(make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a reply in a thread, in the language of this task: what it tells of a rare schedule takes long to find.

    `make` is pure, and called after the transaction, so that nobody else uses the rows that it reads.
    """
    return await asyncio.to_thread(make, *args, **kwargs)
