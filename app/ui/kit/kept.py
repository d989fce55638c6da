"""What looks the same whoever asks is made once for each language."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from app.core.messages import current_language

P = ParamSpec("P")
R = TypeVar("R")


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function returns, by the language it is in and what it was given, until the bot stops.

    For what depends on nothing else, is not changed afterwards, and is given few different things: those of the
    source, such as settings, and never what a server or a person chose.
    """
    held: dict[object, R] = {}

    @wraps(make)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> R:
        assert not kwargs, "they are no part of the key"
        key = (current_language(), *args)
        try:
            return held[key]
        except KeyError:
            return held.setdefault(key, make(*args, **kwargs))

    return keeping
