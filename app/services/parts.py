"""Services of a feature, each made when it is first asked for: a command needs one of them, or two."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.structures import Settings

S = TypeVar("S")


class Services:
    """What the services of a feature share."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self.session = session
        self.clock = clock
        self.settings = settings


def lazily(make: Callable[[Services], S]) -> cached_property[S]:
    """Return an attribute that holds a service from the moment it is first looked at."""
    return cached_property(make)
